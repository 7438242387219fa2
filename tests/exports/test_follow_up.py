"""Next steps to work through: by day, with owner and contact, and the states that have none."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from cluster_kit.cli.app import app
from cluster_kit.cli.commands import register
from cluster_kit.content import load_content
from cluster_kit.documents.markdown import to_markdown
from cluster_kit.exports.follow_up import FollowUp, follow_up
from cluster_kit.exports.follow_up_report import show_follow_up
from cluster_kit.exports.step_tables import STEPS, WITHOUT_STEP, write_steps
from cluster_kit.sessions import SessionLog
from cluster_kit.sessions.facilitation import BeginSegment
from cluster_kit.settings import Settings
from cluster_kit.store import Person, Presence, Store
from tests.exports.conftest import Say

CONTENT = load_content("2026")
DAY = dt.date(2026, 3, 20)
SEEN = dt.datetime(2026, 2, 17, 18, tzinfo=dt.UTC)
FAY = Person(id="fay", series="2026", jurisdiction="", name="Fay Staff")


@pytest.fixture
def planned(answered: None, say: Say, settings: Settings) -> None:
    """Ohio has steps of two sessions, Arkansas and Alaska one each; others came or were invited, and have none."""
    with Store.open(settings.db_url) as store:
        for person, code, name, sessions in (
            ("dana", "OH", "Dana Whit", ()),
            ("dana-tx", "TX", "Dana Whit", ()),
            ("lee-1", "AK", "Lee Fox", ()),
            ("lee-2", "AK", "Lee  fox", ()),
            ("vi", "VT", "Vi Ash", (4,)),
            ("al", "AL", "Al Pine", (1,)),
        ):
            email = f"{person}@example.org"
            store.add_person(
                Person(id=person, series="2026", jurisdiction=code, name=name, email=email, sessions=sessions)
            )
    say("next_steps", "actions.action", "=Write the rule", "k", code="AK", by="lee-1")
    say("next_steps", "actions.lead", {"name": "Lee Fox", "role": ""}, "k", code="AK", by="lee-1")
    say("next_steps", "actions.due", "2026-03-20", "k", code="AK", by="lee-1")
    say("next_steps", "actions.action", "Ask the governor", "r", code="AR", by="ar")
    say("next_steps", "actions.lead", {"name": "Dana Whit", "role": ""}, "r", code="AR", by="ar")
    say("next_steps", "actions.action", "Share the map", "u", session=2)
    say("next_steps", "actions.due", "2026-03-10", "u", session=2)


def _report(found: FollowUp) -> str:
    return to_markdown(show_follow_up(CONTENT, found), level=1)


@pytest.mark.usefixtures("planned")
def test_steps_are_by_day_and_the_overdue_are_marked(settings: Settings) -> None:
    found = follow_up(settings, "2026", today=DAY)
    assert [(one.due, one.state, one.step, one.status, one.overdue) for one in found.steps] == [
        ("2026-03-05", "Ohio", "Call the board", "Stuck", True),
        ("2026-03-10", "Ohio", "Share the map", "Not reviewed", True),
        ("2026-03-20", "Alaska", "=Write the rule", "Not reviewed", False),
        ("2026-04-01", "Ohio", "Ask the college", "Done", False),
        ("", "Arkansas", "Ask the governor", "Not reviewed", False),
    ]
    assert "Stuck (overdue)" in _report(found)
    assert "March 5, 2026" in _report(found)


@pytest.mark.usefixtures("planned")
def test_a_contact_is_one_person_of_the_same_states_roster(settings: Settings) -> None:
    contacts = {one.step: (one.owner, one.contact) for one in follow_up(settings, "2026", today=DAY).steps}
    assert contacts["Call the board"] == ("Dana Whit, Director", "dana@example.org")
    assert contacts["Ask the governor"] == ("Dana Whit", ""), "Arkansas has no Dana Whit"
    assert contacts["=Write the rule"][1] == "", "two people have this name"
    assert contacts["Ask the college"] == ("", "")


@pytest.mark.usefixtures("planned")
def test_states_are_by_name_and_only_sessions_held_are_named(settings: Settings) -> None:
    found = follow_up(settings, "2026", today=DAY)
    assert [one.state for one in found.standings] == ["Alaska", "Arkansas", "Ohio"]
    assert found.sessions == (1, 2)
    assert "Next steps of sessions 1, 2 as of March 20, 2026, from 3 states." in _report(found)
    with Store.open(settings.db_url) as store:
        SessionLog(store, "2026", CONTENT.get_session(3)).do(
            FAY, BeginSegment(), subject=CONTENT.get_session(3).segments[0].kind.value
        )
    assert follow_up(settings, "2026", today=DAY).sessions == (1, 2, 3)
    assert follow_up(settings, "2026", 2, DAY).sessions == (2,)


@pytest.mark.usefixtures("planned")
def test_states_without_a_step_are_named_if_they_came_or_were_invited(settings: Settings) -> None:
    assert "Are invited, and have no next step: Alabama" in _report(follow_up(settings, "2026", today=DAY)), (
        "no one came"
    )
    seen = {"joined_at": SEEN, "active_at": SEEN, "seen_at": SEEN}
    with Store.open(settings.db_url) as store:
        store.note_presence(
            [Presence(series="2026", session=1, person="dana-tx", jurisdiction="TX", exercise="", **seen)]
        )
    found = follow_up(settings, "2026", today=DAY)
    assert [(one.state, one.came) for one in found.without] == [
        ("Alabama", False),
        ("Guam", True),  # it answered
        ("Puerto Rico", True),
        ("Texas", True),
    ]
    assert "Came, and have no next step: Guam, Puerto Rico, Texas." in _report(found)
    assert "Were invited, did not come, and have no next step: Alabama." in _report(found)
    assert follow_up(settings, "2026", 4, DAY).without == (), "it has not begun, so no one can have missed it"
    assert "session 4 has not begun, and no state" in _report(follow_up(settings, "2026", 4, DAY))
    with Store.open(settings.db_url) as store:
        session = CONTENT.get_session(4)
        SessionLog(store, "2026", session).do(FAY, BeginSegment(), subject=session.segments[0].kind.value)
    of_fourth = [one.state for one in follow_up(settings, "2026", 4, DAY).without]
    assert "Vermont" in of_fourth
    assert "Alabama" not in of_fourth


@pytest.mark.usefixtures("planned")
def test_a_step_with_only_a_date_says_that_it_has_no_description(settings: Settings, say: Say) -> None:
    say("next_steps", "actions.due", "2026-03-21", "only-date", code="AK", by="lee-1")
    [step] = [one for one in follow_up(settings, "2026", today=DAY).steps if one.due == "2026-03-21"]
    assert step.step == ""
    assert "| Alaska | No description |" in _report(follow_up(settings, "2026", today=DAY))


def test_before_the_first_session_no_state_is_missing_a_step(settings: Settings) -> None:
    with Store.open(settings.db_url) as store:
        store.add_person(Person(id="ana", series="2026", jurisdiction="OH", name="Ana Ruiz"))
    found = follow_up(settings, "2026", today=DAY)
    assert (found.sessions, found.without, found.steps) == ((), (), ())
    assert "no session has begun, and no state has a next step" in _report(found)


@pytest.mark.usefixtures("planned")
def test_steps_are_written_as_text_for_their_owner_only(settings: Settings, tmp_path: Path) -> None:
    found = follow_up(settings, "2026", today=DAY)
    steps, without = write_steps(CONTENT, found, tmp_path / "steps.csv")
    assert without.name == "steps-no-next-step.csv"
    assert {path.stat().st_mode & 0o777 for path in (steps, without)} == {0o600}
    rows = list(csv.DictReader(steps.read_text("utf-8-sig").splitlines()))
    assert list(rows[0]) == list(STEPS)
    assert [row["overdue"] for row in rows] == ["yes", "yes", "no", "no", "no"]
    assert rows[2]["step"] == "'=Write the rule"
    [book] = write_steps(CONTENT, found, tmp_path / "steps.xlsx")
    first, second = load_workbook(book).worksheets
    assert (first.title, first.freeze_panes, first.auto_filter.ref) == ("Next steps", "A2", "A1:J6")
    assert (first["E4"].value, first["E4"].data_type) == ("=Write the rule", "s")
    assert [cell.value for cell in second[1]] == list(WITHOUT_STEP)


@pytest.mark.usefixtures("planned")
def test_the_command_prints_the_report_and_writes_the_steps_beside_it(settings: Settings, tmp_path: Path) -> None:
    register(["follow-up"])
    line = ["follow-up", "--home", str(settings.home), "--series", "2026", "--out", str(tmp_path / "steps.xlsx")]
    done = CliRunner().invoke(app, line, catch_exceptions=False)
    assert done.stdout.startswith("# Follow-up")
    assert "steps.xlsx\n5 next steps of 3 states.\n" in done.stderr
    assert (tmp_path / "steps.xlsx").exists()
    listed = json.loads(CliRunner().invoke(app, [*line, "--json"], catch_exceptions=False).stdout)
    assert listed["steps"][0]["contact"] == "dana@example.org"
    assert listed["sessions"] == [1, 2]
    assert (listed["home"], listed["series"]) == (str(settings.home), "2026")
