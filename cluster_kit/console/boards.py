"""Boards panel: states' posts, to hide or to feature."""

from __future__ import annotations

from cluster_kit.console.panel import PanelKind
from cluster_kit.console.snapshot import EVENTS, PEOPLE, Snapshot
from cluster_kit.console.views.boards import BoardPostView, BoardsView, BoardTitleView
from cluster_kit.sessions.board import LONGEST_POST, QUESTIONS
from cluster_kit.sessions.state import Post


def boards_view(snapshot: Snapshot) -> BoardsView:
    """The boards, and every post or reply."""
    posts = snapshot.session_state.posts
    return BoardsView(
        boards=[BoardTitleView(segment=one.kind.value, title=one.title) for one in snapshot.session.segments],
        present=snapshot.session_state.segment,
        longest=LONGEST_POST,
        posts={
            post.id: _post(snapshot, post, place)
            for place, post in enumerate(posts.values())
            if post.segment != QUESTIONS  # these are in a panel of their own
        },
    )


def _post(snapshot: Snapshot, post: Post, place: int) -> BoardPostView:
    return BoardPostView(
        id=post.id,
        place=place,
        segment=post.segment,
        parent=post.parent,
        text=post.text,
        state=snapshot.state_name(post.jurisdiction),
        who=snapshot.name(post.author) if post.signed else "",
        at=post.at.isoformat(),
        hidden=post.hidden,
        featured=post.featured,
        reactions={kind: len(who) for kind, who in post.reactions.items() if who},
    )


KIND = PanelKind("boards", boards_view, (EVENTS, PEOPLE), commands=("post", "moderate"))
