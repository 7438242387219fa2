"""Writes worksheets to files: a notebook, a DOCX file, and a printable PDF for each state."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path

import nbformat

from cluster_kit.content import load_content
from cluster_kit.content.models import Content, Depth, Exercise
from cluster_kit.content.portable import read_own_files
from cluster_kit.documents.identity import use_identity
from cluster_kit.errors import ClusterKitError, UsageError
from cluster_kit.files import hold_folder, report_write_errors, write_atomically
from cluster_kit.process_pool import ProcessPool
from cluster_kit.roster.people import get_person
from cluster_kit.settings import Settings
from cluster_kit.store import Person, Store
from cluster_kit.store.deployment import open_deployment_store
from cluster_kit.worksheets.notebook import write_notebook
from cluster_kit.worksheets.sheet import Worksheet
from cluster_kit.worksheets.sheet_builder import WorksheetOptions, make_sheet
from cluster_kit.worksheets.signatures import make_person_key, sign_worksheet
from cluster_kit.worksheets.typed import NotebookSeed, pack_seed

FORMATS = ("ipynb", "docx", "pdf")
CHECK_IN = "check_in"


@dataclass(frozen=True)
class WorksheetRequest:
    """A request for worksheets. ``jurisdictions`` None: all. ``check_in``: the short one, this many days later.

    ``person``: the id, email address, or name of the person of one state whose own worksheet it is. Empty for
    worksheets of the whole team, whose members each write their name.
    """

    series: str
    session: int
    jurisdictions: Sequence[str] | None = None
    formats: tuple[str, ...] = FORMATS
    depth: Depth = Depth.STANDARD
    check_in: int | None = None
    person: str = ""


class WorksheetError(ClusterKitError):
    """A state's worksheet cannot be made. The message says why."""


@dataclass(frozen=True)
class _Task:
    """A state's worksheets, with everything that a worker process needs."""

    settings: Settings
    wanted: WorksheetRequest
    code: str
    person: Person | None


@dataclass(frozen=True)
class _Made:
    """A state's files by name, or an ``error`` message."""

    files: dict[str, bytes] = field(default_factory=dict)
    error: str = ""


def make_worksheets(settings: Settings, wanted: WorksheetRequest, out: Path, workers: int = 1) -> Iterator[Path]:
    """Make every requested worksheet in the folder ``out``, and yield each file's path when it is written.

    With several ``workers``, states are made in parallel, and come as they are completed; the files of a state come
    together. Files are written atomically and replace older ones.

    Raises
    ------
    UsageError, ContentError
        If the request or the content is invalid; before anything is written.
    OutputError, StoreError, WorksheetError
        If a worksheet cannot be made or written, or the store cannot be read. Those that are written stay.
    """
    content = load_content(wanted.series, overlay=settings.content)
    check_request(content, wanted)
    codes = list_states(content, wanted)
    settings.secret()  # created before the workers read it
    _read_content.cache_clear()  # of an earlier call: the content may have changed
    with hold_folder(out):
        with open_deployment_store(settings) as store:
            person = _find_person(store, wanted, codes) if wanted.person else None
        tasks = [_Task(settings, wanted, code, person) for code in codes]
        pool = ProcessPool(_make_state, lambda reason: _Made(error=reason))
        for task, made in pool.run(tasks, min(workers, len(tasks))):
            if made.error:
                raise WorksheetError(f"{task.code}: {made.error}")
            for name, data in made.files.items():
                _write(out / name, data)
                yield out / name


def list_states(content: Content, wanted: WorksheetRequest) -> list[str]:
    """The postal codes of the states whose worksheets are requested. Raises ``UnknownJurisdictionError``."""
    codes = [j.code for j in content.jurisdictions] if wanted.jurisdictions is None else wanted.jurisdictions
    return list(dict.fromkeys(content.get_jurisdiction(code).code for code in codes))


def _make_state(task: _Task) -> _Made:
    """The worksheets of a state. Runs in workers, whose errors cannot all be passed on: the result has the message."""
    try:
        return _Made(_write_state(task))
    except ClusterKitError as error:
        return _Made(error=str(error))


