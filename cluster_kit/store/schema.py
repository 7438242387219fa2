"""Every table of the store. A change here needs a migration (``migrations/versions``), and a new ``REVISION``."""

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

REVISION = "0002"
VERSION_TABLE = "cluster_kit_version"


class Json(TypeDecorator[Any]):
    """A JSON value as text. The databases' own JSON types differ in what they take, keep and call equal."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:  # noqa: ARG002
        """Write it."""
        return encode_value(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002
        """Read it."""
        return json.loads(value)


class UtcTime(TypeDecorator[dt.datetime]):
    """A moment: aware and in UTC on the way in and out, also where the database keeps no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002
        """Write it."""
        return None if value is None else value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002
        """Read it."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


metadata = MetaData(
    naming_convention={"ix": "%(table_name)s_by_%(column_0_N_name)s", "uq": "%(table_name)s_one_%(column_0_N_name)s"}
)

_ID = String(64)
# AUTOINCREMENT in SQLite, so that a number is never given twice, even after an erasure.
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

# A response that is the earlier one in any row is no longer current. No foreign keys: what one answer replaced
# stays replaced when either of them is erased.
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
    # Added later: what a database of the first revision holds has none of it.
    Column("sessions", Json, nullable=False, server_default=text("'[]'")),
    Column("depth", String(16), nullable=False, server_default=text("''")),
    Column("links_since", UtcTime),
    Index(None, "series", "jurisdiction"),
)

# A short code that lets a state's people in without a link of their own.
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

# What happens in a live session besides answers, in order. Like answers, it is only ever added to.
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

# Who has been in a session, and where they were last seen. The one table whose rows change.
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

# What was removed, who asked for it and why ...
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

# ... and the ids that went, so that a page which sends one again does not bring it back.
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
