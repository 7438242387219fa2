"""A home with a few answers of Ohio's team, and worksheets of the series 2026."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import JsonValue

from cluster_kit.content import load_content
from cluster_kit.content.models import Scope
from cluster_kit.settings import Settings
from cluster_kit.store import Person, Receipt, Response, Store
from cluster_kit.worksheets import FileReceipt, Sender, WorksheetRequest, collect, make_worksheets
from tests.answers import new_answer

CONTENT = load_content("2026")
GOAL = "By 2029 no learner repeats a course."
HOSTILE = "<script>alert(1)</script> *bold* $x$ `code` | 日本語 🎉 שלום\n# not a heading\n- [x] not a box \\ end"


@dataclass
class Office:
    """The office that sends worksheets out and collects them."""

    settings: Settings
    out: Path

    def say(
        self, exercise: str, prompt: str, value: JsonValue, row: str = "", by: str = "ana", session: int = 1
    ) -> Receipt:
        """An online answer of Ohio's team, superseding current ones."""
        mark = prompt.partition(".")[2]
        scope = Scope.PERSON if mark in ("rating", "note") and exercise.startswith("rate_") else Scope.TEAM
        with Store.open(self.settings.db_url) as store:
            now = [
                r
                for r in store.current("2026", "OH", session=session, exercise=exercise)
                if (r.prompt, r.row) == (prompt, row)
            ]
            count = store.latest_seq("2026", "OH")
            where = {"session": session, "row": row, "scope": scope, "author": by, "base": [r.id for r in now]}
            return store.append([new_answer(f"{exercise}.{prompt}", value, id=f"online-{count + 1}", **where)])[0]

    def make(
        self, formats: str = "ipynb", session: int = 1, code: str = "OH", check_in: int | None = None, person: str = ""
    ) -> Path:
        """One worksheet, in one format."""
        wanted = WorksheetRequest("2026", session, [code], (formats,), check_in=check_in, person=person)
        return next(make_worksheets(self.settings, wanted, self.out))

    def collect(
        self, *paths: Path, dry_run: bool = False, jurisdiction: str = "", person: str = ""
    ) -> list[FileReceipt]:
        sender = Sender(jurisdiction, person)
        return list(collect(self.settings, paths, dry_run=dry_run, sender=sender))

    def responses(self, prompt: str, row: str | None = None, code: str = "OH") -> list[Response]:
        """Current answers in a field (in any row if none is given), in order of arrival."""
        with Store.open(self.settings.db_url) as store:
            return [r for r in store.current("2026", code) if r.prompt == prompt and row in (None, r.row)]

    def values(self, prompt: str, row: str | None = None) -> list[Any]:
        return [response.value for response in self.responses(prompt, row)]

    def count(self) -> int:
        with Store.open(self.settings.db_url) as store:
            return len(store.history("2026", "OH"))


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office whose team in Ohio has a few answers."""
    return make_office(tmp_path)


def make_office(folder: Path) -> Office:
    """Ana and Bo of Ohio; a goal, a multiple choice, a person, a date, and a rating of Ana's own."""
    office = Office(Settings(folder / "home"), folder / "out")
    with Store.open(office.settings.db_url) as store:
        for person, name in (("ana", "Ana Ruiz"), ("bo", "Bo Lind")):
            store.add_person(Person(id=person, series="2026", jurisdiction="OH", name=name))
    office.say("goals", "goals.statement", GOAL, "a")
    office.say("goals", "goals.rank", 1, "a")
    office.say("organizing_structure", "reason", HOSTILE)
    office.say("next_steps", "actions.action", "Call the board", "s")
    office.say("next_steps", "actions.lead", {"name": "Whit, Jr., Dana", "role": "Director"}, "s")
    office.say("next_steps", "actions.due", "2026-03-05", "s")
    office.say("next_steps", "actions.partners", ["secondary", "other:Tribal council"], "s")
    office.say("rate_systems", "ratings.rating", 2, "sa_shared_vision")
    return office


Edit = Callable[[list[dict[str, Any]]], None]


def edit(path: Path, change: Callable[[str], str], to: str = "") -> Path:
    """A copy of a notebook with every cell's source changed."""
    notebook = json.loads(path.read_text("utf-8"))
    for cell in notebook["cells"]:
        source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        cell["source"] = change(source)
    return write(notebook, path.with_name(to or f"edited-{path.name}"))


def write(notebook: dict[str, Any], path: Path) -> Path:
    path.write_text(json.dumps(notebook, ensure_ascii=False), "utf-8")
    return path


def fill(label: str, words: str, group: str = "") -> Callable[[str], str]:
    """Write words below the first label of this name; ``group`` is a heading of the cell."""

    def change(source: str) -> str:
        lines = source.split("\n")
        if group and group not in source:
            return source
        for place, line in enumerate(lines):
            if line.startswith(f"**{label}**") and "keep this line" in line:
                return "\n".join([*lines[: place + 1], "", words, *lines[place + 1 :]])
        return source

    return change


def both(*changes: Callable[[str], str]) -> Callable[[str], str]:
    """Apply several changes in order."""

    def change(source: str) -> str:
        for one in changes:
            source = one(source)
        return source

    return change
