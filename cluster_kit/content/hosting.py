"""What helps a team in its room: room roles, a room host's steps, and cues for each exercise (``hosting.yaml``)."""

from __future__ import annotations

from pydantic import Field, PositiveInt

from cluster_kit.content.fields import ContentModel, SchemaVersion, Slug, Text


def cue_verb(words: str) -> str:
    """``Ask`` for a question, ``Say`` for anything else: the word before what a host says to a team."""
    return "Ask" if "?" in words else "Say"


class RoomRole(ContentModel):
    """A role that one person in a room takes, such as typist."""

    id: Slug
    title: Text
    does: Text


class ListenFor(ContentModel):
    """Something a team may say or do (``signal``), and the question that helps then (``ask``)."""

    signal: Text
    ask: Text


class ExerciseCues(ContentModel):
    """Cues for one exercise: what to listen for, and a question for a team that is stuck or finishes too quickly."""

    session: PositiveInt
    exercise: Slug
    listen: tuple[ListenFor, ...] = ()
    stuck: Text
    quick: Text


class Hosting(ContentModel):
    """The series' ``hosting.yaml``."""

    schema_version: SchemaVersion
    roles: tuple[RoomRole, ...] = Field(min_length=1)
    host: tuple[Text, ...] = Field(min_length=1)
    cues: tuple[ExerciseCues, ...] = ()

    def find_cues(self, session: int, exercise: str) -> ExerciseCues | None:
        """The cues of an exercise, or None."""
        return next((cue for cue in self.cues if (cue.session, cue.exercise) == (session, exercise)), None)
