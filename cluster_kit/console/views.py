"""What the console's panels show, as frozen models.

Every field is required, so that a view is complete. A field that maps ids to models is updated entry by entry; any
other field is replaced when it changes. Times are ISO 8601 with their zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from cluster_kit.forms.definition_models import ListenForView
from cluster_kit.insights.progress import PresenceStatus
from cluster_kit.insights.team_status import TeamStatus
from cluster_kit.models import Outgoing
from cluster_kit.sessions.scenes import QuestionStatus

NOT_HERE: Literal["not here"] = "not here"


class PanelView(Outgoing):
    """What one panel shows."""


# --- announcements --------------------------------------------------------------------------------------------------


class AnnouncementView(Outgoing):
    """A message of a facilitator to the audience named in ``to`` (empty: everyone). Undoing the event removes it."""

    id: str
    text: str
    at: str
    to: str
    ends: bool


class SharedLinkView(Outgoing):
    """A link that a facilitator shared. Undoing the event ``id`` removes it."""

    id: str
    text: str
    url: str


class ParkedView(Outgoing):
    """An item in the parking lot. ``who`` is its state, or ``Facilitators``."""

    id: str
    text: str
    who: str
    at: str
    done: bool


class AudienceView(Outgoing):
    """An audience of messages. No states and not ``hosts``: everyone."""

    label: str
    states: list[str]
    hosts: bool


class AnnouncementsView(PanelView):
    """The message at the top of every page, the ``earlier`` ones that return when it is removed, links, parking lot.

    ``longest`` is the number of characters that a message may have, ``audiences`` are those to choose from.
    """

    longest: int
    audiences: list[AudienceView]
    message: AnnouncementView | None
    earlier: list[AnnouncementView]
    links: list[SharedLinkView]
    parked: list[ParkedView]


# --- boards ---------------------------------------------------------------------------------------------------------


class BoardTitleView(Outgoing):
    """The board of a segment."""

    segment: str
    title: str


class BoardPostView(Outgoing):
    """A post, or a reply to the post ``parent``.

    ``place`` is its position among all posts of the session. ``who`` is the author's name if it is signed, otherwise
    empty. ``reactions`` has the number of people by kind of reaction.
    """

    id: str
    place: int
    segment: str
    parent: str
    text: str
    state: str
    who: str
    at: str
    hidden: bool
    featured: bool
    reactions: dict[str, int]


class BoardsView(PanelView):
    """The boards, the segment that is ``present``, and every post by id."""

    boards: list[BoardTitleView]
    present: str
    longest: int
    posts: dict[str, BoardPostView]


# --- breakout groups ------------------------------------------------------------------------------------------------


class ShownGroupView(Outgoing):
    """A group that participants see. ``topic`` is the title of its policy area, or empty."""

    number: int
    states: list[str]
    names: list[str]
    area: str
    topic: str


class ShownRoundView(Outgoing):
    """The groups that participants see. Undoing the event ``id`` removes them."""

    id: str
    title: str
    at: str
    groups: list[ShownGroupView]


class PeopleRoomView(Outgoing):
    """A room with people, by id and in words: a home room, a table, or a trio."""

    number: int
    name: str
    people: list[str]
    names: list[str]


class RoomsProposalView(Outgoing):
    """Rooms that a facilitator may show, described in a ``sentence``."""

    use: Literal["home", "trios"]
    sentence: str
    rooms: list[PeopleRoomView]


class ShownRoomsView(Outgoing):
    """Rooms that participants see, since ``at``, and the people who are in none. ``id`` is the command's event."""

    id: str
    use: Literal["home", "trios"]
    at: str
    rooms: list[PeopleRoomView]
    late: list[str]


class PeopleRoomsFileView(Outgoing):
    """Rooms with people as a file for the video call and as a list to read out, and a sentence about them."""

    name: str
    file: str
    list: str
    sentence: str


class BreakoutsView(PanelView):
    """The groups that participants see, and the states that came (``late``) or left (``absent``) since.

    ``number``: rounds so far. ``here``: states that are present. ``sizes``: the group sizes to choose from.
    ``people_rooms``: the rooms of people that participants see, one entry for each use.
    """

    number: int
    here: int
    sizes: list[str]
    shown: ShownRoundView | None
    late: list[str]
    people_rooms: list[ShownRoomsView]
    absent: list[str]


