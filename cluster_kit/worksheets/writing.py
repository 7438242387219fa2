"""Worksheets to files: a notebook, a DOCX file and a page to print for each state."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat

from cluster_kit.content import load_content
from cluster_kit.content.models import Content, Depth, Exercise
from cluster_kit.errors import UsageError
from cluster_kit.files import write_atomically
from cluster_kit.settings import Settings
from cluster_kit.store import Store
from cluster_kit.worksheets.making import WorksheetOptions, make_sheet
from cluster_kit.worksheets.notebook import write_notebook
from cluster_kit.worksheets.sheet import Worksheet
from cluster_kit.worksheets.typed import pack_seed

FORMATS = ("ipynb", "docx", "pdf")
CHECK_IN = "check_in"


@dataclass(frozen=True)
class WorksheetRequest:
    """Which worksheets to make. ``jurisdictions`` None: all. ``check_in``: the short one, this many days later."""

    series: str
    session: int
    jurisdictions: Sequence[str] | None = None
    formats: tuple[str, ...] = FORMATS
    depth: Depth = Depth.STANDARD
    check_in: int | None = None


def make_worksheets(settings: Settings, wanted: WorksheetRequest, out: Path) -> Iterator[Path]:
    """Make every requested worksheet in the folder ``out``, and yield each file's path when it is written.

    Files are written atomically and replace older ones. Raises ``UsageError`` or what the content raises before
    anything is written, and then what the store raises.
    """
    content = load_content(wanted.series, overlay=settings.content)
    asked = _asked(content, wanted)
    codes = [j.code for j in content.jurisdictions] if wanted.jurisdictions is None else wanted.jurisdictions
    places = dict.fromkeys(content.get_jurisdiction(code).code for code in codes)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"The folder {out} cannot be made ({error.strerror}). Name another with --out.") from error
    with Store.open(settings.db_url) as store:
        for code in places:
            sheet = make_sheet(content, store, wanted.session, code, asked)
            suffix = f"-{wanted.check_in}-days" if wanted.check_in else ""
            for ending in wanted.formats:
                path = out / f"{sheet.file_name}{suffix}.{ending}"
                _write(path, _WRITERS[ending](sheet, store))
                yield path


def _asked(content: Content, wanted: WorksheetRequest) -> WorksheetOptions:
    """What the worksheets ask; ``UsageError`` where the request cannot be met."""
    unknown = [ending for ending in wanted.formats if ending not in _WRITERS]
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


def check_in_days(exercise: Exercise | None) -> list[int]:
    """After how many days a check-in asks: the rows ``day_30`` and so on of its tables."""
    rows = [row.id for prompt in (exercise.prompts if exercise else ()) for row in getattr(prompt, "rows", ())]
    return [int(row.removeprefix("day_")) for row in rows if row.startswith("day_") and row[4:].isdecimal()]


def _notebook(sheet: Worksheet, store: Store) -> bytes:
    names = {p.id: p.name for p in store.people(sheet.head.series, sheet.head.jurisdiction)}
    said = store.current(sheet.head.series, sheet.head.jurisdiction)
    seed = pack_seed(sheet.head, [a.id for a in sheet.activities], said, names)
    return str(nbformat.writes(write_notebook(sheet, seed))).encode()  # type: ignore[no-untyped-call]


def _document(sheet: Worksheet, store: Store) -> bytes:  # noqa: ARG001  (every writer has the same shape)
    from cluster_kit.worksheets.document import write_document

    return write_document(sheet)


def _printable(sheet: Worksheet, store: Store) -> bytes:  # noqa: ARG001
    from cluster_kit.worksheets.printable import write_worksheet_pdf

    return write_worksheet_pdf(sheet)


_WRITERS: dict[str, Callable[[Worksheet, Store], bytes]] = {"ipynb": _notebook, "docx": _document, "pdf": _printable}


def _write(path: Path, data: bytes) -> None:
    try:
        write_atomically(path, data)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from error
