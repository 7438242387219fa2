"""A packet's document, read from its executed notebook, as the input for every format."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from nbformat import NotebookNode

from cluster_kit.content.models import Content
from cluster_kit.content.times import format_session_time
from cluster_kit.documents.model import VIEW_MIME, Block, Document, Paragraph, Section, section_from_json
from cluster_kit.documents.prose import read_prose
from cluster_kit.documents.typed_text import visible_text
from cluster_kit.exercises.labels import format_date
from cluster_kit.insights.summary_view import fills_page
from cluster_kit.insights.views import MISSING, NOT_ANSWERED
from cluster_kit.packets.jobs import Job, PacketKind
from cluster_kit.packets.notebook_copies import LAST_PART, is_first_page, is_segment

PACKET_TAG = "packet"
INTRODUCTION = "About this session"
NOT_YET = "Not answered yet"
FICTIONAL = "Fictional demonstration series. The people and answers in this document are made up."


def read_packet(content: Content, job: Job, notebook: NotebookNode) -> Document:
    """The document of this job, from its executed notebook."""
    first_page = read_first_page(notebook)
    opening, parts = read_packet_parts(notebook)
    if job.kind is PacketKind.SERIES:
        opening = tuple(block for block in opening if not _is_empty(block))
    if has_page := len(first_page) == 1 and len(first_page[0].blocks) > 1:  # without answers it is one sentence
        opening, parts = first_page[0].blocks, (*_as_sections(opening), *parts)
    state = content.get_jurisdiction(job.jurisdiction)
    session = content.get_session(job.session)
    if job.kind is PacketKind.SERIES:
        subtitle, when = "The whole series", _dates(content)
    else:
        before = "Before session" if job.kind is PacketKind.PREWORK else "Session"
        subtitle = f"{before} {session.number}: {session.title}"
        when = format_session_time(content, session.number, state)
    return Document(
        title=packet_title(content, job),
        heading=state.name,
        subtitle=subtitle,
        series=content.series.title,
        when=when,
        notice=FICTIONAL if content.series.fictional else "",
        opening=opening if has_page else (*first_page, *opening),
        parts=parts,
        about=_about(content, state.name),
        own_page=has_page and fills_page(opening),
    )


def packet_title(content: Content, job: Job) -> str:
    """The document's title: the state, and the packet's subject."""
    state, session = content.get_jurisdiction(job.jurisdiction), content.get_session(job.session)
    if job.kind is PacketKind.SERIES:
        return f"{state.name}: The whole series"
    before = "Before session" if job.kind is PacketKind.PREWORK else "Session"
    return f"{state.name}: {before} {session.number}, {session.title}"


def read_packet_parts(notebook: NotebookNode) -> tuple[tuple[Block, ...], tuple[Section, ...]]:
    """The blocks before the notebook's first segment, and a section for each segment with output.

    The first page is left out, and so is prose, which addresses the participants in the session, unless its cell is
    tagged ``packet``. What has no answer is summed up in one line after the segments.
    """
    parts: list[tuple[str, list[Block]]] = [("", [])]
    for cell in notebook.cells:
        if is_first_page(cell):
            continue
        if is_segment(cell):
            parts.append((_heading(cell.source), []))
        if cell.cell_type == "markdown" and PACKET_TAG in cell.metadata.get("tags", []):
            parts[-1][1].extend(read_prose(cell.source))
        elif cell.cell_type == "code":
            for output in cell.outputs:
                parts[-1][1].extend(_output(output))
    (_, opening), *segments = parts
    return tuple(opening), tuple(_sum_up([Section(title, tuple(blocks)) for title, blocks in segments]))


def read_first_page(notebook: NotebookNode) -> tuple[Section, ...]:
    """The section on the packet's first page; empty if the notebook has none."""
    cells = [cell for cell in notebook.cells if is_first_page(cell)]
    blocks = [block for cell in cells for output in cell.outputs for block in _output(output)]
    return tuple(block for block in blocks if isinstance(block, Section))


def _as_sections(blocks: Sequence[Block]) -> Iterator[Section]:
    """Blocks as sections: those that are none get a title."""
    for is_section, group in itertools.groupby(blocks, lambda block: isinstance(block, Section)):
        if is_section:
            yield from (block for block in group if isinstance(block, Section))
        else:
            yield Section(INTRODUCTION, tuple(group))


def _sum_up(segments: Sequence[Section]) -> Iterator[Section]:
    """The segments with answers, then one line for everything that has none, then the last part if it says
    anything."""
    missing: list[str] = []
    last: list[Section] = []
    for segment in segments:
        if segment.title == LAST_PART:
            last.append(replace(segment, blocks=tuple(block for block in segment.blocks if not _is_empty(block))))
            continue
        answered = tuple(block for block in segment.blocks if not _is_missing(block, missing))
        if answered:
            yield replace(segment, blocks=tuple(map(_without_missing, answered)))
    if missing:
        yield Section(NOT_YET, (Paragraph("; ".join(missing), "quiet"),))
    for segment in last:
        sections = [block for block in segment.blocks if isinstance(block, Section)]
        if len(sections) == len(segment.blocks) == 1:
            yield from sections
        elif segment.blocks:
            yield segment


def _is_missing(block: Block, missing: list[str]) -> bool:
    """True for an exercise without an answer. Adds it to ``missing``, and one that is answered in part."""
    if not isinstance(block, Section):
        return False
    if block.blocks == (Paragraph(NOT_ANSWERED, "quiet"),):
        missing.append(block.title)
        return True
    if any(map(_names_missing, block.blocks)):
        missing.append(f"{block.title} (in part)")
    return False


def _without_missing(block: Block) -> Block:
    if not isinstance(block, Section):
        return block
    return replace(block, blocks=tuple(inner for inner in block.blocks if not _names_missing(inner)))


def _names_missing(block: Block) -> bool:
    return isinstance(block, Paragraph) and block.tone == "quiet" and block.text.startswith(MISSING)


def _is_empty(block: Block) -> bool:
    """True for a section that only says that there is nothing."""
    return isinstance(block, Section) and all(
        _is_empty(inner) or (isinstance(inner, Paragraph) and inner.tone == "quiet") for inner in block.blocks
    )


def _output(output: NotebookNode) -> tuple[Block, ...]:
    """A cell's output: a view as stored, anything else as text."""
    data = output.get("data", {})
    if VIEW_MIME in data:
        return (section_from_json(data[VIEW_MIME]),)
    if "text/markdown" in data:
        return read_prose(data["text/markdown"])
    output_text = visible_text(str(data.get("text/plain") or output.get("text") or ""))
    return (Paragraph(output_text),) if output_text else ()


def _heading(source: str) -> str:
    return source.strip().splitlines()[0].lstrip("#").strip()


def _dates(content: Content) -> str:
    days = sorted(meeting.date for meeting in content.series.schedule)
    return f"{format_date(days[0].isoformat())} to {format_date(days[-1].isoformat())}"


def _about(content: Content, state: str) -> tuple[str, ...]:
    tool = content.instrument
    wording = ", in the wording of this kit and not its publisher’s" if tool.wording == "own" else ""
    today = format_date(dt.datetime.now(dt.UTC).date().isoformat())
    return (
        f"It holds what the team of {state} wrote. Examples from other states are in it only where those states have "
        "chosen to share them. Ratings that people gave for themselves are shown as counts, without names. Answers "
        "stay with the series, and can be changed and added to at any time; a new packet then takes the place of "
        "this one.",
        f"The statements that were rated are those of the “{tool.title}”, version {tool.version}{wording}.",
        f"Made on {today} for series {content.series.id}, content {content.version}.",
    )
