"""Responses, people, and events: an append-only store on SQLite or PostgreSQL."""

from cluster_kit.store.errors import NewerDatabaseError, ReusedIdError, StoreError, StoreUnavailableError, StoreUrlError
from cluster_kit.store.models import (
    Erasable,
    Erasure,
    Event,
    NewErasure,
    NewEvent,
    NewResponse,
    Person,
    Presence,
    Receipt,
    Response,
    TeamCode,
)
from cluster_kit.store.store import Store

__all__ = [
    "Erasable",
    "Erasure",
    "Event",
    "NewErasure",
    "NewEvent",
    "NewResponse",
    "NewerDatabaseError",
    "Person",
    "Presence",
    "Receipt",
    "Response",
    "ReusedIdError",
    "Store",
    "StoreError",
    "StoreUnavailableError",
    "StoreUrlError",
    "TeamCode",
]
