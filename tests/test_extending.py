"""A package that adds a prompt kind and an export, installed from its own folder."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import docx
import pytest
from playwright.sync_api import Browser, expect

from cluster_kit.cli.demo import SERIES, prepare_demo
from cluster_kit.settings import Settings
from cluster_kit.store import Store
from tests.browser import find_violations
from tests.serving import AVERY, JORDAN, Server, add_people, wait_until

EXAMPLE = Path(__file__).parent / "example_extension"
QUESTION = "When does your team meet?"
ASKED = f"      - id: meets\n        kind: time\n        label: {QUESTION}\n"
RUN = """import json, sys
from cluster_kit.cli import main
for words in json.loads(sys.argv[1]):
    sys.argv = ["cluster-kit", *words]
    try:
        main()
    except SystemExit as ended:
        if ended.code:
            raise
"""
KIND = """import json
from cluster_kit.content.prompt_kinds import PROMPT_KINDS
from cluster_kit.forms.widget import ExerciseForm
kind = PROMPT_KINDS.get("time")
prompt = kind(kind="time", id="meets", label="When?")
problems = [prompt.find_problem(value) for value in ("14:30", "24:00", "2:30", 7, ["14:30"], {"a": 1})]
print(json.dumps({"problems": problems, "example": kind.example, "module": ExerciseForm._esm.default_value}))
"""
SYSTEMS = "      - id: systems\n        kind: table\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home whose first session asks for a time, in an environment with the example package."""
    folder = tmp_path_factory.mktemp("extended")
    source = shutil.copytree(EXAMPLE, folder / "source")  # the build writes beside the sources
    install = ["install", "--no-deps", "--no-build-isolation", "--no-index", "--target", str(folder / "packages")]
    subprocess.run([sys.executable, "-m", "pip", *install, str(source)], check=True, capture_output=True, timeout=300)
    settings = Settings(folder / "home")
    add_people(prepare_demo(settings).series.id, settings)
    session = settings.content / "series" / SERIES / "session_1.yaml"
    text = session.read_text(encoding="utf-8")
    assert SYSTEMS in text
    session.write_text(text.replace(SYSTEMS, ASKED + SYSTEMS), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(folder / "packages"))
        yield settings.home


def run(home: Path, *commands: Sequence[str | Path]) -> None:
    """Run commands, one after the other, in a process that has the example package."""
    words = [[*map(str, command), "--home", str(home)] for command in commands]
    called = [sys.executable, "-c", RUN, json.dumps(words)]
    done = subprocess.run(called, capture_output=True, text=True, timeout=300, check=False, cwd=home)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def answered(home: Path) -> Iterator[Server]:
    server = Server(home, program=[sys.executable, "-m", "cluster_kit"])  # which finds the package
    server.start()
    yield server
    server.end()


@pytest.fixture(scope="module")
def said(answered: Server, browser: Browser) -> Path:
    """The home after Avery has entered a time on the live page."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(answered.link(AVERY))
        field = page.get_by_label(QUESTION)
        field.fill("14:30")
        field.blur()
        wait_until(lambda: "14:30" in values(answered.home), "the time is saved")
    return answered.home


def values(home: Path) -> list[object]:
    """Every stored answer to the question."""
    with Store.open(Settings(home).db_url) as store:
        return [response.value for response in store.current(SERIES) if response.prompt == "meets"]


@pytest.fixture(scope="module")
def made(said: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with exports, packets, and worksheets of that home."""
    out = tmp_path_factory.mktemp("made")
    exports = (("export", "--series", SERIES, "--out", out / f"all.{form}") for form in ("csv", "md", "xlsx"))
    chosen = ("--series", SERIES, "--session", "1", "--out", out)
    run(
        said,
        *exports,
        ("packets", *chosen, "--jurisdiction", "OH", "--formats", "html,docx,pdf"),
        ("worksheets", *chosen, "--jurisdiction", "GU", "--formats", "ipynb"),
        ("worksheets", *chosen, "--jurisdiction", "AK", "--formats", "docx"),
    )
    return out


