from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from cluster_kit.content import UnknownSeriesError, load_content, load_series
from cluster_kit.content.new_series import (
    NewSeries,
    SeriesExistsError,
    copy_as_fictional,
    create_series,
    parse_dates,
    parse_times,
)
from cluster_kit.errors import UsageError
from tests.content.conftest import SMALL_PACK

DATES = (dt.date(2032, 2, 17), dt.date(2032, 5, 11))
NEW = NewSeries(id="2032", source="2031", dates=DATES)


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL_PACK, tmp_path / "content"))


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def test_the_next_series_is_a_copy_with_new_dates(overlay: Path) -> None:
    assert create_series(NEW, overlay) == overlay / "series/2032"
    old, new = load_content("2031", overlay), load_content("2032", overlay)
    assert new.sessions == old.sessions
    assert [meeting.date for meeting in new.series.schedule] == list(DATES)
    assert [(m.start, m.end) for m in new.series.schedule] == [(m.start, m.end) for m in old.series.schedule]
    assert (new.series.title, new.series.fictional) == (old.series.title, False)


def test_a_fictional_copy_has_one_session_on_a_given_day(overlay: Path) -> None:
    day = dt.date(2040, 1, 10)
    new = copy_as_fictional(load_series("2031", overlay), "practice", "rehearsal", session=2, day=day)
    create_series(new, overlay)
    copied = load_series("practice", overlay)
    assert [meeting.date for meeting in copied.schedule] == [day - dt.timedelta(weeks=12), day]
    assert copied.fictional
    assert copied.title.endswith(" (rehearsal)")


def test_session_files_keep_their_comments_and_every_byte(overlay: Path) -> None:
    create_series(NEW, overlay)
    for name in ("session_1.yaml", "session_2.yaml", "shared.yaml"):
        assert (overlay / "series/2032" / name).read_bytes() == (overlay / "series/2031" / name).read_bytes()


@pytest.mark.parametrize(
    "title", ["Née: 'quoted' \"twice\" # no comment", "yes", "2032", "😀 ملتقى", "- a list?", "= 1"]
)
def test_any_title_comes_back_as_it_was_given(overlay: Path, title: str) -> None:
    times = ((dt.time(8, 5), dt.time(9, 5)), (dt.time(23), dt.time(23, 30)))
    create_series(NewSeries("2032", "2031", DATES, times, title, fictional=True), overlay)
    series = load_series("2032", overlay)
    assert (series.title, series.fictional) == (title, True)
    assert tuple((m.start, m.end) for m in series.schedule) == times


def test_a_shipped_series_is_copied_into_an_overlay_that_was_not_there(tmp_path: Path) -> None:
    dates = tuple(dt.date(2027, month, 2) for month in (2, 5, 8, 11))
    folder = create_series(NewSeries("2027", "2026", dates), tmp_path / "home" / "content")
    assert (folder / "session_4.yaml").is_file()
    assert load_content("2027", tmp_path / "home" / "content").series.id == "2027"


@pytest.mark.parametrize("taken", ["2031", "2026"])
def test_a_series_that_exists_is_never_overwritten(overlay: Path, taken: str) -> None:
    before = files(overlay)
    with pytest.raises(SeriesExistsError, match="already"):
        create_series(NewSeries(taken, "2031", DATES), overlay)
    assert files(overlay) == before


def test_a_folder_in_the_way_is_not_overwritten(overlay: Path) -> None:
    (overlay / "series/2032").mkdir()
    (overlay / "series/2032/notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(SeriesExistsError):
        create_series(NEW, overlay)
    assert (overlay / "series/2032/notes.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (NewSeries("2032", "2031", DATES[:1]), "2 sessions, and there are 1 dates"),
        (NewSeries("2032", "2031", ()), "2 sessions, and there are 0 dates"),
        (NewSeries("2032", "2031", (DATES[1], DATES[0])), "out of order: 2032-02-17 does not come after 2032-05-11"),
        (NewSeries("2032", "2031", (DATES[0], DATES[0])), "out of order"),
        (NewSeries("2032", "2031", DATES, ((dt.time(9), dt.time(10)),)), "2 sessions, and there are 1 times"),
        (NewSeries("2032", "2031", DATES, title="  "), "title is empty"),
        (NewSeries("../2032", "2031", DATES), "cannot be a series' id"),
        (NewSeries("Spring 2032", "2031", DATES), "cannot be a series' id"),
    ],
)
def test_what_cannot_be_leaves_nothing_behind(overlay: Path, new: NewSeries, words: str) -> None:
    before = files(overlay)
    with pytest.raises(UsageError, match=words):
        create_series(new, overlay)
    assert files(overlay) == before


def test_an_unknown_source_is_said(overlay: Path) -> None:
    with pytest.raises(UnknownSeriesError, match="2031"):
        create_series(NewSeries("2032", "2030", DATES), overlay)


def test_a_copy_that_fails_at_the_last_moment_leaves_no_half_series(overlay: Path) -> None:
    (overlay / "series/2032").symlink_to(overlay / "nowhere")  # in the way of the rename, and seen only then
    before = files(overlay)
    with pytest.raises(SeriesExistsError):
        create_series(NEW, overlay)
    assert files(overlay) == before


def test_dates_and_times_are_read_as_people_write_them() -> None:
    assert parse_dates(" 2032-02-17, 2032-05-11,") == DATES
    assert parse_times("9:00-10:30, 13:00 - 14:00") == ((dt.time(9), dt.time(10, 30)), (dt.time(13), dt.time(14)))
    assert parse_times("") == ()


@pytest.mark.parametrize("text", ["2032-2-17", "17.2.2032", "2032-02-30", "20320217", "soon"])
def test_what_is_no_day_is_said(text: str) -> None:
    with pytest.raises(UsageError, match=f"'{text}' is not a day"):
        parse_dates(text)


@pytest.mark.parametrize("text", ["9", "9:00", "24:00-25:00", "9:60-10:00", "1 pm-2 pm", "10:00-9:00", "9:00-9:00"])
def test_what_is_no_start_and_end_is_said(text: str) -> None:
    with pytest.raises(UsageError, match=text):
        parse_times(text)