class ProposedGroupView(Outgoing):
    """A proposed group. Participants will see ``reason``; ``why`` is for facilitators."""

    number: int
    states: list[str]
    names: list[str]
    area: str
    topic: str
    reason: str
    why: str


class GroupsProposalView(Outgoing):
    """Groups that a facilitator may show, described in a ``sentence``, and the states without a group."""

    sentence: str
    groups: list[ProposedGroupView]
    alone: list[str]


class RoomsFileView(Outgoing):
    """The video call's file of breakout rooms, the rooms with names as a list, and a sentence about the file."""

    name: str
    text: str
    list: str
    sentence: str


# --- discussion -----------------------------------------------------------------------------------------------------


class TopicView(Outgoing):
    """A rated item to discuss. ``aloud`` is safe to read to participants. ``shown``: they see its chart."""

    item: str
    text: str
    area: str
    reason: str
    aloud: str
    shown: bool


class DiscussView(PanelView):
    """The topics, highest priority first."""

    topics: list[TopicView]


# --- examples -------------------------------------------------------------------------------------------------------


class SharedExampleView(Outgoing):
    """An example of a state, as every state may see it. ``facts`` are pairs of label and text."""

    title: str
    state: str
    area: str
    facts: list[tuple[str, str]]
    featured: bool


class ExamplesView(PanelView):
    """The shared examples by id; ``order`` has the ids, newest first."""

    order: list[str]
    examples: dict[str, SharedExampleView]


# --- exercises ------------------------------------------------------------------------------------------------------


class ExerciseProgressView(Outgoing):
    """How many states have ``begun`` and ``finished`` an exercise.

    ``asked``: states present that have prompts in it. ``revealed``: to all teams. ``revealed_to``: number of teams that
    revealed their own ratings.
    """

    id: str
    title: str
    segment: str
    asked: int
    begun: int
    finished: int
    locked: bool
    rated: bool
    revealed: bool
    revealed_to: int


class ExercisesView(PanelView):
    """The session's exercises, in order. ``here``: number of states that are present."""

    present: str
    here: int
    exercises: list[ExerciseProgressView]


# --- people ---------------------------------------------------------------------------------------------------------


class StuckView(Outgoing):
    """A state that may need help, and the reason in a sentence."""

    state: str
    sentence: str


class StateTileView(Outgoing):
    """A state's team: ``here`` of its ``people`` are present now; ``expected`` are invited or have been here."""

    code: str
    name: str
    status: TeamStatus
    here: int
    people: int
    expected: int


class NeedView(Outgoing):
    """What a person needs to take part. It is private: for facilitators only."""

    person: str
    name: str
    state: str
    text: str
    at: str


class PeopleView(PanelView):
    """Presence of states and people, of all that are expected (invited, or here at some time).

    ``teams`` has the number of states by status. ``order``: states that need help come first. ``grid`` has the column
    and row of each state's tile, by code, both from 0. ``needs``: what people need to take part. ``time_requests``: the
    number of people who ask for more time, by state.
    """

    states: int
    people: int
    expected_states: int
    expected_people: int
    presence: dict[PresenceStatus, int]
    teams: dict[TeamStatus, int]
    stuck: list[StuckView]
    order: list[str]
    grid: dict[str, tuple[int, int]]
    tiles: dict[str, StateTileView]
    needs: list[NeedView]
    time_requests: dict[str, int]


class TeamMemberView(Outgoing):
    """A person of a state: when they were last seen in the session and in which exercise, and how to reach them."""

    id: str
    name: str
    role: str
    email: str
    presence: PresenceStatus | Literal["not here"]
    seen_at: str | None
    exercise: str


class TeamContactView(Outgoing):
    """A state's people, those who are here first, and its team code; empty without one."""

    code: str
    name: str
    status: TeamStatus
    help: str
    team_code: str
    members: list[TeamMemberView]


# --- polls ----------------------------------------------------------------------------------------------------------


class OptionCountView(Outgoing):
    """An option of a poll, with the number of people who chose it, and of their states."""

    label: str
    people: int
    states: int


class AskedPollView(Outgoing):
    """A poll with its counts. ``reason``: why participants cannot see its results now; empty if they can or do."""

    id: str
    text: str
    at: str
    is_open: bool
    is_rating: bool
    options: list[OptionCountView]
    people: int
    states: int
    is_shown: bool
    reason: str


