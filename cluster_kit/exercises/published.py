"""Published examples and sources beside the items, areas, and policy levers that they are about."""

from __future__ import annotations

from collections.abc import Iterable

from cluster_kit.content.claims import SourcedClaim, format_as_of
from cluster_kit.content.examples import PublishedExample
from cluster_kit.content.models import Content, PolicyArea, TablePrompt
from cluster_kit.text import join_words


def examples_of_item(content: Content, item_id: str) -> tuple[PublishedExample, ...]:
    """The examples about an item of the instrument."""
    return tuple(example for example in content.examples if item_id in example.items)


def more_examples_of_area(content: Content, area: PolicyArea) -> tuple[PublishedExample, ...]:
    """The examples about an area that are about none of its items."""
    items = {item.id for item in area.items}
    return tuple(e for e in content.examples if area.id in e.areas and items.isdisjoint(e.items))


def examples_of_rows(content: Content, prompt: TablePrompt) -> list[tuple[str, PublishedExample]]:
    """The examples about a table's fixed rows, each with the row's label. Only policy levers have any."""
    return [
        (row.label, example)
        for row in (prompt.rows if prompt.id == "levers" else ())
        for example in content.examples
        if row.id in example.levers
    ]


def examples_for_areas(
    examples: Iterable[PublishedExample], areas: Iterable[str]
) -> dict[str, tuple[PublishedExample, ...]]:
    """By area, in the given order, the examples about it, newest first. Each example is listed once."""
    newest = newest_first(examples)
    shown: set[str] = set()
    found: dict[str, tuple[PublishedExample, ...]] = {}
    for area in areas:
        fitting = [example for example in newest if area in example.areas]
        fresh = tuple(example for example in fitting if example.id not in shown)
        shown |= {example.id for example in fresh}
        found[area] = fresh
    return found


def newest_first(examples: Iterable[PublishedExample]) -> list[PublishedExample]:
    """The examples, those with the newest page first. Those whose page has no date come last."""
    return sorted(examples, key=lambda example: (not example.undated, example.as_of), reverse=True)


def format_page_date(example: PublishedExample) -> str:
    """``as of June 2026``, or for a page without a date ``undated; accessed June 2026``."""
    return f"undated; accessed {example.as_of:%B %Y}" if example.undated else format_as_of(example.as_of)


def format_states(content: Content, example: PublishedExample) -> str:
    """The names of the example's states: ``District of Columbia, Utah, and Texas``."""
    names = content.jurisdiction_names
    return join_words(names.get(code, code) for code in example.states)


def cite_claim(found: SourcedClaim) -> str:
    """The source in a line: ``Perkins V, sec. 122(c); 20 U.S.C. 2342(c) (as of April 2023)``."""
    unsettled = "" if found.is_settled else "; not settled"
    return f"{found.claim.citation or found.source.title} ({format_as_of(found.as_of)}{unsettled})"
