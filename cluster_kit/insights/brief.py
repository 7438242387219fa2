"""What happened in a session, as figures, for the brief that an association writes afterward.

Every figure comes from the function that the console and the national report use: presence from ``progress``, ratings
from ``national``, next steps from ``plans``, change from ``movement``, examples from ``peers``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cluster_kit.content.models import Content, PolicyArea
from cluster_kit.documents.typed_text import visible_text
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.labels import vocabulary_labels
from cluster_kit.insights.assistance import AssistanceRequest, EarlyAdoption, read_early_adoption, read_requests
from cluster_kit.insights.discuss import Topic, rank_topics
from cluster_kit.insights.movement import Movement, read_movement
from cluster_kit.insights.national import National, StateViews, read_national_states, survey_states
from cluster_kit.insights.national_view import rated_areas
from cluster_kit.insights.participation import UNKNOWN_ROLE
from cluster_kit.insights.peers import Example, OwnExample, read_own_examples, read_shared_examples
from cluster_kit.insights.plans import Action, worded_actions
from cluster_kit.insights.progress import Steps, read_all_steps
from cluster_kit.insights.session_states import (
    SessionStates,
    count_exercise,
    find_attending,
    find_came,
    find_session_states,
)
from cluster_kit.insights.tallies import CategoryTally, count_members
from cluster_kit.insights.themes import Theme, read_themes
from cluster_kit.sessions import SessionState
from cluster_kit.store import Person, Response
from cluster_kit.store.models import Presence

HERE, LATER = "Came", "Answered without coming"
NOTHING_TO_REVIEW, NOT_STARTED = "Nothing to review", "Not started"
STARTED, COMPLETE = "Started, not complete", "Complete"
LOWER, UNCHANGED, HIGHER = "Lower", "Unchanged", "Higher"
WITHOUT_STEPS, WITH_STEPS = "No next step", "At least one next step"
NOT_ASKED, ASKED = "No request", "At least one request"
TALLIES_TO_DATE = ("asking", "adopting", "request_kinds")
"""The ids of the tallies that cover the series to date: briefs of different sessions count the same answers in them."""
NOT_INTERESTED, INTERESTED = "Not interested, or no answer", "Interested"


@dataclass(frozen=True)
class SessionRecord:
    """What the store has about a session.

    ``responses`` are the current answers of all states in the whole series. By postal code, ``readable`` are those that
    staff may read, and ``answers`` the same with their history. ``in_call`` are the people who were in the video call,
    by its report; they came, whether or not they opened the page.
    """

    content: Content
    session: int
    responses: Sequence[Response]
    readable: Mapping[str, Sequence[Response]]
    answers: Mapping[str, Answers]
    people: Sequence[Person]
    presence: Sequence[Presence]
    state: SessionState
    in_call: Collection[str] = ()


@dataclass(frozen=True)
class Attendance:
    """Who took part. ``when`` counts states by when they did, ``roles`` the people who were here by role.

    ``counted`` are the states that every count of states is made of. ``teams`` has, for each state with people, its
    name, how many came, and how many are in the series. Only staff see it. ``only_in_call`` of the ``people`` did not
    have the page open.
    """

    when: CategoryTally
    roles: CategoryTally
    people: int
    counted: SessionStates
    teams: tuple[tuple[str, int, int], ...]
    only_in_call: int


@dataclass(frozen=True)
class AreaSteps:
    """The next steps about a policy area: how many, in which states, and how many have a lead and a date."""

    title: str
    actions: tuple[Action, ...]
    states: frozenset[str]

    @property
    def led(self) -> int:
        """The number of steps with a named lead."""
        return sum(bool(action.lead) for action in self.actions)

    @property
    def dated(self) -> int:
        """The number of steps with a due date."""
        return sum(bool(action.due) for action in self.actions)


@dataclass(frozen=True)
class AreaMovement:
    """Change of an area's ratings: over all ratings given again, and by state."""

    all_states: Movement
    states: CategoryTally


@dataclass(frozen=True)
class RoomCounts:
    """What happened on the boards. ``parked`` are the words of open items of the parking lot, each with its state."""

    posts: int
    replies: int
    parked: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SessionBrief:
    """All figures of the brief, complete. ``brief_view`` decides what each version shows.

    ``need`` has, by policy area, the states whose next steps or requests name it. ``requests`` and ``interest`` cover
    the series to date, by postal code.
    """

    content: Content
    session: int
    attendance: Attendance
    participation: tuple[CategoryTally, ...]
    areas: tuple[PolicyArea, ...]
    views: Mapping[str, StateViews]
    national: National
    topics: tuple[Topic, ...]
    need: Mapping[str, frozenset[str]]
    themes: tuple[Theme, ...]
    moved: tuple[AreaMovement, ...]
    earlier_steps: tuple[Action, ...]
    steps: tuple[AreaSteps, ...]
    having_steps: CategoryTally
    requests: Mapping[str, tuple[AssistanceRequest, ...]]
    request_kinds: CategoryTally
    asking: CategoryTally
    interest: Mapping[str, EarlyAdoption]
    adopting: CategoryTally
    offered: tuple[tuple[str, OwnExample], ...]
    shared: tuple[Example, ...]
    room: RoomCounts

    @property
    def actions(self) -> list[Action]:
        """Every next step of the session."""
        return [action for area in self.steps for action in area.actions]

    def name(self, code: str) -> str:
        """A state's name."""
        return next((j.name for j in self.content.jurisdictions if j.code == code), code)


