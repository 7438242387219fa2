"""Examples from other states that match a state's needs. Enforces the sharing ladder for every reader.

A table is an examples table if its first column is text and it has a choice ``may_share`` with the rungs of the ladder.
The latest value of that choice applies; a cleared or missing one means "our team only".
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cluster_kit.content.models import (
    ChoicePrompt,
    Content,
    Exercise,
    PersonPrompt,
    PublishedExample,
    TablePrompt,
    TextPrompt,
)
from cluster_kit.content.rating_values import format_mean
from cluster_kit.documents.model import Block, Fact, Paragraph, Record, Records, Section, one_text
from cluster_kit.documents.typed_text import split_links
from cluster_kit.exercises.answers import Answers, is_empty
from cluster_kit.exercises.labels import AnswerFormatter, vocabulary_labels
from cluster_kit.exercises.prompts import prompts_of
from cluster_kit.exercises.published import examples_for_areas, format_page_date, format_states, newest_first
from cluster_kit.insights.plans import read_actions
from cluster_kit.insights.ratings import latest_ratings, read_ratings, summarize_ratings

if TYPE_CHECKING:
    from cluster_kit.store import Person, Response

MAY_SHARE, AREA, LINK = "may_share", "area", "link"
ANONYMOUS, NAMED = "anonymous", "named"
MOST_AREAS, MOST_PER_AREA = 3, 3
TITLE = "What other states have done"
PUBLISHED_TITLE = "Published examples"
PUBLISHED_NOTE = (
    "These are real practices found on public pages, not entries of participants. They rate no state. A “practice that"
    " would transfer” was made for earlier Clusters or for CTE in general. Check each page, and ask the state whether"
    " it still supports the practice."
)
LEFT_OUT = "…"
ANONYMOUS_STATE = "Another state, without its name"
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SITE = re.compile(r"\bwww\.[^\s<>\"']+", re.IGNORECASE)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Example:
    """A practice that a state offers to others. ``state`` is empty if it is shared anonymously.

    ``area`` is a policy area's id, or empty. ``facts`` are the labels and texts of the other columns. ``key`` is its
    address, ``state/exercise/row``: it identifies the state at every rung, so it must not reach other states.
    """

    state: str
    title: str
    area: str
    facts: tuple[tuple[str, str], ...]
    seq: int
    key: str


@dataclass(frozen=True)
class OwnExample:
    """An example as its own state sees it: ``rung`` is the label of the ladder's rung, empty if none was chosen."""

    title: str
    rung: str
    is_shared: bool
    session: int
    exercise: str


@dataclass(frozen=True)
class Need:
    """A policy area that a state needs to work on, and why."""

    area: str
    reason: str


def example_exercises(content: Content) -> list[str]:
    """Ids of the exercises with an examples table."""
    return list(dict.fromkeys(exercise.id for _, exercise, _ in _example_tables(content)))


def is_examples_table(prompt: TablePrompt) -> bool:
    """True for an examples table: its first column is text, and it has a sharing choice per row."""
    ladder = next((c for c in prompt.columns if c.id == MAY_SHARE), None)
    if not isinstance(ladder, ChoicePrompt) or not isinstance(prompt.columns[0], TextPrompt):
        return False
    return {ANONYMOUS, NAMED} <= {option.id for option in ladder.options}


def read_shared_examples(
    content: Content, responses: Iterable[Response], people: Iterable[Person] = (), *, name_people: bool = True
) -> dict[str, list[Example]]:
    """By postal code, the examples that a state shares with other states, newest first.

    ``responses`` are current answers of any states. From an anonymous example, the link, the contact, every address in
    its text, and the names of its state and of ``people`` are removed. Pass everyone in the series: a person may have
    moved to another state since. Without ``name_people``, named examples have no contact, email address, or name of a
    person, either.
    """
    names = _Names(people)
    by_state: defaultdict[str, list[Response]] = defaultdict(list)
    for response in responses:
        by_state[response.jurisdiction].append(response)
    shared: dict[str, list[Example]] = {}
    for code, given in by_state.items():
        found = _of_state(content, code, given, names, name_people=name_people)
        if found:
            shared[code] = sorted(found, key=lambda example: -example.seq)
    return shared


def hide_identity(content: Content, code: str, text: str, people: Iterable[Person], authors: Iterable[str]) -> str:
    """A state's text without links, addresses, and the names of the state and of people, as in anonymous examples."""
    state = next((j.name for j in content.jurisdictions if j.code == code), "")
    return _Mask(code, state, frozenset(authors), _Names(people))(text)


def read_own_examples(content: Content, given: Iterable[Response]) -> list[OwnExample]:
    """All titled examples of one state, by session, whatever their rung. ``given``: its current answers."""
    answered, found = list(given), []
    for session, exercise, prompt in _example_tables(content):
        ladder = next(column for column in prompt.columns if column.id == MAY_SHARE)
        formatter, first = AnswerFormatter(content, Answers(()), session), prompt.columns[0].id
        for newest in _rows(answered, session, exercise.id, prompt).values():
            title = str(newest[first].value or "").strip() if first in newest else ""
            rung = newest[MAY_SHARE].value if MAY_SHARE in newest else None
            sharing = formatter.format(ladder, rung) if rung else ""
            if title:
                found.append(OwnExample(title, sharing, rung in (ANONYMOUS, NAMED), session, exercise.id))
    return found


