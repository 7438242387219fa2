"""A packet as one HTML file: nothing to load, nothing to run, ready to be read aloud, printed and filed."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template

from cluster_kit.documents.html import blocks_html, html_text, view_css
from cluster_kit.documents.model import LANGUAGE, Document

PART_LEVEL = 2


def write_page(packet: Document) -> str:
    """The packet's page."""
    return _template().render(
        packet=packet,
        language=LANGUAGE,
        opening=blocks_html(packet.opening, level=PART_LEVEL),
        parts=[(html_text(part.title), blocks_html(part.blocks, level=PART_LEVEL + 1)) for part in packet.parts],
        style=page_css(),
    )


def page_css() -> str:
    """The style of a packet's page, and of everything that stands in it."""
    return _read("packet.css") + view_css()


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_read("packet.html.j2"))


def _read(name: str) -> str:
    return files("cluster_kit.documents").joinpath(name).read_text("utf-8")
