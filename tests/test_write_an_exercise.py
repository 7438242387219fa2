"""Each example of "Write an exercise" is content that loads, and becomes a form, a worksheet, and a saved notebook."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import get_args

import pytest
import yaml

from cluster_kit.content import check_content, load_content
from cluster_kit.content.folders import SHIPPED
from cluster_kit.content.prompt_kinds import PROMPT_KINDS
from cluster_kit.content.prompts import Prompt
from cluster_kit.exercises.context import FormContext
from cluster_kit.exercises.extensions import extension_openers
from cluster_kit.forms.widget import ExerciseForm
from cluster_kit.insights.saved_form import saved_form
from cluster_kit.settings import sqlite_url
from cluster_kit.store import Person, Store
from cluster_kit.worksheets import WorksheetOptions, make_sheet

PAGE = Path(__file__).parents[1] / "docs" / "how-to" / "write-an-exercise.md"
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
SERIES = "2031"


def id_of(block: str) -> str:
    return str(yaml.safe_load(block)[0]["id"])


def kinds_of(block: str) -> set[str]:
    prompts = yaml.safe_load(block)[0]["prompts"]
    return {prompt["kind"] for prompt in prompts}


def make_pack(folder: Path, block: str) -> int:
    """A pack with a series that has the exercise; returns the number of its session."""
    series = folder / "series" / SERIES
    shutil.copytree(SHIPPED / "series" / "2026", series)
    head = series / "series.yaml"
    head.write_text(head.read_text("utf-8").replace('id: "2026"', f'id: "{SERIES}"'), "utf-8")
    number = 3 if "programs" in kinds_of(block) else 1
    path = series / f"session_{number}.yaml"
    text = path.read_text("utf-8").rstrip("\n") + "\n"
    if f"  - id: {id_of(block)}\n" in text:  # the page says to change this one instead of adding a second one
        before, _, after = text.partition(f"  - id: {id_of(block)}\n")
        rest = re.search(r"^  - ", after, re.MULTILINE)
        kept = re.search(r"^    outcomes: .*\n", after, re.MULTILINE)
        assert rest
        assert kept
        text = before + block.rstrip("\n") + "\n" + kept.group() + "\n" + after[rest.start() :]
    else:
        text += "\n" + block
    path.write_text(text, "utf-8")
    return number


def test_the_page_has_an_example_of_every_kind_of_prompt() -> None:
    kinds = {kind for kind, _ in PROMPT_KINDS.items()} | {"items", "questions", "table"}
    assert get_args(Prompt)  # the union of all kinds
    assert set().union(*map(kinds_of, BLOCKS)) >= kinds - {"time"}


@pytest.mark.parametrize("block", BLOCKS, ids=id_of)
def test_an_example_loads_and_becomes_a_form_and_a_worksheet(block: str, tmp_path: Path) -> None:
    pack = tmp_path / "content"
    number = make_pack(pack, block)
    assert [str(problem) for problem in check_content(pack)] == []
    content = load_content(SERIES, overlay=pack)
    exercise = content.get_session(number).find_exercise(id_of(block))
    assert exercise
    with Store.open(sqlite_url(tmp_path / "answers.sqlite3")) as store:
        person = store.add_person(Person(id="ana", series=SERIES, jurisdiction="OH", name="Ana Ruiz"))
        context = FormContext(content, store, number, "OH", person, extensions=extension_openers())
        form = ExerciseForm(context, exercise.id, lambda: saved_form(context, exercise))
        try:
            assert form.schema["title"] == exercise.title
            assert [prompt["kind"] for prompt in form.schema["prompts"]] == [p.kind for p in exercise.prompts]
            assert exercise.title in form._repr_mimebundle_()[0]["text/html"]
        finally:
            form.close()
        [activity] = make_sheet(content, store, number, "OH", WorksheetOptions(exercise=exercise.id)).activities
        assert activity.title == exercise.title
        assert activity.parts
