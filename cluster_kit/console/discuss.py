"""Discussion panel: items ranked by the number of teams that gain from discussing them, each with its reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from cluster_kit.console.panel import PanelKind
from cluster_kit.console.results import list_rated_areas, put_picture
from cluster_kit.console.snapshot import ANSWERS, EVENTS, Snapshot
from cluster_kit.console.views.discuss import DiscussView, TopicView
from cluster_kit.content.models import ItemsPrompt
from cluster_kit.exercises.fields import select_areas
from cluster_kit.exercises.labels import vocabulary_labels
from cluster_kit.exercises.prompts import prompts_of
from cluster_kit.insights.discuss import Topic, rank_topics

MOST = 12


def discuss_view(snapshot: Snapshot) -> DiscussView:
    """The top topics among the session's rated items, and which of their charts participants see."""
    items = [item.id for area in list_rated_areas(snapshot) for item in area.items]
    titles = vocabulary_labels(snapshot.content, "areas")
    topics = rank_topics(snapshot.content, snapshot.views, items, is_revealed=_revealed_in(snapshot))[:MOST]
    shown = snapshot.session_state.shown
    return DiscussView(topics=[_topic(one, titles.get(one.area, ""), one.item in shown) for one in topics])


def _revealed_in(snapshot: Snapshot) -> Callable[[str, str], bool]:
    """Whether a state's team may see its ratings of an item, in any exercise of the session that asks for it."""
    asking: defaultdict[str, list[str]] = defaultdict(list)
    for _, exercise, prompt in prompts_of(snapshot.content, ItemsPrompt, [snapshot.session.number]):
        for area in select_areas(snapshot.content, prompt):
            for item in area.items:
                asking[item.id].append(exercise.id)
    state = snapshot.session_state
    return lambda item, code: any(state.is_revealed(exercise, code) for exercise in asking[item])


def _topic(topic: Topic, area: str, is_shown: bool) -> TopicView:
    return TopicView(
        item=topic.item, text=topic.text, area=area, reason=topic.reason, aloud=topic.aloud, shown=is_shown
    )


KIND = PanelKind("discuss", discuss_view, (EVENTS, ANSWERS), commands=("show",), prepare=put_picture)
