"""What can be asked: prompts with one value, and tables and lists that are made of them.

``models`` offers all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, PositiveInt

from cluster_kit.content.fields import Slug, Text
from cluster_kit.content.prompt_base import BasePrompt, CellPrompt, ExtensionPrompt, Option, Scope, Source
from cluster_kit.content.prompt_kinds import Anchor, AnyCell, AnyPrompt, RatingPrompt, TextPrompt

NOTE_WORDS = 20
RATIONALE_WORDS = 40


class ItemsPrompt(BasePrompt):
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


class QuestionsPrompt(BasePrompt):
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


class TablePrompt(BasePrompt):
    """Rows of cells. Rows are fixed (``rows``), come from a ``Source`` (``rows_from``), or are added by people.

    ``expected_rows`` says how many rows a team fills in the time given; that many are shown at first when
    people add rows. ``expected_rows`` at most ``max_rows``.
    """

    kind: Literal["table"]
    columns: tuple[AnyCell, ...] = Field(min_length=1)
    rows: tuple[Option, ...] = ()
    rows_from: Source | None = None
    expected_rows: PositiveInt = 3
    max_rows: PositiveInt = 30
    row_name: Text = "row"


if TYPE_CHECKING:
    Prompt = CellPrompt | ItemsPrompt | QuestionsPrompt | ExtensionPrompt | TablePrompt
else:
    Prompt = Annotated[AnyPrompt | ItemsPrompt | QuestionsPrompt | TablePrompt, Field(discriminator="kind")]
