"""Kinds of prompts of which somebody else knows more than forms do, such as a list of programs to be reviewed.

A specialist is given to a form with its context. The page asks it (``ask``), and shows what it answers. Rows that a
page has not asked for are not sent to it: there may be thousands.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Literal, Protocol

from pydantic import ConfigDict, Field

from cluster_kit.content.models import Content, Exercise, ExtensionPrompt
from cluster_kit.documents.model import Section
from cluster_kit.errors import ClusterKitError
from cluster_kit.models import FrozenModel, Json
from cluster_kit.registry import Registry
from cluster_kit.store import Response, Store
from cluster_kit.store.files import FileStore

if TYPE_CHECKING:
    from cluster_kit.exercises.context import FormContext

log = logging.getLogger(__name__)

SORRY = "Something went wrong on our side. What your team has decided is safe. Load the page again in a moment."
MAX_ROWS = 50
NOBODY = "This part works on your state's page of the session, not here."


class Ask(FrozenModel):
    """A page's question to a prompt's extension, and the rows that the page follows from now on."""

    model_config = ConfigDict(extra="ignore")

    type: Literal["ask"]
    message: str = Field(max_length=64)
    prompt: str = Field(max_length=200)
    asked: Json
    rows: tuple[str, ...] = Field(default=(), max_length=MAX_ROWS)


class PromptExtension(Protocol):
    """Knows what belongs to one prompt of one exercise, for one person."""

    def check_file(self, name: str, raw: bytes) -> None:
        """Raise ``ClusterKitError`` with a plain sentence where a file cannot be taken. Nothing of it is kept yet."""

    def answer(self, asked: Json) -> Json:
        """The answer to what the page asks. May raise ``ClusterKitError`` with a plain sentence."""


class ExerciseExtension(Protocol):
    """What an exercise with its own user interface adds to its ``ExtensionPrompt``, which has the same name."""

    def open(self, context: FormContext) -> PromptExtension:
        """What answers the page of one person."""

    def report(
        self, content: Content, store: Store, session: int, jurisdiction: str, files: FileStore
    ) -> Section | None:
        """What packets show after the exercise's answers; None for nothing."""


EXERCISE_EXTENSIONS: Registry[ExerciseExtension] = Registry("cluster_kit.exercise_extensions", "exercise extension")
"""By the kind of their prompt. The program crosswalk is one of them."""


def extension_openers() -> dict[str, Callable[[FormContext], PromptExtension]]:
    """How to open each extension, by the kind of its prompt: the ``specialists`` of a form."""
    return {name: extension.open for name, extension in EXERCISE_EXTENSIONS.items()}


class PromptExtensions:
    """Those of one form, by the id of their prompt, and the rows that its page has asked for."""

    def __init__(self, exercise: Exercise, make: Mapping[str, Callable[[], PromptExtension]]) -> None:
        prompts = [prompt for prompt in exercise.prompts if isinstance(prompt, ExtensionPrompt)]
        self._kinds: dict[str, str] = {prompt.id: prompt.kind for prompt in prompts}
        self._make, self._made = make, dict[str, PromptExtension]()
        self._by_file = {prompt.file: prompt.id for prompt in prompts if prompt.file}
        self._shown: defaultdict[str, set[str]] = defaultdict(set)

    def check_file(self, prompt: str, name: str, raw: bytes) -> None:
        """Have a file looked at by whoever reads it. Raises ``ClusterKitError`` where it cannot be taken."""
        specialist = self._find(self._by_file.get(prompt, ""))
        if specialist:
            specialist.check_file(name, raw)

    def ask(self, question: Ask) -> tuple[Json, set[tuple[str, str]]]:
        """The ``told`` message that answers an ``ask`` message, and the rows (prompt, row) that it asks for."""
        reply: Json = {"type": "told", "message": question.message, "prompt": question.prompt}
        specialist = self._find(question.prompt)
        if specialist is None:
            return {**reply, "problem": NOBODY}, set()
        self._shown[question.prompt] |= set(question.rows)
        try:
            told = specialist.answer({**question.asked, "rows": list(question.rows)})
        except ClusterKitError as error:
            return {**reply, "problem": str(error)}, set()
        except Exception:
            log.exception("prompt %s: its specialist failed", question.prompt)
            return {**reply, "problem": SORRY}, set()
        return {**reply, "told": told}, {(question.prompt, row) for row in question.rows}

    def is_shown(self, response: Response) -> bool:
        """False for a row that the page has not asked for."""
        table = response.prompt.partition(".")[0]
        return table not in self._kinds or response.row in self._shown[table]

    def prompts(self) -> list[str]:
        """The prompts that have a specialist."""
        return sorted(self._kinds)

    def concerned(self, responses: Iterable[Response]) -> list[str]:
        """The prompts whose specialist would answer otherwise since these answers of the exercise were given."""
        touched = {response.prompt.partition(".")[0] for response in responses}
        files = {prompt for file, prompt in self._by_file.items() if file in touched}
        return sorted(files | (touched & set(self._kinds)))

    def _find(self, prompt: str) -> PromptExtension | None:
        """The prompt's specialist, made when it is first needed: most pages never ask."""
        kind = self._kinds.get(prompt, "")
        if prompt not in self._made and kind in self._make:
            self._made[prompt] = self._make[kind]()
        return self._made.get(prompt)
