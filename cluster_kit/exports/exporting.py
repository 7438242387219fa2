"""One command's work: everything that staff may take out, in the format that the file's name asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cluster_kit.content import load_content
from cluster_kit.errors import UsageError
from cluster_kit.exports.gathering import gather
from cluster_kit.exports.tables import codebook_frame, tidy_frame, write_table
from cluster_kit.exports.workbook import write_export_workbook
from cluster_kit.files import staging_folder
from cluster_kit.settings import Settings
from cluster_kit.store import Store

FORMATS = (".xlsx", ".csv", ".parquet", ".jsonl")


@dataclass(frozen=True)
class Exported:
    """What was written: the files, and how many answers of how many states they contain."""

    files: tuple[Path, ...]
    answers: int
    states: int


def export(settings: Settings, series: str, out: Path, jurisdictions: Sequence[str] | None = None) -> Exported:
    """Write every answer of a series that staff may see to a file; its ending selects the format.

    A workbook includes its codebook; for other formats the codebook is a second file. The export is a snapshot of one
    moment, also during a session. Files are written atomically.

    Parameters
    ----------
    series
        The series' id.
    out
        The file: ``.xlsx``, ``.csv``, ``.parquet``, or ``.jsonl``. ``docs/how-to/exports.md`` lists the columns.
    jurisdictions
        Postal abbreviations. None means all.

    Raises
    ------
    UsageError
        For another ending, or a folder that cannot be written to. Content and store raise their own errors.
    """
    ending = out.suffix.lower()
    if ending not in FORMATS:
        raise UsageError(f"{out.name} must end in {', '.join(FORMATS[:-1])} or {FORMATS[-1]}.")
    content = load_content(series, overlay=settings.content)
    with Store.open(settings.db_url) as store:
        lines = gather(content, store, jurisdictions)
    codebook = out.with_name(f"{out.stem}-codebook{out.suffix}")
    files = (out,) if ending == ".xlsx" else (out, codebook)
    try:
        with staging_folder(out.parent) as folder:
            whole = [folder / path.name for path in files]
            if ending == ".xlsx":
                write_export_workbook(content, lines, whole[0])
            else:
                write_table(tidy_frame(content, lines), whole[0])
                write_table(codebook_frame(content), whole[1])
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror or error}.") from error
    return Exported(files, len(lines), len({line.jurisdiction for line in lines}))
