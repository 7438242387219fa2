"""The document model of a view, from which HTML, Markdown, and other formats are written.

Every string is plain text, typed or from the kit. The only markup is a picture's SVG, which the kit draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, cast

from pydantic import Field, TypeAdapter

Scalar = str | int | float | None
LANGUAGE = "en"


@dataclass(frozen=True)
class FixedTexts:
    """The words that the writers add to a document, in its language."""

    page: str
    of: str
    skip: str


FIXED_TEXTS = {
    LANGUAGE: FixedTexts("Page", "of", "Skip to the content"),
    "es": FixedTexts("Página", "de", "Ir al contenido"),
}


@dataclass(frozen=True)
class Attributed:
    """Text with an optional author. ``who`` is set for conflicting versions of an answer."""

    text: str
    who: str = ""


NOT_DESCRIBED = "Not described yet"
"""What documents say in place of the name of a row that has none."""

Texts = tuple[Attributed, ...]
"""The texts in one place: none, one, or several versions."""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph. ``lead`` opens a section, ``quiet`` is an aside such as "Not answered yet."."""

    text: str
    tone: Literal["plain", "lead", "quiet"] = "plain"
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True)
class Bullets:
    """A list of texts, numbered when ``ordered``."""

    items: Texts
    ordered: bool = False
    kind: Literal["bullets"] = "bullets"


@dataclass(frozen=True)
class Fact:
    """A label and its texts."""

    label: str
    texts: Texts


@dataclass(frozen=True)
class Facts:
    """A list of labels with their answers."""

    facts: tuple[Fact, ...]
    kind: Literal["facts"] = "facts"


@dataclass(frozen=True)
class Table:
    """A table with a caption. The first cell of each row is the row's header; rows are as long as ``columns``.

    ``widths`` are the columns' shares of the page; without them, they follow from the text.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Texts, ...], ...]
    widths: tuple[float, ...] = ()
    kind: Literal["table"] = "table"


@dataclass(frozen=True)
class Record:
    """A row whose cells are too long for a table: its title, and the other cells as facts."""

    title: Texts
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Records:
    """Rows with long cells. They are numbered if ``row_name`` is set, for example to ``goal``."""

    caption: str
    row_name: str
    records: tuple[Record, ...]
    kind: Literal["records"] = "records"


@dataclass(frozen=True)
class Picture:
    """A drawing with its alternative text (``alt``) and the rows that it displays (``data``).

    Pages and Markdown show ``table`` as an alternative to the drawing. ``covers`` are the ids of the table columns that
    the drawing shows in full, which the text beside it need not repeat. With ``numbers_rows``, the numbers in the
    drawing are those of the rows in the text below it.
    """

    svg: str
    alt: str
    caption: str
    data: tuple[Mapping[str, Scalar], ...] = ()
    table: Table | None = None
    covers: tuple[str, ...] = ()
    numbers_rows: bool = False


@dataclass(frozen=True)
class Figure:
    """A picture at its position in the text."""

    picture: Picture
    kind: Literal["figure"] = "figure"


@dataclass(frozen=True)
class Section:
    """A heading and its blocks. The writer sets the heading's level."""

    title: str
    blocks: tuple[Block, ...]
    kind: Literal["section"] = "section"


@dataclass(frozen=True)
class Document:
    """A whole document, in page order, from which every format is written.

    ``title`` names the document, ``heading`` and ``subtitle`` are at its top; ``notice`` is empty unless readers must
    know something first. ``opening`` comes before the ``parts``, in print on a page of its own with ``own_page``;
    ``about``, under its title, is at the end, in small text. ``language`` is an ISO 639 code.
    A landscape document has small text and narrow margins, for wide tables; a compact one is the same in portrait.
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
    own_page: bool = False
    layout: Literal["portrait", "landscape", "compact"] = "portrait"
    language: str = LANGUAGE

    @property
    def fixed_texts(self) -> FixedTexts:
        """The writers' words in the document's language; in English if the language has none."""
        return FIXED_TEXTS.get(self.language, FIXED_TEXTS[LANGUAGE])

    @property
    def sections(self) -> tuple[Section, ...]:
        """The parts, and ``about``, unless it is empty."""
        if not self.about:
            return self.parts
        about = Section(self.about_title, tuple(Paragraph(words, "quiet") for words in self.about))
        return (*self.parts, about)


Block = Annotated[
    Paragraph | Bullets | Facts | Table | Records | Figure | Section,
    Field(discriminator="kind"),
]

VIEW_MIME = "application/vnd.cluster-kit.view+json"
"""The MIME type of the document model in a notebook's outputs, from which other formats are written."""


def section_to_json(section: Section) -> dict[str, Any]:
    """The section as JSON data; ``section_from_json`` reads it back."""
    return cast(dict[str, Any], _adapter().dump_python(section, mode="json"))


def section_from_json(data: object) -> Section:
    """The section that ``section_to_json`` wrote. Raises ``pydantic.ValidationError`` for other data."""
    return _adapter().validate_python(data)


def _adapter() -> TypeAdapter[Section]:
    global _ADAPTER  # noqa: PLW0603  (created on first use, because building it takes longer than most views)
    if _ADAPTER is None:
        _ADAPTER = TypeAdapter(Section)
    return _ADAPTER


_ADAPTER: TypeAdapter[Section] | None = None


def one_text(text: str, who: str = "") -> Texts:
    """One text by itself."""
    return (Attributed(text, who),)
