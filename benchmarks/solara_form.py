"""The Solara side of the arrivals benchmark: the fields of a session, each change saved to SQLite.

Solara's own server runs this file, in its own environment (``solara_environment``): it imports nothing of ours.
``BENCHMARK_FORM`` names a JSON file ``{"prose": [Markdown], "exercises": [{"title", "intent", "fields"}]}`` with
fields as ``stock_widgets`` describes them, ``BENCHMARK_DB`` the database. Each field is the component with the fewest
widgets that Solara has for it. The receipt under an exercise changes after the commit.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ipyvuetify
import solara

FORM = json.loads(Path(os.environ["BENCHMARK_FORM"]).read_text(encoding="utf-8"))


class Answers:
    """One connection for all threads of the server, with the durability that our store has."""

    def __init__(self, path: str) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("CREATE TABLE IF NOT EXISTS answers (id TEXT PRIMARY KEY, person, field, value)")
        self._connection.commit()

    def save(self, person: str, field: str, value: Any) -> str:
        """The id of the answer, once it is committed."""
        answer = uuid.uuid4().hex
        with self._lock, self._connection:
            row = (answer, person, field, json.dumps(value))
            self._connection.execute("INSERT INTO answers VALUES (?, ?, ?, ?)", row)
        return answer


ANSWERS = Answers(os.environ["BENCHMARK_DB"])


@solara.component
def Field(kind: str, label: str, options: list[str], on_value: Callable[[Any], None]) -> None:
    """A field of any kind. Text is saved when the field loses focus, as Solara's inputs do by default."""
    if kind == "text":
        solara.InputTextArea(label, on_value=on_value)
    elif kind == "line":
        solara.InputText(label, on_value=on_value)
    elif kind == "number":
        solara.InputFloat(label, value=None, optional=True, on_value=on_value)
    elif kind == "date":
        value, set_value = solara.use_state("")
        ipyvuetify.TextField.element(
            label=label, type="date", v_model=value, on_v_model=lambda new: (set_value(new), on_value(new))
        )
    elif kind == "file":
        solara.FileDrop(label, on_file=on_value)
    elif kind == "many":
        solara.SelectMultiple(label, [], options, on_value=on_value)
    else:
        solara.Select(label, options, on_value=on_value, classes=["benchmark-rating"] if kind == "rating" else [])


@solara.component
def Receipt(saved: solara.Reactive[str]) -> None:
    """What was saved last."""
    solara.Text(f"Saved {saved.value}" if saved.value else "Nothing saved yet")


@solara.component
def Exercise(number: int) -> None:
    """An exercise with its fields and its receipt."""
    exercise = FORM["exercises"][number]
    saved = solara.use_reactive("")
    person = solara.get_session_id()

    def save(field: int, value: Any) -> None:
        saved.set(ANSWERS.save(person, f"{number}.{field}", value))

    solara.Markdown(f"### {exercise['title']}\n\n{exercise['intent']}")
    for field, (kind, label, options) in enumerate(exercise["fields"]):
        Field(kind, label, options, lambda value, field=field: save(field, value))
    Receipt(saved)


@solara.component
def Page() -> None:
    """The whole session."""
    for text in FORM["prose"]:
        solara.Markdown(text)
    for number in range(len(FORM["exercises"])):
        Exercise(number)
