"""A fictional participant evaluates the session, with the requests of the page."""

from __future__ import annotations

import httpx

from cluster_kit.demo.sample_evaluations import make_up_evaluation
from cluster_kit.rehearsal.cast import Actor
from cluster_kit.rehearsal.client import Client
from cluster_kit.rehearsal.plan import seeded_random
from cluster_kit.rehearsal.script import Script
from cluster_kit.rehearsal.tally import Tally

RESPONSE_RATE = 0.7


async def send_evaluation(script: Script, actor: Actor, client: Client, tally: Tally) -> None:
    """Send an evaluation, as most people do. The answers have nothing to do with the person, as in a real session."""
    chance = seeded_random(script.plan.seed, "evaluates", actor.id)
    if chance.random() > RESPONSE_RATE:
        return
    answers = make_up_evaluation(script.evaluation, script.session, chance)
    try:
        if await client.evaluate(script.plan.session, answers):
            tally.evaluations += 1
    except httpx.HTTPError as error:
        tally.note_error("An evaluation was not sent", error)
