"""Breakout groups: form, repair and show them, and make the video call's file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cluster_kit.breakouts import GroupProposal, State, form_groups, read_pairs, read_states, repair_groups
from cluster_kit.breakouts.models import Pair
from cluster_kit.breakouts.rooms import assign_rooms, find_invited, find_present
from cluster_kit.console.panel import PanelKind
from cluster_kit.console.snapshot import ANSWERS, EVENTS, PEOPLE, Snapshot
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.labels import vocabulary
from cluster_kit.models import Json
from cluster_kit.sessions import InvalidCommandError
from cluster_kit.sessions.state import Group, Round
from cluster_kit.store import Person

SIZES = {"3-5": (3, 5), "3-4": (3, 4), "4-5": (4, 5), "2-3": (2, 3)}


def breakouts_view(sight: Snapshot) -> Json:
    """The groups that participants see, and who has come or left since; how many states are here to be grouped."""
    shown = sight.standing.rounds[-1] if sight.standing.rounds else None
    here = present_people(sight)
    seated = {code for group in shown.groups for code in group.states} if shown else set()
    return {
        "number": len(sight.standing.rounds),
        "here": len(here),
        "sizes": list(SIZES),
        "shown": _round(sight, shown) if shown else None,
        "late": [sight.state_name(code) for code in here if shown and code not in seated],
        "absent": [sight.state_name(code) for code in sorted(seated - here.keys())],
    }


def present_people(sight: Snapshot) -> dict[str, list[Person]]:
    """By postal code, who of each state is here, or was a moment ago."""
    return find_present(sight.people.values(), sight.presence, sight.at)


def propose_groups(sight: Snapshot, asked: Json) -> Json:
    """New groups for the states that are here. ``size`` is one of ``SIZES``."""
    size = SIZES.get(str(asked.get("size")), SIZES["3-5"])
    earlier = [*_earlier(sight), *read_pairs(sight.standing.rounds)]
    return _tell(sight, form_groups(sight.content, _present(sight), earlier, size=size))


def repair(sight: Snapshot, asked: Json) -> Json:
    """The groups that participants see, with late states placed and absent states removed."""
    size = SIZES.get(str(asked.get("size")), SIZES["3-5"])
    rounds = sight.standing.rounds
    groups: Sequence[Group] = rounds[-1].groups if rounds else ()
    earlier = [*_earlier(sight), *read_pairs(rounds[:-1])]
    return _tell(sight, repair_groups(sight.content, groups, _present(sight), earlier, size=size))


def make_file(sight: Snapshot, asked: Json) -> Json:  # noqa: ARG001
    """The video call's file of the groups that participants see: who is here, else who is invited."""
    if not sight.standing.rounds:
        raise InvalidCommandError("No groups are shown. Show groups first; the file is made of them.")
    shown = sight.standing.rounds[-1]
    here, invited = present_people(sight), find_invited(sight.people.values(), sight.session.number)
    codes = [code for group in shown.groups for code in group.states]
    rooms = assign_rooms(sight.content, shown.groups, {code: here.get(code) or invited.get(code, []) for code in codes})
    said = f"{len(rooms.rows)} people are in the file."
    if rooms.left_out:
        said += f" To be let in by hand: {', '.join(f'{one.name} ({one.state})' for one in rooms.left_out)}."
    name = f"session-{sight.session.number}-breakout-rooms-{len(sight.standing.rounds)}.csv"
    return {"name": name, "text": rooms.as_csv(), "sentence": said}


def _present(sight: Snapshot) -> list[State]:
    answers: Mapping[str, Answers] = {code: Answers(said) for code, said in sight.answers.items()}
    return read_states(sight.content, answers, present_people(sight))


def _earlier(sight: Snapshot) -> list[Pair]:
    """Which states were together in earlier sessions, each pair once for each session."""
    return [pair for rounds in sight.earlier_rounds.values() for pair in read_pairs(rounds)]


def _tell(sight: Snapshot, proposal: GroupProposal) -> Json:
    """The groups as participants may see them; ``why`` and the names are for facilitators."""
    areas = vocabulary(sight.content, "areas")
    groups = [
        {
            "number": group.number,
            "states": list(group.states),
            "names": [sight.state_name(code) for code in group.states],
            "area": group.area,
            "topic": areas.get(group.area, ""),
            "reason": group.topic,
            "why": group.why,
        }
        for group in proposal.groups
    ]
    alone = [sight.state_name(code) for code in proposal.left_over]
    return {"sentence": proposal.sentence, "groups": groups, "alone": alone}


def _round(sight: Snapshot, shown: Round) -> Json:
    areas = vocabulary(sight.content, "areas")
    groups = [
        {
            "number": group.number,
            "names": [sight.state_name(code) for code in group.states],
            "topic": areas.get(group.area, ""),
        }
        for group in shown.groups
    ]
    return {"id": shown.id, "title": shown.title, "at": shown.at.isoformat(), "groups": groups}


KIND = PanelKind(
    "breakouts",
    breakouts_view,
    (EVENTS, ANSWERS, PEOPLE),
    does=("groups", "undo"),
    answers={"propose": propose_groups, "repair": repair, "file": make_file},
)
