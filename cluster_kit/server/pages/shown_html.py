"""The HTML of a notebook's cell, as a session page shows it: without scripts, and without requests to other hosts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from urllib.parse import SplitResult, parse_qs, urlsplit

from lxml import html
from lxml.html import HtmlElement

NEEDS_LOOK = re.compile(r"<(?:script|iframe|embed|object|video|audio|img)\b|\bon\w+\s*=|javascript:", re.IGNORECASE)
CHART = "an interactive chart that this page cannot run"
PART = "an interactive part that this page cannot run"
PICTURE = "a picture that is not stored in the notebook"
RECORDING = "a recording that this page cannot play"
RESULT = "a result that this page has no format for"
_ADDRESSES = ("href", "src", "action", "formaction", "data", "poster", "xlink:href")
_SPACES = re.compile(r"[\x00-\x20]")
_FRAMES = ("iframe", "embed", "object", "video", "audio")
_REMOVED = ("script", "link", "meta", "base", "noscript")
_SEEN = ("img", "svg", "table", "input", "button", "math")


def cannot_show(what: str) -> str:
    """The sentence in place of what a page cannot show."""
    return f"This cell shows {what}. Ask your facilitator, or open the notebook in JupyterLab."


@dataclass
class ShownHtml:
    """HTML that is safe on a page, and what it lost: each one of the constants above."""

    html: str = ""
    lost: list[str] = field(default_factory=list)


def show_html(source: str) -> ShownHtml:
    """The HTML of a cell's output: scripts removed, frames and remote pictures as links, tables in a scroll region."""
    shown = ShownHtml()
    root = html.fragment_fromstring(source, create_parent="div")
    has_script = _remove(root)
    _clean_attributes(root)
    for element in _all(root, *_FRAMES):
        if element.getparent() is not None:
            _replace_frame(element, shown)
    for image in _all(root, "img"):
        _replace_image(image, shown)
    for table in _all(root, "table"):
        _frame_table(table)
    if has_script:
        is_seen = bool(root.text_content().strip()) or any(True for _ in root.iter(*_SEEN))
        shown.lost.append(PART if is_seen else CHART)
    shown.html = _inner(root) if _has_content(root) else ""
    return shown


def link_card(address: str, title: str) -> str:
    """A link to a video, slides, or a page, with its title and host; nothing is requested before it is opened."""
    target, usual = _public_address(address)
    host = (_split(target).hostname or "").removeprefix("www.")
    return (
        f'<p class="ck-link-card"><a href="{escape(target)}" target="_blank" rel="noopener noreferrer">'
        f'{escape(title or usual)}</a> <span class="ck-link-host">{escape(host)}, opens in a new tab</span></p>'
    )


def is_remote(address: str) -> bool:
    """Whether it is an address on another host."""
    return bool(_split(address).hostname) and _split(address).scheme in ("http", "https", "")


def _split(address: str) -> SplitResult:
    """The parts of an address; empty ones if it is not an address, such as one with a single bracket."""
    try:
        return urlsplit(address.strip())
    except ValueError:
        return urlsplit("")


def _public_address(address: str) -> tuple[str, str]:
    """The address to open instead of the one to embed, and a usual title for it."""
    address = f"https:{address.strip()}" if address.strip().startswith("//") else address.strip()
    parts = _split(address)
    host, last = parts.hostname or "", parts.path.rstrip("/").rpartition("/")[2]
    if host.endswith(("youtube.com", "youtube-nocookie.com")) and "/embed/" in parts.path:
        start = parse_qs(parts.query).get("start", [""])[0]
        at = f"&t={start}s" if start.isdecimal() else ""
        return f"https://www.youtube.com/watch?v={last}{at}", "Watch the video on YouTube"
    if host.endswith(("youtube.com", "youtu.be")):
        return address, "Watch the video on YouTube"
    if host == "player.vimeo.com":
        return f"https://vimeo.com/{last}", "Watch the video on Vimeo"
    if host.endswith("vimeo.com"):
        return address, "Watch the video on Vimeo"
    if host.endswith(".sharepoint.com"):
        return address, "Open the document on SharePoint"
    if host == "docs.google.com" and "/presentation/" in parts.path:
        return address, "Open the slides"
    return address, f"Open the page on {host.removeprefix('www.')}"


