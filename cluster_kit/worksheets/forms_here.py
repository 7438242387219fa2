"""A worksheet's exercises as forms, inside the worksheet's own notebook, for whoever has the kit installed.

Answers are kept in a file beside the notebook, and in the notebook itself (see ``typed``).
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ipywidgets
from IPython import get_ipython
from IPython.display import display

from cluster_kit.content import load_content
from cluster_kit.errors import UsageError
from cluster_kit.exercises.context import FormContext
from cluster_kit.forms.widget import ExerciseForm
from cluster_kit.models import Json
from cluster_kit.settings import Settings, sqlite_url
from cluster_kit.store import Person, Store
from cluster_kit.text import count_of
from cluster_kit.worksheets.authors import find_author, keep_author
from cluster_kit.worksheets.marks import WorksheetId
from cluster_kit.worksheets.returned import Submission
from cluster_kit.worksheets.typed import TYPED_MIME, Seed, TypedAnswers, gather_typed, unpack_seed
from cluster_kit.workshop import WORKSHEET_ANSWERS, WORKSHEET_NAME

DAMAGED = "The line with what your state said so far is damaged. Ask for the worksheet again."


class WorksheetForm(ExerciseForm):
    """A form that reports each save, so that the notebook can keep it, too."""

    def __init__(self, context: FormContext, exercise_id: str, on_saved: Callable[[], None]) -> None:
        self._on_saved = on_saved
        super().__init__(context, exercise_id)

    def _send_reply(self, exercise: str, message: Json) -> None:
        super()._send_reply(exercise, message)
        if message["type"] == "saved":
            _run_in_kernel(self._on_saved)


def _run_in_kernel(job: Callable[[], None]) -> None:
    """Run a job in the kernel's main thread, where outputs belong to the notebook."""
    kernel = getattr(get_ipython(), "kernel", None)
    if kernel is None:
        job()
    else:
        kernel.io_loop.add_callback(job)


def show_forms(so_far: str, person: str = "") -> ipywidgets.VBox:
    """Every exercise of the worksheet as a form, with what the state said before and what was typed since.

    ``so_far`` is the line that the worksheet carries, ``person`` whoever fills it in. Raises ``UsageError`` where the
    line is damaged, and what the content and the store raise.
    """
    try:
        seed = unpack_seed(so_far)
    except ValueError as error:
        raise UsageError(DAMAGED) from error
    head = WorksheetId.find(seed.head)
    if head is None:
        raise UsageError(DAMAGED)
    content = load_content(head.series, overlay=Settings.read().content)
    store = Store.open(sqlite_url(Path.cwd() / WORKSHEET_ANSWERS))
    _plant(store, head, seed)
    name = " ".join(person.split()) or WORKSHEET_NAME
    author = keep_author(store, find_author(store, Submission(head), name))
    context = FormContext(content, store, head.session, head.jurisdiction, author)
    exercises = [e.id for e in content.get_session(head.session).exercises if e.id in seed.exercises]
    keeper = _Keeper(store, head, seed)
    return ipywidgets.VBox([keeper.link, *(WorksheetForm(context, e, keeper.refresh) for e in exercises)])


class _Keeper:
    """Keeps what was typed where it can be sent back: in the notebook, as an output, and behind a link on the page.

    A saved notebook holds the output. Where the notebook is served as a page, nobody saves it, and the link serves.
    """

    def __init__(self, store: Store, head: WorksheetId, seed: Seed) -> None:
        self._store, self._head, self._seed = store, head, seed
        self.link = ipywidgets.HTML()
        data = self._show()
        self._shown = display(data, raw=True, display_id=True)  # type: ignore[no-untyped-call]

    def refresh(self) -> None:
        """Bring both up to date."""
        self._shown.update(self._show(), raw=True)

    def _show(self) -> dict[str, Any]:
        """Renew the link; the output as a line to read and as data."""
        place = (self._head.series, self._head.jurisdiction)
        names = {person.id: person.name for person in self._store.people(*place)}
        typed = gather_typed(self._head, self._seed, self._store.history(*place), names)
        count = len(typed.answers)
        line = f"{count_of(count, 'answer')} typed into the forms. Save the notebook, and send it back."
        self.link.value = _link(self._head, typed)
        return {"text/plain": line, TYPED_MIME: typed.model_dump(mode="json")}


def _link(head: WorksheetId, typed: TypedAnswers) -> str:
    data = base64.b64encode(typed.model_dump_json().encode()).decode("ascii")
    name = f"{head.series}-session-{head.session}-{head.jurisdiction}-answers.json"
    link = f'<a download="{name}" href="data:application/json;base64,{data}">Download the answers to send them back</a>'
    return f"<p>What you type is kept in {WORKSHEET_ANSWERS}. {link} ({len(typed.answers)} so far).</p>"


def _plant(store: Store, head: WorksheetId, seed: Seed) -> None:
    """Put what the state said before into the file beside the notebook, under its own ids. Twice is once."""
    now = dt.datetime.now(dt.UTC)
    for author, name in seed.names.items():
        store.add_person(Person(id=author, series=head.series, jurisdiction=head.jurisdiction, name=name, at=now))
    if seed.responses:
        store.append(seed.responses)
