"""Alembic's environment: run the migrations on the connection from ``upgrade``, inside its transaction.

To change the schema: edit ``schema.py``, add ``versions/v<number>_<what>.py`` whose ``down_revision`` is the last
one, and set ``REVISION`` in ``schema.py``. A test compares both. No migration deletes answers.
"""

from __future__ import annotations

from alembic import context

from cluster_kit.store.schema import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
