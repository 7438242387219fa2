"""Breakout groups panel: form and show groups, home rooms, and trios, and create the video call's file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cluster_kit.breakouts import GroupProposal, State, form_groups, read_pairs, read_states, repair_groups
from cluster_kit.breakouts.by_hand import Wishes, arrange_groups, read_arranged
from cluster_kit.breakouts.models import Pair, ProposedGroup
from cluster_kit.breakouts.rooms import assign_rooms, find_invited, find_present, list_groups
from cluster_kit.breakouts.seating import (
    PeopleRoom,
    Seating,
    fill_people_rooms,
    form_home_rooms,
    form_trios,
    list_rooms,
    place_late,
)
from cluster_kit.console.panel import PanelKind
from cluster_kit.console.snapshot import ANSWERS, EVENTS, PEOPLE, Snapshot
from cluster_kit.console.views.breakouts import (
    BreakoutsView,
    GroupsProposalView,
    PeopleRoomsFileView,
    PeopleRoomView,
    ProposedGroupView,
    RoomsFileView,
    RoomsProposalView,
    ShownGroupView,
    ShownRoomsView,
    ShownRoundView,
)
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.labels import vocabulary_labels
from cluster_kit.models import Json
from cluster_kit.sessions import InvalidCommandError
from cluster_kit.sessions.seating import RoomUse
from cluster_kit.sessions.state import Group, Round
from cluster_kit.store import Person
from cluster_kit.text import count_of

SIZES = {"3-5": (3, 5), "3-3": (3, 3), "3-4": (3, 4), "4-5": (4, 5), "2-3": (2, 3)}


def breakouts_view(snapshot: Snapshot) -> BreakoutsView:
    """The groups that participants see, the states that came or left since, and the number of states present."""
    shown = snapshot.session_state.rounds[-1] if snapshot.session_state.rounds else None
    here = present_people(snapshot)
    seated = {code for group in shown.groups for code in group.states} if shown else set()
    return BreakoutsView(
        number=len(snapshot.session_state.rounds),
        here=len(here),
        sizes=list(_read_sizes(snapshot)),
        shown=_round(snapshot, shown) if shown else None,
        late=[snapshot.state_name(code) for code in here if shown and code not in seated],
        people_rooms=_shown_rooms(snapshot),
        absent=[snapshot.state_name(code) for code in sorted(seated - here.keys())],
    )


def present_people(snapshot: Snapshot) -> dict[str, list[Person]]:
    """By postal code, people who are present or were recently."""
    return find_present(snapshot.people.values(), snapshot.presence, snapshot.at)


def propose_groups(snapshot: Snapshot, asked: Json) -> GroupsProposalView:
    """New groups of the states that are present. ``size`` is one of the view's; without it, the first one."""
    size = _read_size(snapshot, asked)
    earlier = [*_earlier(snapshot), *read_pairs(snapshot.session_state.rounds)]
    return _proposal(snapshot, form_groups(snapshot.content, _present(snapshot), earlier, size=size))


def propose_repair(snapshot: Snapshot, asked: Json) -> GroupsProposalView:
    """The groups that participants see, with late states placed and absent states removed."""
    size = _read_size(snapshot, asked)
    rounds = snapshot.session_state.rounds
    groups: Sequence[Group] = rounds[-1].groups if rounds else ()
    earlier = [*_earlier(snapshot), *read_pairs(rounds[:-1])]
    return _proposal(snapshot, repair_groups(snapshot.content, groups, _present(snapshot), earlier, size=size))


def propose_arrangement(snapshot: Snapshot, asked: Json) -> GroupsProposalView:
    """Groups as a facilitator arranged them (``groups``), with topics and reasons for the states in them now.

    ``pinned`` are states that keep their places, ``apart`` pairs to separate, when ``improve`` asks for better groups.
    Raises ``InvalidCommandError`` for a state that does not exist.
    """
    groups = read_arranged(asked.get("groups"))
    codes = {state.code for state in snapshot.content.jurisdictions}
    if unknown := sorted({code for group in groups for code in group.states} - codes):
        raise InvalidCommandError(f"There is no state {', '.join(unknown)}. Reload the page.")
    rounds = snapshot.session_state.rounds
    pairs = map(_read_codes, _read_list(asked.get("apart")))
    wishes = Wishes(
        pinned=_read_codes(asked.get("pinned")),
        apart=[frozenset(pair) for pair in pairs if len(set(pair)) == 2],
        improve=asked.get("improve") is True,
    )
    earlier = [*_earlier(snapshot), *read_pairs(rounds[:-1])]
    proposal = arrange_groups(snapshot.content, groups, _present(snapshot), earlier, wishes)
    return _proposal(snapshot, proposal)


