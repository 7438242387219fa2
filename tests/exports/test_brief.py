"""The brief of a session: its figures are those of the console and the national report, and it discloses nothing."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from docx import Document as read_docx
from pypdf import PdfReader
from typer.testing import CliRunner

from cluster_kit.cli.app import app
from cluster_kit.cli.commands import register
from cluster_kit.content import load_content
from cluster_kit.content.models import Scope
from cluster_kit.documents.markdown import to_markdown
from cluster_kit.documents.model import Facts, Section
from cluster_kit.documents.pdf_rules import find_pdf_problems
from cluster_kit.errors import UsageError
from cluster_kit.exports.brief import BriefVersion, write_brief
from cluster_kit.exports.follow_up import follow_up
from cluster_kit.exports.session_records import read_session_record
from cluster_kit.insights.brief import COMPLETE, HERE, LATER, STARTED, SessionBrief, read_brief
from cluster_kit.insights.brief_internal import internal_sections
from cluster_kit.insights.brief_publishable import publishable_sections
from cluster_kit.insights.national import read_national_states, survey_states
from cluster_kit.insights.progress import read_steps
from cluster_kit.insights.tallies import ReleasedCounts
from cluster_kit.insights.tally_readers import ReleasedReader
from cluster_kit.settings import Settings
from cluster_kit.store import NewResponse, Person, Presence, Store
from tests.exports.conftest import Say
from tests.insights.nation import everybody_rates

RUNGS = ("private", "team", "anonymous", "named", None)
NOW = dt.datetime(2026, 2, 17, 18, tzinfo=dt.UTC)
STATES = ("OH", "GU", "PR", "KS", "TX", "VT", "WI", "IN", "ME", "UT", "NV", "IA")
DIRECTOR = "Zora Quillfeather"


@dataclass(frozen=True)
class Teller:
    """Stores answers of any state."""

    settings: Settings
    ids: Iterator[int]

    def __call__(self, code: str, place: str, value: object, row: str = "", session: int = 1) -> None:
        exercise, _, prompt = place.partition("/")
        scope = Scope.PERSON if prompt.endswith(".rating") else Scope.TEAM
        response = NewResponse(
            id=f"b{next(self.ids)}",
            series="2026",
            session=session,
            exercise=exercise,
            prompt=prompt,
            row=row,
            jurisdiction=code,
            scope=scope,
            author=f"{code.lower()}-1",
            value=value,  # type: ignore[arg-type]
        )
        with Store.open(self.settings.db_url) as store:
            store.append([response])


@pytest.fixture
def tell(tmp_path: Path) -> Teller:
    """A series with a person of each of twelve states, the first ten were in session 1."""
    settings = Settings(tmp_path / "home")
    with Store.open(settings.db_url) as store:
        for number, code in enumerate(STATES):
            role = "state_director" if number < 6 else "data"
            person = Person(
                id=f"{code.lower()}-1", series="2026", jurisdiction=code, name=f"{DIRECTOR} {code}", role=role
            )
            store.add_person(person)
            if number < 10:
                seen = Presence(
                    series="2026",
                    session=1,
                    person=person.id,
                    jurisdiction=code,
                    joined_at=NOW,
                    active_at=NOW,
                    seen_at=NOW,
                )
                store.note_presence([seen])
    return Teller(settings, itertools.count())


def _brief(settings: Settings, session: int = 1) -> SessionBrief:
    content = load_content("2026")
    with Store.open(settings.db_url) as store:
        return read_brief(read_session_record(content, store, session))


def _words(written: tuple[tuple, tuple]) -> str:  # type: ignore[type-arg]
    """Everything that a version says, with the text alternatives and the data of its charts."""
    opening, sections = written
    section = Section("All", (*opening, *sections))
    return to_markdown(section, level=1) + repr(section)


def _publish(brief: SessionBrief, earlier: ReleasedCounts | None = None) -> tuple[str, ReleasedCounts]:
    reader = ReleasedReader(earlier or ReleasedCounts())
    return _words(publishable_sections(brief, reader)), reader.released


# --- one definition of each figure ------------------------------------------------------------------------------------


def test_ratings_are_those_of_the_national_report(tell: Teller) -> None:
    content = load_content("2026")
    given = [r for r in everybody_rates(content, people=2) if r.session in (1, 4) and r.jurisdiction in STATES]
    with Store.open(tell.settings.db_url) as store:
        kept = [r.model_dump(exclude={"seq", "at", "series", "id"}) for r in given]
        store.append([NewResponse(**one, series="2026", id=f"r{number}") for number, one in enumerate(kept)])
        expected = survey_states(content, read_national_states(content, store.current("2026")))
    brief = _brief(tell.settings)
    assert {area.id for area in brief.areas} == {"systems_alignment", "career_advising", "funding_capacity"}
    for area in brief.areas:
        assert brief.national.areas[area.id] == expected.areas[area.id]
        assert all(brief.national.items[item.id] == expected.items[item.id] for item in area.items)
    assert all(topic.area in {area.id for area in brief.areas} for topic in brief.topics)
    words = _words(internal_sections(brief))
    first = brief.topics[0]
    assert f"{first.need} of {first.states}" in words


def test_progress_is_that_of_the_console(tell: Teller) -> None:
    content = load_content("2026")
    for code in STATES[:7]:
        tell(code, "next_steps/actions.action", "Call the board", "s")
    for prompt in ("heard", "borrow", "question"):
        tell("OH", f"peer_discussion/{prompt}", "Words")
    with Store.open(tell.settings.db_url) as store:
        steps = [read_steps(content, 1, store.current("2026", code)) for code in STATES]
    tallies = {tally.id: tally for tally in _brief(tell.settings).participation}
    for exercise in content.get_session(1).exercises:
        counts = tallies[f"exercise.{exercise.id}"].counts
        assert counts[COMPLETE] == sum(exercise.id in one.done for one in steps)
        assert counts[COMPLETE] + counts[STARTED] == sum(exercise.id in one.begun for one in steps)
    assert tallies["exercise.peer_discussion"].counts == {
        "Nothing to review": 0,
        "Not started": 9,
        STARTED: 0,
        COMPLETE: 1,
    }


def test_next_steps_are_those_of_the_follow_up_report(tell: Teller) -> None:
    for number, code in enumerate(STATES[:6]):
        tell(code, "next_steps/actions.action", "Call the board", "s")
        tell(code, "next_steps/actions.area", "systems_alignment", "s")
        if number % 2:
            tell(code, "next_steps/actions.lead", {"name": "Dana", "role": ""}, "s")
        tell(code, "check_in/review.status", "done" if number < 2 else "moving", "s")
    brief, report = _brief(tell.settings), follow_up(tell.settings, "2026", 1)
    [area] = brief.steps
    assert (area.title, len(area.actions), len(area.states), area.led, area.dated) == ("Systems Alignment", 6, 6, 3, 0)
    assert sum(report.counts.values()) == len(brief.actions)
    counted = {status: sum(action.status == status for action in brief.actions) for status in report.counts}
    assert counted == report.counts
    assert brief.having_steps.counts == {"No next step": 4, "At least one next step": 6}
    assert "No next step yet: Wisconsin, Indiana, Maine, Utah" not in _publish(brief)[0]


def test_attendance_is_presence_while_the_session_ran(tell: Teller) -> None:
    tell("NV", "next_steps/actions.action", "A step from a worksheet", "s")
    attendance = _brief(tell.settings).attendance
    assert attendance.when.counts == {LATER: 1, HERE: 10}
    assert (attendance.people, len(attendance.counted.expected)) == (10, 12)
    assert attendance.roles.most_chosen == [("State CTE Director", 6), ("Data and reporting", 4)]


def test_people_who_left_before_it_began_did_not_attend(tell: Teller) -> None:
    content = load_content("2026")
    with Store.open(tell.settings.db_url) as store:
        record = read_session_record(content, store, 1)
    record.state.began_at = NOW + dt.timedelta(minutes=5)
    record.state.ended_at = NOW + dt.timedelta(hours=2)
    late = record.presence[0]
    later = late.model_copy(update={"seen_at": NOW + dt.timedelta(minutes=10)})
    again = replace(record, presence=[later, *record.presence[1:]])
    assert read_brief(again).attendance.when.counts[HERE] == 1


# --- what the publishable version discloses ---------------------------------------------------------------------------


@pytest.mark.parametrize("rungs", list(itertools.product(RUNGS, repeat=2)))
def test_an_answer_is_published_only_as_its_rung_permits(tell: Teller, rungs: tuple[str | None, str | None]) -> None:
    """Examples and check-ins of two states, with every combination of rungs."""
    states = (("OH", "Ohio", "apple"), ("GU", "Guam", "berry"))
    for (code, _, word), rung in zip(states, rungs, strict=True):
        tell(code, "examples/examples.title", f"Practice {word}", "e")
        tell(code, "examples/examples.done", f"Done by {DIRECTOR} {code}, write to zora@example.org", "e")
        tell(code, "examples/examples.contact", {"name": f"Contact {word}", "role": ""}, "e")
        tell(code, "check_in/rounds.bring", f"Bring {word}", "day_30")
        if rung:
            tell(code, "examples/examples.may_share", rung, "e")
            tell(code, "check_in/rounds.may_share", rung, "day_30")
    brief = _brief(tell.settings)
    published, _ = _publish(brief)
    internal = _words(internal_sections(brief))
    for (_, name, word), rung in zip(states, rungs, strict=True):
        assert (f"Practice {word}" in published) == (rung in ("anonymous", "named"))
        assert (f"Practice {word}" in internal) == (rung in ("team", "anonymous", "named"))
        assert (name in published) == (rung == "named")
        for never in (f"Contact {word}", f"Bring {word}", DIRECTOR, "zora@example.org"):
            assert never not in published


def test_the_publishable_version_names_no_one_and_quotes_no_team(tell: Teller) -> None:
    secrets = {
        "goals/goals.statement": "Secret goal",
        "next_steps/actions.action": "Secret step",
        "peer_discussion/question": "Secret question",
        "assistance/requests.need": "Secret need",
        "conversation/drafts.opening": "Secret opening",
        "transition_points/points.point": "Secret point",
    }
    for code in STATES:
        for place, words in secrets.items():
            tell(code, place, f"{words} of {code}", "r" if "." in place else "")
        tell(code, "next_steps/actions.lead", {"name": f"Lead {code}", "role": ""}, "r")
        tell(code, "assistance/requests.contact", {"name": f"Contact {code}", "role": ""}, "r")
        tell(code, "conversation/drafts.audience", "other:Secret audience", "r")
    published, _ = _publish(_brief(tell.settings))
    for never in (*secrets.values(), "Secret audience", "Lead ", "Contact ", DIRECTOR):
        assert never not in published
    names = [j.name for j in load_content("2026").jurisdictions if j.code in STATES]
    assert [name for name in names if name in published] == []


@pytest.mark.parametrize(("low", "is_named"), [(7, True), (5, False)])
def test_the_publishable_version_says_that_most_are_not_there_only_if_they_are(
    tell: Teller, low: int, is_named: bool
) -> None:
    """Five of twelve states in the lower half of the scale are not most of them."""
    item = "sa_shared_vision"
    for number, code in enumerate(STATES):
        tell(code, "rate_systems/ratings.rating", 1 if number < low else 4, item)
    brief = _brief(tell.settings)
    facts, (published, _) = publishable_sections(brief, ReleasedReader(ReleasedCounts()))[0][1], _publish(brief)
    assert isinstance(facts, Facts)
    text = next(one.text for one in brief.content.instrument.items if one.id == item)
    assert text in published
    labels = [fact.label for fact in facts.facts if text in str(fact.texts)]
    assert labels == (["Statements where most states are not there yet"] if is_named else [])


def test_counts_on_the_first_page_are_sentences(tell: Teller) -> None:
    nothing = _words(internal_sections(_brief(tell.settings)))
    assert "No requests; no state interested in early adoption" in nothing
    assert "None for other states yet" in nothing
    for code in STATES[:2]:
        tell(code, "next_steps/actions.action", "A step", "r")
    assert "2 next steps from 2 states, 0 of them with a lead and a date" in _words(
        internal_sections(_brief(tell.settings))
    )


def test_choices_are_counted_by_state_and_small_counts_are_merged(tell: Teller) -> None:
    for number, code in enumerate(STATES):
        for row in ("a", "b"):
            tell(code, "goals/goals.statement", "A goal", row)
            tell(code, "goals/goals.measurable", "have_data" if number < 7 else "need_data", row)
    brief = _brief(tell.settings)
    theme = next(theme for theme in brief.themes if theme.question == "Can we measure it?")
    assert theme.tallies[0].most_chosen == [
        ("Yes, with data we have", 7),
        ("Yes, with data we would need to collect", 5),
    ]
    internal, (published, _) = _words(internal_sections(brief)), _publish(brief)
    assert "Yes, with data we have (7); Yes, with data we would need to collect (5)" in internal
    assert "Yes, with data we have (7); All others (5)" in published


def test_a_later_brief_publishes_only_changes_that_hide_everyone(tell: Teller) -> None:
    for code in STATES[:7]:
        tell(code, "assistance/requests.need", "Help", "r")
    first, released = _publish(_brief(tell.settings))
    assert "States that asked for technical assistance: 7" in first
    tell(STATES[7], "assistance/requests.need", "Help", "r")
    second, again = _publish(_brief(tell.settings), released)
    assert "States that asked for technical assistance: 7" in second
    assert again == released
    fresh, _ = _publish(_brief(tell.settings))
    assert "States that asked for technical assistance: 7" not in fresh


# --- files ------------------------------------------------------------------------------------------------------------


def test_both_versions_are_written_in_every_format_and_are_remembered(tell: Teller, tmp_path: Path) -> None:
    tell("OH", "examples/examples.title", "Shared by name", "e")
    tell("OH", "examples/examples.may_share", "named", "e")
    tell("GU", "examples/examples.title", "Kept to the team", "e")
    done = write_brief(tell.settings, "2026", 1, tmp_path / "out")
    assert {path.name for path in done.files} == {
        f"session-1-brief-{version}.{form}" for version in BriefVersion for form in ("docx", "html", "pdf")
    }
    assert done.states == 10
    for version in BriefVersion:
        base = tmp_path / "out" / f"session-1-brief-{version}"
        page = BeautifulSoup(base.with_suffix(".html").read_text("utf-8"), "html.parser").text
        assert find_pdf_problems(base.with_suffix(".pdf").read_bytes()) == []
        paper = "\n".join(sheet.extract_text() for sheet in PdfReader(base.with_suffix(".pdf")).pages)
        word = read_docx(str(base.with_suffix(".docx")))
        cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
        text = "\n".join([paragraph.text for paragraph in word.paragraphs] + cells)
        for written in (page, paper, text):
            assert "Shared by name" in written
            assert "Kept to the team" not in written
            assert "All answers" not in written  # questions without rows share one table
            assert ("For the staff of the series only" in written) == (version is BriefVersion.INTERNAL)
        if version is BriefVersion.INTERNAL:
            assert "States by progress in each exercise" in page
            assert "Exercise" not in cells  # a chart has the counts
        mode = base.with_suffix(".pdf").stat().st_mode & 0o077
        assert (mode == 0) == (version is BriefVersion.INTERNAL)
    second = PdfReader(tmp_path / "out" / "session-1-brief-internal.pdf").pages[1].extract_text()
    assert "Who took part" in second.splitlines()
    ledger = tell.settings.home / "briefs" / "2026-session-1.json"
    assert json.loads(ledger.read_text("utf-8"))["tallies"]["attendance.states"] == [
        [{"categories": ["States that took part"], "count": 10}]
    ]


@pytest.mark.parametrize(("words", "is_table"), [("Help with codes", True), ("We need help with codes. " * 20, False)])
def test_requests_with_long_words_are_records(tell: Teller, tmp_path: Path, words: str, is_table: bool) -> None:
    """In a narrow column of a table, a request filled half a page."""
    for prompt, value in (("need", words), ("area", "systems_alignment"), ("by", "2027-09-21")):
        tell(STATES[0], f"assistance/requests.{prompt}", value, "r")
    (page,) = write_brief(tell.settings, "2026", 1, tmp_path, [BriefVersion.INTERNAL], ["html"]).files
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    assert ("What for" in [cell.text for cell in soup.select("th")]) is is_table
    assert words.strip() in soup.text


def test_briefs_of_two_sessions_do_not_disclose_the_one_state_between_them(tell: Teller, tmp_path: Path) -> None:
    """Requests count for the series to date, so each session's brief counts them."""

    def publish(session: int) -> str:
        (page,) = write_brief(tell.settings, "2026", session, tmp_path, [BriefVersion.PUBLISHABLE], ["html"]).files
        return BeautifulSoup(page.read_text("utf-8"), "html.parser").text

    for code in STATES[:7]:
        tell(code, "assistance/requests.need", "Help", "r")
    assert "States that asked for technical assistance: 7" in publish(1)
    tell(STATES[7], "assistance/requests.need", "Help", "r")
    assert "States that asked for technical assistance: 7" in publish(2)
    assert "States that asked for technical assistance: 7" in publish(1)


