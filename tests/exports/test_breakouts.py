"""Breakout groups from a store: of states present, avoiding repeated pairs, and as files."""

from __future__ import annotations

import csv
import datetime as dt
import json
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from cluster_kit.breakouts.rooms import LeftOut, Rooms
from cluster_kit.content import load_content
from cluster_kit.content.errors import UnknownJurisdictionError
from cluster_kit.errors import UsageError
from cluster_kit.exports.breakouts import (
    HERE,
    INVITED,
    NAMED,
    BreakoutRequest,
    plan_breakouts,
    plan_shown,
    read_earlier_pairs,
    write_rooms,
)
from cluster_kit.sessions import SessionLog
from cluster_kit.sessions.facilitation import FormGroups, GroupOf, Undo
from cluster_kit.settings import Settings
from cluster_kit.store import Person, Presence, Store
from tests.commands import run_command

CONTENT = load_content("2026")
NOW = dt.datetime(2026, 5, 12, 17, 30, tzinfo=dt.UTC)
STATES = ("AL", "CA", "GU", "OH", "TX", "UT", "VT", "WY")
FAY = Person(id="fay", series="2026", jurisdiction="", name="Fay")


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    settings.home.mkdir(parents=True)
    store = Store.open(settings.db_url)
    for code in STATES:
        store.add_person(
            Person(
                id=code.lower(), series="2026", jurisdiction=code, name=f"Person of {code}", email=f"{code}@cte.example"
            )
        )
    yield store
    store.close()


def _see(store: Store, *codes: str, session: int = 2) -> None:
    seen = {"joined_at": NOW, "active_at": NOW, "seen_at": NOW}
    store.note_presence(
        [Presence(series="2026", session=session, person=c.lower(), jurisdiction=c, **seen) for c in codes]
    )


def _show(store: Store, session: int, *groups: str) -> str:
    kept = tuple(GroupOf(number=n, states=tuple(g.split()), reason="A topic") for n, g in enumerate(groups, start=1))
    session_log = SessionLog(store, "2026", CONTENT.get_session(session))
    return session_log.do(FAY, FormGroups(title="Peer discussion", groups=kept)).id


def _together(planned_groups: object) -> set[frozenset[str]]:
    return {frozenset((a, b)) for g in planned_groups for a in g.states for b in g.states if a < b}  # type: ignore[attr-defined]


def test_groups_are_of_who_is_in_the_session_else_of_who_is_invited(store: Store) -> None:
    everybody = plan_breakouts(CONTENT, store, BreakoutRequest(2), NOW)
    assert (everybody.who, len(everybody.rooms.rows)) == (INVITED, 8)
    _see(store, "GU", "OH", "UT", "VT")
    here = plan_breakouts(CONTENT, store, BreakoutRequest(2), NOW)
    assert here.who == HERE
    assert [group.states for group in here.proposal.groups] == [("GU", "OH", "UT", "VT")]
    assert {address for _, address in here.rooms.rows} == {f"{c}@cte.example" for c in ("GU", "OH", "UT", "VT")}
    later = NOW + dt.timedelta(minutes=16)
    assert plan_breakouts(CONTENT, store, BreakoutRequest(2), later).who == INVITED


def test_named_states_are_grouped_and_their_invited_people_have_rooms(store: Store) -> None:
    _see(store, "GU")
    planned = plan_breakouts(CONTENT, store, BreakoutRequest(2, ("oh", "GU", "WY", "OH")), NOW)
    assert (planned.who, [group.states for group in planned.proposal.groups]) == (NAMED, [("GU", "OH", "WY")])
    assert len(planned.rooms.rows) == 3
    with pytest.raises(UnknownJurisdictionError):
        plan_breakouts(CONTENT, store, BreakoutRequest(2, ("XX",)), NOW)


def test_states_that_sat_together_before_are_apart_and_an_undone_round_did_not_happen(store: Store) -> None:
    first = plan_breakouts(CONTENT, store, BreakoutRequest(1), NOW).proposal
    event = _show(store, 1, *(" ".join(group.states) for group in first.groups))
    assert sorted(map(sorted, read_earlier_pairs(CONTENT, store, 2))) == sorted(map(sorted, _together(first.groups)))
    second = plan_breakouts(CONTENT, store, BreakoutRequest(2), NOW).proposal
    assert len(_together(first.groups) & _together(second.groups)) == 4, "8 states in two fours cannot do better"
    SessionLog(store, "2026", CONTENT.get_session(1)).do(FAY, Undo(), subject=event)
    assert read_earlier_pairs(CONTENT, store, 2) == []
    assert read_earlier_pairs(CONTENT, store, 1) == []


def test_planning_keeps_nothing_and_shows_nothing(store: Store) -> None:
    plan_breakouts(CONTENT, store, BreakoutRequest(2), NOW)
    assert store.latest_event("2026", 2) == 0


