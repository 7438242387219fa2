"""The store's tables. Each change needs a migration (``migrations/versions``) and a new ``REVISION``."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    text,
)

from cluster_kit.store.models import encode_value

REVISION = "0007"
VERSION_TABLE = "cluster_kit_version"


class Json(TypeDecorator[Any]):
    """A JSON value as text. The databases' JSON types differ in accepted values, storage, and equality."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:  # noqa: ARG002
        """Convert a value for the database."""
        return encode_value(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002
        """Convert a value from the database."""
        return json.loads(value)


class UtcTime(TypeDecorator[dt.datetime]):
    """A timezone-aware time in UTC, including in databases without time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002
        """Convert a value for the database."""
        return None if value is None else value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002
        """Convert a value from the database."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


metadata = MetaData(
    naming_convention={"ix": "%(table_name)s_by_%(column_0_N_name)s", "uq": "%(table_name)s_one_%(column_0_N_name)s"}
)

_ID = String(64)
# AUTOINCREMENT in SQLite: a number is never reused, even after an erasure.
_SEQ = BigInteger().with_variant(Integer, "sqlite")

responses = Table(
    "responses",
    metadata,
    Column("seq", _SEQ, primary_key=True),
    Column("id", _ID, nullable=False, unique=True),
    Column("series", _ID, nullable=False),
    Column("session", Integer, nullable=False),
    Column("exercise", _ID, nullable=False),
    Column("prompt", String(129), nullable=False),
    Column("row", _ID, nullable=False),
    Column("jurisdiction", String(2), nullable=False),
    Column("scope", String(16), nullable=False),
    Column("author", _ID, nullable=False),
    Column("value", Json, nullable=False),
    Column("base", Json, nullable=False),
    Column("content_version", String(200), nullable=False),
    Column("at", UtcTime, nullable=False),
    Index(None, "series", "jurisdiction", "seq"),
    Index(None, "series", "jurisdiction", "session", "exercise", "prompt", "row"),
    sqlite_autoincrement=True,
)

# A response with a row as ``earlier_id`` is no longer current. There are no foreign keys: a superseded answer stays
# superseded when either answer is erased.
supersedes = Table(
    "supersedes",
    metadata,
    Column("earlier_id", _ID, primary_key=True),
    Column("response_id", _ID, primary_key=True),
)

people = Table(
    "people",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("series", _ID, nullable=False),
    Column("jurisdiction", String(2), nullable=False),
    Column("name", String(200), nullable=False),
    Column("role", String(200), nullable=False),
    Column("email", String(200), nullable=False),
    Column("at", UtcTime, nullable=False),
    # Added in revision 0002; rows of the first revision have the defaults.
    Column("sessions", Json, nullable=False, server_default=text("'[]'")),
    Column("depth", String(16), nullable=False, server_default=text("''")),
    Column("links_since", UtcTime),
    Index(None, "series", "jurisdiction"),
)

# Short codes with which a state's people join without a personal link.
team_codes = Table(
    "team_codes",
    metadata,
    Column("code", _ID, primary_key=True),
    Column("series", _ID, nullable=False),
    Column("jurisdiction", String(2), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Index(None, "series", "jurisdiction"),
)

# The events of live sessions, in order. The table is append-only, except for erasures.
events = Table(
    "events",
    metadata,
    Column("seq", _SEQ, primary_key=True),
    Column("id", _ID, nullable=False, unique=True),
    Column("series", _ID, nullable=False),
    Column("session", Integer, nullable=False),
    Column("kind", _ID, nullable=False),
    Column("subject", String(200), nullable=False),
    Column("jurisdiction", String(2), nullable=False),
    Column("author", _ID, nullable=False),
    Column("value", Json, nullable=False),
    Column("at", UtcTime, nullable=False),
    Index(None, "series", "session", "seq"),
    sqlite_autoincrement=True,
)

# Who has been in a session, and in which exercise. Rows are updated.
presence = Table(
    "presence",
    metadata,
    Column("series", _ID, primary_key=True),
    Column("session", Integer, primary_key=True, autoincrement=False),
    Column("person", _ID, primary_key=True),
    Column("jurisdiction", String(2), nullable=False),
    Column("exercise", _ID, nullable=False),
    Column("joined_at", UtcTime, nullable=False),
    Column("active_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
)

# Each erasure: its scope, who asked for it, and why.
erasures = Table(
    "erasures",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("series", _ID, nullable=False),
    Column("jurisdiction", String(2), nullable=False),
    Column("person", _ID),
    Column("session", Integer),
    Column("exercise", _ID),
    Column("prompt", String(129)),
    Column("row", _ID),
    Column("asked_by", String(200), nullable=False),
    Column("why", String(200), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("count", Integer, nullable=False),
)

# The ids of erased responses: a page that sends one again cannot restore it.
erased = Table(
    "erased",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("seq", _SEQ, nullable=False),
    Column("series", _ID, nullable=False),
    Column("jurisdiction", String(2), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("erasure_id", Integer, ForeignKey("erasures.id"), nullable=False),
    Index(None, "series", "jurisdiction", "seq"),
)

# Choices on sharing ladders that were erased: in which table, with which version of the content, and the last ``seq``.
# Rows of a ladder that the content no longer has stay private with them. Neither a state nor a choice is recorded.
erased_choices = Table(
    "erased_choices",
    metadata,
    Column("series", _ID, primary_key=True),
    Column("session", Integer, primary_key=True, autoincrement=False),
    Column("exercise", _ID, primary_key=True),
    Column("prompt", String(129), primary_key=True),
    Column("content_version", String(200), primary_key=True),
    Column("seq", _SEQ, nullable=False),
)

# Who received a form for the evaluation of a session, so that each person can send one. It has no time, and nothing
# of it is in ``evaluations``: docs/explanation/privacy.md.
evaluation_ballots = Table(
    "evaluation_ballots",
    metadata,
    Column("series", _ID, primary_key=True),
    Column("session", Integer, primary_key=True, autoincrement=False),
    Column("person", _ID, primary_key=True),
    sqlite_with_rowid=False,
)

# Evaluations of sessions, anonymous: no person, state, role, or time. The id is random, and the table has no row
# numbers from which an order of arrival could be read.
evaluations = Table(
    "evaluations",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("series", _ID, nullable=False),
    Column("session", Integer, nullable=False),
    Column("answers", Json, nullable=False),
    Index(None, "series", "session"),
    sqlite_with_rowid=False,
)

# People who turned out to be one person, in order. Undoing a merge sets ``undone_at``.
merges = Table(
    "merges",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("series", _ID, nullable=False),
    Column("jurisdiction", String(2), nullable=False),
    Column("kept", _ID, nullable=False),
    Column("merged", _ID, nullable=False),
    Column("asked_by", String(200), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("undone_by", String(200), nullable=False, server_default=text("''")),
    Column("undone_at", UtcTime),
    Index(None, "series", "jurisdiction"),
)

# The current effect of ``merges``: the person that an id now means. Ids that mean themselves have no row.
aliases = Table(
    "aliases",
    metadata,
    Column("person", _ID, primary_key=True),
    Column("series", _ID, nullable=False),
    Column("kept", _ID, nullable=False),
    Index(None, "series"),
)

# Requests of people with a team code to be signed in as a teammate whose name they gave, and the answers to them.
identity_requests = Table(
    "identity_requests",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("series", _ID, nullable=False),
    Column("jurisdiction", String(2), nullable=False),
    Column("person", _ID, nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("answer", String(8), nullable=False),
    Column("answered_by", _ID, nullable=False),
    Column("used", Integer, nullable=False),
    Index(None, "series", "expires_at"),
)

# Session cookies that were signed out before they expired, by the digest of their id.
ended_sessions = Table(
    "ended_sessions",
    metadata,
    Column("digest", _ID, primary_key=True),
    Column("expires_at", UtcTime, nullable=False),
    Index(None, "expires_at"),
)

# Changes of the roster by staff: the person, the change, its author, and its time. Append-only, except for erasures.
roster_changes = Table(
    "roster_changes",
    metadata,
    Column("seq", _SEQ, primary_key=True),
    Column("series", _ID, nullable=False),
    Column("jurisdiction", String(2), nullable=False),
    Column("person", _ID, nullable=False),
    Column("action", String(16), nullable=False),
    Column("details", String(200), nullable=False),
    Column("by", String(200), nullable=False),
    Column("at", UtcTime, nullable=False),
    Index(None, "series", "person", "seq"),
    sqlite_autoincrement=True,
)

# What people filled out on the public registration page. ``person`` is set once it is confirmed.
registrations = Table(
    "registrations",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("series", _ID, nullable=False),
    Column("jurisdiction", String(2), nullable=False),
    Column("name", String(200), nullable=False),
    Column("email", String(200), nullable=False),
    Column("role", String(200), nullable=False),
    Column("sessions", Json, nullable=False),
    Column("needs", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("person", _ID, nullable=False),
    Column("decided_by", String(200), nullable=False),
    Column("decided_at", UtcTime),
    Column("at", UtcTime, nullable=False),
    Index(None, "series", "status"),
)
