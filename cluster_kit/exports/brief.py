"""The brief after a session: a version for staff, and one that may be published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import ValidationError

from cluster_kit.content import load_content
from cluster_kit.content.models import Content
from cluster_kit.content.times import local_times
from cluster_kit.documents.model import Block, Document, Section
from cluster_kit.errors import UsageError
from cluster_kit.exports.document_files import (
    FORMATS,
    choose_formats,
    describe_source,
    fictional_notice,
    format_today,
    write_documents,
)
from cluster_kit.exports.session_records import read_session_record
from cluster_kit.files import PRIVATE, report_write_errors, write_atomically
from cluster_kit.insights.brief import TALLIES_TO_DATE, read_brief
from cluster_kit.insights.brief_internal import internal_sections
from cluster_kit.insights.brief_publishable import publishable_sections
from cluster_kit.insights.suppression import FEWEST, read_published
from cluster_kit.insights.tallies import ReleasedCounts
from cluster_kit.insights.tally_readers import ReleasedReader
from cluster_kit.settings import Settings
from cluster_kit.store.deployment import open_deployment_store

STAFF_ONLY = (
    "For the staff of the series only. It names states with what their teams rated and wrote: do not send it to states"
    " or publish it."
)
MAY_BE_PUBLISHED = (
    f"May be published. Counts of fewer than {FEWEST} are merged with others or withheld. It names no one, and quotes"
    " only examples that states share with other states, as they share them."
)


class BriefVersion(StrEnum):
    """Who a brief is for: the staff of the series, or anyone."""

    INTERNAL = "internal"
    PUBLISHABLE = "publishable"


@dataclass(frozen=True)
class BriefFiles:
    """The files written, and the number of states that took part."""

    files: tuple[Path, ...]
    states: int


def write_brief(  # noqa: PLR0913  (each is an option of the command)
    settings: Settings,
    series: str,
    session: int,
    out: Path,
    versions: Sequence[BriefVersion] = tuple(BriefVersion),
    formats: Sequence[str] = FORMATS,
    *,
    call: Path | None = None,
) -> BriefFiles:
    """Write the brief of a session to a folder, as ``session-1-brief-internal.docx`` and so on.

    What the publishable version shows is recorded in the home folder, so that a later one does not disclose small
    differences. ``call`` is the report of the video call's participants, who came, too; nothing of it
    is stored. Raises ``UsageError``, ``UnreadableRosterError``, and the errors of content, store, and documents.
    """
    chosen = choose_formats(formats)
    content = load_content(series, overlay=settings.content)
    number = content.get_session(session).number
    with open_deployment_store(settings) as store:
        record = read_session_record(content, store, number, call)
    brief = read_brief(record)
    files: tuple[Path, ...] = ()
    if BriefVersion.INTERNAL in versions:
        document = _document(content, number, BriefVersion.INTERNAL, internal_sections(brief))
        files += write_documents({_name(number, BriefVersion.INTERNAL): document}, chosen, out, private=True)
    if BriefVersion.PUBLISHABLE in versions:
        ledger = settings.home / "briefs" / f"{series}-session-{number}.json"
        earlier = _with_other_sessions(_read_released(ledger), ledger, series)
        on_pages = tuple(read_published(record.state.record))
        reader = ReleasedReader(earlier.model_copy(update={"charts": (*on_pages, *earlier.charts)}))
        document = _document(content, number, BriefVersion.PUBLISHABLE, publishable_sections(brief, reader))
        _write_released(ledger, reader.released)
        files += write_documents({_name(number, BriefVersion.PUBLISHABLE): document}, chosen, out)
    return BriefFiles(files, brief.attendance.when.total)


def _name(session: int, version: BriefVersion) -> str:
    return f"session-{session}-brief-{version}"


def _document(
    content: Content,
    number: int,
    version: BriefVersion,
    written: tuple[tuple[Block, ...], tuple[Section, ...]],
) -> Document:
    opening, parts = written
    session, is_internal = content.get_session(number), version is BriefVersion.INTERNAL
    about = STAFF_ONLY if is_internal else MAY_BE_PUBLISHED
    notices = (fictional_notice(content), STAFF_ONLY if is_internal else "")
    (when,) = local_times(content, number)
    return Document(
        title=f"Session {number} brief{', for staff' if is_internal else ''}: {session.title}",
        heading=f"Session {number} in brief",
        subtitle=session.title,
        series=content.series.title,
        when=f"{when}. Answers as of {format_today()}",
        notice=" ".join(filter(None, notices)),
        opening=opening,
        parts=parts,
        about=(about, describe_source(content)),
        about_title="About this brief",
        own_page=is_internal,
    )


def _read_released(ledger: Path) -> ReleasedCounts:
    """What was published before. Raises ``UsageError`` if the record cannot be read: without it, a new version could
    disclose small counts."""
    try:
        return ReleasedCounts.model_validate_json(ledger.read_bytes())
    except FileNotFoundError:
        return ReleasedCounts()
    except (OSError, ValidationError) as error:
        problem = error.strerror if isinstance(error, OSError) else "it was changed"
        raise UsageError(
            f"{ledger} cannot be read ({problem}). It records what earlier briefs published: restore it from a backup."
        ) from error


def _with_other_sessions(earlier: ReleasedCounts, ledger: Path, series: str) -> ReleasedCounts:
    """With what briefs of other sessions published of the tallies of the whole series, to which this one adds."""
    others = (path for path in sorted(ledger.parent.glob(f"{series}-session-*.json")) if path != ledger)
    tallies = dict(earlier.tallies)
    for other in map(_read_released, others):
        for tally in TALLIES_TO_DATE:
            own = tallies.get(tally, ())
            tallies[tally] = (*(cells for cells in other.tallies.get(tally, ()) if cells not in own), *own)
    return earlier.model_copy(update={"tallies": tallies})


def _write_released(ledger: Path, released: ReleasedCounts) -> None:
    with report_write_errors(ledger):
        write_atomically(ledger, released.model_dump_json(indent=1).encode(), mode=PRIVATE)
