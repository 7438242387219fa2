"""Find prompts of a kind, in the order of the series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from cluster_kit.content.models import Content, Exercise

P = TypeVar("P")


def prompts_of(content: Content, kind: type[P], sessions: Sequence[int] | None) -> Iterator[tuple[int, Exercise, P]]:
    """Each prompt of this kind with its session's number and its exercise. ``sessions`` None: of all sessions."""
    for session in content.sessions:
        if sessions is None or session.number in sessions:
            for exercise in session.exercises:
                for prompt in exercise.prompts:
                    if isinstance(prompt, kind):
                        yield session.number, exercise, prompt
