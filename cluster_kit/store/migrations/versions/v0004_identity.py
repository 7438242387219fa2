"""Merges of people who are one person, requests to be signed in as a teammate, and ended session cookies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add them."""
    op.create_table(
        "merges",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("series", sa.String(64), nullable=False),
        sa.Column("jurisdiction", sa.String(2), nullable=False),
        sa.Column("kept", sa.String(64), nullable=False),
        sa.Column("merged", sa.String(64), nullable=False),
        sa.Column("asked_by", sa.String(200), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("undone_by", sa.String(200), nullable=False, server_default=sa.text("''")),
        sa.Column("undone_at", TIME),
    )
    op.create_index("merges_by_series_jurisdiction", "merges", ["series", "jurisdiction"])
    op.create_table(
        "aliases",
        sa.Column("person", sa.String(64), primary_key=True),
        sa.Column("series", sa.String(64), nullable=False),
        sa.Column("kept", sa.String(64), nullable=False),
    )
    op.create_index("aliases_by_series", "aliases", ["series"])
    op.create_table(
        "identity_requests",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("series", sa.String(64), nullable=False),
        sa.Column("jurisdiction", sa.String(2), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("answer", sa.String(8), nullable=False),
        sa.Column("answered_by", sa.String(64), nullable=False),
        sa.Column("used", sa.Integer, nullable=False),
    )
    op.create_index("identity_requests_by_series_expires_at", "identity_requests", ["series", "expires_at"])
    op.create_table(
        "ended_sessions",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("expires_at", TIME, nullable=False),
    )
    op.create_index("ended_sessions_by_expires_at", "ended_sessions", ["expires_at"])
