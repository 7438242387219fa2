"""The store's errors. Their messages are sentences."""

from __future__ import annotations

from cluster_kit.errors import ClusterKitError


class StoreError(ClusterKitError):
    """The root of the store's errors."""


class StoreUrlError(StoreError, ValueError):
    """The URL does not name a database that the kit can use."""


class StoreUnavailableError(StoreError, ConnectionError):
    """The database cannot be used now. Nothing of the call was stored, and the same call can be made again.

    One exception: if the commit itself fails (the connection to PostgreSQL breaks before the reply to COMMIT, or the
    disk reports an error on flushing), the outcome is unknown. Making the same call again is safe then, too: an id is
    stored once, and what was stored is acknowledged as ``duplicate``.

    ``place`` is the database, without its password. ``retryable`` says that the same call may succeed later
    without a change of configuration: the database was busy, full, or unreachable.
    """

    def __init__(self, place: str, reason: str, *, retryable: bool) -> None:
        self.place, self.reason, self.retryable = place, reason, retryable
        super().__init__(f"The answers' database{f' {place}' if place else ''} {reason}")


class StoreGoneError(StoreUnavailableError):
    """The database is missing, or has no tables, and must not be created."""

    def __init__(self, place: str) -> None:
        super().__init__(place, "is missing or empty. Put it back in its place.", retryable=False)


class LostStoreError(StoreUnavailableError):
    """A home's database is missing or empty. ``record`` is the file that remembers it."""

    def __init__(self, place: str, record: str) -> None:
        self.record = record
        reason = (
            "is missing or empty, although this home had one. Put it back in its place (check that its disk is"
            " mounted), or restore a backup (docs/how-to/backups.md). To begin with an empty one, delete "
            + record
            + "."
        )
        super().__init__(place, reason, retryable=False)


class NewerDatabaseError(StoreUnavailableError):
    """The database was made or migrated by a later version of the kit, so this version must not use it."""

    def __init__(self, place: str, found: str, newest: str) -> None:
        self.found, self.newest = found, newest
        reason = (
            f"was made by a newer version of the kit (schema {found}; this one knows up to {newest}). Update the kit,"
            " or open another database."
        )
        super().__init__(place, reason, retryable=False)


class ReusedIdError(StoreError, ValueError):
    """The id of an answer already belongs to another one. Nothing of its batch was stored."""

    def __init__(self, response_id: str) -> None:
        self.response_id = response_id
        super().__init__(f"The id {response_id!r} already belongs to another answer. Send this one under a new id.")


class ErasedAuthorError(StoreError, ValueError):
    """Everything of this person was erased, and a page of theirs is still open. Nothing was stored."""

    def __init__(self, person: str) -> None:
        self.person = person
        super().__init__("Everything of this person was erased. Nothing more is stored under their name.")


class PersonChangedError(StoreError, ValueError):
    """The person was changed since the change was prepared. Nothing was stored."""


class MergeError(StoreError, ValueError):
    """Two people cannot be merged, or a merge cannot be undone. The message says why, for staff."""


class RegistrationError(StoreError, ValueError):
    """A registration cannot be stored or decided. The message is for the person who sent it, or for staff."""


class IdentityRequestError(StoreError, ValueError):
    """A request to be signed in as a teammate cannot be stored or answered. The message is for the person who asked."""


UNAVAILABLE = frozenset(
    kind.__name__ for kind in (StoreUnavailableError, StoreGoneError, LostStoreError, NewerDatabaseError, StoreUrlError)
)
"""Names of the errors whose messages name the database: for staff, and not for participants."""
