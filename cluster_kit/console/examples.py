"""Examples panel: shared examples, to feature on every page.

The sharing ladder applies: a facilitator sees only what every state may see of an example.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterator

from cluster_kit.console.panel import PanelKind
from cluster_kit.console.snapshot import ANSWERS, EVENTS, Snapshot
from cluster_kit.console.views.examples import ExamplesView, SharedExampleView
from cluster_kit.errors import ClusterKitError
from cluster_kit.exercises.labels import vocabulary_labels
from cluster_kit.insights.peers import ANONYMOUS_STATE, Example, example_exercises, read_shared_examples
from cluster_kit.sessions.facilitation import FeatureExample
from cluster_kit.sessions.requests import CommandRequest

MOST = 60
_SECRET = secrets.token_bytes(16)


class GoneExampleError(ClusterKitError, LookupError):
    """The state no longer shares this example."""

    def __init__(self) -> None:
        super().__init__("That example is no longer shared: its state has taken it back, or changed who may see it.")


def examples_view(snapshot: Snapshot) -> ExamplesView:
    """The shared examples, newest first, and whether each is featured."""
    titles = vocabulary_labels(snapshot.content, "areas")
    found = sorted(list_shared_examples(snapshot), key=lambda example: -example.seq)[:MOST]
    return ExamplesView(
        order=[_id(example) for example in found],
        examples={_id(example): _show(example, titles.get(example.area, ""), snapshot) for example in found},
    )


def list_shared_examples(snapshot: Snapshot) -> Iterator[Example]:
    """Every example that may be shown to other states, in the form they may see."""
    exercises = set(example_exercises(snapshot.content))
    given = [
        response for answers in snapshot.answers.values() for response in answers if response.exercise in exercises
    ]
    for examples in read_shared_examples(snapshot.content, given, snapshot.people.values()).values():
        yield from examples


def find_key(snapshot: Snapshot, ask: CommandRequest) -> CommandRequest:
    """The command with the example's key for the id that the page sent, which does not disclose the state.

    Raises ``GoneExampleError`` if the example is no longer shared.
    """
    if ask.kind != FeatureExample.kind:
        return ask
    key = next((example.key for example in list_shared_examples(snapshot) if _id(example) == ask.subject), None)
    if key is None:
        raise GoneExampleError
    return ask.model_copy(update={"subject": key})


def _show(example: Example, area: str, snapshot: Snapshot) -> SharedExampleView:
    return SharedExampleView(
        title=example.title,
        state=example.state or ANONYMOUS_STATE,
        area=area,
        facts=list(example.facts),
        featured=example.key in snapshot.session_state.features,
    )


def _id(example: Example) -> str:
    """A keyed hash of the example's key, so that the state cannot be found by trying keys."""
    return hmac.new(_SECRET, example.key.encode(), "sha256").hexdigest()[:16]


KIND = PanelKind("examples", examples_view, (EVENTS, ANSWERS), commands=("feature",), prepare=find_key)
