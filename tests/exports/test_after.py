"""After a session: calendars, the follow-up summary, and a request for assistance."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import icalendar
import pytest
from docx import Document
from docx.oxml.ns import qn
from typer.testing import CliRunner

from cluster_kit.cli.app import app
from cluster_kit.cli.commands import register
from cluster_kit.content import load_content
from cluster_kit.documents.markdown import to_markdown
from cluster_kit.errors import UsageError
from cluster_kit.exports.calendars import write_calendars
from cluster_kit.exports.follow_up import follow_up
from cluster_kit.exports.follow_up_report import show_follow_up
from cluster_kit.exports.request import NothingToDraftError, low_mean, write_request
from cluster_kit.settings import Settings
from tests.exports.conftest import PRIVATE, Say

DAY = dt.date(2026, 3, 20)


def _events(path: Path) -> dict[str, icalendar.Event]:
    calendar = icalendar.Calendar.from_ical(path.read_bytes())
    return {str(event["SUMMARY"]): event for event in calendar.walk("VEVENT")}  # type: ignore[union-attr]


# --- calendars ----------------------------------------------------------------------------------------------------


def test_open_steps_conversations_and_check_ins_have_a_day(answered: None, settings: Settings, tmp_path: Path) -> None:
    [path] = write_calendars(settings, "2026", tmp_path / "cal", ["oh"])
    events = _events(path)
    assert events["Due: Call the board"]["DTSTART"].dt == dt.date(2026, 3, 5)
    assert "Who leads: Dana Whit, Director" in str(events["Due: Call the board"]["DESCRIPTION"])
    talk = events["Conversation with The dean, north campus"]
    assert talk["DTSTART"].dt == dt.date(2026, 3, 12)
    assert "The map; and, a comma" in str(talk["DESCRIPTION"])
    assert events["Check-in, 30 days after session 1"]["DTSTART"].dt == dt.date(2026, 3, 19)
    assert "Due: Ask the college" not in events, "it is done"


def test_a_changed_day_updates_the_same_event(answered: None, say: Say, settings: Settings, tmp_path: Path) -> None:
    [path] = write_calendars(settings, "2026", tmp_path, ["OH"])
    before = _events(path)["Due: Call the board"]
    say("next_steps", "actions.due", "2026-05-05", "s")
    [path] = write_calendars(settings, "2026", tmp_path, ["OH"])
    after = _events(path)["Due: Call the board"]
    assert after["UID"] == before["UID"]
    assert after["DTSTART"].dt == dt.date(2026, 5, 5)
    assert after["DTSTAMP"].dt >= before["DTSTAMP"].dt


def test_typed_words_cannot_add_lines_to_a_calendar(say: Say, settings: Settings, tmp_path: Path) -> None:
    say("next_steps", "actions.action", "Call\r\nEND:VEVENT\nBEGIN:VEVENT 🎉 " + "long " * 40, "s")
    say("next_steps", "actions.due", "2026-03-05", "s")
    [path] = write_calendars(settings, "2026", tmp_path, ["OH"])
    assert len(_events(path)) == 4
    assert all(len(line) <= 75 for line in path.read_bytes().split(b"\r\n"))


def test_states_without_a_day_get_no_file(settings: Settings, tmp_path: Path) -> None:
    assert write_calendars(settings, "2026", tmp_path / "cal") == []
    assert not (tmp_path / "cal").exists()
    register(["calendar"])
    words = ["calendar", "--home", str(settings.home), "--out", str(tmp_path / "cal"), "--jurisdiction", "TX,AK"]
    done = CliRunner().invoke(app, [*words, "--series", "2026"])
    assert "No dates are set yet in TX and AK. No file was written." in done.stderr


def test_an_export_without_answers_says_so(answered: None, settings: Settings, tmp_path: Path) -> None:
    register(["export"])
    words = ["export", "--home", str(settings.home), "--out", str(tmp_path / "x.csv"), "--series", "2026"]
    nothing = CliRunner().invoke(app, [*words, "--jurisdiction", "TX"])
    assert "Warning: There is no answer that staff may see from TX yet." in nothing.stderr
    assert nothing.exit_code == 0
    assert json.loads(CliRunner().invoke(app, [*words, "--json"]).stdout)["warnings"] == []


# --- the national summary --------------------------------------------------------------------------------------------


def test_the_summary_counts_every_state_by_status(answered: None, say: Say, settings: Settings) -> None:
    say("next_steps", "actions.action", "Guam's step", "g", code="GU", by="cy")
    found = follow_up(settings, "2026", today=DAY)
    assert found.counts == {"done": 1, "moving": 0, "stuck": 1, "dropped": 0, "": 1}
    assert [(s.state, s.steps, s.overdue) for s in found.standings] == [("Guam", 1, 0), ("Ohio", 2, 1)]
    assert follow_up(settings, "2026", 2, DAY).standings == ()


def test_the_summary_says_how_much_work_open_steps_are_and_how_much_they_change(
    answered: None, say: Say, settings: Settings
) -> None:
    def shown() -> str:
        return to_markdown(show_follow_up(load_content("2026"), follow_up(settings, "2026", today=DAY)), level=1)

    assert "How much work" not in shown()
    for row, effort, effect, code in (
        ("s", "much", "some", "OH"),
        ("t", "little", "much", "OH"),
        ("g", "little", "much", "GU"),
    ):
        say("next_steps", "actions.action", f"Step {row}", row, code=code)
        say("next_steps", "actions.effort", effort, row, code=code)
        say("next_steps", "actions.effect", effect, row, code=code)
    found = follow_up(settings, "2026", today=DAY)  # Ohio's t is done
    assert [(s.state, s.weighed) for s in found.standings] == [
        ("Guam", {"little": {"much": 1}}),
        ("Ohio", {"much": {"some": 1}}),
    ]
    assert "2 of 2 open steps have an estimate of their work" in shown()
    assert "for the least work: Guam (1)." in shown()
    say("next_steps", "actions.effort", None, "g", code="GU")
    assert "None of them promises the greatest change for the least work." in shown()


def test_words_of_a_check_in_are_there_only_where_the_state_lets_staff_see_them(
    answered: None, say: Say, settings: Settings
) -> None:
    [note] = follow_up(settings, "2026", today=DAY).notes
    assert (note.state, note.round, note.rung) == ("Ohio", "After 30 days", "team")
    assert note.answers == (("What stands in the way", "No time"),)
    shown = to_markdown(show_follow_up(load_content("2026"), follow_up(settings, "2026", today=DAY)), level=1)
    assert "No time" in shown
    assert PRIVATE not in shown
    say("check_in", "rounds.may_share", "private", "day_30")
    assert follow_up(settings, "2026", today=DAY).notes == ()


# --- the request ------------------------------------------------------------------------------------------------------


def test_a_request_says_what_the_state_said_and_leaves_the_rest_to_its_director(
    answered: None, settings: Settings, tmp_path: Path
) -> None:
    path = write_request(settings, "2026", "oh", tmp_path / "request.docx")
    document = Document(str(path))
    words = "\n".join(node.text or "" for node in document.element.iter(qn("w:t")))
    said = ["Request for technical assistance", "Fewer repeated courses", "1.0 of 4", "Call the board", "No time"]
    assert [piece for piece in said if piece not in words] == []
    assert "[to be filled in]" in words
    assert PRIVATE not in words
    assert document.core_properties.title == "Request for technical assistance: Ohio"
    assert "Title" in [p.style.name for p in document.paragraphs if p.style]
    markdown = write_request(settings, "2026", "OH", tmp_path / "request.md").read_text("utf-8")
    assert markdown.startswith("# Request for technical assistance: Ohio")
    assert markdown.count("- Fewer repeated courses") == 1


def test_a_request_never_replaces_one_that_somebody_may_have_edited(
    answered: None, settings: Settings, tmp_path: Path
) -> None:
    path = write_request(settings, "2026", "GU", tmp_path / "request.md")
    assert "has not said anything about this yet" in path.read_text("utf-8")
    with pytest.raises(UsageError, match="exists already"):
        write_request(settings, "2026", "GU", path)
    with pytest.raises(UsageError, match=r"must end in .docx or .md"):
        write_request(settings, "2026", "GU", tmp_path / "request.pdf")


def test_a_state_that_wrote_nothing_gets_no_draft_and_a_sentence(
    answered: None, say: Say, settings: Settings, tmp_path: Path
) -> None:
    register(["assistance"])
    say("rate_systems", "depth", "standard", code="TX", by="tx", alone=True)
    for code, name in (("TX", "Texas"), ("PR", "Puerto Rico")):  # Puerto Rico keeps all that it wrote to its team
        out = tmp_path / f"{code}.docx"
        line = ["assistance", "--jurisdiction", code, "--out", str(out), "--home", str(settings.home)]
        done = CliRunner().invoke(app, line)
        assert isinstance(done.exception, NothingToDraftError)
        assert done.exception.exit_code == 1
        assert str(done.exception).startswith(f"{name} has written nothing that staff may read, so there is no draft.")
        assert not out.exists()


@pytest.mark.parametrize(("rating", "listed"), [(2, True), (3, False), (4, False)])
def test_an_area_is_a_need_only_below_the_middle_of_the_scale(
    say: Say, settings: Settings, tmp_path: Path, rating: int, listed: bool
) -> None:
    assert low_mean(load_content("2026")) == 2.5
    say("rate_systems", "ratings.rating", rating, "sa_shared_vision", alone=True)
    written = write_request(settings, "2026", "OH", tmp_path / "request.md").read_text("utf-8")
    assert (f"Systems Alignment: our team's mean rating is {rating}.0 of 4" in written) == listed
    assert ("rated no policy area below 2.5 of 4" in written) != listed
