"""Count the content, for the output of a successful check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cluster_kit.content.models import Content, ContentModel


@dataclass(frozen=True)
class ContentSummary:
    """A series in numbers. ``words`` counts what facilitators and participants read."""

    series: str
    title: str
    version: str
    sessions: int
    minutes: int
    exercises: int
    prompts: int
    outcomes: int
    areas: int
    items: int
    questions: int
    clusters: int
    jurisdictions: int
    words: int

    def __str__(self) -> str:
        return "\n".join(
            [
                f"Series {self.series}, {self.title} (content version {self.version}): no problems.",
                f"  {self.sessions} sessions of {self.minutes} minutes in all, with {self.exercises} exercises, "
                f"{self.prompts} prompts and {self.outcomes} learning outcomes",
                f"  an instrument of {self.items} items in {self.areas} areas, and {self.questions} open questions",
                f"  {self.clusters} Clusters, {self.jurisdictions} jurisdictions, {self.words:,} words",
            ]
        )


def summarize_content(content: Content) -> ContentSummary:
    """The content in numbers."""
    exercises = [exercise for session in content.sessions for exercise in session.exercises]
    return ContentSummary(
        series=content.series.id,
        title=content.series.title,
        version=content.version,
        sessions=len(content.sessions),
        minutes=sum(session.minutes for session in content.sessions),
        exercises=len(exercises),
        prompts=sum(len(exercise.prompts) for exercise in exercises),
        outcomes=sum(len(session.outcomes) for session in content.sessions),
        areas=len(content.instrument.areas),
        items=len(content.instrument.items),
        questions=len(content.instrument.goals) + len(content.instrument.plan),
        clusters=len(content.framework.clusters),
        jurisdictions=len(content.jurisdictions),
        words=sum(len(text.split()) for part in (*content.sessions, content.instrument) for text in _texts(part)),
    )


def _texts(value: object) -> Iterator[str]:
    """Every prose text within a model; single words such as ids are omitted."""
    if isinstance(value, str):
        if " " in value:
            yield value
    elif isinstance(value, tuple | list):
        for entry in value:
            yield from _texts(entry)
    elif isinstance(value, ContentModel):
        for name in type(value).model_fields:
            yield from _texts(getattr(value, name))