class PollsView(PanelView):
    """The polls of the session, newest first, and the limits of a new one."""

    longest_question: int
    longest_option: int
    most_options: int
    polls: list[AskedPollView]


# --- questions from the room ----------------------------------------------------------------------------------------


class WaitingQuestionView(Outgoing):
    """A question, or a reply to one, that participants see once a facilitator posts it."""

    id: str
    text: str
    state: str
    at: str
    is_reply: bool


class RemovedQuestionView(Outgoing):
    """A question, or a reply to one, that a facilitator removed."""

    id: str
    text: str
    state: str


class RoomQuestionView(Outgoing):
    """A question on the boards, the number of people with the same question, and what became of it."""

    id: str
    text: str
    state: str
    support: int
    status: QuestionStatus


class QuestionsView(PanelView):
    """Questions from the room. ``is_held``: new ones wait until a facilitator posts them."""

    is_held: bool
    waiting: list[WaitingQuestionView]
    questions: list[RoomQuestionView]
    removed: list[RemovedQuestionView]


# --- record ---------------------------------------------------------------------------------------------------------


class RecordLineView(Outgoing):
    """A command: what was done, who did it, and whether it was undone.

    ``steps``: the ids of the commands in the line, the newest first: more than one for repeated steps.
    """

    id: str
    steps: list[str]
    what: str
    who: str
    at: str
    undone: bool


class RecordView(PanelView):
    """Every command of the session, newest first."""

    done: list[RecordLineView]


# --- results --------------------------------------------------------------------------------------------------------


class RatedItemView(Outgoing):
    """An item with the number of states at each point of the scale, then of each choice off the scale."""

    id: str
    text: str
    counts: list[int]


class RatedAreaView(Outgoing):
    """A policy area with its counts, as of an item."""

    id: str
    title: str
    counts: list[int]
    items: list[RatedItemView]


class RatedStateView(Outgoing):
    """A state's mean by area: a number, or the id of a choice off the scale; missing if it has not rated the area."""

    code: str
    name: str
    means: dict[str, float | str]


class ResultsView(PanelView):
    """The distribution of ratings by area and item, and the means of each state that has rated.

    ``scale`` has the labels of the counts, whose last ``beside`` entries are the choices off the scale; ``off_scale``
    has their labels by id. ``top`` is the highest point, ``order`` the areas' ids in the instrument's order, and
    ``shown`` the subjects of the charts that participants see. ``withheld``: by subject, why a chart is not offered.
    """

    scale: list[str]
    beside: int
    off_scale: dict[str, str]
    top: int
    order: list[str]
    shown: list[str]
    withheld: dict[str, str]
    areas: dict[str, RatedAreaView]
    states: dict[str, RatedStateView]


# --- run of show ----------------------------------------------------------------------------------------------------


class SessionTitleView(Outgoing):
    """The session, and its planned minutes."""

    number: int
    title: str
    minutes: int


class SegmentTitleView(Outgoing):
    """A segment."""

    kind: str
    title: str


class SegmentProgressView(SegmentTitleView):
    """A segment with its planned minutes, the minutes that were added or taken, and the time taken so far."""

    minutes: int
    changed: int
    taken_s: float
    state: Literal["over", "now", "ahead"]


class PlaceView(Outgoing):
    """A place to go to: an exercise of a ``segment``, or the segment's opening (``exercise`` empty)."""

    segment: str
    exercise: str
    title: str


class CurrentPlaceView(PlaceView):
    """The current exercise or opening, with its clock: ``left_s`` and ``taken_s`` are as of the view's ``since``.

    ``number`` of ``count``: its place among the segment's exercises, 0 for an opening. ``planned_end`` is its end
    according to the schedule.
    """

    number: int
    count: int
    minutes: int
    changed: int
    taken_s: float
    left_s: float
    planned_end: str