def test_a_record_of_earlier_briefs_that_cannot_be_read_stops_the_next(tell: Teller, tmp_path: Path) -> None:
    ledger = tell.settings.home / "briefs" / "2026-session-1.json"
    ledger.parent.mkdir(parents=True)
    ledger.write_text("{", "utf-8")
    with pytest.raises(UsageError, match="records what earlier briefs published"):
        write_brief(tell.settings, "2026", 1, tmp_path, [BriefVersion.PUBLISHABLE], ["html"])
    assert not list(tmp_path.glob("*.html"))


def test_a_session_that_nobody_answered_has_a_brief_that_says_so(settings: Settings, say: Say, tmp_path: Path) -> None:
    done = write_brief(settings, "2026", 3, tmp_path, formats=["html"])
    assert done.states == 0
    words = (tmp_path / "session-3-brief-internal.html").read_text("utf-8")
    assert "No state has rated anything yet." in words
    assert "No one from 3 expected states came" in words


def test_the_command_names_the_files_and_refuses_what_it_cannot_write(tell: Teller, tmp_path: Path) -> None:
    register(["brief"])
    common = ["brief", "--session", "1", "--out", str(tmp_path / "out"), "--home", str(tell.settings.home)]
    done = CliRunner().invoke(app, [*common, "--version", "internal", "--formats", "html"])
    assert done.exit_code == 0, done.output
    assert [Path(line).name for line in done.stdout.splitlines()] == ["session-1-brief-internal.html"]
    assert "10 states took part in session 1." in done.stderr
    for wrong, words in (
        (["--formats", "ipynb"], "'ipynb' is not a format of this document"),
        (["--version", "public"], "--version cannot be 'public'"),
    ):
        done = CliRunner().invoke(app, [*common, *wrong])
        assert isinstance(done.exception, UsageError)
        assert words in str(done.exception)
