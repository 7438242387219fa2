"""The page of limits has the values of the constants, and every limit of the server is on it."""

from __future__ import annotations

import ast
from pathlib import Path

from docs.make_limits import PAGE, TABLES, write_limits

ROOT = Path(__file__).parents[1]
LIMITING = ("MAX_", "MOST_", "LARGEST_", "LONGEST_")
# Not limits for what people send: lengths of a socket's path, of metrics, of texts that are shown or drafted, and the
# number of cached pages, documents, or log places.
OTHERS = {
    *("cluster_kit.server.app.LONGEST_FOLDER", "cluster_kit.server.monitoring.metrics.LONGEST_S"),
    "cluster_kit.server.pages.page_cache.MAX_PAGES",
    *("cluster_kit.server.relay.MAX_MESSAGE_BYTES", "cluster_kit.server.stream.page_connection.MAX_UNREAD"),
    *("cluster_kit.server.stream.event_views.MOST_FEATURED", "cluster_kit.server.summary.worker.MOST_KEPT"),
    *(f"cluster_kit.server.present.exercise_text.{name}" for name in ("MOST_LINES", "MOST_QUESTIONS", "LONGEST_LABEL")),
    *("cluster_kit.server.summary.short_text.LONGEST_ADDRESS", "cluster_kit.server.roster.handlers.MOST_CHANGES"),
    *("cluster_kit.server.roster.handlers.MOST_REGISTRATIONS", "cluster_kit.server.monitoring.logs.MAX_PLACES"),
}


def test_the_page_has_the_values_of_the_constants() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert write_limits(text) == text, "run: python -m docs.make_limits"


def test_every_limit_of_the_server_is_on_the_page() -> None:
    listed = {f"{row.module}.{row.name}" for rows in TABLES.values() for row in rows}
    found = set()
    for path in (ROOT / "cluster_kit" / "server").rglob("*.py"):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            targets = node.targets if isinstance(node, ast.Assign) else []
            names = [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
            is_limit = isinstance(node, ast.Assign) and "Limit(" in ast.unparse(node.value)
            found |= {f"{module}.{name}" for name in names if is_limit or name.startswith(LIMITING)}
    assert len(found) > 15
    assert found - listed - OTHERS == set()