class RunOfShowView(PanelView):
    """The segments, and the data for a clock that runs in the page: the view changes only after a command.

    ``left_s`` and ``behind_s`` are as of ``since``; the page computes the current values from there. ``back`` and
    ``next`` are the segments to go to. ``place`` is the current exercise or opening, ``onward`` and ``backward`` are
    those to go to. ``skipped``: the exercises that ``next`` leaves out. ``entry``: the exercise with which each segment
    begins, or empty, by kind. ``scheduled``: the planned start; ``is_scheduled``: ``behind_s`` counts from it.
    """

    session: SessionTitleView
    parts: list[SegmentProgressView]
    began: str | None
    ended: str | None
    since: str | None
    left_s: float | None
    behind_s: float
    back: SegmentTitleView | None
    next: SegmentTitleView | None
    place: CurrentPlaceView | None
    onward: PlaceView | None
    backward: PlaceView | None
    skipped: list[str]
    entry: dict[str, str]
    scheduled: str
    is_scheduled: bool


# --- attention, cues, and prepared messages --------------------------------------------------------------------------


class LastActionView(Outgoing):
    """What a facilitator did last: undone with ``id``, unless that is empty. ``mine``: by this console's reader."""

    id: str
    event: str
    what: str
    who: str
    mine: bool
    at: str


class AttentionMarkView(Outgoing):
    """Something further down that needs attention, in a few words. ``panel``: the module of the panel with it."""

    panel: str
    text: str
    is_urgent: bool = False


class AttentionView(PanelView):
    """What was done last, and what needs attention in the other panels."""

    last: LastActionView | None
    marks: list[AttentionMarkView]


class CueLineView(Outgoing):
    """A step of the facilitator: its title if it differs from the part's, and its cues; empty ones are left out."""

    title: str
    say: str
    press: str
    listen_for: str
    cut: str


class FacilitatorCuesView(PanelView):
    """What to say, what to listen for, and what helps a team that is stuck, in the part named in ``title``.

    Before the session, it is the first part; after it, ``title`` is empty.
    """

    title: str
    lines: list[CueLineView]
    listen: list[ListenForView]
    stuck: str
    quick: str


class PreparedMessageView(Outgoing):
    """A prepared message. ``due_s``: seconds from the view's ``since`` until its minute, negative if that is past."""

    id: str
    text: str
    part: str
    hosts: bool
    due_s: float
    status: Literal["open", "sent", "skipped"]


class PreparedView(PanelView):
    """The messages of the current part, in the order of their minutes, and the audiences to choose from."""

    part: str
    since: str | None
    messages: list[PreparedMessageView]
    audiences: list[AudienceView]
    longest: int


# --- shared screen --------------------------------------------------------------------------------------------------


class SceneChoiceView(Outgoing):
    """A scene of the shared screen. ``reason``: why it is off, because it would show nothing; empty if it is on."""

    id: str
    title: str
    reason: str


class ExerciseChoiceView(Outgoing):
    """An exercise that the shared screen can show."""

    id: str
    title: str


class ResultChoiceView(Outgoing):
    """A chart that participants see. ``reason``: why the shared screen does not offer it; empty if it does."""

    id: str
    title: str
    reason: str


class BoardWordView(Outgoing):
    """A word on the current board, the number of states that used it, and whether the shared screen may show it."""

    word: str
    states: int
    approved: bool


class SharedScreenView(PanelView):
    """The scene of the shared screen, the ``driver`` who chose it, and the choices.

    ``scene`` is ``follow`` if it follows the run of show; ``showing`` is the title of what it shows now. ``board`` is
    the current segment, whose words are listed.
    """

    scene: str
    item: str
    page: int
    driver: str | None
    at: str | None
    showing: str
    scenes: list[SceneChoiceView]
    exercises: list[ExerciseChoiceView]
    results: list[ResultChoiceView]
    board: str
    board_title: str
    words: list[BoardWordView]


AskedView = GroupsProposalView | RoomsProposalView | PeopleRoomsFileView | RoomsFileView | TeamContactView
"""What a panel answers."""

VIEWS: Mapping[str, type[PanelView]] = {
    "announcements": AnnouncementsView,
    "attention": AttentionView,
    "boards": BoardsView,
    "breakouts": BreakoutsView,
    "cues": FacilitatorCuesView,
    "discuss": DiscussView,
    "examples": ExamplesView,
    "exercises": ExercisesView,
    "people": PeopleView,
    "polls": PollsView,
    "prepared": PreparedView,
    "questions": QuestionsView,
    "record": RecordView,
    "results": ResultsView,
    "run_of_show": RunOfShowView,
    "shared_screen": SharedScreenView,
}
"""The view of each panel, by the name of its module."""
