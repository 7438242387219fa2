"""A worksheet's exercises as forms, inside the worksheet's own notebook, for whoever has the kit installed.

Answers are kept in a file beside the notebook, and in the notebook itself: notebook programs save what widgets hold,
and from there a returned worksheet is read (see ``typed``).
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import ipywidgets

from cluster_kit.content import load_content
from cluster_kit.errors import UsageError
from cluster_kit.forms import ExerciseForm, FormContext
from cluster_kit.responses import Person, Store
from cluster_kit.settings import Settings, sqlite_url
from cluster_kit.worksheets.marks import Head
from cluster_kit.worksheets.merging import find_author
from cluster_kit.worksheets.returned import Returned
from cluster_kit.worksheets.typed import Seed, unpack_seed
from cluster_kit.workshop import WORKSHEET_ANSWERS, WORKSHEET_NAME


class WorksheetForm(ExerciseForm):
    """A form that holds its answers as they are now, so that they are saved with the notebook."""

    def _on_message(self, widget: Any, content: Any, buffers: Any) -> None:
        super()._on_message(widget, content, buffers)
        if isinstance(content, dict) and content.get("type") == "save":
            _, self.answers = self._handler.open()


def show_forms(so_far: str, person: str = "") -> ipywidgets.VBox:
    """Every exercise of the worksheet as a form, with what the state said before and what was typed since.

    ``so_far`` is the line that the worksheet carries, ``person`` whoever fills it in. Raises ``UsageError`` where the
    line is damaged, and what the content and the store raise.
    """
    try:
        seed = unpack_seed(so_far)
    except ValueError as error:
        raise UsageError(
            "The line with what your state said so far is damaged. Ask for the worksheet again."
        ) from error
    head = Head.find(seed.head)
    if head is None:
        raise UsageError("This line does not say which worksheet it belongs to. Ask for the worksheet again.")
    content = load_content(head.series, overlay=Settings.read().content)
    store = Store.open(sqlite_url(Path.cwd() / WORKSHEET_ANSWERS))
    _plant(store, head, seed)
    someone = find_author(store, Returned(head, (), typist=" ".join(person.split()) or WORKSHEET_NAME))
    context = FormContext(content, store, head.session, head.jurisdiction, store.add_person(someone))
    exercises = content.get_session(head.session).exercises
    return ipywidgets.VBox([WorksheetForm(context, e.id) for e in exercises if e.id in seed.exercises])


def _plant(store: Store, head: Head, seed: Seed) -> None:
    """Put what the state said before into the file beside the notebook, under its own ids. Twice is once."""
    now = dt.datetime.now(dt.UTC)
    for author, name in seed.names.items():
        store.add_person(Person(id=author, series=head.series, jurisdiction=head.jurisdiction, name=name, at=now))
    if seed.responses:
        store.append(seed.responses)
