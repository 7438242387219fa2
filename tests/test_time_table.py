"""The page of the time budget shows what the content gives."""

from __future__ import annotations

from cluster_kit.content import load_content
from docs.make_time_table import PAGE, SERIES, render_page


def test_the_time_table_is_up_to_date() -> None:
    """When this fails, run ``python -m docs.make_time_table``."""
    assert PAGE.read_text(encoding="utf-8") == render_page(load_content(SERIES))
