"""A worksheet's exercises as forms inside its notebook, for users who have the kit installed.

Answers are stored in a file beside the notebook, and in the notebook itself (see ``typed``). Worksheets that states
have import this module: do not rename it.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ipywidgets
from IPython.display import display

from cluster_kit.content import Content, ContentError, UnknownSeriesError, load_content
from cluster_kit.content.portable import load_carried_content
from cluster_kit.errors import UsageError
from cluster_kit.exercises.context import FormContext
from cluster_kit.exercises.typed_answers import TYPED_MIME, TypedAnswers, WorksheetId, gather_typed
from cluster_kit.forms.kernel import run_in_kernel
from cluster_kit.forms.widget import ExerciseForm
from cluster_kit.models import Json
from cluster_kit.settings import Settings, sqlite_url
from cluster_kit.store import Person, Store
from cluster_kit.text import count_of
from cluster_kit.worksheets.authors import find_author, keep_author
from cluster_kit.worksheets.returned import Submission
from cluster_kit.worksheets.typed import NotebookSeed, unpack_seed
from cluster_kit.workshop import WORKSHEET_ANSWERS, WORKSHEET_NAME

OTHER_KIT = (
    "The forms of this worksheet cannot be shown by the kit on this machine, which is another version than the one that"
    " made it. Fill in the cells below instead."
)
OTHER_VERSION = (
    "The kit on this machine is another version than the one that made this worksheet. Where a form differs from the"
    " cells below, fill in the cells."
)
DAMAGED = "The line with what your state said so far is damaged. Ask for the worksheet again."


class WorksheetForm(ExerciseForm):
    """A form that reports each save, so that the notebook can store it as well."""

    def __init__(self, context: FormContext, exercise_id: str, on_saved: Callable[[], None]) -> None:
        self._on_saved = on_saved
        super().__init__(context, exercise_id)

    def _send_reply(self, exercise: str, message: Json) -> None:
        super()._send_reply(exercise, message)
        if message["type"] == "saved":
            run_in_kernel(self._on_saved)


def show_forms(so_far: str, person: str = "") -> ipywidgets.VBox:
    """Every exercise of the worksheet as a form, with the state's earlier answers and those typed since.

    ``so_far`` is the seed line in the worksheet, ``person`` the name of the user. Raises ``UsageError`` if the line is
    damaged, and the errors of content and store.
    """
    try:
        seed = unpack_seed(so_far)
    except ValueError as error:
        raise UsageError(DAMAGED) from error
    head = WorksheetId.find(seed.head)
    if head is None:
        raise UsageError(DAMAGED)
    content = _load_content(head.series, seed)
    store = Store.open(sqlite_url(Path.cwd() / WORKSHEET_ANSWERS))
    _plant(store, head, seed)
    name = " ".join(person.split()) or WORKSHEET_NAME
    author = keep_author(store, find_author(store, Submission(head), name))
    context = FormContext(content, store, head.session, head.jurisdiction, author)
    exercises = [e.id for e in content.get_session(head.session).exercises if e.id in seed.exercises]
    is_other = bool(seed.version) and content.version != seed.version
    keeper = _Keeper(store, head, seed, f"<p>{OTHER_VERSION}</p>" if is_other else "")
    return ipywidgets.VBox([keeper.link, *(WorksheetForm(context, e, keeper.refresh) for e in exercises)])


def _load_content(series: str, seed: NotebookSeed) -> Content:
    """The content that the worksheet was made from, whatever this machine has."""
    if not seed.version:
        return load_content(series, overlay=Settings.read().content)
    try:
        return load_carried_content(series, seed.files)
    except (ContentError, UnknownSeriesError) as error:
        raise UsageError(OTHER_KIT) from error


SEND_BACK = "Save the notebook and send it back. In a browser without “Save,” send back the downloaded answers."


class _Keeper:
    """Stores typed answers where they can be returned: as an output in the notebook, and as a download link.

    A saved notebook contains the output. The link is for notebooks that are served as a page, where saving is not
    possible.
    """

    def __init__(self, store: Store, head: WorksheetId, seed: NotebookSeed, note: str) -> None:
        self._store, self._head = store, head
        self._known = {response.id for response in seed.responses}
        self.link, self.note = ipywidgets.HTML(), note
        data = self._show()
        self._shown = display(data, raw=True, display_id=True)  # type: ignore[no-untyped-call]

    def refresh(self) -> None:
        """Update the output and the link."""
        self._shown.update(self._show(), raw=True)

    def _show(self) -> dict[str, Any]:
        """Update the link; returns the output as a line of text and as data."""
        place = (self._head.series, self._head.jurisdiction)
        names = {person.id: person.name for person in self._store.people(*place)}
        typed = gather_typed(self._head, self._known, self._store.history(*place), names)
        count = len(typed.answers)
        line = f"{count_of(count, 'answer')} typed into the forms. {SEND_BACK}"
        self.link.value = self.note + _link(self._head, typed)
        return {"text/plain": line, TYPED_MIME: typed.model_dump(mode="json")}


def _link(head: WorksheetId, typed: TypedAnswers) -> str:
    data = base64.b64encode(typed.model_dump_json().encode()).decode("ascii")
    name = f"{head.series}-session-{head.session}-{head.jurisdiction}-answers.json"
    words = "<u>Download the answers to send them back</u>"  # JupyterLab and Voilà show links without an underline
    link = f'<a download="{name}" href="data:application/json;base64,{data}">{words}</a>'
    return f"<p>What you type is kept in {WORKSHEET_ANSWERS}. {link} ({len(typed.answers)} so far).</p>"


def _plant(store: Store, head: WorksheetId, seed: NotebookSeed) -> None:
    """Insert the state's earlier answers into the file beside the notebook, under their own ids. Idempotent."""
    now = dt.datetime.now(dt.UTC)
    for author, name in seed.names.items():
        store.add_person(Person(id=author, series=head.series, jurisdiction=head.jurisdiction, name=name, at=now))
    if seed.responses:
        store.append(seed.responses)
