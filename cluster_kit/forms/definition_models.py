"""An exercise's static definition as a page gets it: what ``exercise_schema`` builds, as frozen models."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from cluster_kit.models import Outgoing

ScopeName = Literal["team", "person"]
DepthName = Literal["essential", "standard", "full"]


class OptionView(Outgoing):
    """An option of a choice or a row of a table. ``gone``: the answer that it came from was removed."""

    id: str
    label: str
    help: str = ""
    gone: bool = False


class ScalePointView(Outgoing):
    """A point of a rating scale, and in ``text`` what it looks like in practice."""

    value: int
    label: str
    text: str = ""


class _PromptView(Outgoing):
    id: str
    label: str
    help: str
    scope: ScopeName
    depth: DepthName


class TextPromptView(_PromptView):
    """Free text of about so many ``words``. ``check``: what findings about the wording are shown, if any."""

    kind: Literal["text"]
    words: int
    check: Literal["plain_language"] | None


class ChoicePromptView(_PromptView):
    """One option, or ``many``. ``live``: options come from answers. ``other``: people may answer in their own words."""

    kind: Literal["choice"]
    options: list[OptionView]
    live: bool
    many: bool
    other: bool


class RatingPromptView(_PromptView):
    """A point on a scale."""

    kind: Literal["rating"]
    scale: list[ScalePointView]


class NumberPromptView(_PromptView):
    """A number, perhaps a ``whole`` one, with its ``unit``."""

    kind: Literal["number"]
    whole: bool
    unit: str


class DatePromptView(_PromptView):
    """A day."""

    kind: Literal["date"]


class PersonPromptView(_PromptView):
    """A person's name and role."""

    kind: Literal["person"]


class FilePromptView(_PromptView):
    """A file with one of these endings, of at most ``largest`` bytes."""

    kind: Literal["file"]
    accepts: list[str]
    largest: int


CellPromptView = Annotated[
    TextPromptView
    | ChoicePromptView
    | RatingPromptView
    | NumberPromptView
    | DatePromptView
    | PersonPromptView
    | FilePromptView,
    Field(discriminator="kind"),
]


class TablePromptView(_PromptView):
    """A table. ``rows`` is None where people add rows."""

    kind: Literal["table"]
    columns: list[CellPromptView]
    rows: list[OptionView] | None
    live: bool
    expected_rows: int
    max_rows: int
    row_name: str


class ItemView(Outgoing):
    """An item of the instrument, to be rated."""

    id: str
    text: str
    depth: DepthName
    scale: list[ScalePointView]
    guiding_questions: list[str]
    evidence: list[str]
    roles: list[str]
    role_ids: list[str]


class AreaView(Outgoing):
    """A policy area and its items."""

    id: str
    title: str
    intro: str
    items: list[ItemView]


class ItemsPromptView(_PromptView):
    """Items to rate. ``together`` are the columns that a team answers once its ratings are revealed."""

    kind: Literal["items"]
    note_words: int
    areas: list[AreaView]
    together: list[CellPromptView]


class QuestionView(Outgoing):
    """An open question of the instrument."""

    id: str
    label: str
    help: str
    words: int
    depth: DepthName


class QuestionsPromptView(_PromptView):
    """Open questions."""

    kind: Literal["questions"]
    questions: list[QuestionView]


class ProgramsPromptView(_PromptView):
    """A list of programs to map. ``sub_clusters`` lists the ids of each Cluster's Sub-Clusters."""

    kind: Literal["programs"]
    columns: list[CellPromptView]
    sub_clusters: dict[str, list[str]]


PromptView = Annotated[
    TextPromptView
    | ChoicePromptView
    | RatingPromptView
    | NumberPromptView
    | DatePromptView
    | PersonPromptView
    | FilePromptView
    | TablePromptView
    | ItemsPromptView
    | QuestionsPromptView
    | ProgramsPromptView,
    Field(discriminator="kind"),
]


class FormLimits(Outgoing):
    """How many characters a text and a name may have."""

    text: int
    name: int


class ExerciseView(Outgoing):
    """The static definition of an exercise."""

    exercise: str
    session: int
    segment: str
    when: Literal["prework", "session", "follow_up"]
    title: str
    intent: str
    steps: list[str]
    keeps: str
    minutes: int
    talk_minutes: int | None
    about_minutes: int
    roles: list[str]
    limits: FormLimits
    prompts: list[PromptView]
