"""Requests for technical assistance: the form, the table of all requests, the draft, and the roadmap template."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from cluster_kit.cli.app import app
from cluster_kit.cli.commands import register
from cluster_kit.content import load_content
from cluster_kit.documents.model import Table
from cluster_kit.errors import UsageError
from cluster_kit.exercises.answers import Answers
from cluster_kit.exports.assistance import REQUESTS, read_request_table, write_request_table
from cluster_kit.exports.request import write_request
from cluster_kit.insights.assistance import is_requests_table, read_early_adoption, read_requests
from cluster_kit.insights.roadmap import BLANK, build_roadmap_template
from cluster_kit.settings import Settings
from cluster_kit.store import Store
from tests.exports.conftest import Say


@pytest.fixture
def asked(say: Say) -> None:
    """Ohio has a request in sessions 1 and 4, Guam is interested in early adoption and asks for nothing."""
    for column, value in (
        ("need", "=HYPERLINK(1)"),
        ("kind", "data"),
        ("area", "data_reporting"),
        ("by", "2026-06-01"),
        ("contact", {"name": "Dana Whit", "role": "data"}),
    ):
        say("assistance", f"requests.{column}", value, "a")
    say("assistance", "requests.kind", "other:A visit", "b", session=4)
    say("assistance", "early_adoption", "later", code="GU", by="cy")
    for row, status in (("lead", "ready"), ("agencies", "working"), ("share", "ready")):
        say("assistance", "readiness.status", status, row, code="GU", by="cy")


def _answers(settings: Settings, code: str) -> Answers:
    with Store.open(settings.db_url) as store:
        return Answers(store.current("2026", code), store.people("2026", code), store.history("2026", code))


def test_the_shipped_form_is_recognized_in_two_sessions() -> None:
    content = load_content("2026")
    found = [
        (session.number, exercise.id)
        for session in content.sessions
        for exercise in session.exercises
        for prompt in exercise.prompts
        if prompt.kind == "table" and is_requests_table(prompt)
    ]
    assert found == [(1, "assistance"), (4, "assistance")]


@pytest.mark.usefixtures("asked")
def test_requests_and_interest_are_read_from_the_states_page(settings: Settings) -> None:
    content = load_content("2026")
    first, second = read_requests(content, _answers(settings, "OH"))
    assert (first.session, first.area, first.by) == (1, "data_reporting", "2026-06-01")
    assert first.contact == "Dana Whit, Data and reporting"
    assert (second.session, second.kind, second.need) == (4, "A visit", "")
    assert read_early_adoption(content, _answers(settings, "OH")) is None
    early = read_early_adoption(content, _answers(settings, "GU"))
    assert early is not None
    assert (early.interest, early.is_interested, early.ready, len(early.criteria)) == ("Yes, but not yet", True, 2, 3)


@pytest.mark.usefixtures("asked")
def test_one_table_has_all_requests_and_no_formula(settings: Settings, tmp_path: Path) -> None:
    frame = read_request_table(settings, "2026")
    assert list(frame.columns) == list(REQUESTS)
    assert list(zip(frame.state, frame.session, frame.early_adoption, strict=True)) == [
        ("Ohio", 1, ""),
        ("Ohio", 4, ""),
        ("Guam", 1, "Yes, but not yet"),
    ]
    write_request_table(frame, tmp_path / "requests.csv")
    rows = list(csv.DictReader((tmp_path / "requests.csv").read_text("utf-8-sig").splitlines()))
    assert rows[0]["need"] == "'=HYPERLINK(1)"
    assert rows[2]["ready"] == "2"
    write_request_table(frame, tmp_path / "requests.xlsx")
    sheet = load_workbook(tmp_path / "requests.xlsx").worksheets[0]
    need = sheet.cell(2, list(REQUESTS).index("need") + 1)
    assert (need.value, need.data_type) == ("=HYPERLINK(1)", "s")
    assert (tmp_path / "requests.xlsx").stat().st_mode & 0o077 == 0


def test_without_requests_the_table_is_empty_and_says_so(settings: Settings) -> None:
    assert read_request_table(settings, "2026").empty
    register(["assistance"])
    done = CliRunner().invoke(app, ["assistance", "--home", str(settings.home)])
    assert "No state has asked for assistance yet." in done.stdout


@pytest.mark.usefixtures("asked")
def test_the_command_prints_the_table_writes_it_or_drafts_one_request(settings: Settings, tmp_path: Path) -> None:
    register(["assistance"])
    home = ["--home", str(settings.home)]
    printed = CliRunner().invoke(app, ["assistance", *home]).stdout
    assert "Help with data: definitions, crosswalks, or reporting" in printed
    assert "June 1, 2026" in printed
    listed = json.loads(CliRunner().invoke(app, ["assistance", "--json", "--jurisdiction", "GU", *home]).stdout)
    assert [(row["state"], row["ready"], row["criteria"]) for row in listed] == [("Guam", 2, 3)]
    done = CliRunner().invoke(app, ["assistance", "--out", str(tmp_path / "all.xlsx"), *home])
    assert done.stdout.strip().endswith("all.xlsx")
    for out, words in (("all.docx", "is a draft for one state"), ("all.pdf", r"must end in .csv or .xlsx")):
        done = CliRunner().invoke(app, ["assistance", "--out", str(tmp_path / out), *home])
        assert isinstance(done.exception, UsageError)
        assert words in str(done.exception)


@pytest.mark.usefixtures("asked")
def test_the_draft_says_what_the_state_asked_for_on_its_page(settings: Settings, tmp_path: Path) -> None:
    written = write_request(settings, "2026", "OH", tmp_path / "ohio.md").read_text("utf-8")
    assert "**Contact:** Dana Whit, Data and reporting" in written
    assert "Analysis), by June 1, 2026" in written
    assert "keep what fits" not in written
    assert "keep what fits" in write_request(settings, "2026", "GU", tmp_path / "guam.md").read_text("utf-8")


def test_the_roadmap_template_is_filled_with_what_the_state_recorded(say: Say, settings: Settings) -> None:
    say("rate_systems", "ratings.rating", 2, "sa_shared_vision", alone=True)
    say("use_the_tool", "areas.lead", {"name": "Lee Example", "role": ""}, "systems_alignment")
    say("next_steps", "actions.action", "Call the board", "s")
    say("next_steps", "actions.area", "communications", "s")
    say("next_steps", "actions.due", "2026-03-05", "s")
    say("next_steps", "actions.lead", {"name": "Bo Lind", "role": ""}, "s")
    content = load_content("2026")
    section = build_roadmap_template(content, _answers(settings, "OH"))
    table = section.blocks[1]
    assert isinstance(table, Table)
    rows = {row[0][0].text: [cell[0].text for cell in row[1:]] for row in table.rows}
    assert list(rows) == [area.title for area in content.instrument.areas]
    assert rows["Systems Alignment"] == ["2.0 of 4", "Lee Example", BLANK, BLANK, BLANK]
    assert rows["Communications"] == ["Not rated yet", "Bo Lind", "Call the board", "March 5, 2026", BLANK]