def _read_sizes(snapshot: Snapshot) -> dict[str, tuple[int, int]]:
    """The sizes to choose from, first the one that the session's peer exercise asks for."""
    size = snapshot.session.group_size
    return ({f"{size[0]}-{size[1]}": size} if size else {}) | SIZES


def _read_size(snapshot: Snapshot, asked: Json) -> tuple[int, int]:
    sizes = _read_sizes(snapshot)
    return sizes.get(str(asked.get("size")), next(iter(sizes.values())))


def _read_list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _read_codes(value: object) -> list[str]:
    return [code for code in _read_list(value) if isinstance(code, str)]


def make_file(snapshot: Snapshot, asked: Json) -> RoomsFileView:  # noqa: ARG001
    """The video call's file for the groups that participants see: the people present, otherwise those invited.

    Raises ``InvalidCommandError`` while no groups are shown.
    """
    if not snapshot.session_state.rounds:
        raise InvalidCommandError("No groups are shown. Show groups first; the file is made of them.")
    shown = snapshot.session_state.rounds[-1]
    here, invited = present_people(snapshot), find_invited(snapshot.people.values(), snapshot.session.number)
    codes = [code for group in shown.groups for code in group.states]
    people = {code: here.get(code) or invited.get(code, []) for code in codes}
    rooms = assign_rooms(snapshot.content, shown.groups, people)
    sentence = f"{len(rooms.rows)} people are in the file."
    if rooms.left_out:
        sentence += f" To be let in by hand: {', '.join(f'{one.name} ({one.state})' for one in rooms.left_out)}."
    name = f"session-{snapshot.session.number}-breakout-rooms-{len(snapshot.session_state.rounds)}.csv"
    listed = list_groups(snapshot.content, shown.groups, people)
    return RoomsFileView(name=name, text=rooms.as_csv(), list=listed, sentence=sentence)


def _present(snapshot: Snapshot) -> list[State]:
    answers: Mapping[str, Answers] = {code: Answers(responses) for code, responses in snapshot.answers.items()}
    return read_states(snapshot.content, answers, present_people(snapshot))


def _earlier(snapshot: Snapshot) -> list[Pair]:
    """Pairs of states grouped together in earlier sessions, each pair once per session."""
    return [pair for rounds in snapshot.earlier_rounds.values() for pair in read_pairs(rounds)]


def _proposal(snapshot: Snapshot, proposal: GroupProposal) -> GroupsProposalView:
    groups = [
        ProposedGroupView(**_group(snapshot, group).model_dump(), reason=group.topic, why=group.why)
        for group in proposal.groups
    ]
    alone = [snapshot.state_name(code) for code in proposal.left_over]
    return GroupsProposalView(sentence=proposal.sentence, groups=groups, alone=alone)


def _group(snapshot: Snapshot, group: Group | ProposedGroup) -> ShownGroupView:
    return ShownGroupView(
        number=group.number,
        states=list(group.states),
        names=[snapshot.state_name(code) for code in group.states],
        area=group.area,
        topic=vocabulary_labels(snapshot.content, "areas").get(group.area, ""),
    )


def _round(snapshot: Snapshot, shown: Round) -> ShownRoundView:
    groups = [_group(snapshot, group) for group in shown.groups]
    return ShownRoundView(id=shown.id, title=shown.title, at=shown.at.isoformat(), groups=groups)