def read_needs(content: Content, answers: Answers) -> list[Need]:
    """The areas that a state rated lowest, followed by those of its open next steps. Each area once."""
    rated = summarize_ratings(content, latest_ratings(read_ratings(content, answers)))
    top = max(content.instrument.points, default=0)
    low = sorted((s.mean, s.area.id) for s in rated if s.mean is not None and s.mean < top)
    needs = {area: Need(area, f"rated {format_mean(mean)} of {top}") for mean, area in low[:MOST_AREAS]}
    for action in read_actions(content, answers):
        responses = action.row.responses.get(AREA, ())
        area = str(responses[-1].value) if responses and action.is_open else ""
        if area and area not in needs:
            needs[area] = Need(area, "your next steps are about it")
    return list(needs.values())


def build_peers(content: Content, answers: Answers, shared: Mapping[str, Sequence[Example]], code: str) -> Section:
    """Examples for the needs of the state ``code``: those that other states share, then published ones."""
    needs = read_needs(content, answers)
    section = _shared_by_states(content, needs, shared, code)
    published = published_examples(content, needs, code)
    return Section(section.title, (*section.blocks, published)) if published else section


def published_examples(content: Content, needs: Sequence[Need], code: str) -> Section | None:
    """Published examples of other states for a state's needs, a few per area, newest first; without needs, the newest.

    None if there are none.
    """
    others = [example for example in content.examples if code not in example.states]
    if not others:
        return None
    titles = vocabulary_labels(content, "areas")
    by_area = examples_for_areas(others, [need.area for need in needs])
    lists = {titles.get(area, area): found[:MOST_PER_AREA] for area, found in by_area.items() if found}
    if not lists:
        lists = {"The newest": tuple(newest_first(others)[:MOST_PER_AREA])}
    blocks = [_published_records(content, caption, found) for caption, found in lists.items()]
    return Section(PUBLISHED_TITLE, (Paragraph(PUBLISHED_NOTE), *blocks))


def _published_records(content: Content, caption: str, examples: Sequence[PublishedExample]) -> Records:
    return Records(caption, "", tuple(_published_record(content, example) for example in examples))


def _published_record(content: Content, example: PublishedExample) -> Record:
    first, *more = example.sources
    facts = [
        Fact("What was done", one_text(example.did)),
        Fact("When", one_text(example.when)),
        Fact("What you could borrow", one_text(example.borrow)),
        Fact("Where", one_text(f"{first.name}: {first.address} ({format_page_date(example)})")),
    ]
    if more:
        facts.append(Fact("More sources", one_text("; ".join(source.address for source in more))))
    if example.caution:
        facts.append(Fact("Check first", one_text(example.caution)))
    label = f" ({example.label.lower()})" if example.label else ""
    return Record(one_text(f"{format_states(content, example)}: {example.title}{label}"), tuple(facts))


def _shared_by_states(
    content: Content, needs: Sequence[Need], shared: Mapping[str, Sequence[Example]], code: str
) -> Section:
    offered = sorted((e for other, of in shared.items() if other != code for e in of), key=lambda e: -e.seq)
    titles = vocabulary_labels(content, "areas")
    if not offered:
        return Section(TITLE, (Paragraph("No other state has offered an example so far.", "quiet"),))
    if not needs:
        sentence = "Your team has not rated an area yet, so these are the newest examples."
        return Section(TITLE, (Paragraph(sentence), _records("Examples", offered[:MOST_PER_AREA])))
    why = "; ".join(f"{titles.get(need.area, need.area)} ({need.reason})" for need in needs)
    blocks: list[Block] = [Paragraph(f"Chosen for what your state works on: {why}.")]
    for need in needs:
        fitting = [example for example in offered if example.area == need.area][:MOST_PER_AREA]
        if fitting:
            blocks.append(_records(titles.get(need.area, need.area), fitting))
    if len(blocks) == 1:
        sentence = "No other state has offered an example in these areas so far. These are the newest of others."
        blocks += [Paragraph(sentence), _records("Examples", offered[:MOST_PER_AREA])]
    return Section(TITLE, tuple(blocks))


def _records(caption: str, examples: Sequence[Example]) -> Records:
    records = tuple(
        Record(
            one_text(e.title),
            (
                Fact("From", one_text(e.state or ANONYMOUS_STATE)),
                *(Fact(label, one_text(words)) for label, words in e.facts),
            ),
        )
        for e in examples
    )
    return Records(caption, "example", records)


