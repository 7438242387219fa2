"""Examples that states share, to put on every page. The sharing ladder holds here too: what a facilitator sees of an
example is what every state may see of it.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterator

from cluster_kit.console.panel import PanelKind
from cluster_kit.console.snapshot import ANSWERS, EVENTS, Snapshot
from cluster_kit.errors import ClusterKitError
from cluster_kit.exercises.labels import vocabulary
from cluster_kit.insights.peers import SOMEBODY, Example, example_exercises, read_shared_examples
from cluster_kit.models import Json
from cluster_kit.sessions.facilitation import FeatureExample
from cluster_kit.sessions.requests import CommandRequest

MOST = 60
_SECRET = secrets.token_bytes(16)


class GoneExampleError(ClusterKitError, LookupError):
    """An example that its state no longer shares."""

    def __init__(self) -> None:
        super().__init__("That example is no longer shared: its state has taken it back, or changed who may see it.")


def examples_view(sight: Snapshot) -> Json:
    """Under ``example <id>`` each example that states let others see, the newest first, and whether it is on pages."""
    titles = vocabulary(sight.content, "areas")
    found = sorted(shared(sight), key=lambda example: -example.seq)[:MOST]
    return {
        "order": [_id(example) for example in found],
        **{f"example {_id(example)}": _show(example, titles.get(example.area, ""), sight) for example in found},
    }


def shared(sight: Snapshot) -> Iterator[Example]:
    """Every example that may be shown to other states, as they may see it."""
    exercises = set(example_exercises(sight.content))
    given = [said for answers in sight.answers.values() for said in answers if said.exercise in exercises]
    for examples in read_shared_examples(sight.content, given, sight.people.values()).values():
        yield from examples


def find_key(sight: Snapshot, ask: CommandRequest) -> CommandRequest:
    """The page knows an example by a name that tells nothing of its state; here it is found by its key."""
    if ask.kind != FeatureExample.kind:
        return ask
    key = next((example.key for example in shared(sight) if _id(example) == ask.subject), None)
    if key is None:
        raise GoneExampleError
    return ask.model_copy(update={"subject": key})


def _show(example: Example, area: str, sight: Snapshot) -> Json:
    return {
        "title": example.title,
        "state": example.state or SOMEBODY,
        "area": area,
        "facts": [list(fact) for fact in example.facts],
        "featured": example.key in sight.standing.features,
    }


def _id(example: Example) -> str:
    """Nobody finds the key, and with it the state, by trying."""
    return hmac.new(_SECRET, example.key.encode(), "sha256").hexdigest()[:16]


KIND = PanelKind("examples", examples_view, (EVENTS, ANSWERS), does=("feature",), prepare=find_key)