def propose_rooms(snapshot: Snapshot, asked: Json) -> RoomsProposalView:
    """New home rooms or trios (``use``) of the people who are present, otherwise of those invited."""
    people = _seated_people(snapshot)
    use = _read_use(asked)
    return _proposal_of_rooms(
        snapshot, form_trios(people) if use is RoomUse.TRIOS else form_home_rooms(snapshot.content, people)
    )


def place_late_people(snapshot: Snapshot, asked: Json) -> RoomsProposalView:
    """The rooms that participants see for this ``use``, with people placed who came since."""
    seating = _shown_seating(snapshot, _read_use(asked))
    return _proposal_of_rooms(snapshot, place_late(seating, _late(snapshot, seating)))


def make_room_file(snapshot: Snapshot, asked: Json) -> PeopleRoomsFileView:
    """The rooms that participants see for this ``use``: the file for Zoom, and the list to read out."""
    use = _read_use(asked)
    seating = _shown_seating(snapshot, use)
    rooms = fill_people_rooms(snapshot.content, seating)
    sentence = f"{count_of(len(rooms.rows), 'person', 'people')} in the file."
    if rooms.left_out:
        sentence += f" To be let in by hand: {', '.join(f'{one.name} ({one.state})' for one in rooms.left_out)}."
    name = f"session-{snapshot.session.number}-{use.value}"
    return PeopleRoomsFileView(
        name=name, file=rooms.as_csv(), list=list_rooms(snapshot.content, seating), sentence=sentence
    )


def _read_use(asked: Json) -> RoomUse:
    return RoomUse.TRIOS if asked.get("use") == RoomUse.TRIOS else RoomUse.HOME


def _seated_people(snapshot: Snapshot) -> dict[str, list[Person]]:
    return present_people(snapshot) or find_invited(snapshot.people.values(), snapshot.session.number)


def _shown_seating(snapshot: Snapshot, use: RoomUse) -> Seating:
    """The rooms that participants see. A person who was erased since is in none."""
    shown = snapshot.session_state.seatings.get(use)
    if shown is None:
        raise InvalidCommandError("No rooms are shown. Show rooms first; the file is made of them.")
    known = {person.id: person for person in snapshot.people.values()}
    rooms = tuple(
        PeopleRoom(room.number, room.name, tuple(known[one] for one in room.people if one in known))
        for room in shown.rooms
    )
    return Seating(use, tuple(room for room in rooms if room.people), "")


def _late(snapshot: Snapshot, seating: Seating) -> list[Person]:
    seated = {person.id for room in seating.rooms for person in room.people}
    return [one for some in present_people(snapshot).values() for one in some if one.id not in seated]


def _proposal_of_rooms(snapshot: Snapshot, seating: Seating) -> RoomsProposalView:
    return RoomsProposalView(use=seating.use.value, sentence=seating.sentence, rooms=_list_rooms(snapshot, seating))


def _list_rooms(snapshot: Snapshot, seating: Seating) -> list[PeopleRoomView]:
    return [
        PeopleRoomView(
            number=room.number,
            name=room.name,
            people=[person.id for person in room.people],
            names=[f"{person.name} ({snapshot.state_name(person.jurisdiction)})" for person in room.people],
        )
        for room in seating.rooms
    ]


def _shown_rooms(snapshot: Snapshot) -> list[ShownRoomsView]:
    """The rooms that participants see, by use, and the people who are in none."""
    shown = []
    for use, seats in snapshot.session_state.seatings.items():
        seating = _shown_seating(snapshot, use)
        late = [f"{one.name} ({snapshot.state_name(one.jurisdiction)})" for one in _late(snapshot, seating)]
        rooms = _list_rooms(snapshot, seating)
        shown.append(ShownRoomsView(id=seats.id, use=use.value, at=seats.at.isoformat(), rooms=rooms, late=late))
    return shown


KIND = PanelKind(
    "breakouts",
    breakouts_view,
    (EVENTS, ANSWERS, PEOPLE),
    commands=("groups", "seats", "undo"),
    answers={
        "propose": propose_groups,
        "repair": propose_repair,
        "arrange": propose_arrangement,
        "file": make_file,
        "propose_rooms": propose_rooms,
        "place_late": place_late_people,
        "room_file": make_room_file,
    },
)
