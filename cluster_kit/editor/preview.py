"""The participant's form of a draft: the real form and its handler, with a temporary store of its own."""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from cluster_kit.content.errors import UnknownExerciseError, UnknownSessionError
from cluster_kit.content.models import Content
from cluster_kit.exercises.context import FormContext
from cluster_kit.exercises.extensions import extension_openers
from cluster_kit.forms.handler import FormHandler
from cluster_kit.models import Json
from cluster_kit.settings import sqlite_url
from cluster_kit.store import Person, Store
from cluster_kit.temporary_folders import temporary_folder

MAX_DRAFTS_SHOWN = 20


class Previews:
    """The forms of the drafts that are open. What is typed into them is kept until the program ends."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        folder = self._stack.enter_context(temporary_folder("preview"))
        self._store = self._stack.enter_context(Store.open(sqlite_url(folder / "preview.sqlite3")))
        self._turn = threading.Lock()
        self._drafts: OrderedDict[str, tuple[Content, int]] = OrderedDict()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._stack.close()

    def open(self, draft: str, content: Content, session: int, exercise: str) -> Json | None:
        """The ``schema`` and ``opening`` of an exercise's form; None if the exercise cannot be shown."""
        with self._turn:
            self._drafts[draft] = content, session
            self._drafts.move_to_end(draft)
            while len(self._drafts) > MAX_DRAFTS_SHOWN:
                self._drafts.popitem(last=False)
            handler = self._handler(draft, exercise)
            return {"schema": handler.definition.schema, "opening": handler.open()} if handler else None

    def receive(self, draft: str, exercise: str, message: Json) -> list[Json]:
        """The replies to a message of the form; none if the draft is not known any more."""
        with self._turn:
            handler = self._handler(draft, exercise) if draft in self._drafts else None
            return handler.receive(message) if handler else []

    def _handler(self, draft: str, exercise: str) -> FormHandler | None:
        content, session = self._drafts[draft]
        state = content.jurisdictions[0].code
        person = Person(
            id="preview", series=content.series.id, jurisdiction=state, name="You", at=dt.datetime.now(dt.UTC)
        )
        context = FormContext(content, self._store, session, state, person, extensions=extension_openers())
        try:
            return FormHandler(context, exercise)
        except (UnknownSessionError, UnknownExerciseError):
            return None
