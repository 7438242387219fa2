"""The fictional facilitator: runs the session minute by minute with the commands behind the console's buttons."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from cluster_kit.breakouts import form_groups, read_pairs, read_states
from cluster_kit.breakouts.forming import SIZE
from cluster_kit.breakouts.seating import form_trios
from cluster_kit.console.breakouts import present_people
from cluster_kit.console.polls import WithheldPollError, put_poll_picture
from cluster_kit.console.results import NothingToShowError, put_picture
from cluster_kit.console.snapshot import SnapshotReader
from cluster_kit.content.models import Exercise, Place, Scope, SegmentKind, Session, When
from cluster_kit.errors import ClusterKitError
from cluster_kit.exercises.answers import Answers
from cluster_kit.insights.peers import read_shared_examples
from cluster_kit.insights.suppression import AREAS
from cluster_kit.rehearsal.plan import LOBBY_MINUTES, Clock
from cluster_kit.rehearsal.script import Script
from cluster_kit.rehearsal.tally import Tally
from cluster_kit.sessions import SessionCommand
from cluster_kit.sessions.board import Moderate
from cluster_kit.sessions.facilitation import (
    BeginSegment,
    Broadcast,
    ChangeMinutes,
    EndSession,
    FeatureExample,
    FinishParked,
    Lock,
    Reveal,
    ShareLink,
    ShowPicture,
    Undo,
)
from cluster_kit.sessions.polls import PICTURE, ClosePoll, StartPoll
from cluster_kit.sessions.requests import CommandRequest
from cluster_kit.store import Event, Person, Store, StoreError

log = logging.getLogger(__name__)

T = TypeVar("T")
AGAIN_S = 1.0
MORE_MINUTES = 2
POLL = "Which of these examples could your state try first?"
POLL_OPTIONS = ("The first", "The second", "Neither, and we will say why")


@dataclass(frozen=True)
class Cue:
    """A facilitator action at a minute after the doors open: a method name of ``Facilitator``."""

    minute: float
    does: str
    subject: str = ""


def write_cues(session: Session) -> list[Cue]:
    """The run of show as cues, in order. The second segment gets two more minutes; the last gives them back."""
    cues: list[Cue] = []
    minute = LOBBY_MINUTES
    for segment in session.segments:
        minutes = float(segment.minutes)
        if segment.kind is SegmentKind.POLICY_TOOL:
            minutes += MORE_MINUTES
        if segment.kind is SegmentKind.NEXT_STEPS:
            minutes = max(1.0, minutes - MORE_MINUTES)
        cues.append(Cue(minute, "begin", segment.kind.value))
        within = [*_within(session, segment.kind), *_compare(session, segment.kind)]
        cues += [Cue(minute + share * minutes, does, subject) for share, does, subject in within]
        minute += minutes
    return sorted([*cues, Cue(minute, "end")], key=lambda cue: cue.minute)


def _within(session: Session, segment: SegmentKind) -> list[tuple[float, str, str]]:
    """The actions within a segment: share of its time, method, and subject."""
    match segment:
        case SegmentKind.FRAMING:
            return [(0.1, "welcome", ""), (0.4, "share_link", "")]
        case SegmentKind.POLICY_TOOL:
            return [(0.5, "give_minutes", segment.value)]
        case SegmentKind.PEER_DISCUSSION:
            moderates = [(0.55, "feature_post", ""), (0.7, "hide_post", ""), (0.8, "put_post_back", "")]
            return [(0.05, "form_groups", ""), *moderates]
        case SegmentKind.STATE_EXAMPLES:
            examples = [(0.5, "feature_example", ""), (0.8, "feature_example", "")]
            return [(0.1, "ask_poll", ""), *examples, (0.7, "close_poll", ""), (0.75, "show_poll", "")]
        case SegmentKind.NEXT_STEPS:
            opens = [(0.05, "unlock", one.id) for one in session.exercises if _is_compared_in_the_room(one)]
            return [
                (0.02, "take_minutes", segment.value),
                *opens,
                (0.3, "finish_parked", ""),
                (0.6, "announce_end", ""),
            ]


def _compare(session: Session, segment: SegmentKind) -> list[tuple[float, str, str]]:
    """The actions that show the ratings of a segment's exercises."""
    rated = [one.id for one in session.exercises if one.segment is segment and _is_compared_in_the_room(one)]
    if not rated:
        return []
    reveals = [(0.55, "reveal", one) for one in rated]
    locks = [(0.95, "lock", one) for one in rated]
    return [*reveals, (0.6, "announce_reveal", ""), (0.75, "show_picture", AREAS), *locks]


