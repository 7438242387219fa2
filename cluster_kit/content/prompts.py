"""What can be asked: the few kinds of prompts, and where their rows and options come from.

``models`` offers all of them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Discriminator, Field, PositiveInt, Tag

from cluster_kit.content.fields import ContentModel, Slug, Text, WhichSession

# --- shared words ---------------------------------------------------------------------------------------------


class Depth(StrEnum):
    """How much a person is asked. Each depth includes the ones before it."""

    ESSENTIAL = "essential"
    STANDARD = "standard"
    FULL = "full"

    def includes(self, other: Depth) -> bool:
        """True if a person who works at this depth is asked what is marked ``other``."""
        order = list(Depth)
        return order.index(other) <= order.index(self)


class Scope(StrEnum):
    """Who gives an answer: each person, or the team."""

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


FileEnding = Annotated[str, Field(pattern=r"^[a-z0-9]+$")]
"""How a file's name ends, in small letters and without the dot."""

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


# --- prompts: the few kinds of thing that can be asked ---------------------------------------------------------


class _Prompt(ContentModel):
    """What every prompt has. ``scope`` None means: as the exercise says. ``depth``: asked from this depth on."""

    id: Slug
    label: Text
    help: str = ""
    scope: Scope | None = None
    depth: Depth = Depth.ESSENTIAL


class TextPrompt(_Prompt):
    """Words. ``words`` is the length to aim at, shown as guidance and used to plan minutes, never enforced.

    ``check: plain_language`` shows sentence length, reading grade and jargon with plainer words, as people type.
    Value: str.
    """

    kind: Literal["text"]
    words: PositiveInt = 15
    check: Literal["plain_language"] | None = None


class ChoicePrompt(_Prompt):
    """One option (value: its id), or with ``many`` several (value: list of ids).

    Exactly one of ``options`` and ``options_from`` is given. With ``other``, people may add their own words
    (value: ``"other:their words"`` in place of an id).
    """

    kind: Literal["choice"]
    options: tuple[Option, ...] = ()
    options_from: Source | None = None
    many: bool = False
    other: bool = False


class Anchor(ContentModel):
    """A point of a rating scale and what it looks like in practice."""

    value: PositiveInt
    label: Text
    text: str = ""


class RatingPrompt(_Prompt):
    """A point on a scale with anchors. Value: int, or the string ``not_sure``."""

    kind: Literal["rating"]
    scale: tuple[Anchor, ...]


class NumberPrompt(_Prompt):
    """A number. Value: int or float within ``minimum`` and ``maximum`` where given."""

    kind: Literal["number"]
    minimum: float | None = None
    maximum: float | None = None
    whole: bool = True
    unit: str = ""


class DatePrompt(_Prompt):
    """A day. Value: ``YYYY-MM-DD``."""

    kind: Literal["date"]


class PersonPrompt(_Prompt):
    """Someone to name. Value: ``{"name": str, "role": str}``; the role is free text, with the roles suggested."""

    kind: Literal["person"]


class FilePrompt(_Prompt):
    """A file to bring. ``accepts`` are the endings that its name may have; more than ``largest_mb`` is refused.

    Value: ``{"name": str, "sha256": str, "size": int}``, the size in bytes. What is in the file stays on the state's
    side: in the kit's home, and in no export.
    """

    kind: Literal["file"]
    accepts: tuple[FileEnding, ...] = Field(min_length=1)
    largest_mb: Annotated[int, Field(ge=1, le=10)] = 10


NOTE_WORDS = 20
RATIONALE_WORDS = 40