def test_the_groups_that_are_shown_have_rooms_as_they_are(store: Store) -> None:
    with pytest.raises(UsageError, match="No groups are shown in session 2"):
        plan_shown(CONTENT, store, 2, NOW)
    _show(store, 2, "AL CA GU OH", "TX UT VT WY")
    _show(store, 2, "AL TX UT", "CA OH")
    shown = plan_shown(CONTENT, store, 2, NOW)
    assert [group.states for group in shown.proposal.groups] == [("AL", "TX", "UT"), ("CA", "OH")]
    assert [room for room, _ in shown.rooms.rows] == ["Group 1"] * 3 + ["Group 2"] * 2
    assert "shown to participants: Peer discussion" in shown.proposal.sentence


def test_files_hold_no_formulas_and_replace_what_was_there(tmp_path: Path) -> None:
    rooms = Rooms((("Group 1", "a@x.example"),), (LeftOut("Ohio", "=1+1", "Group 1", "No email address is known."),))
    out, beside = write_rooms(rooms, tmp_path / "new" / "rooms.csv")
    assert out.read_bytes() == b"Pre-assign Room Name,Email Address\r\nGroup 1,a@x.example\r\n"
    assert list(csv.reader(beside.read_text("utf-8-sig").splitlines())) == [
        ["State", "Name", "Room", "Why"],
        ["Ohio", "'=1+1", "Group 1", "No email address is known."],
    ]
    assert {stat.S_IMODE(path.stat().st_mode) for path in (out, beside)} == {0o600}  # names and addresses of people
    write_rooms(Rooms((), ()), out)
    assert out.read_text("utf-8") == "Pre-assign Room Name,Email Address\n"
    assert beside.read_text("utf-8-sig").strip() == "State,Name,Room,Why"
    assert sorted(path.name for path in out.parent.iterdir()) == ["rooms-left-out.csv", "rooms.csv"]


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"must end in \.csv"):
        write_rooms(Rooms((), ()), tmp_path / "rooms.xlsx")
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UsageError, match="cannot be written"):
        write_rooms(Rooms((), ()), tmp_path / "file" / "rooms.csv")


def _run(settings: Settings, *words: str) -> subprocess.CompletedProcess[str]:
    return run_command("breakouts", "--home", settings.home, *words)


def test_the_command_says_why_and_writes_the_file(store: Store, settings: Settings, tmp_path: Path) -> None:
    out = tmp_path / "rooms.csv"
    tried = _run(settings, "--session", "2", "--size", "4", "--out", str(out), "--dry-run")
    assert tried.returncode == 0, tried.stderr
    assert not out.exists()
    done = _run(settings, "--session", "2", "--size", "4", "--out", str(out))
    assert done.stdout == tried.stdout
    assert "Two groups for 8 states: two of four." in done.stderr
    assert len(out.read_text("utf-8").splitlines()) == 9
    told = json.loads(_run(settings, "--session", "2", "--present", "OH,GU,UT,VT,WY", "--json").stdout)
    sizes = [len(group["states"]) for group in told["proposal"]["groups"]]
    assert sorted(sizes) == [2, 3], "this session's exercise is for three"
    told = json.loads(_run(settings, "--session", "2", "--present", "OH,GU,UT", "--json").stdout)
    assert told["proposal"]["groups"][0]["states"] == ["GU", "OH", "UT"]
    assert (told["home"], told["series"]) == (str(settings.home), "2026")


def test_the_command_forms_rooms_of_people_with_a_file_or_a_list(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    out = tmp_path / "rooms.csv"
    done = _run(settings, "--session", "2", "--kind", "home", "--out", str(out), "--list")
    assert done.returncode == 0, done.stderr
    lines = out.read_text("utf-8").splitlines()
    assert lines[0] == "Pre-assign Room Name,Email Address"
    assert len(lines) == 9
    assert {line.split(",")[0] for line in lines[1:]} == {line.split(":")[0] for line in done.stdout.splitlines()}
    told = json.loads(_run(settings, "--session", "2", "--kind", "trios", "--json").stdout)
    assert sum(len(room["people"]) for room in told["rooms"]) == 8
    assert (told["home"], told["series"]) == (str(settings.home), "2026")


def test_groups_of_states_have_a_list_to_read_out_with_the_names_of_the_file(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    out = tmp_path / "rooms.csv"
    _show(store, 2, "AL CA GU", "OH TX UT VT")
    done = _run(settings, "--session", "2", "--shown", "--out", str(out), "--list")
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("(Vermont)\n")
    assert done.stdout.splitlines() == [
        "Group 1: Person of AL (Alabama); Person of CA (California); Person of GU (Guam)",
        "Group 2: Person of OH (Ohio); Person of TX (Texas); Person of UT (Utah); Person of VT (Vermont)",
    ]
    assert {line.split(",")[0] for line in out.read_text("utf-8").splitlines()[1:]} == {"Group 1", "Group 2"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--session", "2", "--kind", "home", "--shown"], "--shown is for groups of states"),
        (["--session", "2", "--size", "many"], "'many' is not a group size. Write 3-5 or 4."),
        (["--session", "2", "--shown"], "No groups are shown in session 2"),
    ],
)
def test_the_command_refuses_in_one_sentence(store: Store, settings: Settings, words: list[str], says: str) -> None:
    refused = _run(settings, *words)
    assert refused.returncode == 2
    assert says in refused.stderr
    assert "Traceback" not in refused.stderr
