"""An instrument with less than the kit's own: questions and strategies only, with a plain scale or without any."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from openpyxl import Workbook, load_workbook
from typer.testing import CliRunner

from cluster_kit.cli.app import app
from cluster_kit.cli.commands import register
from cluster_kit.console import discuss, results
from cluster_kit.console.snapshot import SnapshotReader
from cluster_kit.content import load_content, load_instrument
from cluster_kit.content.errors import WorkbookError
from cluster_kit.content.models import Content
from cluster_kit.exercises.context import FormContext
from cluster_kit.exports.gathering import gather_answers
from cluster_kit.exports.national import write_national
from cluster_kit.exports.tables import codebook_frame
from cluster_kit.forms.handler import FormHandler
from cluster_kit.models import Json
from cluster_kit.packets import PacketRequest, make_packets
from cluster_kit.rehearsal.answering import answers_to
from cluster_kit.rehearsal.plan import RehearsalPlan
from cluster_kit.rehearsal.script import Script
from cluster_kit.sessions import SessionLog
from cluster_kit.settings import Settings
from cluster_kit.store import Person, Store
from cluster_kit.worksheets import WorksheetRequest, collect, make_worksheets

EXERCISE, AREA, ITEM = "rate_systems", "systems_alignment", "official_systems_alignment_1"
QUESTION, STRATEGY = "How do agencies plan together?", "Name one team for all agencies."
SCALE = ("Not in place", "Partly in place", "In place")


def official_workbook(path: Path, scale: tuple[str, ...]) -> Path:
    """A workbook with two questions for each policy area, each with a strategy."""
    shipped, book = load_instrument(), Workbook()
    book.remove(book.active)
    rows: dict[str, list[list[object]]] = {
        "About": [["What", "Text"], ["Title", "Official Tool"], ["Version", "1"], ["About", "As published."]],
        "Part 1 Goals": [
            ["Id (keep)", "Question", "Words to aim at", "Depth"],
            *([q.id, q.text, q.words, q.depth.value] for q in shipped.goals),
        ],
        "Part 2 Areas": [["Id (keep)", "Title"], *([area.id, area.title] for area in shipped.areas)],
        "Part 2 Items": [
            ["Id (keep)", "Area", "Statement", "Strategies (one per line)", "Depth"],
            *(
                [f"official_{area.id}_{number}", area.id, QUESTION, STRATEGY, depth]
                for area in shipped.areas
                for number, depth in ((1, "essential"), (2, "full"))
            ),
        ],
        "Part 3 Plan": [["Id (keep)", "Question", "Depth"], *([q.id, q.text, q.depth.value] for q in shipped.plan)],
    }
    if scale:
        rows["Scale"] = [["Value", "Label"], *([value, label] for value, label in enumerate(scale, start=1))]
    for name, lines in rows.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    book.save(path)
    return path


@dataclass
class Office:
    """A home with the imported instrument."""

    settings: Settings
    content: Content
    ana: Person
    bo: Person
    out: Path

    def context(self, store: Store, person: Person) -> FormContext:
        log = SessionLog(store, "2026", self.content.get_session(1))
        return FormContext(self.content, store, 1, "OH", person, session_log=log)

    def save(self, store: Store, column: str, value: object, person: Person) -> Json:
        handler = FormHandler(self.context(store, person), EXERCISE)
        response = {"id": f"{person.id}-{column}-{value}"[:64].replace(" ", "-"), "prompt": f"ratings.{column}"}
        response |= {"row": ITEM, "value": value}
        reply: Json = handler.receive({"type": "save", "message": "m", "responses": [response]})[0]
        return reply


def imported(folder: Path, scale: tuple[str, ...]) -> Office:
    settings = Settings(folder / "home")
    register()
    book = official_workbook(folder / "official.xlsx", scale)
    done = CliRunner().invoke(app, ["instrument", "import", str(book), "--home", str(settings.home)])
    assert done.exit_code == 0, done.output
    assert "To fix" not in done.output
    people = [
        Person(id=id_, series="2026", jurisdiction="OH", name=name) for id_, name in (("ana", "Ana"), ("bo", "Bo"))
    ]
    with Store.open(settings.db_url) as store:
        ana, bo = map(store.add_person, people)
    return Office(settings, load_content("2026", overlay=settings.content), ana, bo, folder / "out")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Rated on labels alone."""
    return imported(tmp_path_factory.mktemp("plain"), SCALE)


