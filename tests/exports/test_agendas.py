"""Agendas between sessions: each team's own open items, and the community of practice's in two versions."""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path

import pytest
from docx import Document as read_docx
from pypdf import PdfReader
from typer.testing import CliRunner

from cluster_kit.cli.app import app
from cluster_kit.cli.commands import register
from cluster_kit.content import load_content
from cluster_kit.documents.pdf_rules import find_pdf_problems
from cluster_kit.documents.quotes import curl_quotes
from cluster_kit.errors import UsageError
from cluster_kit.exports.agendas import write_agendas
from cluster_kit.insights.assignments import find_assignment
from cluster_kit.settings import Settings
from tests.exports.conftest import Say


def _read(path: Path) -> str:
    document = read_docx(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


@pytest.fixture
def worked(say: Say) -> None:
    """Ohio has rated, planned, and asked; Guam has asked."""
    for by, rating in (("ana", 1), ("bo", 3)):
        say("rate_systems", "ratings.rating", rating, "sa_shared_vision", by=by, alone=True)
        say("rate_systems", "ratings.rating", 2, "sa_adoption_decision", by=by, alone=True)
    say("rate_systems", "ratings.consensus", 2, "sa_adoption_decision")
    say("rate_systems", "ratings.agreement", "agree_2", "sa_adoption_decision", by="bo", alone=True)
    say("use_the_tool", "areas.lead", {"name": "Lee Example", "role": ""}, "systems_alignment")
    say("use_the_tool", "areas.depth", "full", "systems_alignment")
    say("next_steps", "actions.action", "Call the board", "s")
    say("peer_discussion", "question", "How did you convince the board?", code="GU", by="cy")


def test_each_gap_has_an_assignment_between_its_sessions() -> None:
    content = load_content("2026")
    found = [find_assignment(content, session.number) for session in content.sessions]
    assert all(found)
    assert [(one.following, one.due.isoformat()) for one in found if one] == [
        (2, "2026-04-28"),
        (3, "2026-07-21"),
        (4, "2026-11-03"),
        (None, "2027-01-01"),
    ]
    areas = [one.area.id for assignment in found if assignment for one in assignment.areas]
    assert sorted(areas) == sorted(area.id for area in content.instrument.areas), "each area is assigned once"
    assert all(one.session == assignment.after for assignment in found if assignment for one in assignment.areas)


def test_a_due_date_stays_between_sessions_that_are_close_together() -> None:
    content = load_content("2026")
    assert content.between is not None
    gap = content.between.gaps[0]
    assert gap.due(dt.date(2026, 2, 17), dt.date(2026, 2, 20)) == dt.date(2026, 2, 18)
    assert gap.due(dt.date(2026, 2, 17), None) is None


@pytest.mark.usefixtures("worked")
def test_only_several_steps_are_numbered(settings: Settings, tmp_path: Path) -> None:
    write_agendas(settings, "2026", 1, tmp_path, formats=["docx"])
    between = load_content("2026").between
    assert between
    for name, meeting in (("community-of-practice", between.community), ("OH-team-meeting", between.team_meeting)):
        lines = read_docx(str(tmp_path / f"{name}.docx")).paragraphs
        numbered = {line.text for line in lines if line.style is not None and line.style.name == "List Number"}
        several = [item.steps for item in meeting.agenda if len(item.steps) > 1]
        assert numbered == {curl_quotes(step) for steps in several for step in steps}


@pytest.mark.usefixtures("worked")
def test_every_agenda_is_counted(settings: Settings, tmp_path: Path) -> None:
    counted: list[tuple[int, int]] = []
    files = write_agendas(
        settings, "2026", 1, tmp_path, formats=["docx"], report=lambda made, total: counted.append((made, total))
    )
    assert counted == [(made, len(files)) for made in range(1, len(files) + 1)]


@pytest.mark.usefixtures("worked")
def test_a_teams_agenda_has_its_own_open_items(settings: Settings, tmp_path: Path) -> None:
    files = write_agendas(settings, "2026", 1, tmp_path, ["oh"])
    assert [path.name for path in files] == ["OH-team-meeting.docx", "OH-team-meeting.pdf"]
    assert find_pdf_problems(files[1].read_bytes()) == []
    words = _read(tmp_path / "OH-team-meeting.docx")
    item = load_content("2026").instrument.find_item
    shared, decision = item("sa_shared_vision"), item("sa_adoption_decision")
    assert shared
    assert decision
    assert shared.text in words
    assert decision.text not in words, "the team has a rating of it"
    assert "(1); 3 " in words, "ratings are counts"
    assert "Ana" not in words
    assert "Lee Example" in words
    full = len(next(a for a in load_content("2026").instrument.areas if a.id == "systems_alignment").items)
    assert f"2 of {full}" in words, "at the depth that the team chose"
    assert "Call the board" in words
    assert "April 28, 2026" in words
    assert "How did you convince the board?" not in words
    assert "Check-in after 30, 60, and 90 days" not in words
    lines = read_docx(str(tmp_path / "OH-team-meeting.docx")).paragraphs
    headings = [p.text for p in lines if p.style is not None and p.style.name == "Heading 1" and "minutes" in p.text]
    assert headings == [
        "Open: minutes 0 to 5",
        "Agree on team ratings: minutes 5 to 20",
        "Complete the record: minutes 20 to 30",
        "Review next steps: minutes 30 to 40",
        "Close: minutes 40 to 45",
    ]


@pytest.mark.parametrize("rung", ["private", "team", "anonymous", "named", None])
@pytest.mark.usefixtures("worked")
def test_what_states_get_has_only_what_states_share_with_each_other(
    say: Say, settings: Settings, tmp_path: Path, rung: str | None
) -> None:
    say("check_in", "rounds.bring", "How Ohio wrote its form, ask Ana Ruiz", "day_30")
    say("assistance", "requests.need", "Help with our data", "r")
    if rung:
        say("check_in", "rounds.may_share", rung, "day_30")
    write_agendas(settings, "2026", 1, tmp_path, formats=["docx"])
    staff, states = (_read(tmp_path / f"community-of-practice{name}.docx") for name in ("-staff", ""))
    assert ("wrote its form" in states) == (rung in ("anonymous", "named"))
    assert ("How Ohio wrote" in states) == (rung == "named")
    assert ("Ana Ruiz" in states) == (rung == "named")
    for secret in ("How did you convince the board?", "Help with our data"):
        assert secret in staff
        assert secret not in states
    assert "do not send it to states" in staff
    assert (tmp_path / "community-of-practice-staff.docx").stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("worked")
def test_a_community_that_has_shared_little_has_an_agenda_of_one_page(settings: Settings, tmp_path: Path) -> None:
    """Its second page was nearly empty, and five statements had the same sentence as their reason."""
    write_agendas(settings, "2026", 1, tmp_path, formats=["pdf"])
    (page,) = PdfReader(tmp_path / "community-of-practice.pdf").pages
    words = " ".join(page.extract_text().split())
    assert "Statements with the greatest need" in words
    assert words.count("worth discussing together") <= 1


@pytest.mark.usefixtures("worked")
def test_the_command_writes_all_teams_and_the_community(settings: Settings, tmp_path: Path) -> None:
    register(["agendas"])
    common = ["agendas", "--out", str(tmp_path / "out"), "--home", str(settings.home), "--formats", "html"]
    done = CliRunner().invoke(app, [*common, "--after", "2"])
    assert done.exit_code == 0, done.output
    teams = [f"{code}-team-meeting.html" for code in ("OH", "PR", "GU")]
    names = [*teams, "community-of-practice-staff.html", "community-of-practice.html"]
    assert [Path(line).name for line in done.stdout.splitlines()] == names
    done = CliRunner().invoke(app, [*common, "--after", "9"])
    assert done.exit_code == 1


def test_a_series_without_the_file_says_what_to_add(settings: Settings, tmp_path: Path) -> None:
    (settings.content / "series" / "bare").mkdir(parents=True)
    source = Path(load_content.__code__.co_filename).parent / "packs" / "series" / "2026"
    for path in source.glob("*.yaml"):
        if path.name != "between_sessions.yaml":
            words = path.read_text("utf-8").replace('id: "2026"', "id: bare")
            (settings.content / "series" / "bare" / path.name).write_text(words, "utf-8")
    with pytest.raises(UsageError, match=r"Add it to between_sessions\.yaml"):
        write_agendas(settings, "bare", 1, tmp_path)


def test_agenda_minutes_add_up() -> None:
    between = load_content("2026").between
    assert between is not None
    assert (between.team_meeting.planned, between.community.planned) == (45, 60)
    assert all(len(list(group)) == 1 for _, group in itertools.groupby(gap.after for gap in between.gaps))
