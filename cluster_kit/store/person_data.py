"""Read every row that has a person's id. It runs inside a transaction of the store."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, or_, select

from cluster_kit.store.inventory import INVENTORY
from cluster_kit.store.queries import read_ids_of
from cluster_kit.store.registrations import registrations_of
from cluster_kit.store.schema import metadata, registrations


def read_person_rows(connection: Connection, person: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of each table that has ids of people, under any id of this person, by table, in the table's order.

    Registrations from the person's address are included.
    """
    ids = sorted(read_ids_of(connection, person))
    found = {}
    for name, one in INVENTORY.items():
        if one.persons and one.is_exported:
            table = metadata.tables[name]
            if table is registrations:
                where = registrations_of(connection, ids)
            else:
                where = or_(*(table.c[column].in_(ids) for column in one.persons))
            order = table.c.seq if "seq" in table.c else table.primary_key.columns.values()[0]
            rows = connection.execute(select(table).where(where).order_by(order)).mappings()
            found[name] = [dict(row) for row in rows]
    return found