@pytest.fixture(scope="module")
def in_words(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Without a scale: answered in words."""
    return imported(tmp_path_factory.mktemp("words"), ())


def items_view(office: Office) -> Json:
    with Store.open(office.settings.db_url) as store:
        handler = FormHandler(office.context(store, office.ana), EXERCISE)
        (prompt,) = handler.definition.schema["prompts"]
    found: Json = prompt
    return found


def test_the_page_rates_on_the_labels_of_a_plain_scale(plain: Office) -> None:
    prompt = items_view(plain)
    item = prompt["areas"][0]["items"][0]
    assert prompt["rated"]
    assert [(point["label"], point["text"]) for point in item["scale"]] == [(label, "") for label in SCALE]
    assert (item["strategies"], item["guiding_questions"], item["evidence"], item["roles"]) == ([STRATEGY], [], [], [])
    with Store.open(plain.settings.db_url) as store:
        assert plain.save(store, "rating", 3, plain.ana)["type"] == "saved"
        assert plain.save(store, "rating", 4, plain.bo)["type"] == "refused"
        assert plain.save(store, "consensus", "does_not_apply", plain.ana)["type"] == "saved"


def test_the_page_asks_for_words_where_there_is_no_scale(in_words: Office) -> None:
    prompt = items_view(in_words)
    assert (prompt["rated"], prompt["together"], prompt["off_scale"]) == (False, [], [])
    with Store.open(in_words.settings.db_url) as store:
        assert in_words.save(store, "answer", "Through one council.", in_words.ana)["type"] == "saved"
        assert in_words.save(store, "rating", 2, in_words.ana)["type"] == "refused"


@pytest.mark.parametrize(
    ("which", "label", "words", "value"),
    [("plain", "Your rating", "2 Partly in place", 2), ("in_words", "Your answer", "By letter.", "By letter.")],
)
def test_worksheets_are_made_in_every_format_and_read_back(
    request: pytest.FixtureRequest, tmp_path: Path, which: str, label: str, words: str, value: object
) -> None:
    office: Office = request.getfixturevalue(which)
    wanted = WorksheetRequest("2026", 1, ["OH"], ("ipynb", "docx", "pdf"))
    made = {path.suffix: path for path in make_worksheets(office.settings, wanted, tmp_path)}
    assert set(made) == {".ipynb", ".docx", ".pdf"}
    notebook = json.loads(made[".ipynb"].read_text("utf-8"))
    filled = copy.deepcopy(notebook)
    for cell in filled["cells"]:
        source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        lines = source.split("\n")
        for name, text in (("Your name", "Cy Mora"), (label, words)):
            place = next((n for n, line in enumerate(lines) if line.startswith(f"**{name}**")), None)
            if place is not None:
                lines = [*lines[: place + 1], "", text]
        cell["source"] = "\n".join(lines)
    assert f"Strategies to consider: {STRATEGY}" in json.dumps(notebook)
    returned = tmp_path / "returned.ipynb"
    returned.write_text(json.dumps(filled), "utf-8")
    list(collect(office.settings, [returned]))
    with Store.open(office.settings.db_url) as store:
        values = [r.value for r in store.current("2026", "OH") if r.exercise == EXERCISE and r.row == ITEM]
    assert value in values


@pytest.mark.parametrize(("which", "shown"), [("plain", "In place"), ("in_words", "Through one council.")])
def test_packets_console_and_exports_work(
    request: pytest.FixtureRequest, tmp_path: Path, which: str, shown: str
) -> None:
    office: Office = request.getfixturevalue(which)
    with Store.open(office.settings.db_url) as store:
        column, value = ("rating", 3) if which == "plain" else ("answer", "Through one council.")
        office.save(store, column, value, office.ana)
        view = results.results_view(SnapshotReader(office.content, office.content.get_session(1), store).read())
        assert view.order == (
            [] if which == "in_words" else ["systems_alignment", "career_advising", "funding_capacity"]
        )
        topics = discuss.discuss_view(SnapshotReader(office.content, office.content.get_session(1), store).read())
        assert isinstance(topics.topics, list)
        assert {line.prompt for line in gather_answers(office.content, store)} >= {f"ratings.{column}"}
    rows = codebook_frame(office.content)
    assert (f"ratings.{column}", ITEM) in set(zip(rows.prompt, rows.row, strict=True))
    assert write_national(office.settings, "2026", tmp_path / "national").states == (1 if which == "plain" else 0)
    request_ = PacketRequest("2026", [1], ["OH"], formats=("html",))
    make_packets(office.settings, request_, tmp_path / "packets")
    (path,) = (tmp_path / "packets").glob("*-OH.html")
    words = BeautifulSoup(path.read_text("utf-8"), "html.parser").get_text(" ")
    assert shown in words
    assert QUESTION in words


def test_a_rehearsal_answers_in_words(in_words: Office) -> None:
    script = Script.write(RehearsalPlan(), in_words.content)
    with Store.open(in_words.settings.db_url) as store:
        handler = FormHandler(in_words.context(store, in_words.ana), EXERCISE)
        schema = {**handler.definition.schema, "depths": [], "depth": "essential"}
    actor = replace(script.cast[0], diligence=1.0, stuck=False)
    given = [one for one in answers_to(script, actor, schema) if one.row == ITEM]
    assert [one.prompt for one in given] == ["ratings.answer"]


def test_a_workbook_without_a_scale_whose_items_have_anchors_is_refused(tmp_path: Path) -> None:
    book = load_workbook(official_workbook(tmp_path / "official.xlsx", ()))
    sheet = book["Part 2 Items"]
    sheet.cell(1, 6).value, sheet.cell(2, 6).value = "Anchor 1: Not yet", "Nothing"
    book.save(tmp_path / "anchors.xlsx")
    register()
    done = CliRunner().invoke(app, ["instrument", "import", str(tmp_path / "anchors.xlsx"), "--home", str(tmp_path)])
    assert done.exit_code == 1
    assert isinstance(done.exception, WorkbookError)
    assert [str(one) for one in done.exception.problems] == [
        "Part 2 Items, row 2, column Anchor: the instrument has no scale: add one, or remove the anchors"
    ]
