"""What has changed in an export since a time: for programs that import only changes, such as a CRM."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pandas as pd

from cluster_kit.content.models import Content, Scope
from cluster_kit.errors import UsageError
from cluster_kit.exercises.answers import is_empty
from cluster_kit.exercises.fields import PAGE_PROMPTS
from cluster_kit.exports.gathering import AnswerLine
from cluster_kit.exports.ladder import keep_for_staff, read_rungs, row_address
from cluster_kit.exports.tables import REMOVED
from cluster_kit.files import PRIVATE, write_atomically
from cluster_kit.store import ErasedChoice, Response, Store

LAST = "last"
TIMES_FILE = "exports.json"
Place = tuple[str, int, str, str, str, str]
"""Jurisdiction, session, exercise, prompt, row, and author (empty for a team's answer)."""


def read_since(given: str, home: Path, series: str, out: Path) -> dt.datetime:
    """The time that ``--since`` names: a date or time (UTC unless it says otherwise), or ``last`` for the last export
    to a file of this name. Raises ``UsageError``."""
    if given.strip().lower() == LAST:
        known = _read_times(home).get(series, {}).get(out.name)
        if known is None:
            raise UsageError(
                f"There is no earlier export of series {series} to a file named {out.name}. Export once without "
                "--since, or name a time, such as --since 2026-03-01."
            )
        return dt.datetime.fromisoformat(known)
    try:
        since = dt.datetime.fromisoformat(given.strip())
    except ValueError:
        raise UsageError(
            f"--since cannot be {given!r}. Write a date or a time in UTC, such as 2026-03-01 or 2026-03-01T18:30, or "
            f"{LAST}."
        ) from None
    return since if since.tzinfo else since.replace(tzinfo=dt.UTC)


def changes_file(out: Path) -> Path:
    """The file for an export of changes, beside the full export ``out``: ``crm-changes.csv``."""
    return out.with_name(f"{out.stem}-changes{out.suffix}")


def was_exported(home: Path, series: str, out: Path) -> bool:
    """True if this home has exported the series to a file of this name before."""
    return out.name in _read_times(home).get(series, {})


def note_export(home: Path, series: str, out: Path, at: dt.datetime) -> None:
    """Remember when a file of this name was exported, for ``--since last``."""
    times = _read_times(home)
    times.setdefault(series, {})[out.name] = at.isoformat()
    with suppress(OSError):  # a home that cannot be written: the next export repeats what this one has
        write_atomically(home / TIMES_FILE, json.dumps(times, indent=2).encode(), mode=PRIVATE)


def removed_frame(
    content: Content, store: Store, lines: Sequence[AnswerLine], since: dt.datetime, codes: Sequence[str] | None
) -> pd.DataFrame:
    """One row per answer that staff could see at ``since`` and no longer can (``REMOVED``), by state.

    It was cleared, its row was removed, or the state keeps it to its team now. ``lines`` are the answers of today.
    """
    wanted = {content.get_jurisdiction(code).code for code in codes} if codes is not None else None
    kept = {_place_of_line(line) for line in lines}
    current = store.current(content.series.id)
    erased = store.erased_choices(content.series.id)
    rows = []
    for state in content.jurisdictions:
        if wanted is None or state.code in wanted:
            people = store.people(content.series.id, state.code)
            numbers = {person.id: f"{state.code}-{number}" for number, person in enumerate(people, start=1)}
            history = store.history(content.series.id, state.code)
            for place, at in _removed(content, history, since, current, erased):
                code, session, exercise, prompt, row, author = place
                person = numbers.get(author, "") if author else ""
                if (*place[:5], person) not in kept:
                    where = (content.series.id, session, exercise, prompt, row)
                    rows.append((*where, code, state.name, person, at))
    return pd.DataFrame(rows, columns=list(REMOVED)).astype(REMOVED)


def _removed(
    content: Content,
    history: Sequence[Response],
    since: dt.datetime,
    current: Sequence[Response],
    erased: Sequence[ErasedChoice],
) -> Iterator[tuple[Place, dt.datetime]]:
    """The places that staff could see at ``since``, in rows that have changed since.

    ``current``: the answers of all states; ``erased``: their choices that were erased.
    """
    changed: dict[tuple[str, int, str, str, str], dt.datetime] = {}
    for response in history:
        if response.at >= since:
            changed[row_address(response)] = response.at
    if not changed:
        return
    before = [response for response in history if response.at < since and response.prompt not in PAGE_PROMPTS]
    rungs = read_rungs(content, before, erased, current)
    latest = {_place(response): response for response in keep_for_staff(before, rungs)}
    for place, response in latest.items():
        if row_address(response) in changed and not is_empty(response.value):
            yield place, changed[row_address(response)]


def _place(response: Response) -> Place:
    author = response.author if response.scope is Scope.PERSON else ""
    return response.jurisdiction, response.session, response.exercise, response.prompt, response.row, author


def _place_of_line(line: AnswerLine) -> Place:
    person = line.person if line.is_own else ""
    return (line.jurisdiction, line.session, line.exercise.id, line.prompt, line.row, person)


def _read_times(home: Path) -> dict[str, dict[str, str]]:
    path = home / TIMES_FILE
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError:
        raise UsageError(f"{path} is damaged. Delete it, and export once without --since.") from None
    return found if isinstance(found, dict) else {}
