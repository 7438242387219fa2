"""The base classes of prompts: common keys, and the interface of prompt kinds with one value."""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Discriminator, JsonValue, Tag

from cluster_kit.content import rates
from cluster_kit.content.fields import ContentModel, Slug, Text, WhichSession
from cluster_kit.errors import ClusterKitError
from cluster_kit.models import Json
from cluster_kit.text import count_of

if TYPE_CHECKING:
    from cluster_kit.content.models import Content, TablePrompt


class Depth(StrEnum):
    """The depth at which a person works. Each depth includes the previous ones."""

    ESSENTIAL = "essential"
    STANDARD = "standard"
    FULL = "full"

    def includes(self, other: Depth) -> bool:
        """True if this depth includes prompts marked ``other``."""
        order = list(Depth)
        return order.index(other) <= order.index(self)


class Scope(StrEnum):
    """The owner of an answer: one person or the team."""

    PERSON = "person"
    TEAM = "team"


class Option(ContentModel):
    """An option of a choice, or a fixed row of a table."""

    id: Slug
    label: Text
    help: str = ""


class AnswerSource(ContentModel):
    """Rows or options that come from what the state's team answered in a table's text column.

    ``session`` is a number, ``this`` for the session at hand, or ``earlier`` for every session before it.
    Row ids are those of the source table, so an answer stays tied to the row it is about.
    """

    session: WhichSession = "this"
    exercise: Slug
    prompt: Slug
    column: Slug


Vocabulary = Literal[
    "clusters",
    "cross_cutting_clusters",
    "groupings",
    "sub_clusters",
    "audiences",
    "roles",
    "areas",
    "items",
    "jurisdictions",
]


def _source_kind(value: object) -> str:
    return "vocabulary" if isinstance(value, str) else "answers"


Source = Annotated[
    Annotated[Vocabulary, Tag("vocabulary")] | Annotated[AnswerSource, Tag("answers")],
    Discriminator(_source_kind),
]


class UnclearAnswerError(ClusterKitError, ValueError):
    """Worksheet text that is not a valid answer. The message is a sentence for its author."""


class BasePrompt(ContentModel):
    """The common keys of prompts. ``scope`` None: the exercise's. ``depth``: the lowest depth that includes it.

    ``before``: answered before the session, in an exercise that the room continues (``prework_minutes``).
    ``optional``: it may stay blank, so progress does not count it, and its label says so.
    """

    kind: str
    id: Slug
    label: Text
    help: str = ""
    scope: Scope | None = None
    depth: Depth = Depth.ESSENTIAL
    before: bool = False
    optional: bool = False

    example: ClassVar[JsonValue] = None
    """A value for rehearsals; None leaves the prompt unanswered there."""


class CellPrompt(BasePrompt):
    """A prompt with one value, which may be a column of a table. Each kind is a subclass, in ``PROMPT_KINDS``.

    A kind declares ``kind: Literal["its name"]`` and its keys, and overrides methods where it differs from plain text.
    """

    page_module: ClassVar[Path | None] = None
    """The JavaScript module of a kind of another package; it exports ``<kind>Kind`` with ``build`` and ``inWords``."""

    offline: ClassVar[bool] = True
    """Whether a worksheet can ask it."""

    @property
    def minutes(self) -> float:
        """The time that an answer takes, for the time budget."""
        return rates.CHOICE_MINUTES

    @property
    def hint(self) -> str:
        """How to write an answer on a worksheet, in a few words; may be empty."""
        return ""

    @property
    def codebook(self) -> str:
        """The meaning of exported values, as a line of the codebook; empty if the label is sufficient."""
        return ""

    def find_problem(self, value: JsonValue) -> str | None:
        """A sentence why ``value``, which is never None, is not a valid answer; None if it is."""
        return None if isinstance(value, str) else "This must be words."

    def page_schema(self) -> Json:
        """The keys that the page's control needs besides the common ones."""
        return {}

    def format_value(self, value: JsonValue) -> str:
        """The value in words, for packets and exports. A value that is no longer valid is shown as stored."""
        return str(value)

    def write(self, value: JsonValue) -> str:
        """The value as worksheet text, which ``read`` converts back."""
        return str(value)

    def read(self, text: str) -> JsonValue:
        """The value of worksheet text, which is never empty. Raises ``UnclearAnswerError``."""
        return text

    def to_cell(self, value: JsonValue) -> float | dt.datetime | None:  # noqa: ARG002 - kinds override it
        """The number or day for one cell of a spreadsheet, or None to write ``format_value``."""
        return None


class ExtensionPrompt(BasePrompt):
    """A prompt with its own user interface, such as the program crosswalk.

    Its answers are those of a table whose rows the extension defines. The server-side half in
    ``exercises.extensions`` is registered under the same name.
    """

    page_module: ClassVar[Path | None] = None
    """The JavaScript module of an extension of another package; it exports ``<kind>Kind`` with ``buildPrompt``."""

    address: ClassVar[tuple[int, str, str] | None] = None
    """The required session, exercise, and prompt of an extension that is used once in a series."""

    file: Slug = ""
    """The id of the exercise's file prompt that it reads, or empty."""

    @property
    def minutes(self) -> float:
        """The time to review it, for the time budget. Decisions often take weeks."""
        return rates.CHOICE_MINUTES

    @abstractmethod
    def as_table(self) -> TablePrompt:
        """The table in which its answers are stored. The extension creates the row ids."""

    def page_schema(self, content: Content) -> Json:  # noqa: ARG002 - extensions override it
        """The keys that the page needs besides the table's columns."""
        return {}

    def count_answers(self, rows: int) -> str:
        """A packet's description of ``rows`` answered rows, for example ``3 decisions``."""
        return count_of(rows, "row")
