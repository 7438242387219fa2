"""The counters, the criteria for a good rehearsal, and the progress output."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cluster_kit.rehearsal.play import Moment, RehearsalOpening
from cluster_kit.rehearsal.progress import format_moment
from cluster_kit.rehearsal.tally import Report, Tally, report_on


def _tally(**counted: object) -> Tally:
    tally = Tally(came={"a"}, got_in={"a"}, sent={"1", "2"}, acknowledged={"1", "2"}, asked={"e"}, done={"e"})
    for name, value in counted.items():
        setattr(tally, name, value)
    return tally


def _report(tally: Tally, *, answers: str = "12", events: str = "e", finished: bool = True) -> Report:
    return report_on(tally, 3, set(answers), set(events), finished=finished)


def test_a_rehearsal_is_good_when_everything_sent_is_acknowledged_and_found() -> None:
    report = _report(_tally(save_s=[0.3, 0.1, 0.2], open_s=[1.5]))
    assert report.is_good
    assert report.lost == 0
    assert (report.save_p50_ms, report.save_p99_ms, report.open_max_ms) == (200, 300, 1500)
    assert report.as_json()["good"] is True


def test_an_acknowledged_answer_or_doing_that_is_not_found_is_lost() -> None:
    assert _report(_tally(), answers="1").lost == 1
    assert _report(_tally(), events="").lost == 1
    assert not _report(_tally(), answers="1", finished=False).is_good


def test_an_acknowledged_evaluation_that_is_not_found_is_lost() -> None:
    tally = _tally(evaluations=3)
    found = {"finished": True, "answers": {"1", "2"}, "events": {"e"}, "invited": 3}
    assert report_on(tally, **found, evaluations=3).lost == 0
    assert report_on(tally, **found, evaluations=2).lost == 1
    assert "3 acknowledged, 2 found in the store" in format_moment(report_on(tally, **found, evaluations=2))


def test_what_was_never_called_saved_is_held_and_not_lost() -> None:
    tally = _tally(acknowledged={"1"})
    assert _report(tally).answers_held == 1
    assert _report(tally).lost == 0
    assert not _report(tally).is_good
    assert _report(tally, finished=False).is_good


@pytest.mark.parametrize("trouble", [{"refused": {"3"}, "sent": {"1", "2", "3"}}, {"got_in": set()}])
def test_a_refused_answer_and_somebody_left_out_are_not_good(trouble: dict[str, object]) -> None:
    assert not _report(_tally(**trouble)).is_good


def test_the_report_says_what_matters_first_and_trouble_in_words() -> None:
    tally = _tally()
    tally.note_error("The page did not open", TimeoutError())
    words = format_moment(_report(tally))
    assert "2 sent, 2 acknowledged, 2 found in the store" in words
    assert "1 × The page did not open: TimeoutError" in words
    assert words.endswith("Nothing was lost.")
    assert "LOST: 1." in format_moment(_report(tally, answers="1"))
    assert "Stopped before the end." in format_moment(_report(tally, finished=False))


def test_the_opening_names_the_console_and_the_links_and_says_that_all_are_fictional() -> None:
    links = ("http://x/join#f", "http://x/join#g", ("http://x/join#1",))
    words = format_moment(RehearsalOpening("Session 2: Paths", "http://x", *links, 7, 3, 3.2))
    assert "fictional" in words
    assert [link for link in ("http://x/join#f", "http://x/join#g", "http://x/join#1") if link not in words] == []
    assert "7 people from 3 states" in words


def test_a_moment_names_the_segment_and_what_is_under_way() -> None:
    moment = Moment(12.34, "policy_tool", 5, 1200, 30, 2)
    assert "policy tool" in format_moment(moment)
    assert "1,200 answers kept, 2 on their way" in format_moment(moment)
    assert "no segment" in format_moment(replace(moment, segment=""))
    assert "12.3  server killed     as in a power failure, with 5 people" in format_moment(replace(moment, killed=True))