def read_brief(record: SessionRecord) -> SessionBrief:
    """All figures of a session's brief."""
    content, session = record.content, record.session
    progress = read_all_steps(content, session, record.responses)
    came = find_came(record.state, record.presence, record.people, record.in_call)
    counted = find_session_states(
        content,
        session,
        record.state,
        people=record.people,
        presence=record.presence,
        steps=progress,
        in_call=frozenset(came.values()),
    )
    taking_part = sorted(counted.took_part)
    areas = tuple(rated_areas(content, [session]))
    items = {item.id for area in areas for item in area.items}
    views = _kept(read_national_states(content, record.responses), items)
    actions = {code: worded_actions(content, answers, [session]) for code, answers in record.answers.items()}
    requests = {code: found for code, a in record.answers.items() if (found := tuple(read_requests(content, a)))}
    interest = {code: early for code, a in record.answers.items() if (early := read_early_adoption(content, a))}
    steps = _steps_by_area(content, actions)
    interested = {code for code, one in interest.items() if one.is_interested}
    return SessionBrief(
        content=content,
        session=session,
        attendance=_attendance(record, counted, came),
        participation=tuple(_participation(content, session, progress, counted)),
        areas=areas,
        views=views,
        national=survey_states(content, views),
        topics=tuple(rank_topics(content, views, by="need")),
        need=_stated_need(steps, requests, content),
        themes=tuple(read_themes(content, session, record.answers)),
        moved=tuple(_moved(content, record.answers)),
        earlier_steps=tuple(_earlier_steps(record)),
        steps=steps,
        having_steps=_either("having_steps", (WITHOUT_STEPS, WITH_STEPS), taking_part, _with(actions)),
        requests=requests,
        request_kinds=_request_kinds(requests),
        asking=_either("asking", (NOT_ASKED, ASKED), _states(record), set(requests)),
        interest=interest,
        adopting=_either("adopting", (NOT_INTERESTED, INTERESTED), _states(record), interested),
        offered=tuple(_offered(record)),
        shared=tuple(_shared(record)),
        room=_room(record),
    )


def _attendance(record: SessionRecord, counted: SessionStates, came: Mapping[str, str]) -> Attendance:
    titles = vocabulary_labels(record.content, "roles")
    role_of = {person.id: person.role for person in record.people}
    roles = [
        (visible_text(titles.get(role := role_of.get(person, ""), role)) or UNKNOWN_ROLE, person) for person in came
    ]
    when = {LATER: counted.took_part - counted.came, HERE: counted.came}
    return Attendance(
        when=CategoryTally("attendance.when", "States that took part", when, is_ordered=True),
        roles=CategoryTally("attendance.roles", "People by role", count_members(roles, titles.values())),
        people=len(came),
        counted=counted,
        teams=_teams(record, Counter(came.values())),
        only_in_call=len(came) - len(find_attending(record.state, record.presence)),
    )


def _teams(record: SessionRecord, here: Counter[str]) -> tuple[tuple[str, int, int], ...]:
    people = Counter(person.jurisdiction for person in record.people)
    states = (state for state in record.content.jurisdictions if people[state.code] or here[state.code])
    return tuple(sorted((state.name, here[state.code], people[state.code]) for state in states))


def _states(record: SessionRecord) -> set[str]:
    """The states with people on the roster, or with answers."""
    return {p.jurisdiction for p in record.people if p.jurisdiction} | {r.jurisdiction for r in record.responses}


def _participation(
    content: Content, session: int, steps: Mapping[str, Steps], counted: SessionStates
) -> Iterator[CategoryTally]:
    """For each exercise, how many of the states that took part have begun and completed it."""
    for exercise in content.get_session(session).exercises:
        states = count_exercise(exercise.id, steps, counted.took_part)
        members = {
            NOTHING_TO_REVIEW: counted.took_part - states.asked,
            NOT_STARTED: states.asked - states.begun,
            STARTED: states.begun - states.complete,
            COMPLETE: states.complete,
        }
        yield CategoryTally(f"exercise.{exercise.id}", exercise.title, members, is_ordered=True)


