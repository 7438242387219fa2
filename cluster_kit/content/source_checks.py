"""Check references to other answers: rows and options from a table, and a session's look back."""

from __future__ import annotations

from collections.abc import Iterator

from cluster_kit.content import models as m
from cluster_kit.content.findings import Findings, Path
from cluster_kit.content.parts import Located, Parts, SessionParts
from cluster_kit.content.validation_errors import did_you_mean


def check_look_back(parts: Parts, part: SessionParts, index: int, look_back: m.LookBack, found: Findings) -> None:
    """Check that a look back refers to an existing exercise, prompt, and columns of an earlier session."""
    path: Path = ("opens_with", index)
    if look_back.session >= part.number:
        found.add(part.data, (*path, "session"), f"must be a session before this one, not {look_back.session}")
        return
    target = next((p for p in parts.sessions if p.number == look_back.session), None)
    exercise = target.find(look_back.exercise) if target else None
    if exercise is None:
        if target and target.complete:
            known = [e.model.id for e in target.exercises]
            found.add(part.data, (*path, "exercise"), _no("exercise", look_back.exercise, known))
        return
    prompt = next((p for p in exercise.prompts if p.id == look_back.prompt), None)
    if prompt is None:
        known = [p.id for p in exercise.prompts]
        found.add(part.data, (*path, "prompt"), _no("prompt", look_back.prompt, known))
        return
    found.known(part.data, (*path, "columns"), look_back.columns, _columns(prompt) or ["(none)"], "column")
    _check_asked_of_all(part, path, look_back, prompt, found)


def _check_asked_of_all(
    part: SessionParts, path: Path, look_back: m.LookBack, prompt: m.Prompt, found: Findings
) -> None:
    """A look back shows what every team was asked, so that no team opens a session with an empty table."""
    for index, name in enumerate(look_back.columns):
        depth = max((prompt.depth, *(c.depth for c in _cells(prompt) if c.id == name)), key=_deep)
        if depth is not m.Depth.ESSENTIAL:
            sentence = (
                f"column {name!r} is asked from {depth} depth on, and every team looks back: name an essential one"
            )
            found.add(part.data, (*path, "columns", index), sentence)


def _cells(prompt: m.Prompt) -> tuple[m.CellPrompt, ...]:
    return prompt.columns if isinstance(prompt, m.TablePrompt) else ()


def _columns(prompt: m.Prompt) -> list[str]:
    if isinstance(prompt, m.TablePrompt):
        return [column.id for column in prompt.columns]
    if isinstance(prompt, m.ItemsPrompt):
        return ["rating", "note"]
    return ["answer"] if isinstance(prompt, m.QuestionsPrompt) else []


def check_source(parts: Parts, part: SessionParts, located: Located[m.Exercise], index: int, found: Findings) -> None:
    """Check that each source of a prompt is a text column that is answered before it is needed."""
    for path, source, depth in _sources(located.model.prompts[index], ("prompts", index)):
        problem = _source_problem(parts, part, located, index, source, depth)
        if problem:
            key, sentence = problem
            found.add(located.data, (*path, key), sentence)


def _sources(prompt: m.Prompt, path: Path) -> Iterator[tuple[Path, m.AnswerSource, m.Depth]]:
    """The sources in a prompt, each with its path and the lowest depth that needs it."""
    if isinstance(prompt, m.TablePrompt):
        if isinstance(prompt.rows_from, m.AnswerSource):
            yield (*path, "rows_from"), prompt.rows_from, prompt.depth
        for j, cell in enumerate(prompt.columns):
            if isinstance(cell, m.ChoicePrompt) and isinstance(cell.options_from, m.AnswerSource):
                yield (*path, "columns", j, "options_from"), cell.options_from, max(cell.depth, prompt.depth, key=_deep)
    elif isinstance(prompt, m.ChoicePrompt) and isinstance(prompt.options_from, m.AnswerSource):
        yield (*path, "options_from"), prompt.options_from, prompt.depth


def _deep(depth: m.Depth) -> int:
    return list(m.Depth).index(depth)


def _source_problem(
    parts: Parts, part: SessionParts, located: Located[m.Exercise], index: int, source: m.AnswerSource, depth: m.Depth
) -> tuple[str, str] | None:
    """The invalid key and the reason, or None."""
    numbers = [meeting.session for meeting in parts.series.model.schedule] if parts.series else []
    if source.session == "earlier" and numbers and part.number == min(numbers):
        return "session", "this is the first session: none is earlier"
    if isinstance(source.session, int) and source.session > part.number:
        return "session", f"session {source.session} is later than this one: its answers are not there yet"
    targets = [p for p in parts.sessions if _is_source(source, p.number, part.number)]
    exercises = [(target, e) for target in targets if (e := target.find(source.exercise))]
    if not exercises:
        unread = not all(t.complete for t in targets) or not {t.number for t in targets} >= {
            n for n in numbers if _is_source(source, n, part.number)
        }
        known = [e.model.id for t in targets for e in t.exercises]
        return None if unread else ("exercise", _no("exercise", source.exercise, known))
    for target, exercise in exercises:
        problem = _column_problem(exercise, source, depth)
        if problem is None and target is part and not _is_above(part, located, index, source):
            problem = "prompt", "its rows come from something asked further down: move that above, or this below"
        if problem:
            return problem
    return None


def _is_source(source: m.AnswerSource, number: int, this: int) -> bool:
    if source.session == "earlier":
        return number < this
    return number == (this if source.session == "this" else source.session)


def _column_problem(exercise: m.Exercise, source: m.AnswerSource, depth: m.Depth) -> tuple[str, str] | None:
    prompt = next((p for p in exercise.prompts if p.id == source.prompt), None)
    if prompt is None:
        return "prompt", _no("prompt", source.prompt, [p.id for p in exercise.prompts])
    if not isinstance(prompt, m.TablePrompt):
        return "prompt", f"prompt {source.prompt!r} is no table: rows and options come from a table's text column"
    column = next((c for c in prompt.columns if c.id == source.column), None)
    if column is None:
        return "column", _no("column", source.column, [c.id for c in prompt.columns])
    if not isinstance(column, m.TextPrompt):
        return "column", f"column {source.column!r} is of kind {column.kind}: name one of kind text"
    asked = max(prompt.depth, column.depth, key=_deep)
    if not depth.includes(asked):
        return "column", f"column {source.column!r} is asked from {asked} depth on, and this already from {depth} on"
    return None


def _is_above(part: SessionParts, located: Located[m.Exercise], index: int, source: m.AnswerSource) -> bool:
    order = [e.model.id for e in part.exercises]
    there, here = order.index(source.exercise), order.index(located.model.id)
    if there != here:
        return there < here
    return [p.id for p in located.model.prompts].index(source.prompt) < index


def _no(noun: str, word: str, known: list[str]) -> str:
    return f"there is no {noun} {word!r} there{did_you_mean(word, known)}"
