"""What every prompt has, and what a kind of prompt with one value says about itself."""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Discriminator, JsonValue, Tag

from cluster_kit.content.fields import ContentModel, Slug, Text, WhichSession
from cluster_kit.errors import ClusterKitError
from cluster_kit.models import Json
from cluster_kit.text import count_of

if TYPE_CHECKING:
    from cluster_kit.content.models import Content, TablePrompt

WORDS_A_MINUTE = 25
MINUTES_A_CHOICE = 0.25


class Depth(StrEnum):
    """How far a person goes. Each depth includes the ones before it."""

    ESSENTIAL = "essential"
    STANDARD = "standard"
    FULL = "full"

    def includes(self, other: Depth) -> bool:
        """True when someone working at this depth is asked what is marked ``other``."""
        order = list(Depth)
        return order.index(other) <= order.index(self)


class Scope(StrEnum):
    """Whose answer it is: one person's, or the team's."""

    PERSON = "person"
    TEAM = "team"


class Option(ContentModel):
    """One thing to choose, or one fixed row of a table."""

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
    """What someone wrote on a worksheet cannot be an answer. The message is for the person who wrote it."""


class BasePrompt(ContentModel):
    """What every prompt has. ``scope`` None means: as the exercise says. ``depth``: asked from this depth on."""

    kind: str
    id: Slug
    label: Text
    help: str = ""
    scope: Scope | None = None
    depth: Depth = Depth.ESSENTIAL

    example: ClassVar[JsonValue] = None
    """A value for rehearsals; None leaves the prompt unanswered there."""


class CellPrompt(BasePrompt):
    """A prompt with one value, which may be a column of a table. Each kind is a subclass, in ``PROMPT_KINDS``.

    A kind declares ``kind: Literal["its name"]`` and its own keys, and overrides what differs from plain text.
    """

    page_module: ClassVar[Path | None] = None
    """The JavaScript module of a kind of another package; it exports ``<kind>Kind`` with ``build`` and ``inWords``."""

    offline: ClassVar[bool] = True
    """Whether a worksheet can ask it."""

    @property
    def minutes(self) -> float:
        """How long an answer takes, for the time budget."""
        return MINUTES_A_CHOICE

    @property
    def hint(self) -> str:
        """How to write an answer on a worksheet, in a few words; empty where there is nothing to say."""
        return ""

    @property
    def codebook(self) -> str:
        """What exported values mean, in one line of the codebook; empty where the label says it."""
        return ""

    def find_problem(self, value: JsonValue) -> str | None:
        """Why ``value``, which is never None, cannot be an answer, as one sentence; None when it can."""
        return None if isinstance(value, str) else "This must be words."

    def page_schema(self) -> Json:
        """What the control on the page needs to know beyond what every prompt has."""
        return {}

    def spell(self, value: JsonValue) -> str:
        """The value in words, for packets and exports. A value that the kind no longer takes is shown as it is."""
        return str(value)

    def write(self, value: JsonValue) -> str:
        """The value as people write it on a worksheet, so that ``read`` gives it back."""
        return str(value)

    def read(self, text: str) -> JsonValue:
        """The value of what someone wrote, which is never empty. Raises ``UnclearAnswerError``."""
        return text

    def to_cell(self, value: JsonValue) -> float | dt.datetime | None:  # noqa: ARG002 - kinds override it
        """The number or day for one cell of a spreadsheet, or None to write ``spell``."""
        return None


class ExtensionPrompt(BasePrompt):
    """A prompt with a user interface of its own, such as the program crosswalk.

    Its answers are those of a table whose rows the extension knows. ``exercises.extensions`` has the other half: what
    answers the page. Both are registered under the same name.
    """

    page_module: ClassVar[Path | None] = None
    """The JavaScript module of an extension of another package; it exports ``<kind>Kind`` with ``buildPrompt``."""

    address: ClassVar[tuple[int, str, str] | None] = None
    """Session, exercise and prompt where it must be, for an extension that is used once in a series."""

    file: Slug = ""
    """The file prompt of the same exercise that it reads; empty for none."""

    @property
    def minutes(self) -> float:
        """How long it takes to look at it, for the time budget; decisions are often made over weeks."""
        return MINUTES_A_CHOICE

    @abstractmethod
    def as_table(self) -> TablePrompt:
        """The table that its answers are stored as; its rows have keys that the extension makes."""

    def page_schema(self, content: Content) -> Json:  # noqa: ARG002 - extensions override it
        """What the page needs to know beyond the table's columns."""
        return {}

    def count_answers(self, rows: int) -> str:
        """What a packet says of ``rows`` answered rows, for example ``3 decisions``."""
        return count_of(rows, "row")
