"""What fictional people say on the boards: posts, replies, reactions, and what they put in the parking lot."""

from __future__ import annotations

import random

from cluster_kit.content.models import SegmentKind
from cluster_kit.meeting.board import Reaction
from cluster_kit.rehearsal.cast import Actor
from cluster_kit.rehearsal.floor import Floor
from cluster_kit.rehearsal.script import Script

# How often something is said in a segment, when somebody comes to it.
LIVELY = {
    SegmentKind.FRAMING: 0.15,
    SegmentKind.POLICY_TOOL: 0.15,
    SegmentKind.PEER_DISCUSSION: 0.9,
    SegmentKind.STATE_EXAMPLES: 0.6,
    SegmentKind.NEXT_STEPS: 0.15,
}
SIGNED = 0.2


async def say_something(script: Script, actor: Actor, floor: Floor, chance: random.Random) -> None:
    """Perhaps post, reply, react or park something, as the present segment invites it."""
    segment = SegmentKind(floor.segment)
    if chance.random() > LIVELY[segment]:
        return
    own = {"state": actor.state, "name": actor.name}
    signed = chance.random() < SIGNED
    others = [post for post in floor.posts.values() if post["segment"] == segment and not post["mine"]]
    threads = [post for post in others if not post["parent"]]
    choice = chance.random()
    if choice < 0.45 and others:
        await floor.do("react", chance.choice(others)["id"], reaction=chance.choice(list(Reaction)).value)
    elif choice < 0.65 and threads:
        text = script.phrases.say("boards", ["reply"], chance, own)
        await floor.do("post", segment.value, text=text, parent=chance.choice(threads)["id"], signed=signed)
    elif choice < 0.72:
        await floor.do("park", text=script.phrases.say("boards", ["parked"], chance, own))
    else:
        text = script.phrases.say("boards", [segment.value], chance, own)
        await floor.do("post", segment.value, text=text, signed=signed)
