"""An exercise's question and instructions, short enough for a shared screen."""

from __future__ import annotations

from cluster_kit.content.models import Exercise, Place
from cluster_kit.exercises.plain_language import split_sentences

MOST_LINES = 3
MOST_QUESTIONS = 2
LONGEST_LABEL = 60
WHERE = {
    Place.MAIN: "Together, in the main room",
    Place.HOME: "In your home room, with your team",
    Place.PEERS: "In your breakout room, with other states",
}


def find_question(exercise: Exercise) -> str:
    """The first question that the steps of the session ask; without one, the first sentence of the intent."""
    for step in _read_steps(exercise):
        if found := _question_in(step):
            return found
    return split_sentences(" ".join(exercise.intent.split()))[0]


def shorten_steps(exercise: Exercise) -> list[str]:
    """At most ``MOST_LINES`` steps of the session, each its first sentence; of the step with the question, the rest."""
    lines, is_asked = [], False
    for step in _read_steps(exercise):
        line = split_sentences(step)[0]
        if not is_asked and _question_in(step):
            is_asked, line = True, _label_of(step)
        lines += [line] if line else []
    return lines[:MOST_LINES]


def _read_steps(exercise: Exercise) -> list[str]:
    return [" ".join(step.split()) for step in exercise.steps_together]


def _question_in(step: str) -> str:
    """The step up to its first question, without the label before the colon; empty if it asks nothing.

    A step with many questions is a script for a conversation, and none of them is the question of the exercise.
    """
    words, mark, _ = step.partition("?")
    if not mark or step.count("?") > MOST_QUESTIONS:
        return ""
    label = _label_of(step)
    asked = words.removeprefix(label.removesuffix(".") + ":").strip() if label else words
    return f"{asked[:1].upper()}{asked[1:]}?"


def _label_of(sentence: str) -> str:
    """What comes before the first colon, as a sentence: ``Talk for three minutes.``"""
    label, colon, _ = sentence.partition(":")
    return f"{label}." if colon and len(label) <= LONGEST_LABEL and "?" not in label else ""
