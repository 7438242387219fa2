"""A packet as one HTML file: nothing to load, nothing to run, ready to be read aloud, printed and filed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from jinja2 import Environment, StrictUndefined
from markdown_it import MarkdownIt
from nbformat import NotebookNode

from cluster_kit.content.models import Content, Jurisdiction, Session
from cluster_kit.insights import Answers, Section, at_a_glance
from cluster_kit.insights.as_html import html_text, to_html, view_css
from cluster_kit.insights.document import VIEW_MIME, from_json
from cluster_kit.insights.labels import spell_date

PART_LEVEL = 2
PACKET_TAG = "packet"


@dataclass(frozen=True)
class Part:
    """A stretch of a packet: a segment's title (empty for what stands before the first), and the HTML under it."""

    title: str
    html: tuple[str, ...]


def write_page(
    content: Content, session: Session, jurisdiction: Jurisdiction, answers: Answers, notebook: NotebookNode
) -> str:
    """The packet's page, from the executed notebook and what the jurisdiction has answered."""
    opening, *segments = read_parts(notebook)
    template = _environment().from_string(_read("packet.html.j2"))
    return template.render(
        content=content,
        session=session,
        jurisdiction=jurisdiction,
        when=spell_when(content, session, jurisdiction),
        made_on=spell_date(dt.datetime.now(dt.UTC).date().isoformat()),
        is_answered=answers.has(session.number),
        glance=to_html(at_a_glance(content, session.number, answers), level=PART_LEVEL),
        opening="\n".join(opening.html),
        segments=[(part.title, "\n".join(part.html)) for part in segments if part.html],
        style=_read("packet.css") + view_css(),
    )


def read_parts(notebook: NotebookNode) -> list[Part]:
    """The notebook's views, segment by segment; the first part holds what stands before the first segment.

    Prose speaks to the people in the room and stays in the notebook, unless its cell is tagged ``packet``.
    """
    parts: list[tuple[str, list[str]]] = [("", [])]
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            if "segment" in cell.metadata.get("cluster_kit", {}):
                parts.append((_heading(cell.source), []))
            if PACKET_TAG in cell.metadata.get("tags", []):
                parts[-1][1].append(_prose(cell.source))
        elif cell.cell_type == "code":
            level = PART_LEVEL + (len(parts) > 1)
            parts[-1][1].extend(filter(None, (_output(output, level) for output in cell.outputs)))
    return [Part(title, tuple(html)) for title, html in parts]


def _output(output: NotebookNode, level: int) -> str:
    """What a cell has shown. Views are written anew, at the right level; of anything else, its text."""
    data = output.get("data", {})
    if VIEW_MIME in data:
        section: Section = from_json(data[VIEW_MIME])
        return to_html(section, level=level)
    if "text/markdown" in data:
        return _prose(data["text/markdown"])
    text = data.get("text/plain") or output.get("text") or ""
    return f"<p>{html_text(text)}</p>" if text.strip() else ""


def _heading(source: str) -> str:
    return source.strip().splitlines()[0].lstrip("#").strip()


def _prose(source: str) -> str:
    """Markdown as HTML. Markup in it stays text; its headings become paragraphs, since the document has its own."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(source)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "p"
    return str(markdown.renderer.render(tokens, markdown.options, {}))


def spell_when(content: Content, session: Session, jurisdiction: Jurisdiction) -> str:
    """The session's day and time, and the local ones where the jurisdiction's clocks say otherwise."""
    meeting = content.get_meeting(session.number)
    start = dt.datetime.combine(meeting.date, meeting.start, ZoneInfo(content.series.time_zone))
    day = spell_date(start.date().isoformat())
    when = f"{day}, {_clock(meeting.start)} to {_clock(meeting.end)} {start:%Z}"
    local = start.astimezone(ZoneInfo(jurisdiction.time_zones[0]))
    if local.utcoffset() == start.utcoffset():
        return when
    that_day = "" if local.date() == start.date() else f"{spell_date(local.date().isoformat())}, "
    return f"{when} (in {jurisdiction.name}: {that_day}{_clock(local.time())})"


def _clock(time: dt.time) -> str:
    hour = time.hour % 12 or 12
    return f"{hour}:{time.minute:02} {'a.m.' if time.hour < 12 else 'p.m.'}"


@cache
def _environment() -> Environment:
    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _read(name: str) -> str:
    return files("cluster_kit.packets").joinpath(name).read_text("utf-8")
