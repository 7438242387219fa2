"""Prompt extensions: server-side logic for a prompt kind, such as the review of a list of programs.

A extension is given to a form with its context. The page asks it (``ask``), and shows what it answers. Rows that a
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

INTERNAL_ERROR = "Something went wrong on our side. Your team's decisions are saved. Reload the page in a moment."
MAX_ROWS = 50
NO_EXTENSION = "This part works on your state's page of the session, not here."


class Ask(FrozenModel):
    """A page's question to a prompt's extension, and the rows that the page follows from now on."""

    model_config = ConfigDict(extra="ignore")

    type: Literal["ask"]
    message: str = Field(max_length=64)
    prompt: str = Field(max_length=200)
    asked: Json
    rows: tuple[str, ...] = Field(default=(), max_length=MAX_ROWS)


class PromptExtension(Protocol):
    """The extension of one prompt, for one person."""

    def check_file(self, name: str, raw: bytes) -> None:
        """Raise ``ClusterKitError`` with a plain sentence if a file is not accepted. It is not stored yet."""

    def is_change(self, asked: Json) -> bool:
        """True if the answer to this question stores something, which a closed exercise refuses."""

    def answer(self, asked: Json) -> Json:
        """The reply to the page's question. May raise ``ClusterKitError`` with a plain sentence."""


class ExerciseExtension(Protocol):
    """An exercise with its own user interface. Its name is the kind of its ``ExtensionPrompt``."""

    def open(self, context: FormContext) -> PromptExtension:
        """The prompt extension for one person's page."""

    def report(
        self, content: Content, store: Store, session: int, jurisdiction: str, files: FileStore
    ) -> Section | None:
        """The section that packets show after the exercise's answers, or None."""


EXERCISE_EXTENSIONS: Registry[ExerciseExtension] = Registry("cluster_kit.exercise_extensions", "exercise extension")
"""Exercise extensions by prompt kind. The program crosswalk is one of them."""


def extension_openers() -> dict[str, Callable[[FormContext], PromptExtension]]:
    """How to open each extension, by the kind of its prompt: the ``extensions`` of a form."""
    return {name: extension.open for name, extension in EXERCISE_EXTENSIONS.items()}


class PromptExtensions:
    """The extensions of one form, by prompt id, and the rows that its page has requested."""

    def __init__(self, exercise: Exercise, make: Mapping[str, Callable[[], PromptExtension]]) -> None:
        prompts = [prompt for prompt in exercise.prompts if isinstance(prompt, ExtensionPrompt)]
        self._kinds: dict[str, str] = {prompt.id: prompt.kind for prompt in prompts}
        self._make, self._made = make, dict[str, PromptExtension]()
        self._by_file = {prompt.file: prompt.id for prompt in prompts if prompt.file}
        self._shown: defaultdict[str, set[str]] = defaultdict(set)

    def check_file(self, prompt: str, name: str, raw: bytes) -> None:
        """Check a file with its extension. Raises ``ClusterKitError`` if it is not accepted."""
        extension = self._find(self._by_file.get(prompt, ""))
        if extension:
            extension.check_file(name, raw)

    def ask(self, question: Ask, *, closed: str = "") -> tuple[Json, set[tuple[str, str]]]:
        """The ``reply`` to an ``ask`` message, and the (prompt, row) pairs that it requests.

        ``closed`` is the sentence with which questions that store something are refused; empty if they are not.
        """
        reply: Json = {"type": "reply", "message": question.message, "prompt": question.prompt}
        extension = self._find(question.prompt)
        if extension is None:
            return {**reply, "problem": NO_EXTENSION}, set()
        self._shown[question.prompt] |= set(question.rows)
        if closed and extension.is_change(question.asked):
            return {**reply, "problem": closed}, set()
        try:
            answer = extension.answer({**question.asked, "rows": list(question.rows)})
        except ClusterKitError as error:
            return {**reply, "problem": str(error)}, set()
        except Exception:
            log.exception("prompt %s: its extension failed", question.prompt)
            return {**reply, "problem": INTERNAL_ERROR}, set()
        return {**reply, "reply": answer}, {(question.prompt, row) for row in question.rows}

    def is_shown(self, response: Response) -> bool:
        """False for a row that the page has not requested."""
        table = response.prompt.partition(".")[0]
        return table not in self._kinds or response.row in self._shown[table]

    def prompts(self) -> list[str]:
        """The ids of the prompts with an extension."""
        return sorted(self._kinds)

    def affected(self, responses: Iterable[Response]) -> list[str]:
        """The prompts whose extension output these responses invalidate."""
        touched = {response.prompt.partition(".")[0] for response in responses}
        files = {prompt for file, prompt in self._by_file.items() if file in touched}
        return sorted(files | (touched & set(self._kinds)))

    def _find(self, prompt: str) -> PromptExtension | None:
        """The prompt's extension, opened on first use, because most pages never need it."""
        kind = self._kinds.get(prompt, "")
        if prompt not in self._made and kind in self._make:
            self._made[prompt] = self._make[kind]()
        return self._made.get(prompt)
