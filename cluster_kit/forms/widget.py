"""An exercise as one widget: native HTML in the page, messages between it and the kernel."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from functools import cache
from typing import Any

import anywidget
import traitlets
from ipywidgets import Layout

from cluster_kit.forms.bundle import bundle_css, bundle_modules
from cluster_kit.forms.context import FormContext
from cluster_kit.forms.handler import FormHandler
from cluster_kit.forms.sync import Place, watcher
from cluster_kit.responses import Response
from cluster_kit.settings import PAGE_VARIABLE


@cache
def _common_layout() -> Layout:
    """The layout that every widget has to have: one for all, for each is a model with messages of its own."""
    return Layout()


class ExerciseForm(anywidget.AnyWidget):
    """The form of one exercise for one person, saving as they type.

    ``module`` is what shows it on a page of ours; ``schema`` and ``answers`` are shown first, and sent once. From then
    on the page and the kernel exchange the messages described in ``docs/architecture.md``.

    Parameters
    ----------
    context
        Who answers, in which session, and where the answers are kept.
    exercise_id
        An exercise of the context's session.

    Raises
    ------
    UnknownSessionError, UnknownExerciseError
        The content has no such session or exercise.
    StoreError
        The answers given so far can not be read.
    """

    _esm = traitlets.Unicode(bundle_modules()).tag(sync=True)
    _css = traitlets.Unicode(bundle_css()).tag(sync=True)
    _anywidget_id = traitlets.Unicode("cluster_kit.forms.ExerciseForm").tag(sync=True)

    module = traitlets.Unicode("forms/form.js").tag(sync=True)
    schema = traitlets.Dict().tag(sync=True)
    answers = traitlets.Dict().tag(sync=True)

    def __init__(self, context: FormContext, exercise_id: str) -> None:
        self._context = context
        self._handler = FormHandler(context, exercise_id)
        self._turn = threading.RLock()
        # Read before the rest, so that what happens meanwhile is told as a change.
        self._event = context.meeting.standing().seq if context.meeting else 0
        schema, answers = self._handler.open()
        self._seq: int = answers["seq"]
        brings = {"_esm": "", "_css": ""} if os.environ.get(PAGE_VARIABLE) else {}
        super().__init__(schema=schema, answers=answers, layout=_common_layout(), **brings)
        self.on_msg(self._on_message)
        watcher.add(self)

    def add_traits(self, **traits: Any) -> None:
        """Add what this class does not have yet. anywidget adds to each widget, which makes a class for each."""
        missing = {name: trait for name, trait in traits.items() if not self.has_trait(name)}
        if missing:
            super().add_traits(**missing)

    @property
    def place(self) -> Place:
        """The answers that this form shows a part of."""
        context = self._context
        return Place(context.store, context.series, context.jurisdiction, context.meeting)

    @property
    def seq(self) -> int:
        """The newest answer of the place that the page was told of, if it shows it."""
        return self._seq

    def catch_up(self, answers: Sequence[Response], event: int) -> None:
        """Tell the page what was answered, erased, locked or revealed since. Raises what the store raises."""
        with self._turn:
            new = [answer for answer in answers if answer.seq > self._seq]
            if new:
                self._tell_answers(new)
            if event != self._event:
                self._tell_erasure()
            if event != self._event or self._handler.has_ratings_among(new):
                self._tell_room()
                self._event = event

    def _tell_erasure(self) -> None:
        changes = self._handler.changed_by_erasure()
        if changes:
            sources = self._handler.changed_sources()
            for content in filter(None, (sources, changes)):
                self.send(content)

    def _tell_room(self) -> None:
        room = self._handler.changed_room()
        if room:
            self.send(room)

    def _tell_answers(self, new: Sequence[Response]) -> None:
        changes = self._handler.changes(new)
        sources = self._handler.changed_sources(new)
        if sources:
            self.send(sources)
        if changes["fields"] or changes["news"]:
            self.send(changes)
        self._seq = changes["seq"]

    def close(self) -> None:
        """Close the widget and stop looking for teammates' answers."""
        watcher.remove(self)
        super().close()

    def _on_message(self, _widget: Any, content: Any, _buffers: Any) -> None:
        with self._turn:
            for reply in self._handler.receive(content):
                self.send(reply)
        watcher.wake()
