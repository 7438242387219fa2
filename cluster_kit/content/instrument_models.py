"""Models of the instrument: its scale, areas, items, and open questions."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, PositiveInt

from cluster_kit.content.fields import ContentModel, SchemaVersion, Slug, Text
from cluster_kit.content.prompt_base import Depth
from cluster_kit.content.prompt_kinds import Anchor

TRANSITION = "transition item"


class Item(ContentModel):
    """One statement of the Policy Tool to rate, or a question to answer if the instrument has no scale.

    ``anchors`` describe the points of the instrument's scale in its order, one per point; without anchors, the scale's
    own labels and texts apply. ``strategies`` are what a state may do about it. ``transition``: it applies only while a
    state moves to the modernized Clusters, and is kept apart in comparisons over years.
    """

    id: Slug
    text: Text
    guiding_questions: tuple[Text, ...] = ()
    anchors: tuple[Text, ...] = ()
    evidence: tuple[Text, ...] = ()
    strategies: tuple[Text, ...] = ()
    depth: Depth = Depth.ESSENTIAL
    roles: tuple[Slug, ...] = ()
    transition: bool = False

    def describe_points(self, scale: tuple[Anchor, ...]) -> tuple[Anchor, ...]:
        """The scale with this item's descriptions of its points."""
        if not self.anchors:
            return scale
        described = zip(scale, self.anchors, strict=True)
        return tuple(point.model_copy(update={"text": text}) for point, text in described)

    @property
    def label(self) -> str:
        """The statement, followed by a label if it is a transition item."""
        return f"{self.text} [{TRANSITION}]" if self.transition else self.text


class PolicyArea(ContentModel):
    """A policy area, with the items that assess it."""

    schema_version: SchemaVersion
    id: Slug
    title: Text
    intro: str = ""
    items: tuple[Item, ...] = Field(min_length=1)


class Question(ContentModel):
    """An open question of part 1 (goals and needs) or part 3 (the plan)."""

    id: Slug
    text: Text
    help: str = ""
    words: PositiveInt = 40
    depth: Depth = Depth.ESSENTIAL


class InstrumentHead(ContentModel):
    """The instrument's own file: its title, scale, open questions, and its areas in order.

    ``wording`` is shown wherever the instrument is: ``own`` for the kit's wording, ``official`` for imported text.
    ``rule`` says how to choose between points and is shown wherever an item is rated. Without a ``scale``, items are
    open questions.
    """

    schema_version: SchemaVersion
    title: Text
    version: Text
    wording: Literal["own", "official"]
    about: Text
    rule: str = ""
    scale: tuple[Anchor, ...] = ()
    goals: tuple[Question, ...]
    plan: tuple[Question, ...]
    areas: tuple[Slug, ...]


class Instrument(ContentModel):
    """The Policy Tool as data: part 1 ``goals``, part 2 ``areas``, part 3 ``plan``."""

    title: Text
    version: Text
    wording: Literal["own", "official"]
    about: Text
    rule: str = ""
    scale: tuple[Anchor, ...]
    goals: tuple[Question, ...]
    areas: tuple[PolicyArea, ...]
    plan: tuple[Question, ...]

    @property
    def points(self) -> tuple[int, ...]:
        """The values of the scale, lowest first; empty if items are open questions."""
        return tuple(anchor.value for anchor in self.scale)

    @property
    def items(self) -> tuple[Item, ...]:
        """Every item, in the order of the areas."""
        return tuple(item for area in self.areas for item in area.items)

    def find_item(self, item_id: str) -> Item | None:
        """The item with this id, or None."""
        return next((item for item in self.items if item.id == item_id), None)
