"""Live sessions: what happens in them, who is there, team codes, and more about people."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_SEQ = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add them."""
    op.add_column("people", sa.Column("sessions", sa.Text, nullable=False, server_default=sa.text("'[]'")))
    op.add_column("people", sa.Column("depth", sa.String(16), nullable=False, server_default=sa.text("''")))
    op.add_column("people", sa.Column("links_since", sa.DateTime(timezone=True)))
    op.create_table(
        "team_codes",
        sa.Column("code", sa.String(64), primary_key=True),
        sa.Column("series", sa.String(64), nullable=False),
        sa.Column("jurisdiction", sa.String(2), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
    )
    op.create_index("team_codes_by_series_jurisdiction", "team_codes", ["series", "jurisdiction"])
    _create_events()
    op.create_table(
        "presence",
        sa.Column("series", sa.String(64), primary_key=True),
        sa.Column("session", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("person", sa.String(64), primary_key=True),
        sa.Column("jurisdiction", sa.String(2), nullable=False),
        sa.Column("exercise", sa.String(64), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("active_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    )


def _create_events() -> None:
    op.create_table(
        "events",
        sa.Column("seq", _SEQ, primary_key=True),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("series", sa.String(64), nullable=False),
        sa.Column("session", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("jurisdiction", sa.String(2), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("id", name="events_one_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("events_by_series_session_seq", "events", ["series", "session", "seq"])
