"""Every table, every column, and every file of a home is described in the data inventory."""

from __future__ import annotations

from cluster_kit.home_record import HOME_FILE
from cluster_kit.maintenance.manifest import FOLDERS, SINGLE_FILES
from cluster_kit.store.erasure_log import ERASURES_FILE
from cluster_kit.store.inventory import INVENTORY
from cluster_kit.store.schema import metadata
from docs.make_data_inventory import PAGE, write_data_inventory


def test_every_table_and_every_column_is_described() -> None:
    described = {name: set(one.columns) for name, one in INVENTORY.items()}
    assert described == {name: set(table.columns.keys()) for name, table in metadata.tables.items()}
    assert all(set(one.persons) <= set(one.columns) for one in INVENTORY.values())


def test_the_page_has_the_inventory_and_every_file_of_a_home() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert write_data_inventory(text) == text, "run: python -m docs.make_data_inventory"
    folders = {f"`{name}/`" for name in FOLDERS}
    assert {name for name in (*(f"`{one}`" for one in (*SINGLE_FILES, ERASURES_FILE, HOME_FILE)), *folders)} <= set(
        part.strip() for line in text.splitlines() if line.startswith("|") for part in line.split("|")[1].split(",")
    ) | {"`responses.sqlite3`"}