class _Names:
    """Index of the names of everyone in a series, for fast search in long texts.

    The store keeps current names only. A person's earlier name is unknown and is not found.
    """

    def __init__(self, people: Iterable[Person]) -> None:
        # Keyed by the first word of the name, each with all words of the name.
        self._people: defaultdict[str, list[tuple[frozenset[str], Person]]] = defaultdict(list)
        for person in people:
            if words := _words(person.name):
                self._people[words[0]].append((frozenset(words), person))

    def find_in(self, answer: str, code: str, authors: Collection[str]) -> Iterator[tuple[str, bool]]:
        """The names that occur in this text of a state, each with whether the match is case-sensitive.

        A one-word name (Grant, Will) is matched case-sensitively if the person neither belongs to the state nor wrote
        the answer. Otherwise that common word would be removed from every state's examples.
        """
        there = set(_words(answer))
        for word in there:
            for words, person in self._people.get(word, ()):
                if words <= there:
                    is_near = person.jurisdiction == code or person.id in authors
                    yield person.name, not is_near and len(person.name.split()) == 1


@dataclass(frozen=True)
class _Mask:
    """Removes from one state's texts what identifies the state or its authors."""

    code: str
    state: str
    authors: frozenset[str]
    names: _Names

    def __call__(self, answer: str) -> str:
        """The text without addresses and names."""
        kept = "".join(
            LEFT_OUT if is_link else piece for piece, is_link in split_links(unicodedata.normalize("NFC", answer))
        )
        kept = _SITE.sub(LEFT_OUT, _MAIL.sub(LEFT_OUT, kept))
        # A postal code may also be a word, so it is matched case-sensitively.
        return self._hide(kept, {(self.state, False), (self.code, True)})

    def hide_people(self, answer: str) -> str:
        """The text without email addresses and people's names."""
        return self._hide(_MAIL.sub(LEFT_OUT, unicodedata.normalize("NFC", answer)), set())

    def _hide(self, kept: str, secrets: set[tuple[str, bool]]) -> str:
        secrets = {*secrets, *self.names.find_in(kept, self.code, self.authors)}
        for secret, case_counts in sorted(secrets, key=lambda one: (-len(one[0]), one)):
            words = r"\s+".join(map(re.escape, unicodedata.normalize("NFC", secret).split()))
            if words:
                kept = re.sub(rf"(?<!\w){words}(?!\w)", LEFT_OUT, kept, flags=0 if case_counts else re.IGNORECASE)
        return kept


def _words(answer: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", answer).casefold())


def _of_state(
    content: Content, code: str, given: Sequence[Response], names: _Names, *, name_people: bool
) -> list[Example]:
    state = next((j.name for j in content.jurisdictions if j.code == code), "")
    mask = _Mask(code, state, frozenset(response.author for response in given), names)
    found = []
    for session, exercise, prompt in _example_tables(content):
        formatter = AnswerFormatter(content, Answers(()), session)
        for row, newest in _rows(given, session, exercise.id, prompt).items():
            rung = newest[MAY_SHARE].value if MAY_SHARE in newest else None
            if rung in (ANONYMOUS, NAMED):
                named, key = state if rung == NAMED else "", f"{code}/{exercise.id}/{row}"
                hide = mask if rung == ANONYMOUS else None if name_people else mask.hide_people
                example = _example(prompt, formatter, newest, named, hide, key)
                found += [example] if example.title else []
    return found


def _example_tables(content: Content) -> list[tuple[int, Exercise, TablePrompt]]:
    return [found for found in prompts_of(content, TablePrompt, None) if is_examples_table(found[2])]


def _rows(
    given: Sequence[Response], session: int, exercise: str, prompt: TablePrompt
) -> dict[str, dict[str, Response]]:
    """By row, the latest response of each column, without deleted rows."""
    rows: defaultdict[str, dict[str, Response]] = defaultdict(dict)
    removed = set()
    for response in sorted(given, key=lambda response: response.seq):
        if (response.session, response.exercise) != (session, exercise):
            continue
        table, _, column = response.prompt.partition(".")
        if table != prompt.id:
            continue
        if column:
            rows[response.row][column] = response
        elif response.value is False:
            removed.add(response.row)
        else:
            removed.discard(response.row)
    return {row: columns for row, columns in rows.items() if row not in removed}


def _example(
    prompt: TablePrompt,
    formatter: AnswerFormatter,
    newest: Mapping[str, Response],
    state: str,
    hide: Callable[[str], str] | None,
    key: str,
) -> Example:
    words: dict[str, str] = {}
    for column in prompt.columns:
        if column.id not in newest or is_empty(newest[column.id].value) or column.id in (MAY_SHARE, AREA):
            continue
        if hide and (isinstance(column, PersonPrompt) or (column.id == LINK and not state)):
            continue
        answer = formatter.format(column, newest[column.id].value)
        words[column.id] = hide(answer) if hide else answer
    first = prompt.columns[0].id
    return Example(
        state=state,
        title=words.pop(first, ""),
        area=str(newest[AREA].value or "") if AREA in newest else "",
        facts=tuple((column.label, words[column.id]) for column in prompt.columns if column.id in words),
        seq=max(response.seq for response in newest.values()),
        key=key,
    )
