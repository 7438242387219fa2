"""Responses, people, and events: an append-only store on SQLite or PostgreSQL.

``store.Store`` is the only access to the data; ``models`` are its input and output, and ``schema`` has the tables.
``queries`` and ``writes`` have the statements, beside a module for each part (``evaluations``, ``identity``,
``registrations``, ``roster_record``). ``backends`` knows the two databases, and ``deployment`` opens the store of a
home.
"""

from cluster_kit.store.errors import (
    ErasedAuthorError,
    IdentityRequestError,
    MergeError,
    NewerDatabaseError,
    PersonChangedError,
    RegistrationError,
    ReusedIdError,
    StoreError,
    StoreUnavailableError,
    StoreUrlError,
)
from cluster_kit.store.models import (
    Erasable,
    ErasedChoice,
    Erasure,
    Event,
    IdentityRequest,
    Merge,
    MergePreview,
    NewErasure,
    NewEvent,
    NewResponse,
    Person,
    Presence,
    Receipt,
    Registration,
    Response,
    RosterChange,
    SessionEvaluation,
    TeamCode,
)
from cluster_kit.store.store import Store

__all__ = [
    "Erasable",
    "ErasedAuthorError",
    "ErasedChoice",
    "Erasure",
    "Event",
    "IdentityRequest",
    "IdentityRequestError",
    "Merge",
    "MergeError",
    "MergePreview",
    "NewErasure",
    "NewEvent",
    "NewResponse",
    "NewerDatabaseError",
    "Person",
    "PersonChangedError",
    "Presence",
    "Receipt",
    "Registration",
    "RegistrationError",
    "Response",
    "ReusedIdError",
    "RosterChange",
    "SessionEvaluation",
    "Store",
    "StoreError",
    "StoreUnavailableError",
    "StoreUrlError",
    "TeamCode",
]
