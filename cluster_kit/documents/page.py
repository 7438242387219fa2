"""Write a packet as one self-contained, accessible HTML file without scripts."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template

from cluster_kit.documents.html import blocks_html, html_text, view_css
from cluster_kit.documents.identity import current_identity
from cluster_kit.documents.model import Document
from cluster_kit.documents.quotes import with_curly_quotes
from cluster_kit.web import WEB

PART_LEVEL = 2


def write_page(packet: Document) -> str:
    """The packet as an HTML page, with curly quotation marks."""
    packet = with_curly_quotes(packet)
    return _template().render(
        packet=packet,
        language=packet.language,
        opening=blocks_html(packet.opening, level=PART_LEVEL),
        parts=[(html_text(part.title), blocks_html(part.blocks, level=PART_LEVEL + 1)) for part in packet.parts],
        style=page_css(),
        organization=current_identity().name,
        logo=current_identity().logo_address,
    )


def page_css() -> str:
    """The style sheet of a packet's page."""
    return _read("packet.css") + view_css() + current_identity().css


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(files("cluster_kit.documents").joinpath("packet.html.j2").read_text("utf-8"))


def _read(name: str) -> str:
    return (WEB / "documents" / name).read_text("utf-8")
