"""Reads a team's summary of a session, and makes its page, its documents, and its calendar."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from cluster_kit.content.models import Content
from cluster_kit.content.times import meeting_span
from cluster_kit.documents.html import blocks_html, to_html
from cluster_kit.documents.model import Document, Facts, Section
from cluster_kit.documents.quotes import with_curly_quotes
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.distribution import read_spread
from cluster_kit.insights.calendar_dates import read_dates, write_calendar
from cluster_kit.insights.session_summary import SessionSummary, SummaryAccess, TeamAnswers, read_summary
from cluster_kit.insights.summary_view import (
    UNLIMITED,
    WHERE_WE_STAND,
    SummaryCharts,
    build_essentials,
    summary_document,
    summary_sections,
)
from cluster_kit.server.auth.rate_limits import Limit, RateLimiter
from cluster_kit.server.pages.pages import FICTIONAL
from cluster_kit.server.security_headers import hash_inline_styles
from cluster_kit.server.store_calls import read_store
from cluster_kit.server.summary.means import means_html
from cluster_kit.server.summary.short_text import ShortText, write_short_text
from cluster_kit.server.summary.worker import DocumentWorker
from cluster_kit.sessions import SessionState
from cluster_kit.store import Person, Store

PDF, DOCX, ICS = "pdf", "docx", "ics"
DOWNLOADS_OF_A_PERSON = Limit(30, 60)
PAGE = "page"
CARD_LEVEL, PART_LEVEL = 2, 3


@dataclass(frozen=True)
class Card:
    """A part of the page: an id and HTML, which begins with a heading."""

    id: str
    html: str


@dataclass(frozen=True)
class SummaryPage:
    """What the page shows. ``facts`` is HTML; ``cards`` are the essentials, ``parts`` the rest.

    ``is_today`` is true on the planned day of the session and on the day on which it ended, ``has_ended`` once a
    facilitator has ended it, and ``has_dates`` if an open next step has a day. ``styles`` are the hashes of the inline
    styles in the HTML.
    """

    summary: SessionSummary
    facts: str
    cards: tuple[Card, ...]
    parts: tuple[Card, ...]
    text: ShortText
    styles: frozenset[str]
    is_today: bool
    has_ended: bool
    has_dates: bool


def _is_same_day(one: dt.datetime, other: dt.datetime, zone: dt.tzinfo | None) -> bool:
    return one.astimezone(zone).date() == other.astimezone(zone).date()


@dataclass(frozen=True)
class _Source:
    """Everything that a summary is made from."""

    session: int
    record: TeamAnswers
    state: SessionState
    now: dt.datetime
    withheld: frozenset[tuple[str, str, str]] = frozenset()

    @property
    def place(self) -> Hashable:
        """What the documents are of: the session, the state, and what the reader may not see of it yet."""
        return self.session, self.record.jurisdiction, self.withheld

    @property
    def version(self) -> Hashable:
        """A digest of everything that the documents depend on. An answer never changes under its id."""
        current = [response.id for response in self.record.current]
        people = [(person.id, person.name, person.role) for person in self.record.people]
        parts = [current, people, self.state.seq, self.now.date().isoformat()]
        return hashlib.sha256(json.dumps(parts).encode()).digest()


class SummaryService:
    """The summaries of a series' sessions. ``state`` returns a session's state; it may block."""

    def __init__(
        self, content: Content, store: Store, state: Callable[[int], SessionState], clock: Callable[[], dt.datetime]
    ) -> None:
        self._content, self._store, self._state, self._clock = content, store, state, clock
        self._worker = DocumentWorker()
        self._downloads = RateLimiter(DOWNLOADS_OF_A_PERSON)

    async def open_page(self, session: int, person: Person) -> SummaryPage:
        """The page of a person's state, as they may see it.

        Raises ``UnknownSessionError``, ``TooManyDocumentsError``, and ``StoreError``.
        """
        source = await read_store(self._read, session, person)
        return await self._worker.get((PAGE, source.place), source.version, partial(self._make_page, source))

    async def make_file(self, session: int, person: Person, form: str) -> bytes | None:
        """The document or calendar of a person's state, as they may see it; None if there is nothing to put in it.

        Raises as ``open_page`` does.
        """
        source = await read_store(self._read, session, person)
        if not any(response.session == session for response in source.record.current):
            return None
        make = partial(self._make_file, source, form)
        return await self._worker.get((form, source.place), source.version, make)

    def may_download(self, person: Person) -> bool:
        """Count a download; False above the limit."""
        if self._downloads.wait_s(person.id):
            return False
        self._downloads.note(person.id)
        return True

    def close(self) -> None:
        """Stop making documents."""
        self._worker.close()

    # --- in threads ----------------------------------------------------------------------------------------------

    def _read(self, session: int, person: Person) -> _Source:
        number, place = self._content.get_session(session).number, (self._content.series.id, person.jurisdiction)
        store = self._store
        record = TeamAnswers(person.jurisdiction, store.current(*place), store.people(*place), store.history(*place))
        state = self._state(number)
        withheld = self._withheld(number, record, person) if state.ended_at is None else ()
        return _Source(number, record, state, self._clock(), frozenset(withheld))

    def _withheld(self, number: int, record: TeamAnswers, person: Person) -> Iterator[tuple[str, str, str]]:
        """The items of which the person may not see the team's answers until the session ends, as in its forms.

        They have to rate them first, or only one other person has rated them.
        """
        for exercise in self._content.get_session(number).exercises:
            current = [one for one in record.current if (one.session, one.exercise) == (number, exercise.id)]
            spread = read_spread(exercise.rated_prompts, current) if exercise.rated_prompts else None
            items = spread.withheld_from(person.id) | spread.rated_by_one_other(person.id) if spread else ()
            yield from ((exercise.id, *item) for item in items)

    def _summary(self, source: _Source) -> SessionSummary:
        state, code = source.state, source.record.jurisdiction

        def shows_ratings(exercise: str) -> bool:
            return state.ended_at is not None or state.is_revealed(exercise, code)

        parked = tuple(one.text for one in state.parked.values() if one.jurisdiction == code and not one.done)
        reach = SummaryAccess(shows_ratings, parked, state.features, source.withheld)
        return read_summary(self._content, source.session, source.record, reach)

    def _document(self, source: _Source, summary: SessionSummary) -> Document:
        place = self._content.get_jurisdiction(source.record.jurisdiction)
        notice = FICTIONAL if self._content.series.fictional else ""
        return with_curly_quotes(summary_document(self._content, place, summary, _drawings(), notice))

    def _make_page(self, source: _Source) -> SummaryPage:
        summary = self._summary(source)
        opening = build_essentials(self._content, replace(summary, areas=()), _drawings(), UNLIMITED).blocks
        parts = summary_sections(self._content, summary, _drawings(), UNLIMITED)
        facts = [block for block in opening if isinstance(block, Facts)]
        cards = [_card(block, CARD_LEVEL) for block in opening if isinstance(block, Section)]
        if summary.areas:
            means = Card(_id(WHERE_WE_STAND), means_html(self._content, summary.areas, CARD_LEVEL))
            cards.insert(1 if summary.goals else 0, means)
        place = self._content.get_jurisdiction(source.record.jurisdiction)
        start, _ = meeting_span(self._content, source.session)
        summed_up = blocks_html(facts, level=CARD_LEVEL)
        others = tuple(_card(section, PART_LEVEL) for section in parts)
        return SummaryPage(
            summary=summary,
            facts=summed_up,
            cards=tuple(cards),
            parts=others,
            text=write_short_text(self._content, place, summary),
            styles=hash_inline_styles("".join([summed_up, *(card.html for card in (*cards, *others))])),
            is_today=any(one and _is_same_day(source.now, one, start.tzinfo) for one in (start, source.state.ended_at)),
            has_ended=source.state.ended_at is not None,
            has_dates=any(step.is_open and step.due for step in (*summary.steps, *summary.earlier_steps)),
        )

    def _make_file(self, source: _Source, form: str) -> bytes | None:
        if form == ICS:
            code = source.record.jurisdiction
            dates = read_dates(self._content, code, _answers(source))
            return write_calendar(self._content, code, dates) if dates else None
        document = self._document(source, self._summary(source))
        if form == PDF:
            from cluster_kit.documents.pdf import write_pdf

            return write_pdf(document)
        from cluster_kit.documents.docx import write_docx

        return write_docx(document)


def _drawings() -> SummaryCharts:
    """The charts. The first call loads matplotlib."""
    from cluster_kit.insights.charts import means_picture, movement_picture

    return SummaryCharts(means_picture, movement_picture)


def _answers(source: _Source) -> Answers:
    return Answers(source.record.current, source.record.people, source.record.history)


def _card(section: Section, level: int) -> Card:
    return Card(_id(section.title), to_html(section, level=level))


def _id(title: str) -> str:
    return "ck-summary-" + "-".join("".join(char if char.isalnum() else " " for char in title.lower()).split())
