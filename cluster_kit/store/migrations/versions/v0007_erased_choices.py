"""Which tables had a sharing ladder, once the choices on it are erased."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "erased_choices",
        sa.Column("series", sa.String(64), primary_key=True),
        sa.Column("session", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("exercise", sa.String(64), primary_key=True),
        sa.Column("prompt", sa.String(129), primary_key=True),
        sa.Column("content_version", sa.String(200), primary_key=True),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
    )