# --- elements ---------------------------------------------------------------------------------------------------


def _all(root: HtmlElement, *tags: str) -> list[HtmlElement]:
    return list(root.iter(*tags))


def _remove(root: HtmlElement) -> bool:
    """Remove what runs or loads something; returns whether there was a script."""
    removed = _all(root, *_REMOVED)
    for element in removed:
        element.drop_tree()
    return any(element.tag == "script" for element in removed)


def _clean_attributes(root: HtmlElement) -> None:
    """Remove attributes that run or load something."""
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        for name, value in list(element.attrib.items()):
            scheme = _SPACES.sub("", value).partition(":")[0].lower()
            is_page = scheme == "data" and not _SPACES.sub("", value).lower().startswith("data:image/")
            runs = name in _ADDRESSES and (scheme in ("javascript", "vbscript") or is_page)
            if runs or name.startswith("on") or name in ("srcset", "srcdoc"):
                del element.attrib[name]
        if element.tag == "a" and is_remote(element.get("href", "")):
            element.set("rel", "noopener noreferrer")


def _replace_frame(element: HtmlElement, shown: ShownHtml) -> None:
    """A card for a frame, video, or recording of another host; anything else cannot be shown."""
    inner = next((source.get("src") for source in element.iter("source") if source.get("src")), "")
    address = element.get("src") or element.get("data") or inner or ""
    if is_remote(address):
        title = element.get("title") or element.get("aria-label") or ""
        _put(element, link_card(address, title))
        return
    shown.lost.append(RECORDING if element.tag in ("video", "audio") else PART)
    element.drop_tree()


def _replace_image(image: HtmlElement, shown: ShownHtml) -> None:
    """A picture of another host becomes a link; one that is stored in the notebook gets a name."""
    address = image.get("src", "").strip()
    if is_remote(address):
        host = _split(address).hostname or ""
        _put(image, link_card(address, image.get("alt") or f"See the picture on {host}"))
    elif not address.startswith("data:image/"):
        shown.lost.append(PICTURE)
        image.drop_tree()
    elif image.get("alt") is None:
        image.set("alt", "Figure")


def _frame_table(table: HtmlElement) -> None:
    """Scoped headers, and a region that scrolls by keyboard, named by the caption or the first headings."""
    for cell in table.xpath(".//thead//th"):
        cell.set("scope", "col")
    for cell in table.xpath(".//tbody//th"):
        cell.set("scope", "row")
    for cell in table.xpath(".//th[not(normalize-space()) and not(*)]"):
        cell.tag = "td"
        cell.attrib.pop("scope", None)
    table.attrib.pop("border", None)
    table.set("class", f"{table.get('class', '')} ck-data".strip())
    caption = table.find("caption")
    headings = [cell.text_content().strip() for cell in table.xpath(".//thead//th")]
    name = caption.text_content().strip() if caption is not None else ", ".join(filter(None, headings[:4]))
    region = html.Element("div", {"class": "ck-data-scroll", "role": "region", "tabindex": "0"})
    region.set("aria-label", f"Table: {name}" if name else "Table")
    region.tail, table.tail = table.tail, None
    parent = table.getparent()
    parent.replace(table, region)
    region.append(table)


def _put(element: HtmlElement, source: str) -> None:
    """Replace an element by this HTML."""
    new = html.fragment_fromstring(source)
    new.tail = element.tail
    element.getparent().replace(element, new)


def _has_content(root: HtmlElement) -> bool:
    words = "".join(_visible_text(root)).strip()
    return bool(words) or any(True for _ in root.iter("img", "svg", "table", "math", "input", "button", "hr"))


def _visible_text(root: HtmlElement) -> Iterator[str]:
    for element in root.iter():
        if element.tag != "style" and isinstance(element.tag, str):
            yield element.text or ""
        yield element.tail or ""


def _inner(root: HtmlElement) -> str:
    inner = "".join(html.tostring(child, encoding="unicode") for child in root)
    return escape(root.text or "") + inner
