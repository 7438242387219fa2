"""One command's work: everything that staff may take out, in the format that the file's name asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cluster_kit.content import load_content
from cluster_kit.errors import UsageError
from cluster_kit.exports.formats import EXPORT_FORMATS, ExportData
from cluster_kit.exports.gathering import gather
from cluster_kit.files import staging_folder
from cluster_kit.settings import Settings
from cluster_kit.store import Store


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
    endings = [f".{name}" for name in EXPORT_FORMATS.names()]
    if out.suffix.lower() not in endings:
        raise UsageError(f"{out.name} must end in {', '.join(endings[:-1])} or {endings[-1]}.")
    write = EXPORT_FORMATS.get(out.suffix.lower().removeprefix("."))
    content = load_content(series, overlay=settings.content)
    with Store.open(settings.db_url) as store:
        lines = gather(content, store, jurisdictions)
    try:
        with staging_folder(out.parent) as folder:
            write(ExportData(content, lines), folder / out.name)
            beside = sorted({path.name for path in folder.iterdir()} - {out.name})
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror or error}.") from error
    files = (out, *(out.with_name(name) for name in beside))
    return Exported(files, len(lines), len({line.jurisdiction for line in lines}))
