"""Where a form appears on a session page: the notebook leaves a placeholder, and the page attaches the form."""

from __future__ import annotations

from typing import Any

EXERCISE_MIME = "application/vnd.cluster-kit.exercise+json"


class FormPlaceholder:
    """A placeholder for an exercise's form, which the session page connects to the form service."""

    def __init__(self, exercise_id: str, title: str) -> None:
        self.exercise_id, self.title = exercise_id, title

    def __repr__(self) -> str:
        return f"The form of the exercise: {self.title}"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:  # noqa: ARG002
        return {EXERCISE_MIME: {"exercise": self.exercise_id}, "text/plain": repr(self)}