class ItemsPrompt(_Prompt):
    """Rate the instrument's items of these policy areas, at one's own depth.

    Behaves as a table whose rows are items (row id: item id) with two columns: ``rating`` (value: int or
    ``not_sure``) and ``note`` (value: str, the evidence in a few words). Where people rate for themselves, the team's
    answers stand beside theirs: ``consensus`` (value as ``rating``), ``rationale`` and ``dissent`` (value: str).
    """

    kind: Literal["items"]
    areas: tuple[Slug, ...]

    def as_columns(self, scale: tuple[Anchor, ...], scope: Scope) -> tuple[CellPrompt, ...]:
        """The columns, each with its scope. ``scope`` is the prompt's own or, where it has none, the exercise's."""
        columns: tuple[CellPrompt, ...] = (
            RatingPrompt(kind="rating", id="rating", label="Rating", scale=scale, scope=scope),
            TextPrompt(kind="text", id="note", label="Evidence in a few words", words=NOTE_WORDS, scope=scope),
        )
        return columns if scope is Scope.TEAM else columns + _team_columns(scale)


class QuestionsPrompt(_Prompt):
    """Open questions of the instrument's first or third part.

    Behaves as a table whose rows are questions (row id: question id) with one column, ``answer`` (value: str).
    """

    kind: Literal["questions"]
    part: Literal["goals", "plan"]
    questions: tuple[Slug, ...]


def _team_columns(scale: tuple[Anchor, ...]) -> tuple[CellPrompt, ...]:
    """What a team answers together once it has seen how its own ratings spread."""
    team, words = Scope.TEAM, RATIONALE_WORDS
    return (
        RatingPrompt(kind="rating", id="consensus", label="What your team settles on", scale=scale, scope=team),
        TextPrompt(kind="text", id="rationale", label="Why your team settles on this", words=words, scope=team),
        TextPrompt(kind="text", id="dissent", label="A view that differs, if one stays", words=words, scope=team),
    )


CellPrompt = Annotated[
    TextPrompt | ChoicePrompt | RatingPrompt | NumberPrompt | DatePrompt | PersonPrompt | FilePrompt,
    Field(discriminator="kind"),
]


class TablePrompt(_Prompt):
    """Rows of cells. Rows are fixed (``rows``), come from a ``Source`` (``rows_from``), or are added by people.

    ``expected_rows`` says how many rows a team fills in the time given; that many are shown at first when
    people add rows. ``expected_rows`` at most ``max_rows``.
    """

    kind: Literal["table"]
    columns: tuple[CellPrompt, ...] = Field(min_length=1)
    rows: tuple[Option, ...] = ()
    rows_from: Source | None = None
    expected_rows: PositiveInt = 3
    max_rows: PositiveInt = 30
    row_name: Text = "row"


PROGRAMS_ADDRESS = (3, "program_crosswalk", "decisions")
"""Session, exercise and prompt under which decisions about programs are kept, in every series."""


class ProgramsPrompt(_Prompt):
    """Decide where the state's programs belong in the Framework, from a list given to the file prompt ``file``.

    Behaves as a table whose rows are programs that are decided together (row id: their key, see
    docs/how-to/crosswalk.md) with three columns: ``cluster`` and ``sub_cluster`` (value: an id of the Framework) and
    ``note`` (value: str).
    """

    kind: Literal["programs"]
    file: Slug

    def as_table(self) -> TablePrompt:
        """The table that it behaves as."""
        columns = (
            ChoicePrompt(kind="choice", id="cluster", label="Cluster", options_from="clusters"),
            ChoicePrompt(kind="choice", id="sub_cluster", label="Sub-Cluster", options_from="sub_clusters"),
            TextPrompt(kind="text", id="note", label="Why, in a few words", words=12),
        )
        shared = self.model_dump(exclude={"kind", "file"})
        return TablePrompt(kind="table", **shared, columns=columns, row_name="program")


Prompt = Annotated[
    TextPrompt
    | ChoicePrompt
    | RatingPrompt
    | NumberPrompt
    | DatePrompt
    | PersonPrompt
    | FilePrompt
    | ItemsPrompt
    | QuestionsPrompt
    | ProgramsPrompt
    | TablePrompt,
    Field(discriminator="kind"),
]
