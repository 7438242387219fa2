"""Exercises panel: progress, locks, and revealed distributions."""

from __future__ import annotations

from cluster_kit.console.panel import PanelKind
from cluster_kit.console.snapshot import ANSWERS, EVENTS, PEOPLE, Snapshot
from cluster_kit.console.views.exercises import ExerciseProgressView, ExercisesView
from cluster_kit.content.models import Exercise, When
from cluster_kit.insights.progress import ExerciseProgress, read_progress, who_is_here


def exercises_view(snapshot: Snapshot) -> ExercisesView:
    """Each exercise of the session, in order, with how many of the states ``here`` have begun it.

    ``asked`` is the number of those states that have prompts in it.
    """
    here = {code for code, state in who_is_here(snapshot.presence, snapshot.at).items() if state.here}
    progress = read_progress(snapshot.content, snapshot.session.number, snapshot.steps)
    in_room = [exercise for exercise in snapshot.session.exercises if exercise.when is When.SESSION]
    return ExercisesView(
        present=snapshot.session_state.segment,
        here=len(here),
        exercises=[_exercise(snapshot, exercise, progress[exercise.id], here) for exercise in in_room],
    )


def _exercise(
    snapshot: Snapshot, exercise: Exercise, progress: ExerciseProgress, here: set[str]
) -> ExerciseProgressView:
    """An exercise's progress; of every state before and after the session, when no one is present."""
    session_state = snapshot.session_state
    begun, done = (len(here.intersection(codes) if here else codes) for codes in (progress.begun, progress.done))
    asked = len(here.difference(progress.spared))
    return ExerciseProgressView(
        id=exercise.id,
        title=exercise.title,
        segment=exercise.segment.value,
        asked=asked,
        begun=begun,
        finished=done,
        locked=session_state.is_locked(exercise.id),
        rated=bool(exercise.rated_prompts and snapshot.content.instrument.scale),
        revealed=(exercise.id, "") in session_state.revealed,
        revealed_to=sum(which == exercise.id and bool(state) for which, state in session_state.revealed),
    )


KIND = PanelKind("exercises", exercises_view, (EVENTS, ANSWERS, PEOPLE), commands=("lock", "reveal"))
