"""Write ``docs/reference/data-inventory.md``'s tables from ``cluster_kit.store.inventory``.

``python -m docs.make_data_inventory``; a test compares the page.
"""

from __future__ import annotations

from pathlib import Path

from cluster_kit.store.inventory import INVENTORY, TableInventory

PAGE = Path(__file__).parent / "reference" / "data-inventory.md"
BEGIN, END = "<!-- tables: written by docs/make_data_inventory.py -->", "<!-- end of tables -->"


def write_data_inventory(text: str) -> str:
    """The page with the tables as they are."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    sections = "\n".join(_write_section(name, one) for name, one in INVENTORY.items())
    return f"{before}{BEGIN}\n\n{sections}\n{END}{after}"


def _write_section(name: str, one: TableInventory) -> str:
    persons = ", ".join(f"`{column}`" for column in one.persons)
    of_people = f" Ids of people: {persons}." if persons else " It has no ids of people."
    rows = "\n".join(f"| `{column}` | {what} |" for column, what in one.columns.items())
    head = f"### `{name}`\n\nA row records {one.what}.{of_people} Removal: {one.removed}.\n"
    return f"{head}\n| column | content |\n| --- | --- |\n{rows}\n"


if __name__ == "__main__":
    PAGE.write_text(write_data_inventory(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