def _is_compared_in_the_room(exercise: Exercise) -> bool:
    """Whether the facilitator shows its ratings; of prework, each team shows its own."""
    return bool(exercise.rated_prompts) and exercise.when is When.SESSION


def _asks_people(session: Session) -> bool:
    """Whether the peer rooms are for people, not for states: an exercise there asks each person."""
    in_peer_rooms = [e for e in session.exercises if e.place is Place.PEERS and e.when is When.SESSION]
    return any(prompt.scope is Scope.PERSON for exercise in in_peer_rooms for prompt in exercise.prompts)


class Facilitator:
    """Executes the cues. A cue without an object, such as a post to feature before anyone has posted, is skipped."""

    def __init__(self, script: Script, store: Store, person: Person, clock: Clock, tally: Tally) -> None:
        self._content, self._person = script.content, person
        self._snapshot_reader = SnapshotReader(script.content, script.session, store)
        self._session_log = self._snapshot_reader.session_log
        self._clock, self._tally = clock, tally
        self._hidden: Event | None = None
        self._poll: Event | None = None

    async def run(self) -> None:
        """Run the whole session, from its first segment to its end."""
        for cue in write_cues(self._session_log.session):
            await self._clock.until(cue.minute)
            await self._play(cue)

    async def _play(self, cue: Cue) -> None:
        does: Callable[[str], None] = getattr(self, cue.does)
        while True:
            try:
                return await asyncio.to_thread(does, cue.subject)
            except StoreError as error:
                self._tally.note_error("The store did not answer the facilitator", error)
                await asyncio.sleep(AGAIN_S)
            except ClusterKitError as error:
                self._tally.note_error(f"The facilitator could not {cue.does.replace('_', ' ')}", error)
                return None

    def _do(self, command: SessionCommand, subject: str = "") -> Event:
        event = self._session_log.do(self._person, command, subject=subject, jurisdiction="")
        self._tally.asked.add(event.id)
        self._tally.done.add(event.id)
        return event

    # --- run of show ------------------------------------------------------------------------------------------

    def begin(self, segment: str) -> None:
        """Start a segment."""
        self._do(BeginSegment(), segment)

    def end(self, _subject: str) -> None:
        """End the session."""
        self._do(EndSession())

    def give_minutes(self, segment: str) -> None:
        """Extend a segment; the policy tool always takes longer."""
        self._do(ChangeMinutes(minutes=MORE_MINUTES), segment)

    def take_minutes(self, segment: str) -> None:
        """Shorten another segment by the same time."""
        self._do(ChangeMinutes(minutes=-MORE_MINUTES), segment)

    def lock(self, exercise: str) -> None:
        """Lock an exercise."""
        self._do(Lock(locked=True), exercise)

    def unlock(self, exercise: str) -> None:
        """Unlock an exercise."""
        self._do(Lock(locked=False), exercise)

    def reveal(self, exercise: str) -> None:
        """Reveal each team's ratings to that team."""
        self._do(Reveal(revealed=True), exercise)

    # --- announcements ----------------------------------------------------------------------------------------

    def welcome(self, _subject: str) -> None:
        """Announce the start."""
        self._do(Broadcast(text="Welcome. Your exercises are on this page; everything you type is saved as you go."))

    def announce_reveal(self, _subject: str) -> None:
        """Announce the reveal."""
        self._do(Broadcast(text="Your team now sees how it rated. Start where you are furthest apart, and say why."))

    def announce_end(self, _subject: str) -> None:
        """Announce what follows the session."""
        self._do(Broadcast(text="Before you go: put a name and a day on at least one next step."))

    def share_link(self, _subject: str) -> None:
        """Share a link."""
        self._do(ShareLink.model_validate({"text": "Today's slides (fictional)", "url": "https://example.org/slides"}))

    # --- boards, examples, groups ---------------------------------------------------------------------------

    def feature_post(self, _subject: str) -> None:
        """Feature the post with the most reactions."""
        posts = [post for post in self._session_log.state().posts.values() if not post.hidden and not post.parent]
        if posts:
            best = max(posts, key=lambda post: (sum(map(len, post.reactions.values())), post.at))
            self._do(Moderate(featured=True), best.id)

    def hide_post(self, _subject: str) -> None:
        """Hide the latest reply, as if it were inappropriate."""
        replies = [post for post in self._session_log.state().posts.values() if post.parent and not post.hidden]
        if replies:
            self._hidden = self._do(Moderate(hidden=True), max(replies, key=lambda post: post.at).id)

    def put_post_back(self, _subject: str) -> None:
        """Undo the hiding."""
        if self._hidden:
            self._do(Undo(), self._hidden.id)

    def finish_parked(self, _subject: str) -> None:
        """Mark the first parked question as done."""
        waiting = [one for one in self._session_log.state().parked.values() if not one.done]
        if waiting:
            self._do(FinishParked(), waiting[0].id)

    def show_picture(self, subject: str) -> None:
        """Show the national chart, with small counts suppressed; nothing if too few states take part."""
        with suppress(NothingToShowError):
            request = CommandRequest(id="picture", kind=ShowPicture.kind, subject=subject)
            completed = put_picture(self._snapshot_reader.read(), request)
            self._do(ShowPicture.model_validate(completed.value), subject)

    def ask_poll(self, _subject: str) -> None:
        """Ask everyone a question, made on the spot."""
        self._poll = self._do(StartPoll(text=POLL, options=POLL_OPTIONS))

    def close_poll(self, _subject: str) -> None:
        """Close the poll."""
        if self._poll:
            self._do(ClosePoll(), self._poll.id)

    def show_poll(self, _subject: str) -> None:
        """Show the poll's results to participants; nothing if too few states answered."""
        if self._poll:
            subject = f"{PICTURE}{self._poll.id}"
            request = CommandRequest(id="picture", kind=ShowPicture.kind, subject=subject)
            with suppress(WithheldPollError):
                completed = put_poll_picture(self._snapshot_reader.read(), request)
                self._do(ShowPicture.model_validate(completed.value), subject)

    def feature_example(self, _subject: str) -> None:
        """Feature a shared example that is not featured yet."""
        snapshot = self._snapshot_reader.read()
        responses = [response for responses in snapshot.answers.values() for response in responses]
        shared = read_shared_examples(self._content, responses, snapshot.people.values())
        new = [one.key for some in shared.values() for one in some if one.key not in snapshot.session_state.features]
        if new:
            self._do(FeatureExample(), new[len(new) // 2])

    def form_groups(self, _subject: str) -> None:
        """Form trios if people practice in peer rooms, else groups of states in the size that the exercise asks for."""
        snapshot = self._snapshot_reader.read()
        people = present_people(snapshot)
        if _asks_people(snapshot.session):
            if people:
                self._do(form_trios(people).as_command())
            return
        answers = {code: Answers(responses) for code, responses in snapshot.answers.items()}
        states = read_states(self._content, answers, people)
        earlier = [pair for rounds in snapshot.earlier_rounds.values() for pair in read_pairs(rounds)]
        proposal = form_groups(self._content, states, earlier, size=snapshot.session.group_size or SIZE)
        if proposal.groups:
            self._do(proposal.as_command("What we take from our peers"))
