"""The outputs of a notebook's cells as parts of a page, each in the richest format that the page supports."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from cluster_kit.documents.model import VIEW_MIME
from cluster_kit.server.pages.mathml import latex_to_html
from cluster_kit.server.pages.shown_html import CHART, PART, RECORDING, RESULT, cannot_show, show_html

_CHARTS = re.compile(r"application/(?:vnd\.plotly|vnd\.vega|vnd\.bokeh|vnd\.holoviews|geo\+json)")
_SCRIPTS = ("application/javascript", "text/javascript")
_IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_RECORDINGS = ("video/", "audio/")
_OBJECT = re.compile(r"<[\w.]+(?: object)?(?: at 0x[0-9a-fA-F]+)?>|[\w.]+\(\) object at 0x[0-9a-fA-F]+")
_DRAWN = re.compile(r"\[*<matplotlib\.")  # what a plotting function returns, beside the picture itself
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
NO_NAME = "Figure"


@dataclass(frozen=True)
class PagePart:
    """One part of the page. ``text`` is HTML for prose and html, an exercise's id for a form, else plain text.

    ``segment`` is set on the prose that starts a segment of the session. A ``widget`` has its model's id in ``text``
    and its state in ``state``. ``lost`` says what the page cannot show. ``trace`` is a traceback for facilitators.
    """

    kind: Literal["prose", "form", "html", "picture", "text", "trouble", "widget", "lost", "look_back"]
    text: str = ""
    alt: str = ""
    segment: str = ""
    state: Mapping[str, Any] = field(default_factory=dict)
    trace: str = ""


def show_data(data: Mapping[str, Any], metadata: Mapping[str, Any]) -> list[PagePart]:
    """The parts for an output's data: usually one, and a sentence for what the page cannot show."""
    image = _show_image(data, metadata)
    if any(_CHARTS.match(kind) for kind in data):
        return image or [_lost(CHART)]
    if VIEW_MIME in data:
        return [PagePart("html", data["text/html"])]
    if "text/html" in data:
        return _show_html(data["text/html"], image)
    if "text/latex" in data:
        return [PagePart("html", latex_to_html(data["text/latex"]))]
    if image:
        return image
    if any(kind in data for kind in _SCRIPTS):
        return [_lost(PART)]
    if any(kind.startswith(_RECORDINGS) for kind in data):
        return [_lost(RECORDING)]
    return _show_text(data.get("text/plain", ""))


def plain_traceback(lines: list[str]) -> str:
    """A traceback without the codes that color it in a terminal."""
    return _ANSI.sub("", "\n".join(lines))


def _show_html(source: str, image: list[PagePart]) -> list[PagePart]:
    shown = show_html(source)
    if not shown.html and image:
        return image
    parts = [PagePart("html", shown.html)] if shown.html else []
    return parts + [_lost(what) for what in dict.fromkeys(shown.lost)]


def _show_image(data: Mapping[str, Any], metadata: Mapping[str, Any]) -> list[PagePart]:
    """A picture that is stored in the notebook. Its alternative text is in the output's metadata, as IPython's is."""
    kind = next((kind for kind in ("image/svg+xml", *_IMAGES) if kind in data), None)
    if kind is None:
        return []
    described = metadata.get(kind, {})
    alt = (described.get("alt") if isinstance(described, Mapping) else "") or metadata.get("alt") or NO_NAME
    raw = str(data[kind]).strip()
    encoded = base64.b64encode(raw.encode()).decode("ascii") if kind == "image/svg+xml" else raw
    return [PagePart("picture", f"data:{kind};base64,{encoded}", alt=str(alt))]


def _show_text(text: str) -> list[PagePart]:
    """Plain text, unless it only names a Python object: then the page has no format for it."""
    if not text.strip() or _DRAWN.match(text):
        return []
    return [_lost(RESULT)] if _OBJECT.fullmatch(text.strip()) else [PagePart("text", text)]


def _lost(what: str) -> PagePart:
    return PagePart("lost", cannot_show(what))
