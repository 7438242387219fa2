"""A home with answers from one state, and the packets of two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat import NotebookNode
from pydantic import JsonValue

from cluster_kit.content import load_content
from cluster_kit.packets import PACKET_FORMATS, Manifest, PacketRequest, make_packets
from cluster_kit.settings import Settings
from cluster_kit.store import NewResponse, Person, Store
from tests.answers import new_answer

HOSTILE = "<script>alert('packet')</script> $x^2$ | 日本語 🎉\n# second line https://example.org/a?b=1&c=2"


@dataclass(frozen=True)
class Packets:
    """The result of one run: packets after session 1 for Ohio, which has answers, and Guam, which has none."""

    manifest: Manifest
    out: Path
    home: Path

    def path(self, code: str, form: str) -> Path:
        return self.out / f"2026-session-1-after-{code}.{form}"

    def page(self, code: str) -> BeautifulSoup:
        return BeautifulSoup(self.path(code, "html").read_text("utf-8"), "html.parser")

    def notebook(self, code: str) -> NotebookNode:
        return nbformat.read(self.path(code, "ipynb"), as_version=4)


@pytest.fixture(scope="package")
def packets(tmp_path_factory: pytest.TempPathFactory) -> Packets:
    home, out = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("out")
    settings = Settings(home)
    with Store.open(settings.db_url) as store:
        for person, name in (("ana", "Ana Ruiz"), ("bo", "Bo Lind")):
            store.add_person(Person(id=person, series="2026", jurisdiction="OH", name=name, role="secondary"))
        store.append(_answers())
    manifest = make_packets(settings, PacketRequest("2026", [1], ["oh", "GU"], formats=PACKET_FORMATS.names()), out)
    return Packets(manifest, out, home)


def write_notebook(folder: Path, *code: str) -> Path:
    """Write a small notebook for session 1 from its code cells into a new folder; returns the folder."""
    parameters = nbformat.v4.new_code_cell(
        'series: str = ""\nsession: int = 1\njurisdiction: str = ""\nperson: str = ""\nmode: str = ""',
        metadata={"tags": ["parameters"]},
    )
    cells = [parameters, *map(nbformat.v4.new_code_cell, code)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    folder.mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), folder / "session_1_small.ipynb")
    return folder


@pytest.fixture
def session_1(tmp_path: Path) -> Callable[..., Path]:
    """``write_notebook`` for a folder of the test."""
    return partial(write_notebook, tmp_path / "notebooks")


def _answers() -> list[NewResponse]:
    answers: list[NewResponse] = []

    def say(exercise: str, prompt: str, value: JsonValue, row: str = "", by: str = "ana", scope: str = "team") -> None:
        parts = {"id": f"r{len(answers)}", "row": row, "author": by, "scope": scope}
        answers.append(new_answer(f"{exercise}.{prompt}", value, **parts))

    for row, words, rank in (("a", "Fewer repeated courses by 2029", 2), ("b", HOSTILE, 1)):
        say("goals", "goals.statement", words, row)
        say("goals", "goals.rank", rank, row)
    area = next(area for area in load_content("2026").instrument.areas if area.id == "systems_alignment")
    item = area.items[0].id
    for by, rating in (("ana", 1), ("bo", 3)):
        say("rate_systems", "ratings.rating", rating, item, by, "person")
        say("rate_systems", "ratings.note", f"{HOSTILE} {rating}", item, by, "person")
    say("transition_points", "points.point", "Nursing " + HOSTILE, "p")
    say("transition_points", "points.from_system", "high_school", "p")
    say("transition_points", "points.to_system", "other:" + HOSTILE, "p")
    say("transition_points", "points.strength", 2, "p")
    say("next_steps", "actions.action", "Call the licensing board", "s")
    say("next_steps", "actions.lead", {"name": "Dana Whit", "role": HOSTILE}, "s")
    say("next_steps", "actions.due", "2026-03-05", "s")
    for prompt in ("heard", "borrow", "question"):  # the one exercise that is answered in full
        say("peer_discussion", prompt, "One form for all districts")
    say("follow_up_conversations", "conversations.partner", "The college system", "c")
    say("follow_up_conversations", "conversations.date", "2026-03-12", "c")
    say("conversation", "first_words", "Start with the catalog", by="bo")  # a question that is not asked any more
    return answers
