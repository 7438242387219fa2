"""What to discuss next: items in the order in which talking about them helps most teams, each with its reason."""

from __future__ import annotations

from cluster_kit.console.panel import PanelKind
from cluster_kit.console.results import list_rated_areas, put_picture
from cluster_kit.console.snapshot import ANSWERS, EVENTS, Snapshot
from cluster_kit.exercises.labels import vocabulary
from cluster_kit.insights.discuss import Topic, rank_topics
from cluster_kit.models import Json

MOST = 12


def discuss_view(sight: Snapshot) -> Json:
    """The most pressing topics of what this session rates, and which of their pictures participants see."""
    items = [item.id for area in list_rated_areas(sight) for item in area.items]
    titles = vocabulary(sight.content, "areas")
    topics = rank_topics(sight.content, sight.views, items)[:MOST]
    return {
        "topics": [_topic(topic, titles.get(topic.area, ""), topic.item in sight.standing.shown) for topic in topics]
    }


def _topic(topic: Topic, area: str, is_shown: bool) -> Json:
    words = {"text": topic.text, "area": area, "reason": topic.reason, "aloud": topic.aloud}
    return {"item": topic.item, **words, "shown": is_shown}


KIND = PanelKind("discuss", discuss_view, (EVENTS, ANSWERS), does=("show",), prepare=put_picture)
