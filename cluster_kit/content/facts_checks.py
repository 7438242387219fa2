"""Check facts and published examples: references within their files, and notices for staff."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import chain

from cluster_kit.content import models as m
from cluster_kit.content.claims import Claim, FactBase, OwnedQuestion, SourcedClaim, format_as_of
from cluster_kit.content.documents import LocatedMapping
from cluster_kit.content.errors import Problem
from cluster_kit.content.findings import Findings
from cluster_kit.content.parts import Parts
from cluster_kit.content.session_checks import note_long_prework

LEVERS = "levers"
"""The id of the exercise, and of its table, whose fixed rows are the policy levers."""


def gather_facts(parts: Parts) -> FactBase:
    """The claims with their sources, and the questions. Claims whose source is unknown are omitted."""
    sources = {source.id: source for file in parts.facts for source in file.model.sources}
    claims = [
        SourcedClaim(claim=claim, source=sources[claim.source], owner=claim.owner or file.model.owner)
        for file in parts.facts
        for claim in file.model.claims
        if claim.source in sources
    ]
    questions = [
        OwnedQuestion(question=question, owner=file.model.owner)
        for file in parts.facts
        for question in file.model.questions
    ]
    return FactBase(claims=tuple(claims), questions=tuple(questions))


def check_facts(parts: Parts, found: Findings) -> None:
    """Check that ids are unique across the files, and that claims and questions name known sources and claims."""
    sources = {source.id for file in parts.facts for source in file.model.sources}
    claims = {claim.id for file in parts.facts for claim in file.model.claims}
    seen: dict[str, set[str]] = {"sources": set(), "claims": set(), "questions": set()}
    for file in parts.facts:
        ids: dict[str, list[str]] = {
            "sources": [source.id for source in file.model.sources],
            "claims": [claim.id for claim in file.model.claims],
            "questions": [question.id for question in file.model.questions],
        }
        for key, of_key in ids.items():
            _check_new(found, file.data, key, of_key, seen[key])
        for index, claim in enumerate(file.model.claims):
            if claim.source not in sources:
                sentence = f"there is no source {claim.source!r} in the folder of facts"
                found.add(file.data, ("claims", index, "source"), sentence)
        for index, question in enumerate(file.model.questions):
            found.known(file.data, ("questions", index, "claims"), question.claims, claims, "claim")


def check_examples(parts: Parts, found: Findings) -> None:
    """Check that the ids of published examples are unique across the files."""
    seen: set[str] = set()
    for file in parts.examples:
        _check_new(found, file.data, "examples", (example.id for example in file.model.examples), seen)


def _check_new(found: Findings, data: LocatedMapping, key: str, ids: Iterable[str], seen: set[str]) -> None:
    for index, id_ in enumerate(ids):
        if id_ in seen:
            found.add(data, (key, index, "id"), f"there is another {key.removesuffix('s')} {id_!r}: each needs its own")
        seen.add(id_)


# --- notices ---------------------------------------------------------------------------------------------------


def find_notices(parts: Parts, today: dt.date) -> list[Problem]:
    """Statements and examples older than a year, dangling references, missing examples, and too much prework."""
    found = Findings()
    _note_old_facts(parts, today, found)
    _note_old_examples(parts, today, found)
    _note_dangling_claims(parts, found)
    _note_dangling_examples(parts, found)
    _note_missing_examples(parts, found)
    note_long_prework(parts, found)
    return found.problems


def is_old(as_of: dt.date, today: dt.date) -> bool:
    """True if the date is more than a year ago."""
    return (today - as_of).days > 365


def _note_old_facts(parts: Parts, today: dt.date, found: Findings) -> None:
    sources = {source.id: source for file in parts.facts for source in file.model.sources}
    for file in parts.facts:
        for index, claim in enumerate(file.model.claims):
            source = sources.get(claim.source)
            as_of = claim.as_of or (source.as_of if source else today)
            if source and is_old(as_of, today):
                sentence = f"{format_as_of(as_of)}, more than a year ago: read {source.address} again"
                found.add(file.data, ("claims", index), sentence)
        for index, question in enumerate(file.model.questions):
            if is_old(question.as_of, today):
                sentence = f"the answer is {format_as_of(question.as_of)}, more than a year ago: check it again"
                found.add(file.data, ("questions", index), sentence)


def _note_old_examples(parts: Parts, today: dt.date, found: Findings) -> None:
    for file in parts.examples:
        for index, example in enumerate(file.model.examples):
            if is_old(example.as_of, today):
                sentence = f"{format_as_of(example.as_of)}, more than a year ago: read {example.address} again"
                found.add(file.data, ("examples", index), sentence)


def _note_dangling_claims(parts: Parts, found: Findings) -> None:
    numbers = {str(part.number) for part in parts.sessions}
    areas, items = _areas(parts), _items(parts)
    for file in parts.facts:
        for index, claim in enumerate(file.model.claims):
            for key, words, known, noun in _references(claim, numbers, areas, items):
                found.known(file.data, ("claims", index, key), words, known, noun)
        for index, question in enumerate(file.model.questions):
            words = [str(number) for number in question.sessions]
            found.known(file.data, ("questions", index, "sessions"), words, numbers, "session")


def _references(
    claim: Claim, numbers: set[str], areas: set[str], items: set[str]
) -> Iterator[tuple[str, list[str], set[str], str]]:
    yield "sessions", [str(number) for number in claim.sessions], numbers, "session"
    yield "areas", list(claim.areas), areas, "area"
    yield "items", list(claim.items), items, "item"


def _note_dangling_examples(parts: Parts, found: Findings) -> None:
    states = {j.code for j in parts.jurisdictions.model.jurisdictions} if parts.jurisdictions else set()
    areas, items, levers = _areas(parts), _items(parts), {lever for lever, _ in list_levers(parts)}
    for file in parts.examples:
        for index, example in enumerate(file.model.examples):
            found.known(file.data, ("examples", index, "states"), example.states, states, "jurisdiction")
            found.known(file.data, ("examples", index, "areas"), example.areas, areas, "area")
            found.known(file.data, ("examples", index, "levers"), example.levers, levers, "policy lever")
            found.known(file.data, ("examples", index, "items"), example.items, items, "item")


def _note_missing_examples(parts: Parts, found: Findings) -> None:
    """An area or a lever without a published example, at its own place."""
    examples = [example for file in parts.examples for example in file.model.examples]
    if not examples:
        return
    with_area = set(chain.from_iterable(example.areas for example in examples))
    for area in parts.areas:
        if area.model.id not in with_area:
            found.add(area.data, ("id",), f"no published example is about the area {area.model.id!r}")
    with_lever = set(chain.from_iterable(example.levers for example in examples))
    for session in parts.sessions:
        for lever in _levers_in(session.find(LEVERS)):
            if lever.id not in with_lever:
                sentence = f"no published example is about the policy lever {lever.id!r}"
                found.add(session.data, ("exercises",), sentence)


def list_levers(parts: Parts) -> list[tuple[str, str]]:
    """The ids and labels of the policy levers: the fixed rows of the exercise ``levers``."""
    return [(row.id, row.label) for session in parts.sessions for row in _levers_in(session.find(LEVERS))]


def _levers_in(exercise: m.Exercise | None) -> list[m.Option]:
    prompts = exercise.prompts if exercise else ()
    tables = (prompt for prompt in prompts if prompt.id == LEVERS and isinstance(prompt, m.TablePrompt))
    return [row for table in tables for row in table.rows]


def _areas(parts: Parts) -> set[str]:
    return {area.model.id for area in parts.areas}


def _items(parts: Parts) -> set[str]:
    return {item.id for area in parts.areas for item in area.model.items}