def _kept(states: Mapping[str, StateViews], items: set[str]) -> dict[str, StateViews]:
    kept = {code: {item: view for item, view in views.items() if item in items} for code, views in states.items()}
    return {code: views for code, views in kept.items() if views}


def _steps_by_area(content: Content, actions: Mapping[str, Sequence[Action]]) -> tuple[AreaSteps, ...]:
    """In the order of the areas, then those without one. Areas without steps are left out."""
    titles = vocabulary_labels(content, "areas")
    found: defaultdict[str, list[tuple[str, Action]]] = defaultdict(list)
    for code, of_state in actions.items():
        for action in of_state:
            responses = action.row.responses.get("area", ())
            area = str(responses[-1].value) if responses else ""
            found[area if area in titles else ""].append((code, action))
    return tuple(
        AreaSteps(title, tuple(a for _, a in found[area]), frozenset(code for code, _ in found[area]))
        for area, title in (*titles.items(), ("", "No policy area chosen"))
        if found.get(area)
    )


def _with(actions: Mapping[str, Sequence[Action]]) -> set[str]:
    return {code for code, found in actions.items() if found}


def _either(tally: str, names: tuple[str, str], everyone: Sequence[str] | set[str], those: set[str]) -> CategoryTally:
    """A tally of two categories: the states outside and inside a group."""
    without, with_ = names
    inside = frozenset(everyone) & those
    return CategoryTally(tally, with_, {without: frozenset(everyone) - inside, with_: inside}, is_ordered=True)


def _stated_need(
    steps: Sequence[AreaSteps], requests: Mapping[str, Sequence[AssistanceRequest]], content: Content
) -> dict[str, frozenset[str]]:
    """By area's id: the states whose next steps or requests for assistance name it."""
    titles = vocabulary_labels(content, "areas")
    by_title = {area.title: area.states for area in steps}
    asked = count_members((r.area, code) for code, found in requests.items() for r in found if r.area)
    return {area: by_title.get(title, frozenset()) | asked.get(area, frozenset()) for area, title in titles.items()}


def _moved(content: Content, answers: Mapping[str, Answers]) -> Iterator[AreaMovement]:
    """One entry for each area in which any state has rated an item again."""
    found: defaultdict[str, list[tuple[str, Movement]]] = defaultdict(list)
    for code, of_state in answers.items():
        for one in read_movement(content, of_state):
            found[one.area.id].append((code, one))
    for area in content.instrument.areas:
        if of_states := found.get(area.id):
            directions = ((_direction(one), code) for code, one in of_states)
            members = count_members(directions, (LOWER, UNCHANGED, HIGHER))
            yield AreaMovement(
                _sum([one for _, one in of_states]),
                CategoryTally(f"moved.{area.id}", area.title, members, is_ordered=True),
            )


def _direction(movement: Movement) -> str:
    if movement.now == movement.before:
        return UNCHANGED
    return HIGHER if movement.now > movement.before else LOWER


def _sum(all_of: Sequence[Movement]) -> Movement:
    """The change over all states' ratings together."""
    pairs = sum(one.pairs for one in all_of)
    before, now = (sum(getattr(one, when) * one.pairs for one in all_of) / pairs for when in ("before", "now"))
    return Movement(all_of[0].area, before, now, pairs, sum(one.up for one in all_of), sum(one.down for one in all_of))


def _earlier_steps(record: SessionRecord) -> list[Action]:
    earlier = [s.number for s in record.content.sessions if s.number < record.session]
    return [
        action for answers in record.answers.values() for action in worded_actions(record.content, answers, earlier)
    ]


def _request_kinds(requests: Mapping[str, Sequence[AssistanceRequest]]) -> CategoryTally:
    kinds = ((request.kind, code) for code, found in requests.items() for request in found if request.kind)
    return CategoryTally("request_kinds", "Kinds of assistance", count_members(kinds))


def _offered(record: SessionRecord) -> Iterator[tuple[str, OwnExample]]:
    """The session's examples that staff may see, with their rung, by state."""
    for code, responses in record.readable.items():
        of_session = [response for response in responses if response.session == record.session]
        for example in read_own_examples(record.content, of_session):
            yield code, example


def _shared(record: SessionRecord) -> list[Example]:
    """The session's examples that states share with other states, without people's names."""
    of_session = [response for response in record.responses if response.session == record.session]
    shared = read_shared_examples(record.content, of_session, record.people, name_people=False)
    return sorted((example for found in shared.values() for example in found), key=lambda example: -example.seq)


def _room(record: SessionRecord) -> RoomCounts:
    state, names = record.state, record.content.jurisdiction_names
    visible = [post for post in state.posts.values() if post.is_posted]
    replies = Counter(bool(post.parent) for post in visible)
    parked = tuple(
        (names.get(p.jurisdiction, "A facilitator"), visible_text(p.text)) for p in state.parked.values() if not p.done
    )
    return RoomCounts(replies[False], replies[True], parked)
