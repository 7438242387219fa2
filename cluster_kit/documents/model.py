"""What a view is made of: a small document that becomes HTML, Markdown and whatever else is written from it.

Every string is plain text, as it was typed or as the kit says it. Nothing in here is markup but a picture's SVG,
which the kit draws itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, cast

from pydantic import Field, TypeAdapter

Scalar = str | int | float | None


@dataclass(frozen=True)
class Attributed:
    """A piece of text. ``who`` names who said it, where that matters: versions that the team has not settled."""

    text: str
    who: str = ""


Words = tuple[Attributed, ...]
"""What stands in one place: nothing, one text, or several side by side."""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph. ``lead`` opens a section, ``quiet`` is an aside such as "Not answered yet."."""

    text: str
    tone: Literal["plain", "lead", "quiet"] = "plain"
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True)
class Bullets:
    """A list of texts, numbered when ``ordered``."""

    items: Words
    ordered: bool = False
    kind: Literal["bullets"] = "bullets"


@dataclass(frozen=True)
class Fact:
    """A label and what stands under it."""

    label: str
    words: Words


@dataclass(frozen=True)
class Facts:
    """Labels with what was answered to each."""

    facts: tuple[Fact, ...]
    kind: Literal["facts"] = "facts"


@dataclass(frozen=True)
class Table:
    """A table with a caption. The first cell of each row is the row's header; rows are as long as ``columns``."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Words, ...], ...]
    kind: Literal["table"] = "table"


@dataclass(frozen=True)
class Record:
    """A row whose cells are too long for a table: its title, and the rest as facts."""

    title: Words
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Records:
    """Rows with long cells. They are numbered where ``row_name`` says what one row is, for example ``goal``."""

    caption: str
    row_name: str
    records: tuple[Record, ...]
    kind: Literal["records"] = "records"


@dataclass(frozen=True)
class Picture:
    """A drawing with its words. ``alt`` says what it shows, ``data`` holds the rows that it was drawn from."""

    svg: str
    alt: str
    caption: str
    data: tuple[Mapping[str, Scalar], ...] = ()


@dataclass(frozen=True)
class Figure:
    """A picture in its place in the text."""

    picture: Picture
    kind: Literal["figure"] = "figure"


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it. Whoever writes the document gives the heading its level."""

    title: str
    blocks: tuple[Block, ...]
    kind: Literal["section"] = "section"


@dataclass(frozen=True)
class Document:
    """A whole document, in the order of its pages; every format is written from it.

    ``title`` names the document, ``heading`` and ``subtitle`` are at its top; ``notice`` is empty unless readers must
    know something first. ``opening`` comes before the ``parts``; ``about``, under its title, closes it.
    """

    title: str
    heading: str
    subtitle: str
    series: str
    when: str
    notice: str
    opening: tuple[Block, ...]
    parts: tuple[Section, ...]
    about: tuple[str, ...]
    about_title: str = "About this packet"


Block = Annotated[
    Paragraph | Bullets | Facts | Table | Records | Figure | Section,
    Field(discriminator="kind"),
]

LANGUAGE = "en"
VIEW_MIME = "application/vnd.cluster-kit.view+json"
"""The document itself among a notebook's outputs, so that every later format is written from it, not from HTML."""


def section_to_json(section: Section) -> dict[str, Any]:
    """The section as JSON data; ``section_from_json`` reads it back."""
    return cast(dict[str, Any], _adapter().dump_python(section, mode="json"))


def section_from_json(data: object) -> Section:
    """The section that ``section_to_json`` wrote; ``pydantic.ValidationError`` where it is none."""
    return _adapter().validate_python(data)


def _adapter() -> TypeAdapter[Section]:
    global _ADAPTER  # noqa: PLW0603  (made on first use: building it costs more than most views)
    if _ADAPTER is None:
        _ADAPTER = TypeAdapter(Section)
    return _ADAPTER


_ADAPTER: TypeAdapter[Section] | None = None


def text(words: str, who: str = "") -> Words:
    """One text, standing alone."""
    return (Attributed(words, who),)
