"""Problems in between_sessions.yaml are reported with their place and the fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from cluster_kit.content import load_content
from cluster_kit.content.folders import SHIPPED
from cluster_kit.content.loading import check_content

FILE = "between_sessions.yaml"


def _overlay(folder: Path, old: str, new: str) -> Path:
    """An overlay with the shipped 2026 series, in which the file has one change."""
    target = folder / "content" / "series" / "2026"
    target.mkdir(parents=True)
    for path in (SHIPPED / "series" / "2026").glob("*.yaml"):
        words = path.read_text("utf-8")
        if path.name == FILE:
            assert old in words
            words = words.replace(old, new, 1)
        (target / path.name).write_text(words, "utf-8")
    return folder / "content"


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        (
            "minutes: 45",
            "minutes: 50",
            "team_meeting.agenda",
            "the agenda adds up to 45 minutes, and the meeting has 50",
        ),
        ("shows: [needs]", "shows: [unsettled]", "community.agenda.2.shows", "unsettled"),
        ("shows: [needs]", "shows: [moods]", "community.agenda.2.shows", "moods"),
        ("areas: [data_reporting]", "areas: [data]", "gaps.3.areas", "there is no rated policy area 'data'"),
        ("  - after: 2", "  - after: 1", "gaps.2", "gap after session"),
        ("  - after: 4", "  - after: 9", "gaps.4.after", "the schedule has no session 9"),
        ("days_after: 45", "days_before_next: 14", "gaps.4.days_before_next", "give days_after instead"),
        (
            "days_after: 45",
            "days_after: 45\n    days_before_next: 3",
            "gaps.4",
            "give either days_before_next or days_after",
        ),
        ("days_after: 45", "days_afterward: 45", "gaps.4", "days_afterward"),
    ],
)
def test_a_problem_names_its_place_and_its_fix(tmp_path: Path, old: str, new: str, key: str, words: str) -> None:
    problems = check_content(_overlay(tmp_path, old, new))
    assert problems
    assert all(problem.file.endswith(FILE) and problem.line > 1 for problem in problems)
    assert any(words in problem.sentence and problem.key.startswith(key) for problem in problems), problems


def test_a_series_may_do_without_the_file(tmp_path: Path) -> None:
    overlay = _overlay(tmp_path, "schema_version: 1", "schema_version: 1")
    (overlay / "series" / "2026" / FILE).rename(tmp_path / "elsewhere")
    assert check_content(overlay) == []
    # The shipped file applies to a shipped series, so only a series of one's own has none.
    assert load_content("2026", overlay).between is not None
    (overlay / "series" / "2026").rename(overlay / "series" / "own")
    own = overlay / "series" / "own" / "series.yaml"
    own.write_text(own.read_text("utf-8").replace('id: "2026"', "id: own"), "utf-8")
    assert load_content("own", overlay).between is None
