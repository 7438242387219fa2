"""The first tables: responses, what supersedes what, people, and the log of erasures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_SEQ = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create them."""
    _create_responses()
    op.create_table(
        "supersedes",
        sa.Column("earlier_id", sa.String(64), primary_key=True),
        sa.Column("response_id", sa.String(64), primary_key=True),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("series", sa.String(64), nullable=False),
        sa.Column("jurisdiction", sa.String(2), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("role", sa.String(200), nullable=False),
        sa.Column("email", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("people_by_series_jurisdiction", "people", ["series", "jurisdiction"])
    _create_erasures()


def _create_responses() -> None:
    op.create_table(
        "responses",
        sa.Column("seq", _SEQ, primary_key=True),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("series", sa.String(64), nullable=False),
        sa.Column("session", sa.Integer, nullable=False),
        sa.Column("exercise", sa.String(64), nullable=False),
        sa.Column("prompt", sa.String(129), nullable=False),
        sa.Column("row", sa.String(64), nullable=False),
        sa.Column("jurisdiction", sa.String(2), nullable=False),
        sa.Column("scope", sa.String(16), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("base", sa.Text, nullable=False),
        sa.Column("content_version", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("id", name="responses_one_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("responses_by_series_jurisdiction_seq", "responses", ["series", "jurisdiction", "seq"])
    address = ["series", "jurisdiction", "session", "exercise", "prompt", "row"]
    op.create_index("responses_by_series_jurisdiction_session_exercise_prompt_row", "responses", address)


def _create_erasures() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("series", sa.String(64), nullable=False),
        sa.Column("jurisdiction", sa.String(2), nullable=False),
        sa.Column("person", sa.String(64)),
        sa.Column("session", sa.Integer),
        sa.Column("exercise", sa.String(64)),
        sa.Column("prompt", sa.String(129)),
        sa.Column("row", sa.String(64)),
        sa.Column("asked_by", sa.String(200), nullable=False),
        sa.Column("why", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.create_table(
        "erased",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("seq", _SEQ, nullable=False),
        sa.Column("series", sa.String(64), nullable=False),
        sa.Column("jurisdiction", sa.String(2), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erasure_id", sa.Integer, sa.ForeignKey("erasures.id"), nullable=False),
    )
    op.create_index("erased_by_series_jurisdiction_seq", "erased", ["series", "jurisdiction", "seq"])
