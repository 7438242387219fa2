"""An exercise as an anywidget, for people who fill in a notebook in their own JupyterLab."""

from __future__ import annotations

import weakref
from functools import cache
from typing import Any

import anywidget
import traitlets
from ipywidgets import Layout

from cluster_kit.content.prompt_kinds import page_modules
from cluster_kit.exercises.context import FormContext
from cluster_kit.forms.connection import FormConnection
from cluster_kit.forms.handler import FormHandler
from cluster_kit.forms.service import FormEnvironment, FormService
from cluster_kit.models import Json
from cluster_kit.store import Store
from cluster_kit.web.bundle import bundle_css, bundle_modules

_services: weakref.WeakKeyDictionary[Store, FormService] = weakref.WeakKeyDictionary()


@cache
def _common_layout() -> Layout:
    """The layout that every widget has to have: one for all, for each is a model with messages of its own."""
    return Layout()


def _service_for(context: FormContext) -> FormService:
    """The kernel's form service for the context's store. It ends its polling with the last form."""
    known = _services.get(context.store)
    if known is None or known.content is not context.content:
        environment = FormEnvironment(lambda _state: context.files, context.specialists)
        known = _services[context.store] = FormService(context.content, context.store, environment)
    return known


class ExerciseForm(anywidget.AnyWidget):
    """The form of one exercise for one person, saving as they type.

    ``schema`` is the exercise's static definition and ``opening`` what depends on the person and the team; both are
    sent once. From then on page and kernel exchange the messages of ``protocol``.

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

    _esm = traitlets.Unicode(bundle_modules(kinds=page_modules())).tag(sync=True)
    _css = traitlets.Unicode(bundle_css()).tag(sync=True)
    _anywidget_id = traitlets.Unicode("cluster_kit.forms.ExerciseForm").tag(sync=True)

    schema = traitlets.Dict().tag(sync=True)
    opening = traitlets.Dict().tag(sync=True)

    _connection: FormConnection | None = None

    def __init__(self, context: FormContext, exercise_id: str) -> None:
        service = _service_for(context)
        definition = service.definitions.get(context.session, exercise_id)
        self._exercise = exercise_id
        connection = service.connect(context.person, context.session, self._send_reply, context.depth)
        try:
            opening = FormHandler(connection.context, definition).open()
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        super().__init__(schema=definition.schema, opening=opening, layout=_common_layout())
        self.on_msg(self._on_message)

    def add_traits(self, **traits: Any) -> None:
        """Add what this class does not have yet. anywidget adds to each widget, which makes a class for each."""
        missing = {name: trait for name, trait in traits.items() if not self.has_trait(name)}
        if missing:
            super().add_traits(**missing)

    def close(self) -> None:
        """Close the widget, and its connection to the form service."""
        if self._connection:  # None in a form that could not be opened, which Python closes, too
            self._connection.close()
        super().close()

    def _on_message(self, _widget: Any, content: Any, _buffers: Any) -> None:
        if self._connection:
            self._connection.receive(self._exercise, content)

    def _send_reply(self, _exercise: str, message: Json) -> None:
        """Send a message to the page. Runs in a thread of the service's."""
        self.send(message)