@pytest.fixture(scope="module")
def kind(home: Path) -> dict[str, Any]:
    """What the kind says of itself, and the module of a notebook's form, in a process that has the example package."""
    done = subprocess.run([sys.executable, "-c", KIND], capture_output=True, text=True, check=True)
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def test_the_live_page_asks_with_the_kinds_own_control_and_teammates_see_the_answer(
    said: Path, answered: Server, browser: Browser
) -> None:
    with browser.new_context() as teammate:
        page = teammate.new_page()
        page.goto(answered.link(JORDAN))
        field = page.get_by_label(QUESTION)
        expect(field).to_have_value("14:30")
        expect(field).to_have_attribute("type", "time")
        assert [one for one in find_violations(page) if "time" in one] == []


def test_a_value_that_the_kind_refuses_is_not_saved(kind: dict[str, Any]) -> None:
    assert kind["problems"] == [None, *["Give a time such as 2:30 PM."] * 5]


def test_exports_hold_it_and_the_packages_own_export_is_one_of_them(made: Path) -> None:
    with (made / "all.csv").open(encoding="utf-8-sig", newline="") as file:
        [row] = [row for row in csv.DictReader(file) if row["prompt"] == "meets"]
    assert (row["kind"], row["value"], row["words"]) == ("time", '"14:30"', "2:30 PM")
    with (made / "all-codebook.csv").open(encoding="utf-8-sig", newline="") as file:
        [about] = [row for row in csv.DictReader(file) if row["prompt"] == "meets"]
    assert about["values"] == "HH:MM, 24 hours"
    assert f"| OH | 1 | {QUESTION} | 2:30 PM |" in (made / "all.md").read_text(encoding="utf-8")
    assert (made / "all.xlsx").is_file()


def test_packets_say_it_in_words(made: Path) -> None:
    [page] = made.glob("*after-OH.html")
    assert "2:30 PM" in re.sub(r"<[^>]+>", " ", page.read_text(encoding="utf-8"))


def test_a_worksheet_asks_it_and_what_is_written_there_is_collected(said: Path, made: Path) -> None:
    [sheet] = made.glob("*GU*.ipynb")
    notebook = json.loads(sheet.read_text(encoding="utf-8"))
    [cell] = [cell for cell in notebook["cells"] if QUESTION in "".join(cell["source"])]
    source = "".join(cell["source"])
    line = next(line for line in source.split("\n") if QUESTION in line)
    assert "(a time, such as 2:30 PM)" in line
    cell["source"] = source.replace(line, f"{line}\n\n9 a.m.")
    sheet.write_text(json.dumps(notebook), encoding="utf-8")
    run(said, ("collect", sheet))
    assert "09:00" in values(said)


def test_a_worksheet_in_word_asks_it(made: Path) -> None:
    [sheet] = made.glob("*AK*.docx")
    written = docx.Document(str(sheet)).element.xml
    assert QUESTION in written
    assert "a time, such as 2:30 PM" in written


def test_the_notebooks_form_is_one_module_with_the_kinds_control(kind: dict[str, Any]) -> None:
    assert "const timeKind" in kind["module"]
    assert "const INSTALLED = { time: timeKind }" in kind["module"]


def test_a_rehearsal_answers_it(kind: dict[str, Any]) -> None:
    assert kind["example"] == "09:30"


def test_a_package_that_fails_to_load_is_left_out_with_one_sentence(home: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken-1.dist-info"
    broken.mkdir()
    (broken / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1\n")
    (broken / "entry_points.txt").write_text(
        "[cluster_kit.prompt_kinds]\nbroken = no_such_module:Kind\ntext = json:JSONDecoder\n"
    )
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}:{os.environ['PYTHONPATH']}"}
    program = "from cluster_kit.content.prompt_kinds import PROMPT_KINDS as kinds; print(*kinds.names())"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.split() == ["text", "choice", "rating", "number", "date", "person", "file", "programs", "time"]
    assert "The prompt kind 'broken' of broken was left out: No module named 'no_such_module'" in done.stderr
    assert "The prompt kind 'text' of broken was left out: it is not a subclass" in done.stderr
