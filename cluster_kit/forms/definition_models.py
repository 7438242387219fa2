"""The static definition of an exercise for its page, which ``exercise_schema`` builds, as frozen models."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

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
    """A point of a rating scale. ``text`` describes it in practice."""

    value: int
    label: str
    text: str = ""


class CitationView(Outgoing):
    """A source: the text of the link to it, and its address."""

    text: str
    address: str


class PublishedExampleView(Outgoing):
    """A published example of state practice. ``about`` is the label of a table's row, if it is beside a table.

    ``sources`` begins with the main one, whose date is ``as_of``. ``label`` says that a practice is not about the
    modernized Framework; it is empty for the others.
    """

    states: str
    title: str
    label: str
    did: str
    when: str
    sources: list[CitationView]
    as_of: str
    borrow: str
    caution: str
    about: str = ""


class _PromptView(Outgoing):
    id: str
    label: str
    help: str
    scope: ScopeName
    depth: DepthName
    optional: bool


class TextPromptView(_PromptView):
    """Free text of about ``words`` words. ``check``: the wording check to apply; ``suggest``: what to suggest."""

    kind: Literal["text"]
    words: int
    check: Literal["plain_language"] | None
    suggest: Literal["people"] | None


class ChoicePromptView(_PromptView):
    """One option, or ``many``. ``live``: options come from answers. ``other``: free text is allowed.

    ``earlier``: by id, the words of options that are not offered any more.
    """

    kind: Literal["choice"]
    options: list[OptionView]
    earlier: dict[str, str]
    live: bool
    many: bool
    other: bool


class OffScaleView(Outgoing):
    """A choice off a rating scale. ``asks_reason``: the page asks for a reason beside it."""

    id: str
    label: str
    asks_reason: bool


class RatingPromptView(_PromptView):
    """A point on a scale, or a choice off the scale. ``because``: the column with the reason, or empty."""

    kind: Literal["rating"]
    scale: list[ScalePointView]
    off_scale: list[OffScaleView]
    because: str


class NumberPromptView(_PromptView):
    """A number with its ``unit``. ``whole``: only integers. ``rank``: a row's place in the order of the rows."""

    kind: Literal["number"]
    whole: bool
    unit: str
    rank: bool


class DatePromptView(_PromptView):
    """A date within the bounds, which may be empty. Outside of ``past`` and ``within_years``, the page asks again."""

    kind: Literal["date"]
    minimum: str
    maximum: str
    past: bool
    within_years: int


class PersonPromptView(_PromptView):
    """A person's name and role."""

    kind: Literal["person"]


class FilePromptView(_PromptView):
    """A file with one of these extensions and at most ``largest`` bytes."""

    kind: Literal["file"]
    accepts: list[str]
    largest: int


_CellPromptViews: TypeAlias = (
    TextPromptView
    | ChoicePromptView
    | RatingPromptView
    | NumberPromptView
    | DatePromptView
    | PersonPromptView
    | FilePromptView
)
CellPromptView = Annotated[_CellPromptViews, Field(discriminator="kind")]


class TablePromptView(_PromptView):
    """A table. ``rows`` is None if people add the rows. ``examples`` are about fixed rows. ``path``: the two columns
    between which rows are drawn as stations. ``when_empty``: where a team adds the rows that come from its answers.
    ``before``: it is filled out before the session."""

    kind: Literal["table"]
    columns: list[CellPromptView]
    rows: list[OptionView] | None
    live: bool
    before: bool
    when_empty: str
    expected_rows: int
    max_rows: int
    row_name: str
    path: list[str] | None
    examples: list[PublishedExampleView]


class ItemView(Outgoing):
    """An item of the instrument to rate. ``tag``: a short label beside its text, or empty."""

    id: str
    text: str
    tag: str
    depth: DepthName
    scale: list[ScalePointView]
    guiding_questions: list[str]
    strategies: list[str]
    evidence: list[str]
    roles: list[str]
    role_ids: list[str]
    sources: list[CitationView]
    examples: list[PublishedExampleView]


class AreaView(Outgoing):
    """A policy area and its items. ``examples`` are those about none of its items."""

    id: str
    title: str
    intro: str
    items: list[ItemView]
    examples: list[PublishedExampleView]


class ItemsPromptView(_PromptView):
    """Items to rate, or to answer in words if not ``rated``.

    ``rule`` says how to choose between points. ``together`` are the columns that a team answers once its ratings are
    revealed.
    """

    kind: Literal["items"]
    rule: str
    rated: bool
    off_scale: list[OffScaleView]
    note_words: int
    answer_words: int
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
    _CellPromptViews | TablePromptView | ItemsPromptView | QuestionsPromptView | ProgramsPromptView,
    Field(discriminator="kind"),
]


class FormLimits(Outgoing):
    """The maximum number of characters of a text and of a name."""

    text: int
    name: int


class ListenForView(Outgoing):
    """What a team may say or do, and the question that helps then."""

    signal: str
    ask: str


class CuesView(Outgoing):
    """What helps a team in an exercise."""

    listen: list[ListenForView]
    stuck: str
    quick: str


class GlossaryTermView(Outgoing):
    """A term of the glossary. ``spellings``: how texts write it; one in capitals keeps its case."""

    id: str
    term: str
    spellings: list[str]
    definition: str


class ExerciseView(Outgoing):
    """The static definition of an exercise. ``terms``: the glossary terms in it, by first use."""

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
    prework_minutes: int
    cues: CuesView | None
    terms: list[GlossaryTermView]
    roles: list[str]
    limits: FormLimits
    prompts: list[PromptView]
