"""What other states offer for this state's needs. The sharing ladder is held here, and nowhere is it passed by.

A table of examples is known by its shape: words first, and a choice ``may_share`` with the rungs of the ladder. The
newest value of that choice counts, a cleared one and a missing one mean "our team only".
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cluster_kit.content.models import ChoicePrompt, Content, Exercise, PersonPrompt, TablePrompt, TextPrompt
from cluster_kit.documents.model import Block, Fact, Paragraph, Record, Records, Section, text
from cluster_kit.documents.typed_text import split_links
from cluster_kit.exercises.answers import Answers, is_empty
from cluster_kit.exercises.labels import Speller, vocabulary
from cluster_kit.exercises.prompts import prompts_of
from cluster_kit.insights.plans import read_actions
from cluster_kit.insights.ratings import latest_ratings, read_ratings, summarize_ratings

if TYPE_CHECKING:
    from cluster_kit.store import Person, Response

MAY_SHARE, AREA, LINK = "may_share", "area", "link"
ANONYMOUS, NAMED = "anonymous", "named"
MOST_AREAS, MOST_PER_AREA = 3, 3
TITLE = "What other states have done"
LEFT_OUT = "…"
SOMEBODY = "Another state, without its name"
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SITE = re.compile(r"\bwww\.[^\s<>\"']+", re.IGNORECASE)
_WORD = re.compile(r"\w+")

_Rows = dict[str, dict[str, "Response"]]


@dataclass(frozen=True)
class Example:
    """A practice that a state offers to others. ``state`` is empty where it travels without its name.

    ``area`` is a policy area's id, or empty. ``facts`` are the labels and words of the other columns. ``key`` is its
    address, ``state/exercise/row``: it names the state whatever its rung, so it must not reach other states.
    """

    state: str
    title: str
    area: str
    facts: tuple[tuple[str, str], ...]
    seq: int
    key: str


@dataclass(frozen=True)
class OwnExample:
    """An example as its own state sees it: ``rung`` in the words of the ladder, empty where nothing was chosen."""

    title: str
    rung: str
    is_shared: bool
    session: int
    exercise: str


@dataclass(frozen=True)
class Need:
    """A policy area that a state works on, and why it counts as a need."""

    area: str
    reason: str


def example_exercises(content: Content) -> list[str]:
    """The ids of the exercises in which states offer examples."""
    return list(dict.fromkeys(exercise.id for _, exercise, _ in _example_tables(content)))


def is_examples_table(prompt: TablePrompt) -> bool:
    """True for a table of examples: it begins with words, and says for each who may see it."""
    ladder = next((c for c in prompt.columns if c.id == MAY_SHARE), None)
    if not isinstance(ladder, ChoicePrompt) or not isinstance(prompt.columns[0], TextPrompt):
        return False
    return {ANONYMOUS, NAMED} <= {option.id for option in ladder.options}


def read_shared_examples(
    content: Content, responses: Iterable[Response], people: Iterable[Person] = ()
) -> dict[str, list[Example]]:
    """By postal code, the examples that a state lets other states see, newest first.

    ``responses`` are current answers of any states. An anonymous example loses its link, its contact, every address
    in its words, and the names of its state and of ``people``: give everybody of the series, since who belonged to a
    state may have moved to another since.
    """
    names = _Names(people)
    by_state: defaultdict[str, list[Response]] = defaultdict(list)
    for response in responses:
        by_state[response.jurisdiction].append(response)
    shared: dict[str, list[Example]] = {}
    for code, given in by_state.items():
        found = _of_state(content, code, given, names)
        if found:
            shared[code] = sorted(found, key=lambda example: -example.seq)
    return shared


def read_own_examples(content: Content, given: Iterable[Response]) -> list[OwnExample]:
    """All examples of one state that have a title, by session, whoever may see them. ``given``: its current answers."""
    answered, found = list(given), []
    for session, exercise, prompt in _example_tables(content):
        ladder = next(column for column in prompt.columns if column.id == MAY_SHARE)
        speller, first = Speller(content, Answers(()), session), prompt.columns[0].id
        for newest in _rows(answered, session, exercise.id, prompt).values():
            title = str(newest[first].value or "").strip() if first in newest else ""
            rung = newest[MAY_SHARE].value if MAY_SHARE in newest else None
            said = speller.spell(ladder, rung) if rung else ""
            if title:
                found.append(OwnExample(title, said, rung in (ANONYMOUS, NAMED), session, exercise.id))
    return found


def read_needs(content: Content, answers: Answers) -> list[Need]:
    """The areas that a state rated lowest, then those that its open next steps are about. Each area once."""
    rated = summarize_ratings(content, latest_ratings(read_ratings(content, answers)))
    top = max(anchor.value for anchor in content.instrument.scale)
    low = sorted((s.mean, s.area.id) for s in rated if s.mean is not None and s.mean < top)
    needs = {area: Need(area, f"rated {mean:.1f} of {top}") for mean, area in low[:MOST_AREAS]}
    for action in read_actions(content, answers):
        said = action.row.responses.get(AREA, ())
        area = str(said[-1].value) if said and action.is_open else ""
        if area and area not in needs:
            needs[area] = Need(area, "your next steps are about it")
    return list(needs.values())


def peers(content: Content, answers: Answers, shared: Mapping[str, Sequence[Example]], code: str) -> Section:
    """Examples of other states for the needs of the state ``code``, a few for each area, newest first."""
    offered = sorted((e for other, of in shared.items() if other != code for e in of), key=lambda e: -e.seq)
    needs, titles = read_needs(content, answers), vocabulary(content, "areas")
    if not offered:
        return Section(TITLE, (Paragraph("No other state has offered an example so far.", "quiet"),))
    if not needs:
        said = "Your team has not rated an area yet, so these are the newest examples."
        return Section(TITLE, (Paragraph(said), _records("Examples", offered[:MOST_PER_AREA])))
    why = "; ".join(f"{titles.get(need.area, need.area)} ({need.reason})" for need in needs)
    blocks: list[Block] = [Paragraph(f"Chosen for what your state works on: {why}.")]
    for need in needs:
        fitting = [example for example in offered if example.area == need.area][:MOST_PER_AREA]
        if fitting:
            blocks.append(_records(titles.get(need.area, need.area), fitting))
    if len(blocks) == 1:
        said = "No other state has offered an example in these areas so far. These are the newest of others."
        blocks += [Paragraph(said), _records("Examples", offered[:MOST_PER_AREA])]
    return Section(TITLE, tuple(blocks))


def _records(caption: str, examples: Sequence[Example]) -> Records:
    records = tuple(
        Record(
            text(e.title),
            (Fact("From", text(e.state or SOMEBODY)), *(Fact(label, text(words)) for label, words in e.facts)),
        )
        for e in examples
    )
    return Records(caption, "example", records)


class _Names:
    """The names of everybody of a series, to be found in words fast, however many they are.

    The store keeps what people are called now. A name that was theirs earlier is not known, and is not found.
    """

    def __init__(self, people: Iterable[Person]) -> None:
        # By the first word of their names, each with all words of it.
        self._people: defaultdict[str, list[tuple[frozenset[str], Person]]] = defaultdict(list)
        for person in people:
            if words := _words(person.name):
                self._people[words[0]].append((frozenset(words), person))

    def find_in(self, said: str, code: str, authors: Collection[str]) -> Iterator[tuple[str, bool]]:
        """The names that may be in these words of a state, each with whether its case counts.

        It counts where a name is one word (Grant, Will), and its bearer neither belongs to the state nor is among the
        authors of its answers: else such a word would be missing from everybody's examples.
        """
        there = set(_words(said))
        for word in there:
            for words, person in self._people.get(word, ()):
                if words <= there:
                    is_near = person.jurisdiction == code or person.id in authors
                    yield person.name, not is_near and len(person.name.split()) == 1


@dataclass(frozen=True)
class _Mask:
    """Takes out of one state's words what would tell which state it is, and who wrote them."""

    code: str
    state: str
    authors: frozenset[str]
    names: _Names

    def __call__(self, said: str) -> str:
        """The words without addresses and without names."""
        kept = "".join(
            LEFT_OUT if is_link else piece for piece, is_link in split_links(unicodedata.normalize("NFC", said))
        )
        kept = _SITE.sub(LEFT_OUT, _MAIL.sub(LEFT_OUT, kept))
        # A postal code may be a word as well, so its case counts.
        secrets = {(self.state, False), (self.code, True), *self.names.find_in(kept, self.code, self.authors)}
        for secret, case_counts in sorted(secrets, key=lambda one: (-len(one[0]), one)):
            words = r"\s+".join(map(re.escape, unicodedata.normalize("NFC", secret).split()))
            if words:
                kept = re.sub(rf"(?<!\w){words}(?!\w)", LEFT_OUT, kept, flags=0 if case_counts else re.IGNORECASE)
        return kept


