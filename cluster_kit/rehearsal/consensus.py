"""Consensus of a fictional team after its ratings are revealed."""

from __future__ import annotations

from collections.abc import Iterator

from cluster_kit.content.rating_values import OffScale, write_stance
from cluster_kit.models import Json
from cluster_kit.rehearsal.answering import ScriptedAnswer
from cluster_kit.rehearsal.cast import Actor
from cluster_kit.rehearsal.opinions import settle_opinion, spread_opinions
from cluster_kit.rehearsal.plan import seeded_random
from cluster_kit.rehearsal.script import Script

MINUTES_AN_ITEM = 0.4
SETTLED, EXPLAINED, DISSENTED = 0.85, 0.6, 0.5


def make_consensus_answers(script: Script, actor: Actor, schema: Json, seen: Json) -> list[ScriptedAnswer]:
    """This person's consensus entries for the team, item by item. ``seen`` is the distribution that the page shows.

    A team divides the items among its people: one proposes, and another agrees. Items with one rating need no
    consensus; some items stay open for lack of time.
    """
    prompts = [prompt for prompt in schema["prompts"] if prompt["kind"] == "items" and prompt.get("together")]
    return [
        answer
        for prompt in prompts
        for area in prompt["areas"]
        for item in area["items"]
        for answer in _settle_item(script, actor, prompt["id"], item, seen.get(prompt["id"], {}).get(item["id"], {}))
    ]


def _settle_item(script: Script, actor: Actor, prompt: str, item: Json, seen: Json) -> Iterator[ScriptedAnswer]:
    seed, state, row = script.plan.seed, actor.jurisdiction, item["id"]
    team = seeded_random(seed, "settle", state, row)
    ratings = [
        int(point) if point.isdigit() else point for point, many in seen.get("points", {}).items() for _ in range(many)
    ]
    settled = settle_opinion(ratings, [point["value"] for point in item["scale"]])
    proposer = team.randrange(actor.team)
    if settled is None or team.random() > SETTLED:
        return
    if actor.place != proposer:
        if actor.place == (proposer + 1) % actor.team:
            yield ScriptedAnswer(f"{prompt}.agreement", row, "person", write_stance("agree", settled))
        return
    own = {"state": actor.state, "name": actor.name}
    yield ScriptedAnswer(f"{prompt}.consensus", row, "team", settled, MINUTES_AN_ITEM)
    if settled == OffScale.DOES_NOT_APPLY:
        text = script.phrases.choose("consensus", ["does_not_apply"], team, own)
        yield ScriptedAnswer(f"{prompt}.rationale", row, "team", text, MINUTES_AN_ITEM)
        return
    apart = spread_opinions(ratings)
    if apart and team.random() < EXPLAINED:
        text = script.phrases.choose("consensus", ["rationale"], team, own)
        yield ScriptedAnswer(f"{prompt}.rationale", row, "team", text, MINUTES_AN_ITEM)
    if apart > 1 and team.random() < DISSENTED:
        text = script.phrases.choose("consensus", ["dissent"], team, own)
        yield ScriptedAnswer(f"{prompt}.dissent", row, "team", text, MINUTES_AN_ITEM)