def _write_state(task: _Task) -> dict[str, bytes]:
    settings, wanted, person = task.settings, task.wanted, task.person
    use_identity(settings.organization())
    content, own_files = _read_content(wanted.series, settings.content)
    writers = _writers(own_files)
    suffix = f"-{wanted.check_in}-days" if wanted.check_in else ""
    suffix += f"-{make_person_key(person.id)}" if person else ""
    with open_deployment_store(settings) as store:
        sheet = make_sheet(content, store, wanted.session, task.code, check_request(content, wanted))
        sheet = _sign(sheet, settings.secret(), person)
        return {f"{sheet.file_name}{suffix}.{ending}": writers[ending](sheet, store) for ending in wanted.formats}


@lru_cache(maxsize=1)
def _read_content(series: str, overlay: Path) -> tuple[Content, dict[str, str]]:
    """The content, and the organization's own files, once in each process."""
    return load_content(series, overlay=overlay), read_own_files(series, overlay)


def check_request(content: Content, wanted: WorksheetRequest) -> WorksheetOptions:
    """The scope of the worksheets. Raises ``UsageError`` if the request is invalid."""
    unknown = [ending for ending in wanted.formats if ending not in FORMATS]
    if unknown or not wanted.formats:
        raise UsageError(f"Worksheets come as {', '.join(FORMATS)}, not as {', '.join(unknown) or 'nothing'}.")
    session = content.get_session(wanted.session)
    if wanted.check_in is None:
        return WorksheetOptions(wanted.depth)
    days = check_in_days(session.find_exercise(CHECK_IN))
    if wanted.check_in not in days:
        offered = ", ".join(map(str, days)) or "none: its exercises have no check_in"
        raise UsageError(f"Session {wanted.session} has no check-in after {wanted.check_in} days. It has: {offered}.")
    return WorksheetOptions(wanted.depth, CHECK_IN, f"day_{wanted.check_in}")


def _find_person(store: Store, wanted: WorksheetRequest, places: Collection[str]) -> Person:
    """The person whose own worksheet it is. Raises ``UnknownPersonError``, or ``UsageError`` for another state."""
    person = get_person(store, wanted.series, wanted.person, *list(places)[:1])
    if list(places) != [person.jurisdiction]:
        where = f"on the team of {person.jurisdiction}" if person.jurisdiction else "on no state's team"
        raise UsageError(f"{person.name} is {where}. Name that person's state, and no other.")
    return person


def _sign(sheet: Worksheet, secret: str, person: Person | None) -> Worksheet:
    """The worksheet with a signature that shows whose it is; a person's own one has their name."""
    sheet = replace(sheet, head=sign_worksheet(secret, sheet.head, person))
    return replace(sheet, name=replace(sheet.name, value=person.name)) if person else sheet


def check_in_days(exercise: Exercise | None) -> list[int]:
    """The check-in days of an exercise: the rows ``day_30`` and so on of its tables."""
    rows = [row.id for prompt in (exercise.prompts if exercise else ()) for row in getattr(prompt, "rows", ())]
    return [int(row.removeprefix("day_")) for row in rows if row.startswith("day_") and row[4:].isdecimal()]


def _notebook(own_files: dict[str, str], sheet: Worksheet, store: Store) -> bytes:
    names = {p.id: p.name for p in store.people(sheet.head.series, sheet.head.jurisdiction)}
    responses = store.current(sheet.head.series, sheet.head.jurisdiction)
    exercises = tuple(activity.id for activity in sheet.activities)
    seed = NotebookSeed(head=str(sheet.head), exercises=exercises, files=own_files, version=sheet.content_version)
    return str(nbformat.writes(write_notebook(sheet, pack_seed(seed, responses, names)))).encode()  # type: ignore[no-untyped-call]


def _document(sheet: Worksheet, store: Store) -> bytes:  # noqa: ARG001  (every writer has the same shape)
    from cluster_kit.worksheets.document import write_document

    return write_document(sheet)


def _printable(sheet: Worksheet, store: Store) -> bytes:  # noqa: ARG001
    from cluster_kit.worksheets.printable import write_worksheet_pdf

    return write_worksheet_pdf(sheet)


def _writers(own_files: dict[str, str]) -> dict[str, Callable[[Worksheet, Store], bytes]]:
    """The writer of each format. A notebook carries the organization's content files, which its forms ask."""
    return {"ipynb": partial(_notebook, own_files), "docx": _document, "pdf": _printable}


def _write(path: Path, data: bytes) -> None:
    with report_write_errors(path):
        write_atomically(path, data)
