"""An exercise as an anywidget, for people who fill out a notebook in their own JupyterLab."""

from __future__ import annotations

import logging
import weakref
from collections.abc import Callable
from functools import cache
from typing import Any

import anywidget
import traitlets
from IPython.display import display
from ipywidgets import Layout

from cluster_kit.content.prompt_kinds import page_modules
from cluster_kit.exercises.context import FormContext
from cluster_kit.forms.connection import FormConnection
from cluster_kit.forms.handler import FormHandler
from cluster_kit.forms.kernel import Debounced
from cluster_kit.forms.service import FormEnvironment, FormService
from cluster_kit.models import Json
from cluster_kit.store import Store, StoreError
from cluster_kit.web.bundle import bundle_css, bundle_modules
from cluster_kit.web.tokens import dark_tokens

# JupyterLab marks its own theme, whatever the system's is.
_DARK_LAB = f'\n[data-jp-theme-light="false"] .ck-form {{\n{dark_tokens()}}}\n'
log = logging.getLogger(__name__)

SavedForm = Callable[[], dict[str, Any]]
"""Returns the MIME bundle of a form's questions and answers, which a saved notebook shows without a kernel."""

_services: weakref.WeakKeyDictionary[Store, FormService] = weakref.WeakKeyDictionary()


@cache
def _common_layout() -> Layout:
    """The shared layout of all widgets. Each layout would be a model with its own messages."""
    return Layout()


def _service_for(context: FormContext) -> FormService:
    """The kernel's form service for the context's store. Polling ends when the last form closes."""
    known = _services.get(context.store)
    if known is None or known.content is not context.content:
        environment = FormEnvironment(lambda _state: context.files, context.extensions)
        known = _services[context.store] = FormService(context.content, context.store, environment)
    return known


class ExerciseForm(anywidget.AnyWidget):
    """The form of one exercise for one person, saving as they type.

    ``schema`` is the exercise's static definition and ``opening`` what depends on the person and the team; both are
    sent once. From then on page and kernel exchange the messages of ``protocol``.

    A cell that shows the form has two outputs: the form, and a copy of its questions and answers in formats that a
    notebook keeps. The copy is updated after each change, and hidden while the form works. It is an output of its own
    because JupyterLab builds a widget again when its own output changes, which would interrupt typing.

    Parameters
    ----------
    context
        Who answers, in which session, and where the answers are kept.
    exercise_id
        An exercise of the context's session.
    saved_form
        Makes the copy. None: the notebook keeps no answers.

    Raises
    ------
    UnknownSessionError, UnknownExerciseError
        The content has no such session or exercise.
    StoreError
        The answers given so far can not be read.
    """

    _esm = traitlets.Unicode(bundle_modules(kinds=page_modules())).tag(sync=True)
    _css = traitlets.Unicode(bundle_css() + _DARK_LAB).tag(sync=True)
    _anywidget_id = traitlets.Unicode("cluster_kit.forms.ExerciseForm").tag(sync=True)

    schema = traitlets.Dict().tag(sync=True)
    opening = traitlets.Dict().tag(sync=True)

    _connection: FormConnection | None = None

    def __init__(self, context: FormContext, exercise_id: str, saved_form: SavedForm | None = None) -> None:
        service = _service_for(context)
        definition = service.definitions.get(context.session, exercise_id)
        self._exercise, self._saved_form = exercise_id, saved_form
        self._copies: list[Any] = []
        self._update_later = Debounced(self._update_copies)
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
        """Add only missing traits. anywidget adds traits to each instance, which creates a class for each."""
        missing = {name: trait for name, trait in traits.items() if not self.has_trait(name)}
        if missing:
            super().add_traits(**missing)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The widget, and the formats for programs that cannot show it."""
        data, metadata = self._view(**kwargs)
        return {**(self._saved_form() if self._saved_form else {}), **data}, metadata

    def _ipython_display_(self) -> None:
        """Display the form, and below it the copy that the notebook keeps."""
        data, metadata = self._view()
        if self._saved_form is None:
            display(data, metadata=metadata, raw=True)  # type: ignore[no-untyped-call]
            return
        display({**data, "text/plain": self.schema["title"]}, metadata=metadata, raw=True)  # type: ignore[no-untyped-call]
        self._copies.append(display(self._saved_form(), raw=True, display_id=True))  # type: ignore[no-untyped-call]

    def _view(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The widget's own data and metadata, without a text that describes a Python object."""
        bundle: Any = super()._repr_mimebundle_(**kwargs) or {}
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        return {kind: value for kind, value in data.items() if kind != "text/plain"}, dict(metadata)

    def _update_copies(self) -> None:
        """Bring the notebook's copies up to date. If the store cannot be read, the next change tries again."""
        if self._saved_form is None or not self._copies:
            return
        try:
            saved = self._saved_form()
        except StoreError:
            log.warning("exercise %s: the notebook's copy cannot be updated", self._exercise, exc_info=True)
            return
        for copy in self._copies:
            copy.update(saved, raw=True)

    def close(self) -> None:
        """Close the widget, and its connection to the form service."""
        if self._connection:  # None in a form that could not be opened, which Python closes, too
            self._connection.close()
        super().close()

    def _on_message(self, _widget: Any, content: Any, _buffers: Any) -> None:
        if self._connection:
            self._connection.receive(self._exercise, content)

    def _send_reply(self, _exercise: str, message: Json) -> None:
        """Send a message to the page. Runs in a thread of the service."""
        self.send(message)
        if message["type"] == "saved" or message.get("fields"):
            self._update_later()