def _words(said: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", said).casefold())


def _of_state(content: Content, code: str, given: Sequence[Response], names: _Names) -> list[Example]:
    state = next((j.name for j in content.jurisdictions if j.code == code), "")
    mask = _Mask(code, state, frozenset(response.author for response in given), names)
    found = []
    for session, exercise, prompt in _example_tables(content):
        speller = Speller(content, Answers(()), session)
        for row, newest in _rows(given, session, exercise.id, prompt).items():
            rung = newest[MAY_SHARE].value if MAY_SHARE in newest else None
            if rung in (ANONYMOUS, NAMED):
                named, key = state if rung == NAMED else "", f"{code}/{exercise.id}/{row}"
                example = _example(prompt, speller, newest, named, mask, key)
                found += [example] if example.title else []
    return found


def _example_tables(content: Content) -> list[tuple[int, Exercise, TablePrompt]]:
    return [found for found in prompts_of(content, TablePrompt, None) if is_examples_table(found[2])]


def _rows(
    given: Sequence[Response], session: int, exercise: str, prompt: TablePrompt
) -> dict[str, dict[str, Response]]:
    """By row, the newest response of each column; rows that were removed are left out."""
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
    prompt: TablePrompt, speller: Speller, newest: Mapping[str, Response], state: str, mask: _Mask, key: str
) -> Example:
    words: dict[str, str] = {}
    for column in prompt.columns:
        if column.id not in newest or is_empty(newest[column.id].value) or column.id in (MAY_SHARE, AREA):
            continue
        if state or not (isinstance(column, PersonPrompt) or column.id == LINK):
            said = speller.spell(column, newest[column.id].value)
            words[column.id] = said if state else mask(said)
    first = prompt.columns[0].id
    return Example(
        state=state,
        title=words.pop(first, ""),
        area=str(newest[AREA].value or "") if AREA in newest else "",
        facts=tuple((column.label, words[column.id]) for column in prompt.columns if column.id in words),
        seq=max(response.seq for response in newest.values()),
        key=key,
    )
