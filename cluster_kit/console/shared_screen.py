"""Shared screen panel: its scene, and the words of its word cloud."""

from __future__ import annotations

from collections.abc import Sequence

from cluster_kit.console.panel import PanelKind
from cluster_kit.console.questions import list_questions
from cluster_kit.console.snapshot import EVENTS, PEOPLE, Snapshot
from cluster_kit.console.views.shared_screen import (
    BoardWordView,
    ExerciseChoiceView,
    ResultChoiceView,
    SceneChoiceView,
    SharedScreenView,
)
from cluster_kit.content.models import When
from cluster_kit.insights.board_words import count_words
from cluster_kit.insights.result_slides import ResultSlide, make_result_slides
from cluster_kit.insights.suppression import find_published
from cluster_kit.sessions.board import seen_posts
from cluster_kit.sessions.facilitation import segment_title
from cluster_kit.sessions.scenes import Scene, suggest_scene

TITLES = {
    Scene.FOLLOW: "Follow the run of show",
    Scene.JOIN: "How to join",
    Scene.AGENDA: "Agenda and clock",
    Scene.EXERCISE: "Current exercise",
    Scene.GROUPS: "Groups and rooms",
    Scene.MESSAGE: "Message",
    Scene.EXAMPLE: "Example",
    Scene.RESULTS: "Results",
    Scene.WORDS: "Word cloud",
    Scene.QUESTIONS: "Questions",
    Scene.POLL: "Poll",
}
NO_GROUPS = "Participants see no groups or rooms yet."
NO_MESSAGE = "There is no message on participants’ pages."
NO_EXAMPLE = "No example is featured."
NO_CHART = "Participants see no chart yet. Show them one under “Results so far.”"
NO_WORDS = "No word on this board has been used by five or more states."
NOT_APPROVED = "No word has been approved yet."
NO_QUESTIONS = "No question from the room is posted yet."
NO_POLL = "No poll has been asked yet."


def shared_screen_view(snapshot: Snapshot) -> SharedScreenView:
    """The scene, who chose it, and what the other scenes could show."""
    session_state = snapshot.session_state
    chosen = session_state.scene
    scene = chosen.scene if chosen else Scene.FOLLOW
    suggested = suggest_scene(snapshot.session, session_state, snapshot.at)
    results, words = _results(snapshot), _words(snapshot)
    reasons = _find_reasons(snapshot, results, words)
    return SharedScreenView(
        scene=scene.value,
        item=chosen.item if chosen else "",
        page=chosen.page if chosen else 0,
        driver=snapshot.name(chosen.by) if chosen else None,
        at=chosen.at.isoformat() if chosen else None,
        showing=TITLES[suggested if scene is Scene.FOLLOW else scene],
        scenes=[SceneChoiceView(id=one.value, title=TITLES[one], reason=reasons.get(one, "")) for one in Scene],
        exercises=_exercises(snapshot),
        results=[ResultChoiceView(id=slide.id, title=slide.title, reason=slide.reason) for slide in results],
        board=session_state.segment,
        board_title=segment_title(snapshot.session, session_state.segment) if session_state.segment else "",
        words=words,
    )


def _find_reasons(
    snapshot: Snapshot,
    results: Sequence[ResultSlide],
    words: Sequence[BoardWordView],
) -> dict[Scene, str]:
    """Why a scene would be empty, by scene."""
    session_state = snapshot.session_state
    is_offered = any(not slide.reason for slide in results)
    has_words = any(one.approved for one in words)
    empty = {
        Scene.GROUPS: "" if session_state.rounds or session_state.seatings else NO_GROUPS,
        Scene.MESSAGE: "" if any(one.is_for_all for one in session_state.messages) else NO_MESSAGE,
        Scene.EXAMPLE: "" if session_state.features else NO_EXAMPLE,
        Scene.RESULTS: "" if is_offered else results[0].reason if results else NO_CHART,
        Scene.WORDS: "" if has_words else NOT_APPROVED if words else NO_WORDS,
        Scene.QUESTIONS: "" if list_questions(snapshot) else NO_QUESTIONS,
        Scene.POLL: "" if session_state.polls else NO_POLL,
    }
    return {scene: reason for scene, reason in empty.items() if reason}


def _exercises(snapshot: Snapshot) -> list[ExerciseChoiceView]:
    """The exercises of the session that take time in it, those of the current segment first."""
    found = [one for one in snapshot.session.exercises if one.when is When.SESSION and one.minutes]
    found.sort(key=lambda one: one.segment.value != snapshot.session_state.segment)
    return [ExerciseChoiceView(id=one.id, title=one.title) for one in found]


def _results(snapshot: Snapshot) -> list[ResultSlide]:
    charts = [chart for chart in map(find_published, snapshot.session_state.pictures.values()) if chart]
    return [slide for chart in charts for slide in make_result_slides(snapshot.content, chart)]


def _words(snapshot: Snapshot) -> list[BoardWordView]:
    """The words of the current segment's board that five or more states have used, and those that were approved."""
    segment = snapshot.session_state.segment
    approved = snapshot.session_state.words.get(segment, frozenset())
    posts = [post for post in seen_posts(snapshot.session_state).values() if post.segment == segment]
    counts = count_words((post.jurisdiction, post.text) for post in posts if post.jurisdiction)
    return [BoardWordView(word=one.word, states=one.states, approved=one.word in approved) for one in counts]


KIND = PanelKind("shared_screen", shared_screen_view, (EVENTS, PEOPLE), commands=("scene", "words"))
