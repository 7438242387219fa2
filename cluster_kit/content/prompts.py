"""The prompts: those with one value, and the tables and lists made of them.

``models`` exports all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, PositiveInt

from cluster_kit.content.fields import Slug, Text
from cluster_kit.content.prompt_base import BasePrompt, CellPrompt, ExtensionPrompt, Option, Scope, Source
from cluster_kit.content.prompt_kinds import Anchor, AnyCell, AnyPrompt, ChoicePrompt, RatingPrompt, TextPrompt
from cluster_kit.content.rating_values import OffScale, RatingValue, Stance, write_stance

NOTE_WORDS = 20
ANSWER_WORDS = 25
RATIONALE_WORDS = 40


class ItemsPrompt(BasePrompt):
    """Rate the instrument's items of these policy areas, at the person's depth.

    Behaves as a table whose rows are items (row id: item id) with two columns: ``rating`` (value: int or ``OffScale``)
    and ``note`` (value: str, the evidence in a few words, or why the item does not apply). If people rate individually,
    the team has three more columns: ``consensus`` (value as ``rating``), ``rationale`` and ``dissent`` (value: str),
    and each person one: ``agreement``, about the proposed consensus (value: ``write_stance``).
    With an instrument without a scale, items are open questions with one column, ``answer`` (value: str).
    """

    kind: Literal["items"]
    areas: tuple[Slug, ...]

    def as_columns(self, scale: tuple[Anchor, ...], scope: Scope) -> tuple[CellPrompt, ...]:
        """The columns, each with its scope. ``scope`` is the prompt's own or else the exercise's."""
        if not scale:
            return (TextPrompt(kind="text", id="answer", label="Answer", words=ANSWER_WORDS, scope=scope),)
        columns: tuple[CellPrompt, ...] = (
            RatingPrompt(kind="rating", id="rating", label="Rating", scale=scale, scope=scope, because="note"),
            TextPrompt(kind="text", id="note", label="Evidence in a few words", words=NOTE_WORDS, scope=scope),
        )
        return columns if scope is Scope.TEAM else (*columns, *_team_columns(scale), _agreement_column(scale))


class QuestionsPrompt(BasePrompt):
    """Open questions of the instrument's first or third part.

    Behaves as a table whose rows are questions (row id: question id) with one column, ``answer`` (value: str).
    """

    kind: Literal["questions"]
    part: Literal["goals", "plan"]
    questions: tuple[Slug, ...]


def _team_columns(scale: tuple[Anchor, ...]) -> tuple[CellPrompt, ...]:
    """The columns that a team answers together after it has seen its rating distribution."""
    team, words = Scope.TEAM, RATIONALE_WORDS
    return (
        RatingPrompt(
            kind="rating",
            id="consensus",
            label="Team rating",
            scale=scale,
            scope=team,
            because="rationale",
        ),
        TextPrompt(kind="text", id="rationale", label="Why your team chose this rating", words=words, scope=team),
        TextPrompt(kind="text", id="dissent", label="A different view, if any", words=words, scope=team),
    )


def _agreement_column(scale: tuple[Anchor, ...]) -> CellPrompt:
    """Each person's answer to the rating that a teammate proposes. It names the rating, because proposals change."""
    values: dict[RatingValue, str] = {point.value: f"{point.value} {point.label}" for point in scale}
    values |= {choice: choice.label for choice in OffScale}
    stances: dict[Stance, str] = {"agree": "Agrees on", "differ": "Keeps a different view from"}
    options = tuple(
        Option(id=write_stance(stance, value), label=f"{words} “{label}”")
        for stance, words in stances.items()
        for value, label in values.items()
    )
    return ChoicePrompt(kind="choice", id="agreement", label="Whether you agree", options=options, scope=Scope.PERSON)


class TablePrompt(BasePrompt):
    """Rows of cells. Rows are fixed (``rows``), come from a ``Source`` (``rows_from``), or are added by people.

    ``expected_rows`` says how many rows a team fills in the time given; that many are shown at first when
    people add rows. ``expected_rows`` at most ``max_rows``. ``rows_each`` says how many of the fixed rows one person
    fills outside the room, if a team divides them; None for all. ``path`` names two choice columns, from and to,
    between which the page draws the rows as the stations of a path.
    """

    kind: Literal["table"]
    columns: tuple[AnyCell, ...] = Field(min_length=1)
    rows: tuple[Option, ...] = ()
    rows_from: Source | None = None
    expected_rows: PositiveInt = 3
    rows_each: PositiveInt | None = None
    max_rows: PositiveInt = 30
    row_name: Text = "row"
    path: tuple[Slug, Slug] | None = None


if TYPE_CHECKING:
    Prompt = CellPrompt | ItemsPrompt | QuestionsPrompt | ExtensionPrompt | TablePrompt
else:
    Prompt = Annotated[AnyPrompt | ItemsPrompt | QuestionsPrompt | TablePrompt, Field(discriminator="kind")]
