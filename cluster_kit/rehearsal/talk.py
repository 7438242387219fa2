"""Fictional people's posts, replies, reactions, parked questions, and votes in polls."""

from __future__ import annotations

import random

from cluster_kit.content.models import SegmentKind
from cluster_kit.rehearsal.cast import Actor
from cluster_kit.rehearsal.page import ParticipantPage
from cluster_kit.rehearsal.plan import Clock
from cluster_kit.rehearsal.script import Script
from cluster_kit.sessions.board import Reaction

# Probability of a post by segment, per opportunity.
LIVELY = {
    SegmentKind.FRAMING: 0.15,
    SegmentKind.POLICY_TOOL: 0.15,
    SegmentKind.PEER_DISCUSSION: 0.9,
    SegmentKind.STATE_EXAMPLES: 0.6,
    SegmentKind.NEXT_STEPS: 0.15,
}
SIGNED = 0.2
VOTE_RATE = 0.8
MINUTES_TO_VOTE = 2.0
PHRASES = {"reply": "reply", "park": "parked"}


async def join_discussion(script: Script, actor: Actor, page: ParticipantPage, chance: random.Random) -> None:
    """Post, reply, react, or park something with some probability, as the current segment suggests."""
    segment = SegmentKind(page.view.segment)
    if chance.random() > LIVELY[segment]:
        return
    own = {"state": actor.state, "name": actor.name}
    signed = chance.random() < SIGNED
    on_board = [post for post in page.view.posts.values() if post["segment"] == segment]
    others = [post for post in on_board if not post["mine"]]
    threads = [post for post in others if not post["parent"]]
    what = chance.choices(["react", "reply", "park", "post"], [9 * bool(others), 4 * bool(threads), 1, 6])[0]
    if what == "react":
        await page.run_command("react", chance.choice(others)["id"], reaction=chance.choice(list(Reaction)).value)
        return
    text = script.phrases.choose("boards", [PHRASES.get(what, segment.value)], chance, own)
    if what == "park":
        await page.run_command("park", text=text)
    elif text not in {post["text"] for post in on_board}:  # not posted yet
        parent = chance.choice(threads)["id"] if what == "reply" else ""
        await page.run_command("post", segment.value, text=text, parent=parent, signed=signed)


async def answer_polls(page: ParticipantPage, clock: Clock, chance: random.Random, seen: set[str]) -> None:
    """Answer each poll after some thought, unless it has been closed by then. Some people do not answer."""
    while True:
        await page.view.until(lambda: page.view.poll and page.view.poll["id"] not in seen)
        poll = page.view.poll
        if poll is None:
            continue
        seen.add(poll["id"])
        await clock.pause(MINUTES_TO_VOTE * chance.random())
        is_open = page.view.poll is not None and page.view.poll["id"] == poll["id"]
        if is_open and chance.random() < VOTE_RATE:
            await page.run_command("vote", poll["id"], choice=chance.randrange(len(poll["options"])))
