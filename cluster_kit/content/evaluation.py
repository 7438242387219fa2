"""The evaluation at the end of each session: its questions, as data.

It is the same for all sessions of all series. Questions about confidence take their statements from the session's
learning outcomes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, PositiveInt

from cluster_kit.content.fields import ContentModel, SchemaVersion, Slug, Text
from cluster_kit.content.findings import Findings
from cluster_kit.content.pack_reader import Reader, load_files
from cluster_kit.content.parts import Located
from cluster_kit.content.prompt_base import Option
from cluster_kit.content.prompt_kinds import Anchor

EVALUATION_FILE = "evaluation.yaml"


class ChoiceQuestion(ContentModel):
    """A question with options. ``comment`` is the label of a text field below them; empty means that there is none."""

    kind: Literal["choice"]
    id: Slug
    text: Text
    short: Text
    help: str = ""
    options: tuple[Option, ...] = Field(min_length=2)
    many: bool = False
    comment: str = ""


class ConfidenceQuestion(ContentModel):
    """How well participants could do what each outcome says: ``before`` the session, and ``now``."""

    kind: Literal["confidence"]
    id: Slug
    text: Text
    short: Text
    help: str = ""
    before: Text
    now: Text
    scale: tuple[Anchor, ...] = Field(min_length=2)


EvaluationQuestion = Annotated[ChoiceQuestion | ConfidenceQuestion, Field(discriminator="kind")]


class Evaluation(ContentModel):
    """The evaluation of a session. It closes ``open_days`` after the session has ended."""

    schema_version: SchemaVersion
    title: Text
    minutes: PositiveInt
    intro: Text
    privacy: Text
    open_days: PositiveInt = 14
    questions: tuple[EvaluationQuestion, ...] = Field(min_length=1)

    def find_question(self, question_id: str) -> ChoiceQuestion | ConfidenceQuestion | None:
        """The question with this id, or None."""
        return next((question for question in self.questions if question.id == question_id), None)


def load_evaluation(overlay: Path | None = None) -> Evaluation:
    """The evaluation: the organization's own, else the shipped one. Raises ``ContentError`` with all problems."""
    return load_files(overlay, read_evaluation)


def read_evaluation(reader: Reader) -> Evaluation | None:
    """The evaluation, checked; None, with problems added to the reader, if its file is invalid."""
    return reader.checked(EVALUATION_FILE, Evaluation, _check)


def _check(read: Located[Evaluation], found: Findings) -> None:
    found.unique(read.data, _ids(read.model), "question")
    for index, question in enumerate(read.model.questions):
        path = ("questions", index)
        if isinstance(question, ChoiceQuestion):
            options = ((("questions", index, "options", i), o.id) for i, o in enumerate(question.options))
            found.unique(read.data, options, "option")
        elif [anchor.value for anchor in question.scale] != sorted({anchor.value for anchor in question.scale}):
            found.add(read.data, (*path, "scale"), "the points of the scale must rise from one to the next")


def _ids(evaluation: Evaluation) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for index, question in enumerate(evaluation.questions):
        yield ("questions", index, "id"), question.id
