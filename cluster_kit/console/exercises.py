"""Exercises panel: progress, locks, and revealed distributions."""

from __future__ import annotations

from cluster_kit.console.panel import PanelKind
from cluster_kit.console.snapshot import ANSWERS, EVENTS, PEOPLE, Snapshot
from cluster_kit.console.views.exercises import ExerciseProgressView, ExercisesView
from cluster_kit.content.models import Exercise, When
from cluster_kit.insights.session_states import ExerciseStates, count_exercise, describe_exercise

NO_STATE_YET = "No state has taken part yet"


def exercises_view(snapshot: Snapshot) -> ExercisesView:
    """Each exercise of the session, in order, with how many of the states that took part have begun it."""
    took_part, here = snapshot.states.took_part, {one.jurisdiction for one in snapshot.present}
    in_room = [exercise for exercise in snapshot.session.exercises if exercise.when is When.SESSION]
    return ExercisesView(
        present=snapshot.session_state.segment,
        exercises=[
            _exercise(snapshot, exercise, count_exercise(exercise.id, snapshot.steps, took_part), here)
            for exercise in in_room
        ],
    )


def _exercise(snapshot: Snapshot, exercise: Exercise, states: ExerciseStates, here: set[str]) -> ExerciseProgressView:
    session_state = snapshot.session_state
    return ExerciseProgressView(
        id=exercise.id,
        title=exercise.title,
        segment=exercise.segment.value,
        progress=describe_exercise(states) if snapshot.states.took_part else NO_STATE_YET,
        asked=len(states.asked),
        begun=len(states.begun),
        complete=len(states.complete),
        waiting=[snapshot.state_name(code) for code in sorted(here & (states.asked - states.begun))],
        locked=session_state.is_locked(exercise.id),
        rated=bool(exercise.rated_prompts and snapshot.content.instrument.scale),
        revealed=(exercise.id, "") in session_state.revealed,
        revealed_to=sum(which == exercise.id and bool(state) for which, state in session_state.revealed),
    )


KIND = PanelKind("exercises", exercises_view, (EVENTS, ANSWERS, PEOPLE), commands=("lock", "reveal"))
