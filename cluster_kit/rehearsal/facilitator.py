"""The fictional facilitator: runs the session minute by minute, in the same way as the console's buttons do."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from cluster_kit.content.models import Exercise, ItemsPrompt, SegmentKind, Session
from cluster_kit.errors import ClusterKitError
from cluster_kit.meeting import Doing, Journal
from cluster_kit.meeting.board import Moderate
from cluster_kit.meeting.doings import (
    BeginSegment,
    Broadcast,
    ChangeMinutes,
    EndSession,
    FeatureExample,
    FinishParked,
    FormGroups,
    GroupOf,
    Lock,
    Reveal,
    ShareLink,
    Undo,
)
from cluster_kit.rehearsal.plan import LOBBY_MINUTES, Clock
from cluster_kit.rehearsal.tally import Tally
from cluster_kit.responses import Event, Person, Store, StoreError

log = logging.getLogger(__name__)

T = TypeVar("T")
AGAIN_S = 1.0
MORE_MINUTES = 2
GROUP_SIZE = 4
SHARED = ("anonymous", "named")


@dataclass(frozen=True)
class Cue:
    """Something that the facilitator does at a minute after the doors opened: a method of ``Facilitator``."""

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
        within = _within(session, segment.kind)
        cues += [Cue(minute + share * minutes, does, subject) for share, does, subject in within]
        minute += minutes
    return sorted([*cues, Cue(minute, "end")], key=lambda cue: cue.minute)


def _within(session: Session, segment: SegmentKind) -> list[tuple[float, str, str]]:
    """What is done in a segment: at which share of its time, what, and to what."""
    rated = [one.id for one in session.exercises if one.segment is segment and _is_rated(one)]
    match segment:
        case SegmentKind.FRAMING:
            return [(0.1, "welcome", ""), (0.4, "share_link", "")]
        case SegmentKind.POLICY_TOOL:
            reveals = [(0.55, "reveal", one) for one in rated]
            locks = [(0.95, "lock", one) for one in rated]
            return [(0.5, "give_minutes", segment.value), *reveals, (0.6, "say_reveal", ""), *locks]
        case SegmentKind.PEER_DISCUSSION:
            moderates = [(0.55, "feature_post", ""), (0.7, "hide_post", ""), (0.8, "put_post_back", "")]
            return [(0.05, "form_groups", ""), *moderates]
        case SegmentKind.STATE_EXAMPLES:
            return [(0.5, "feature_example", ""), (0.8, "feature_example", "")]
        case SegmentKind.NEXT_STEPS:
            opens = [(0.05, "unlock", one.id) for one in session.exercises if _is_rated(one)]
            return [(0.02, "take_minutes", segment.value), *opens, (0.3, "finish_parked", ""), (0.6, "say_goodbye", "")]


def _is_rated(exercise: Exercise) -> bool:
    return any(isinstance(prompt, ItemsPrompt) for prompt in exercise.prompts)


class Facilitator:
    """Plays the cues. What a cue finds nothing for, such as a post to feature where nobody posted, is left out."""

    def __init__(self, journal: Journal, store: Store, person: Person, clock: Clock, tally: Tally) -> None:
        self._journal, self._store, self._person = journal, store, person
        self._clock, self._tally = clock, tally
        self._hidden: Event | None = None

    async def run(self) -> None:
        """The whole session, from its first segment to its end."""
        for cue in write_cues(self._journal.session):
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

    def _do(self, doing: Doing, subject: str = "") -> Event:
        event = self._journal.do(self._person, doing, subject=subject, jurisdiction="")
        self._tally.asked.add(event.id)
        self._tally.done.add(event.id)
        return event

    # --- the run of show ------------------------------------------------------------------------------------

    def begin(self, segment: str) -> None:
        """Go to a segment."""
        self._do(BeginSegment(), segment)

    def end(self, _subject: str) -> None:
        """End the session."""
        self._do(EndSession())

    def give_minutes(self, segment: str) -> None:
        """The policy tool always takes longer."""
        self._do(ChangeMinutes(minutes=MORE_MINUTES), segment)

    def take_minutes(self, segment: str) -> None:
        """What one segment got, another gives."""
        self._do(ChangeMinutes(minutes=-MORE_MINUTES), segment)

    def lock(self, exercise: str) -> None:
        """Close an exercise to answers."""
        self._do(Lock(locked=True), exercise)

    def unlock(self, exercise: str) -> None:
        """Open it again."""
        self._do(Lock(locked=False), exercise)

    def reveal(self, exercise: str) -> None:
        """Show every team its own spread."""
        self._do(Reveal(revealed=True), exercise)

    # --- what is said ---------------------------------------------------------------------------------------

    def welcome(self, _subject: str) -> None:
        """Say hello."""
        self._do(Broadcast(text="Welcome. Your exercises are on this page; everything you type is saved as you go."))

    def say_reveal(self, _subject: str) -> None:
        """Say what to do with the spread."""
        self._do(Broadcast(text="Your team now sees how it rated. Start where you are furthest apart, and say why."))

    def say_goodbye(self, _subject: str) -> None:
        """Say what comes next."""
        self._do(Broadcast(text="Before you go: put a name and a day on at least one next step."))

    def share_link(self, _subject: str) -> None:
        """Share a link."""
        self._do(ShareLink.model_validate({"text": "Today's slides (fictional)", "url": "https://example.org/slides"}))

    # --- boards, examples, groups ---------------------------------------------------------------------------

    def feature_post(self, _subject: str) -> None:
        """Put the post with the most reactions on top."""
        posts = [post for post in self._journal.standing().posts.values() if not post.hidden and not post.parent]
        if posts:
            best = max(posts, key=lambda post: (sum(map(len, post.reactions.values())), post.at))
            self._do(Moderate(featured=True), best.id)

    def hide_post(self, _subject: str) -> None:
        """Hide the latest reply, as if it had been out of place."""
        replies = [post for post in self._journal.standing().posts.values() if post.parent and not post.hidden]
        if replies:
            self._hidden = self._do(Moderate(hidden=True), max(replies, key=lambda post: post.at).id)

    def put_post_back(self, _subject: str) -> None:
        """Undo that: it was fine."""
        if self._hidden:
            self._do(Undo(), self._hidden.id)

    def finish_parked(self, _subject: str) -> None:
        """Come back to what was parked first."""
        waiting = [one for one in self._journal.standing().parked.values() if not one.done]
        if waiting:
            self._do(FinishParked(), waiting[0].id)

    def feature_example(self, _subject: str) -> None:
        """Feature an example that its state shares, one that is not featured yet."""
        featured = self._journal.standing().features
        given = self._store.current(self._journal.series, exercise="examples")
        shared = [r for r in given if r.prompt == "examples.may_share" and r.value in SHARED]
        keys = [f"{r.jurisdiction}/{r.exercise}/{r.row}" for r in shared]
        new = [key for key in keys if key not in featured]
        if new:
            self._do(FeatureExample(), new[len(new) // 2])

    def form_groups(self, _subject: str) -> None:
        """Groups of four states, of those that are there."""
        session = self._journal.session.number
        here = sorted({one.jurisdiction for one in self._store.presence(self._journal.series, session)} - {""})
        groups = [here[start : start + GROUP_SIZE] for start in range(0, len(here), GROUP_SIZE)]
        if groups:
            formed = tuple(GroupOf(number=number, states=tuple(some)) for number, some in enumerate(groups, start=1))
            self._do(FormGroups(title="What we take from our peers", groups=formed))
