"""Questions panel: questions from the room by support, to post, answer, park, or remove."""

from __future__ import annotations

from cluster_kit.console.panel import PanelKind
from cluster_kit.console.snapshot import EVENTS, PEOPLE, Snapshot
from cluster_kit.console.views.questions import (
    QuestionsView,
    RemovedQuestionView,
    RoomQuestionView,
    WaitingQuestionView,
)
from cluster_kit.insights.room_questions import is_question, rank_questions
from cluster_kit.sessions.board import QUESTIONS, Reaction, seen_posts
from cluster_kit.sessions.state import Post


def questions_view(snapshot: Snapshot) -> QuestionsView:
    """The questions that wait, those that participants see in order of support, and those that were removed."""
    posts = snapshot.session_state.posts.values()
    return QuestionsView(
        is_held=snapshot.session_state.holds_questions,
        waiting=[_waiting(snapshot, post) for post in posts if post.waiting and not post.hidden],
        questions=list_questions(snapshot),
        removed=[
            RemovedQuestionView(id=post.id, text=post.text, state=snapshot.state_name(post.jurisdiction))
            for post in posts
            if post.hidden and post.segment == QUESTIONS
        ],
    )


def list_questions(snapshot: Snapshot) -> list[RoomQuestionView]:
    """The questions that participants see, open ones first, each group by support."""
    posts = seen_posts(snapshot.session_state).values()
    asked = [post for post in posts if post.jurisdiction and is_question(post.segment, post.text, post.parent)]
    ranked = rank_questions(asked, snapshot.session_state.questions, lambda post: (post.id, _support(post)))
    return [
        RoomQuestionView(
            id=post.id,
            text=post.text,
            state=snapshot.state_name(post.jurisdiction),
            support=_support(post),
            status=status,
        )
        for post, status in ranked
    ]


def _waiting(snapshot: Snapshot, post: Post) -> WaitingQuestionView:
    state, is_reply = snapshot.state_name(post.jurisdiction), bool(post.parent)
    return WaitingQuestionView(id=post.id, text=post.text, state=state, at=post.at.isoformat(), is_reply=is_reply)


def _support(post: Post) -> int:
    return len(post.reactions.get(Reaction.SAME_HERE.value, ()))


KIND = PanelKind("questions", questions_view, (EVENTS, PEOPLE), commands=("question", "moderate", "hold", "release"))
