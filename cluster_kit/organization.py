"""The organization that runs a deployment: its name, its logo, and its two colors, as ``settings.toml`` sets them.

A logo is a PNG or an SVG file in the home folder. Pages show it with ``<img>`` alone, where an SVG cannot run scripts;
files with scripts or with parts from elsewhere are refused all the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from cluster_kit.errors import ClusterKitError
from cluster_kit.text import join_words
from cluster_kit.web.palette import COLOR, READABLE, lowest_contrast, nearest_readable
from cluster_kit.web.tokens import COLORS

MOST_BYTES = 200_000
MOST_PIXELS = 4000
LONGEST_NAME = 100
PNG = b"\x89PNG\r\n\x1a\n"
SVG_ROOT = "{http://www.w3.org/2000/svg}svg"
KEYS = ("name", "logo", "primary", "accent")
_PNG_SIZE = slice(16, 24)  # width and height in the header chunk
_ACTIVE = {"script", "foreignobject", "iframe", "embed", "object", "handler", "listener"}
_OWN_PART = re.compile(r"#[\w.-]+|data:image/(?:png|jpeg|gif);base64,[\w+/=\s]+", re.ASCII)
_ELSEWHERE = re.compile(r"@import|url\(\s*['\"]?(?!#|data:image/(?:png|jpeg|gif);)", re.IGNORECASE)


class OrganizationError(ClusterKitError, ValueError):
    """A value of ``[organization]`` cannot be used. ``key`` is the setting."""

    def __init__(self, key: str, problem: str) -> None:
        self.key = key
        super().__init__(problem)


@dataclass(frozen=True)
class Logo:
    """A checked logo. ``kind`` is its MIME type."""

    content: bytes
    kind: str

    @property
    def extension(self) -> str:
        """``png`` or ``svg``."""
        return "png" if self.kind == "image/png" else "svg"


@dataclass(frozen=True)
class Organization:
    """Who runs the deployment. Empty fields, and None, are not set. Colors are ``#rrggbb``."""

    name: str = ""
    logo: Logo | None = None
    primary: str = ""
    accent: str = ""


def read_organization(values: object, home: Path) -> Organization:
    """The organization of a table of ``settings.toml``. Raises ``OrganizationError`` for the first problem."""
    if not isinstance(values, dict):
        raise OrganizationError(
            "organization", 'organization is not a table; write [organization] and, below it, name = "..."'
        )
    unknown = next((key for key in values if key not in KEYS), None)
    if unknown:
        raise OrganizationError(
            f"organization.{unknown}",
            f"unknown key {unknown!r} in [organization]; it has {join_words(KEYS)} only",
        )
    name = _read_text(values, "name", _is_name, "Example Association")
    file = _read_text(values, "logo", bool, "logo.svg")
    if file and not name:
        raise OrganizationError(
            "organization.name",
            "logo in [organization] needs a name beside it, which screen readers read; "
            'write name = "Example Association"',
        )
    return Organization(
        name, _read_logo(home, file) if file else None, _read_color(values, "primary"), _read_color(values, "accent")
    )


def _is_name(value: str) -> bool:
    return 0 < len(value) <= LONGEST_NAME and value.isprintable()


def _read_text(values: Mapping[str, object], key: str, fits: Callable[[str], bool], example: str) -> str:
    value = values.get(key)
    if value is None:
        return ""
    if not isinstance(value, str) or not fits(value.strip()):
        raise OrganizationError(
            f"organization.{key}", f'{key} in [organization] cannot be used; write {key} = "{example}"'
        )
    return value.strip()


def _read_color(values: Mapping[str, object], key: str) -> str:
    color = _read_text(values, key, lambda value: COLOR.fullmatch(value) is not None, COLORS["accent"]).lower()
    if color and (found := lowest_contrast(color)) < READABLE:
        raise OrganizationError(
            f"organization.{key}",
            f'{key} in [organization] is "{color}", and text in it is hard to read on the pages ({found:.1f}:1, where '
            f'{READABLE}:1 is needed); write {key} = "{nearest_readable(color)}", the nearest shade that can be read',
        )
    return color


# --- the logo ---


def _read_logo(home: Path, file: str) -> Logo:
    def refuse(problem: str) -> OrganizationError:
        return OrganizationError("organization.logo", f'logo in [organization] is "{file}", {problem}')

    if PurePath(file).name != file or "\\" in file:
        raise refuse(f"which is not a file's name alone; put the file into {home} and give its name")
    try:
        size = (home / file).stat().st_size
        if size > MOST_BYTES:
            raise refuse(f"a file of {size // 1000} kB; save it smaller, up to {MOST_BYTES // 1000} kB")
        content = (home / file).read_bytes()
    except OSError as error:
        raise refuse(f"which cannot be read in {home} ({error.strerror}); put the file there") from error
    if content.startswith(PNG):
        problem, kind = _png_problem(content), "image/png"
    else:
        problem, kind = _svg_problem(content), "image/svg+xml"
    if problem:
        raise refuse(problem)
    return Logo(content, kind)


def _png_problem(content: bytes) -> str:
    size = content[_PNG_SIZE]
    width, height = int.from_bytes(size[:4]), int.from_bytes(size[4:])
    if len(size) == 8 and 0 < width <= MOST_PIXELS and 0 < height <= MOST_PIXELS:
        return ""
    return f"a picture of {width} by {height} pixels; save it with up to {MOST_PIXELS} by {MOST_PIXELS}"


def _svg_problem(content: bytes) -> str:
    """Why a file cannot be a logo, or ""."""
    other = "which is neither a PNG nor an SVG picture; save the logo as one of them"
    if b"<!DOCTYPE" in content.upper() or b"<!ENTITY" in content.upper():
        return "an SVG with a document type; save it as plain SVG, without one"
    from lxml import etree  # takes a while, and most commands have no logo to check

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        return other
    if root.tag != SVG_ROOT:
        return other
    if not (root.get("viewBox") or (root.get("width") and root.get("height"))):
        return "an SVG without a size; save it with a viewBox, or with width and height"
    elements = (*root.itersiblings(preceding=True), *root.iter())
    return next((problem for element in elements if (problem := _element_problem(element))), "")


def _local(name: str) -> str:
    """A name without its namespace, in lower case."""
    return name.rpartition("}")[2].lower()


def _element_problem(element: Any) -> str:
    if not isinstance(element.tag, str):  # a comment, or a processing instruction, which has a target
        has_target = hasattr(element, "target")
        return "an SVG with a processing instruction; save it as plain SVG" if has_target else ""
    name = _local(element.tag)
    attributes = {_local(key): str(value) for key, value in element.attrib.items()}
    if name in _ACTIVE or any(key.startswith("on") for key in attributes):
        return "an SVG with a script; save it as plain SVG, without scripts"
    links = [attributes[key] for key in ("href", "src") if key in attributes]
    styles = [*attributes.values(), element.text or ""] if name == "style" else attributes.values()
    if any(not _OWN_PART.fullmatch(link.strip()) for link in links) or any(map(_ELSEWHERE.search, styles)):
        return "an SVG that loads parts from elsewhere; save it as plain SVG, with everything inside"
    return ""
