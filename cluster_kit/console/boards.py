"""The boards: what states write, to hide or to put on top."""

from __future__ import annotations

from cluster_kit.console.panel import PanelKind
from cluster_kit.console.snapshot import EVENTS, PEOPLE, Snapshot
from cluster_kit.models import Json
from cluster_kit.sessions.board import LONGEST_POST
from cluster_kit.sessions.state import Post


def boards_view(sight: Snapshot) -> Json:
    """The boards that there are, and under ``post <id>`` each post or reply, so that only what changes is sent."""
    posts = sight.standing.posts
    boards = [{"segment": segment.kind.value, "title": segment.title} for segment in sight.session.segments]
    return {
        "boards": boards,
        "present": sight.standing.segment,
        "longest": LONGEST_POST,
        **{f"post {post.id}": _post(sight, post, place) for place, post in enumerate(posts.values())},
    }


def _post(sight: Snapshot, post: Post, place: int) -> Json:
    return {
        "id": post.id,
        "place": place,
        "segment": post.segment,
        "parent": post.parent,
        "text": post.text,
        "state": sight.state_name(post.jurisdiction),
        "who": sight.name(post.author) if post.signed else "",
        "at": post.at.isoformat(),
        "hidden": post.hidden,
        "featured": post.featured,
        "reactions": {kind: len(who) for kind, who in post.reactions.items() if who},
    }


KIND = PanelKind("boards", boards_view, (EVENTS, PEOPLE), does=("post", "moderate"))
