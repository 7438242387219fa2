"""A team's answers to questions that were replaced, for its session pages."""

from __future__ import annotations

from cluster_kit.content.models import Content
from cluster_kit.documents.html import blocks_html
from cluster_kit.exercises.answers import Answers
from cluster_kit.insights.replaced import build_replaced
from cluster_kit.store import Store

LEVEL = 3


class ReplacedAnswers:
    """Reads them once for each session and state, because no page can add any; where there are some, after each change.

    An erasure removes some, and so does a team that removes a row.
    """

    def __init__(self, content: Content, store: Store) -> None:
        self._content, self._store = content, store
        self._known: dict[tuple[int, str], tuple[tuple[int, int], str]] = {}

    def read(self, session: int, jurisdiction: str) -> str:
        """Those of a state's team in a session, as HTML; empty if there are none. Blocks. Raises ``StoreError``."""
        series = self._content.series.id
        mark = self._store.watermarks(series, [jurisdiction]).get(jurisdiction, (0, 0))
        known = self._known.get((session, jurisdiction))
        if known is None or (known[1] and known[0] != mark):
            current = self._store.current(series, jurisdiction, session=session)
            answers = Answers(current, self._store.people(series, jurisdiction))
            section = build_replaced(self._content, answers, current, session)
            known = mark, blocks_html(section.blocks, level=LEVEL)
            self._known[session, jurisdiction] = known
        return known[1]
