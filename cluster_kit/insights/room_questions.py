"""Questions from the room: posts that ask something, in order of support."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from cluster_kit.sessions.board import QUESTIONS
from cluster_kit.sessions.scenes import QuestionStatus

Asked = TypeVar("Asked")
ORDER = (QuestionStatus.OPEN, QuestionStatus.PARKED, QuestionStatus.ANSWERED)


def is_question(board: str, text: str, parent: str | None) -> bool:
    """Whether a post asks something: it begins a thread, on the board for questions or with a question mark."""
    return not parent and (board == QUESTIONS or "?" in text)


def rank_questions(
    posts: Iterable[Asked],
    statuses: Mapping[str, QuestionStatus],
    key: Callable[[Asked], tuple[str, int]],
) -> list[tuple[Asked, QuestionStatus]]:
    """The questions with their statuses: open ones first, then parked, then answered; each by support.

    ``key`` returns a post's id and its support. With equal support, the earlier question comes first.
    """
    found = [(post, statuses.get(key(post)[0], QuestionStatus.OPEN)) for post in posts]
    return sorted(found, key=lambda one: (ORDER.index(one[1]), -key(one[0])[1]))
