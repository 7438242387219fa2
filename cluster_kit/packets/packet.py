"""A packet's document, read from its executed notebook. Every format is written from it."""

from __future__ import annotations

import datetime as dt

from nbformat import NotebookNode

from cluster_kit.content.models import Content
from cluster_kit.content.times import spell_when
from cluster_kit.documents.model import VIEW_MIME, Block, Document, Paragraph, Section, section_from_json
from cluster_kit.documents.prose import read_prose
from cluster_kit.documents.typed_text import clean
from cluster_kit.exercises.labels import spell_date
from cluster_kit.packets.jobs import Job, PacketKind
from cluster_kit.packets.notebook_copies import is_segment

PACKET_TAG = "packet"
FICTIONAL = "Fictional demonstration series. The people and answers in this document are made up."


def read_packet(content: Content, job: Job, notebook: NotebookNode) -> Document:
    """The packet of this job, from its executed notebook."""
    opening, parts = read_packet_parts(notebook)
    state = content.get_jurisdiction(job.jurisdiction)
    session = content.get_session(job.session)
    if job.kind is PacketKind.SERIES:
        subtitle, when = "The whole series", _dates(content)
    else:
        before = "Before session" if job.kind is PacketKind.PREWORK else "Session"
        subtitle, when = f"{before} {session.number}: {session.title}", spell_when(content, session.number, state)
    return Document(
        title=packet_title(content, job),
        heading=state.name,
        subtitle=subtitle,
        series=content.series.title,
        when=when,
        notice=FICTIONAL if content.series.fictional else "",
        opening=opening,
        parts=parts,
        about=_about(content, state.name),
    )


def packet_title(content: Content, job: Job) -> str:
    """The document's title: the state, and what the packet is about."""
    state, session = content.get_jurisdiction(job.jurisdiction), content.get_session(job.session)
    if job.kind is PacketKind.SERIES:
        return f"{state.name}: {content.series.title}, the whole series"
    before = "Before session" if job.kind is PacketKind.PREWORK else "Session"
    return f"{state.name}: {before} {session.number}, {session.title}"


def read_packet_parts(notebook: NotebookNode) -> tuple[tuple[Block, ...], tuple[Section, ...]]:
    """What stands before the notebook's first segment, and a section for each segment that shows something.

    Prose speaks to the people in the room and stays in the notebook, unless its cell is tagged ``packet``.
    """
    parts: list[tuple[str, list[Block]]] = [("", [])]
    for cell in notebook.cells:
        if is_segment(cell):
            parts.append((_heading(cell.source), []))
        if cell.cell_type == "markdown" and PACKET_TAG in cell.metadata.get("tags", []):
            parts[-1][1].extend(read_prose(cell.source))
        elif cell.cell_type == "code":
            for output in cell.outputs:
                parts[-1][1].extend(_output(output))
    (_, opening), *segments = parts
    return tuple(opening), tuple(Section(title, tuple(blocks)) for title, blocks in segments if blocks)


def _output(output: NotebookNode) -> tuple[Block, ...]:
    """What a cell has shown: a view as it is, of anything else its words."""
    data = output.get("data", {})
    if VIEW_MIME in data:
        return (section_from_json(data[VIEW_MIME]),)
    if "text/markdown" in data:
        return read_prose(data["text/markdown"])
    said = clean(str(data.get("text/plain") or output.get("text") or ""))
    return (Paragraph(said),) if said else ()


def _heading(source: str) -> str:
    return source.strip().splitlines()[0].lstrip("#").strip()


def _dates(content: Content) -> str:
    days = sorted(meeting.date for meeting in content.series.schedule)
    return f"{spell_date(days[0].isoformat())} to {spell_date(days[-1].isoformat())}"


def _about(content: Content, state: str) -> tuple[str, ...]:
    tool = content.instrument
    wording = ", in the wording of this kit and not its publisher’s" if tool.wording == "own" else ""
    today = spell_date(dt.datetime.now(dt.UTC).date().isoformat())
    return (
        f"It holds what the team of {state} wrote. Examples of other states stand in it only where those states have "
        "chosen to share them. Ratings that people gave for themselves are shown as counts, without names. Answers "
        "stay with the series, and can be changed and added to at any time; a new packet then takes the place of "
        "this one.",
        f"The statements that were rated are those of the “{tool.title}”, version {tool.version}{wording}.",
        f"Made on {today} for series {content.series.id}, content {content.version}.",
    )
