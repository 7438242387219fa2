"""What is said at the essential depth does not rest on an answer that only people who go further are asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cluster_kit.content import load_content
from cluster_kit.content.facilitation import Facilitation, load_facilitation
from cluster_kit.content.models import Content, Depth, Exercise, Prompt, Session, TablePrompt, When

CONTENT = load_content("2026")
FACILITATION = load_facilitation(CONTENT)
LEAD = re.compile(r"^(?:a|an|the|our|your|who|what|which|how|where) ", re.IGNORECASE)
"""Words with which a label begins and a text that refers to it does not."""


def list_labels(prompts: Sequence[Prompt]) -> Iterator[tuple[str, bool]]:
    """The label of each prompt and column, and whether everyone is asked for it."""
    for prompt in prompts:
        everyone = prompt.depth is Depth.ESSENTIAL
        yield prompt.label, everyone
        for column in prompt.columns if isinstance(prompt, TablePrompt) else ():
            yield column.label, everyone and column.depth is Depth.ESSENTIAL


def name_of(label: str) -> str:
    """What a text calls the answer: ``15 percent solution`` for ``Our 15 percent solution: what we will do``."""
    return LEAD.sub("", re.split(r"[:?,(]", label)[0].strip()).lower()


def essential_texts(session: Session, facilitation: Facilitation) -> Iterator[tuple[str, str]]:
    """What a team reads or hears at the essential depth, with the exercise or the step that says it."""
    for exercise in session.exercises:
        yield exercise.id, " ".join((exercise.intent, *exercise.steps, exercise.keeps))
    for step in facilitation.get_session_steps(session.number).steps:
        messages = [message.text for message in step.messages]
        yield step.exercise or step.title, " ".join((step.say, step.ask or "", step.cut or "", *messages))


def find_references(content: Content, facilitation: Facilitation) -> list[str]:
    """The texts that name an answer of their session or an earlier one that is asked at a greater depth only."""
    found = []
    for session in content.sessions:
        earlier = [e for s in content.sessions if s.number <= session.number for e in s.exercises]
        labels = [pair for exercise in earlier for pair in list_labels(exercise.prompts)]
        asked = " | ".join(label.lower() for label, everyone in labels if everyone)
        deeper = {name_of(label) for label, everyone in labels if not everyone}
        names = {name for name in deeper if len(name.split()) > 1 and name not in asked}
        for where, text in essential_texts(session, facilitation):
            found += [
                f"session {session.number}, {where}: {name}"
                for name in sorted(names)
                if re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE)
            ]
    return found


def test_no_text_for_everyone_names_an_answer_that_not_everyone_is_asked_for() -> None:
    assert find_references(CONTENT, FACILITATION) == []


def test_a_reference_to_a_deeper_answer_is_found() -> None:
    """Give an essential prompt a greater depth and a name, and let the next steps refer to it."""
    session = CONTENT.get_session(4)

    def change(one: Exercise) -> Exercise:
        if one.id == "next_steps":
            return one.model_copy(update={"steps": (*one.steps, "Read your tested wording.")})
        if one.id != "peer_discussion":
            return one
        deeper = {"depth": Depth.STANDARD, "label": "Our tested wording: what we say now"}
        prompts = [p.model_copy(update=deeper) if p.id == "reworded" else p for p in one.prompts]
        return one.model_copy(update={"prompts": tuple(prompts)})

    changed = session.model_copy(update={"exercises": tuple(change(one) for one in session.exercises)})
    sessions = tuple(changed if one.number == 4 else one for one in CONTENT.sessions)
    found = find_references(CONTENT.model_copy(update={"sessions": sessions}), FACILITATION)
    assert found == ["session 4, next_steps: tested wording"]


def test_what_an_exercise_keeps_is_asked_of_everyone() -> None:
    """One word of a label is enough here: ``keeps`` says what every team takes home."""
    found = []
    for session in CONTENT.sessions:
        for exercise in session.exercises:
            labels = list(list_labels(exercise.prompts))
            asked = " | ".join(label.lower() for label, everyone in labels if everyone)
            names = {name_of(label) for label, everyone in labels if not everyone}
            found += [
                f"session {session.number}, {exercise.id}: {name}"
                for name in names
                if len(name) > 4 and name not in asked and re.search(rf"\b{re.escape(name)}\b", exercise.keeps)
            ]
    assert found == []


def test_next_steps_ask_only_for_what_their_table_asks_of_everyone() -> None:
    for session in CONTENT.sessions:
        exercise = session.find_exercise("next_steps")
        assert exercise
        assert exercise.when is When.SESSION
        assert isinstance(exercise.prompts[0], TablePrompt)
        text = " ".join((*exercise.steps, exercise.keeps))
        everyone = {label for label, asked in list_labels(exercise.prompts) if asked}
        assert {"Who leads", "By when"} <= everyone
        partners = next(column for column in exercise.prompts[0].columns if column.id == "partners")
        assert ("partners" in text) == (partners.label in everyone)
