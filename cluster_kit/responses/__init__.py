"""The answers: an append-only store on SQLite or PostgreSQL. Nothing is changed in place, nothing is lost."""

from cluster_kit.responses.errors import (
    NewerDatabaseError,
    ReusedIdError,
    StoreError,
    StoreUnavailableError,
    StoreUrlError,
)
from cluster_kit.responses.models import Erasure, NewErasure, NewResponse, Person, Receipt, Response
from cluster_kit.responses.store import Store

__all__ = [
    "Erasure",
    "NewErasure",
    "NewResponse",
    "NewerDatabaseError",
    "Person",
    "Receipt",
    "Response",
    "ReusedIdError",
    "Store",
    "StoreError",
    "StoreUnavailableError",
    "StoreUrlError",
]
