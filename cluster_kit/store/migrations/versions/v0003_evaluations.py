"""Anonymous evaluations of sessions, and who received a form."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add them."""
    op.create_table(
        "evaluation_ballots",
        sa.Column("series", sa.String(64), primary_key=True),
        sa.Column("session", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("person", sa.String(64), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "evaluations",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("series", sa.String(64), nullable=False),
        sa.Column("session", sa.Integer, nullable=False),
        sa.Column("answers", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("evaluations_by_series_session", "evaluations", ["series", "session"])
