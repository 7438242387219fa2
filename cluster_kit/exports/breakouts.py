"""Breakout groups from the store, and the file of breakout rooms for the video call."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from cluster_kit.breakouts import GroupProposal, State, form_groups, read_pairs, read_states
from cluster_kit.breakouts.forming import SIZE
from cluster_kit.breakouts.models import Pair
from cluster_kit.breakouts.rooms import People, Rooms, assign_rooms, find_invited, find_present, list_groups
from cluster_kit.breakouts.seating import Seating, fill_people_rooms, form_home_rooms, form_trios
from cluster_kit.breakouts.wording import describe_round
from cluster_kit.content.models import Content
from cluster_kit.errors import UsageError
from cluster_kit.exercises.answers import Answers
from cluster_kit.exports.tables import write_table
from cluster_kit.files import PRIVATE, report_write_errors, staging_folder
from cluster_kit.sessions import SessionLog
from cluster_kit.sessions.seating import RoomUse
from cluster_kit.sessions.state import Round
from cluster_kit.store import Person, Store

LEFT_OUT = ("State", "Name", "Room", "Why")
HERE, INVITED, NAMED = "in the session", "invited", "named"


@dataclass(frozen=True)
class BreakoutRequest:
    """A request for groups: session, states (None: those present), and group size (None: the session's own)."""

    session: int
    states: tuple[str, ...] | None = None
    size: tuple[int, int] | None = None


@dataclass(frozen=True)
class BreakoutPlan:
    """Groups and their rooms. ``who`` is the basis for attendance: ``HERE``, ``INVITED``, or ``NAMED``.

    ``room_list`` has the rooms and people to read out, for calls without a file of rooms.
    """

    proposal: GroupProposal
    rooms: Rooms
    who: str
    room_list: str


def plan_breakouts(content: Content, store: Store, wanted: BreakoutRequest, now: dt.datetime) -> BreakoutPlan:
    """Groups of the states in a session (seen within two minutes, else invited), and their rooms.

    Nothing is saved or shown to participants. Raises ``UnknownSessionError``, ``UnknownJurisdictionError``,
    ``UsageError`` for impossible sizes, and ``StoreError``.
    """
    size = wanted.size or content.get_session(wanted.session).group_size or SIZE
    people, who = _find_people(content, store, wanted, now)
    states = _read(content, store, people)
    earlier = read_earlier_pairs(content, store, wanted.session)
    proposal = form_groups(content, states, earlier, size=size)
    return _plan(content, proposal, people, who)


def plan_shown(content: Content, store: Store, session: int, now: dt.datetime) -> BreakoutPlan:
    """The groups that participants see now, and their rooms. Raises ``UsageError`` if none are shown."""
    rounds = _rounds(content, store, session)
    if not rounds:
        raise UsageError(f"No groups are shown in session {session}. Form them on the console, or leave out --shown.")
    codes = tuple(code for group in rounds[-1].groups for code in group.states)
    people, who = _find_people(content, store, BreakoutRequest(session, codes), now)
    proposal = describe_round(content, rounds[-1], _read(content, store, people))
    return _plan(content, proposal, people, who)


def _plan(content: Content, proposal: GroupProposal, people: People, who: str) -> BreakoutPlan:
    rooms = assign_rooms(content, proposal.groups, people)
    return BreakoutPlan(proposal, rooms, who, list_groups(content, proposal.groups, people))


@dataclass(frozen=True)
class SeatingPlan:
    """Rooms of people, and the file of rooms. ``who`` is the basis for attendance: ``HERE``, ``INVITED``, ``NAMED``."""

    seating: Seating
    rooms: Rooms
    who: str


def plan_seating(
    content: Content, store: Store, wanted: BreakoutRequest, use: RoomUse, now: dt.datetime
) -> SeatingPlan:
    """Home rooms with tables, or trios, of the people in a session (seen within two minutes, else invited).

    Nothing is saved or shown to participants. Raises ``UnknownSessionError``, ``UnknownJurisdictionError``,
    ``UsageError`` for more rooms than the video call has, and ``StoreError``.
    """
    content.get_session(wanted.session)
    people, who = _find_people(content, store, wanted, now)
    seating = form_trios(people) if use is RoomUse.TRIOS else form_home_rooms(content, people)
    return SeatingPlan(seating, fill_people_rooms(content, seating), who)


def read_earlier_pairs(content: Content, store: Store, session: int) -> list[Pair]:
    """Pairs of states grouped together in this session and earlier ones, each pair once per session."""
    numbers = [s.number for s in content.sessions if s.number <= session]
    return [pair for number in numbers for pair in read_pairs(_rounds(content, store, number))]


def write_rooms(rooms: Rooms, out: Path) -> tuple[Path, Path]:
    """Write the video call's file, and ``…-left-out.csv`` with the people to admit by hand.

    Files are written atomically, and have names and email addresses: only their owner can read them.
    Raises ``UsageError`` for an extension other than ``.csv``, and if a file cannot be
    written.
    """
    if out.suffix.lower() != ".csv":
        raise UsageError(f"{out.name} must end in .csv, which is what the video call takes.")
    beside = out.with_name(f"{out.stem}-left-out.csv")
    left_out = pd.DataFrame(
        [(one.state, one.name, one.room, one.why) for one in rooms.left_out], columns=list(LEFT_OUT), dtype="str"
    )
    with report_write_errors(out), staging_folder(out.parent) as folder:
        (folder / out.name).write_bytes(rooms.as_csv().encode())
        write_table(left_out, folder / beside.name)
        for file in folder.iterdir():
            file.chmod(PRIVATE)
    return out, beside


def _find_people(
    content: Content, store: Store, wanted: BreakoutRequest, now: dt.datetime
) -> tuple[dict[str, list[Person]], str]:
    everybody = store.people(content.series.id)
    here = find_present(everybody, store.presence(content.series.id, wanted.session), now)
    invited = find_invited(everybody, wanted.session)
    if wanted.states is not None:
        codes = sorted({content.get_jurisdiction(code).code for code in wanted.states})
        return {code: here.get(code) or invited.get(code, []) for code in codes}, NAMED
    return (here, HERE) if here else (invited, INVITED)


def _read(content: Content, store: Store, people: dict[str, list[Person]]) -> list[State]:
    return read_states(content, _answers(content, store, people), people)


def _answers(content: Content, store: Store, codes: Collection[str]) -> dict[str, Answers]:
    current = [response for response in store.current(content.series.id) if response.jurisdiction in codes]
    return {code: Answers(response for response in current if response.jurisdiction == code) for code in codes}


def _rounds(content: Content, store: Store, session: int) -> list[Round]:
    return SessionLog(store, content.series.id, content.get_session(session), ["groups"]).state().rounds
