"""The session's exercises: how far teams are, which take answers, and whose spread is revealed."""

from __future__ import annotations

from cluster_kit.console.panel import PanelKind
from cluster_kit.console.snapshot import ANSWERS, EVENTS, PEOPLE, Snapshot
from cluster_kit.content.models import Exercise, When
from cluster_kit.insights.progress import ExerciseProgress, read_progress, who_is_here
from cluster_kit.models import Json


def exercises_view(sight: Snapshot) -> Json:
    """Each exercise that is done in the room, in order: how many of the states that are ``here`` have begun it.

    ``asked`` are those of them whom it asks anything.
    """
    here = {code for code, state in who_is_here(sight.presence, sight.at).items() if state.here}
    progress = read_progress(sight.content, sight.session.number, sight.steps)
    in_room = [exercise for exercise in sight.session.exercises if exercise.when is When.SESSION]
    return {
        "present": sight.standing.segment,
        "here": len(here),
        "exercises": [_exercise(sight, exercise, progress[exercise.id], here) for exercise in in_room],
    }


def _exercise(sight: Snapshot, exercise: Exercise, progress: ExerciseProgress, here: set[str]) -> Json:
    """Where nobody is here, before or after the session, every state counts."""
    standing = sight.standing
    begun, done = (len(here.intersection(codes) if here else codes) for codes in (progress.begun, progress.done))
    asked = len(here.difference(progress.spared))
    return {
        "id": exercise.id,
        "title": exercise.title,
        "segment": exercise.segment.value,
        "asked": asked,
        "begun": begun,
        "finished": done,
        "locked": standing.is_locked(exercise.id),
        "rated": bool(exercise.rated_prompts),
        "revealed": (exercise.id, "") in standing.revealed,
        "revealed_to": sum(which == exercise.id and bool(state) for which, state in standing.revealed),
    }


KIND = PanelKind("exercises", exercises_view, (EVENTS, ANSWERS, PEOPLE), does=("lock", "reveal"))
