"""An exercise counts as answered when what it asks is answered, and everything that counts says the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from cluster_kit.content import models as m
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.completeness import Completeness, is_given, list_complete, measure_exercise
from cluster_kit.exercises.context import FormContext
from cluster_kit.forms.handler import FormHandler
from cluster_kit.insights.progress import read_steps
from cluster_kit.insights.series_record import build_series_overview
from cluster_kit.insights.session_summary import TeamAnswers, read_summary
from tests.forms.harness import FormPage
from tests.forms.samples import YES_NO, make_live, replace_context
from tests.samples import SCALE

OpenForm = Callable[[FormContext, str], FormPage]
CASES = json.loads((Path(__file__).parents[1] / "answered_cases.json").read_text(encoding="utf-8"))
PROMPTS: dict[str, m.CellPrompt] = {
    "text": m.TextPrompt(kind="text", id="a", label="A"),
    "choice": m.ChoicePrompt(kind="choice", id="a", label="A", options=YES_NO, other=True),
    "many": m.ChoicePrompt(kind="choice", id="a", label="A", options=YES_NO, other=True, many=True),
    "rating": m.RatingPrompt(kind="rating", id="a", label="A", scale=SCALE),
    "number": m.NumberPrompt(kind="number", id="a", label="A"),
    "date": m.DatePrompt(kind="date", id="a", label="A"),
    "person": m.PersonPrompt(kind="person", id="a", label="A"),
    "file": m.FilePrompt(kind="file", id="a", label="A", accepts=("csv",)),
}
Saving = tuple[str, str, Any]
GOAL = {"statement": "One list", "test": "yes", "rank": 1}
OTHER_GOAL = {"statement": "One page", "test": "no", "rank": 2}
NEEDS: Saving = ("needs.answer", "why_now", "Too many codes")


def rows(table: str, **of: dict[str, Any]) -> list[Saving]:
    return [(f"{table}.{column}", row, value) for row, cells in of.items() for column, value in cells.items()]


def save(context: FormContext, exercise: str, saved: Sequence[Saving], name: str = "") -> None:
    responses = [
        {"id": f"{context.person.id}-{exercise}-{name}-{at}", "prompt": prompt, "row": row, "value": value}
        for at, (prompt, row, value) in enumerate(saved)
    ]
    replies = FormHandler(context, exercise).receive({"type": "save", "message": "m", "responses": responses})
    assert [reply["type"] for reply in replies] == ["saved"]


def measure(context: FormContext, exercise: str) -> Completeness:
    found = context.content.sessions[0].find_exercise(exercise)
    assert found is not None
    return measure_exercise(context.content, 1, found, read_answers(context))


def read_answers(context: FormContext) -> Answers:
    place = (context.series, context.jurisdiction)
    return Answers(context.store.current(*place), (), context.store.history(*place))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['prompt']}-{case['value']}")
def test_a_value_answers_a_prompt_or_does_not(case: dict[str, Any]) -> None:
    assert is_given(PROMPTS[case["prompt"]], case["value"]) is case["given"]


def test_the_page_decides_alike(open_form: OpenForm, ana: FormContext) -> None:
    page = open_form(ana, "rate").page
    kinds = [{**case, "kind": "choice" if case["prompt"] == "many" else case["prompt"]} for case in CASES]
    found = page.evaluate(
        """async (cases) => {
          const { isGiven } = await import("/static/forms/completeness.js");
          return cases.map(({ kind, value }) => Boolean(isGiven({ kind }, value)));
        }""",
        kinds,
    )
    assert found == [case["given"] for case in CASES]


STATES: dict[str, tuple[str, list[Saving], Completeness]] = {
    "nothing": ("goals", [], Completeness(3, 0)),
    "only a rank": ("goals", rows("goals", a={"rank": 1}), Completeness(3, 0)),
    "a goal alone": ("goals", rows("goals", a={"statement": "One list"}), Completeness(3, 1)),
    "everything but the goal": ("goals", rows("goals", a={"test": "yes", "rank": 1}), Completeness(3, 0)),
    "one goal": ("goals", [NEEDS, *rows("goals", a=GOAL)], Completeness(3, 2)),
    "two goals": ("goals", [NEEDS, *rows("goals", a=GOAL, b=OTHER_GOAL)], Completeness(3, 3)),
    "a third goal, begun": (
        "goals",
        [NEEDS, *rows("goals", a=GOAL, b=OTHER_GOAL, c={"test": "yes"})],
        Completeness(4, 3),
    ),
    "a goal removed": (
        "goals",
        [NEEDS, *rows("goals", a=GOAL, b=OTHER_GOAL, c={"test": "yes"}), ("goals", "c", False)],
        Completeness(3, 3),
    ),
    "a blank answer": ("goals", [("needs.answer", "why_now", "  ")], Completeness(3, 0)),
    "a note alone": ("rate", [("ratings.note", "shared_vision", "A draft")], Completeness(2, 0)),
    "one rating of two": ("rate", [("ratings.rating", "shared_vision", 2)], Completeness(2, 1)),
    "off the scale": (
        "rate",
        [("ratings.rating", "shared_vision", "not_sure"), ("ratings.rating", "definitions", "does_not_apply")],
        Completeness(2, 2),
    ),
    "a step without a name": (
        "next_steps",
        [
            *rows("actions", a={"action": "Call", "lead": {"name": "", "role": "Data lead"}, "due": "2027-03-15"}),
            ("confidence", "", 3),
            ("partners", "", ["learners"]),
        ],
        Completeness(4, 3),
    ),
    "two steps": (
        "next_steps",
        [
            *rows(
                "actions",
                a={"action": "Call", "lead": {"name": "Dee", "role": ""}, "due": "2027-03-15"},
                b={"action": "Write", "lead": {"name": "Lee", "role": ""}, "due": "2027-03-16"},
            ),
            ("confidence", "", 3),
            ("partners", "", ["other:The tribal council"]),
        ],
        Completeness(4, 4),
    ),
}


@pytest.mark.parametrize("name", STATES)
def test_page_console_packet_and_series_count_the_same(open_form: OpenForm, ana: FormContext, name: str) -> None:
    exercise, saved, expected = STATES[name]
    if saved:
        save(ana, exercise, saved)
    assert measure(ana, exercise) == expected
    page = open_form(ana, exercise).page
    page.wait_for_function("() => window.progress.exercise")
    shown = page.evaluate("window.progress")
    assert (shown["asked"], shown["answered"]) == (expected.asked, expected.answered)
    responses = ana.store.current(ana.series, ana.jurisdiction)
    steps = read_steps(ana.content, 1, responses)
    assert (exercise in steps.done) is expected.is_complete
    complete = list_complete(ana.content, 1, read_answers(ana))
    assert (exercise in [one.id for one in complete]) is expected.is_complete
    if saved and expected.answered:
        of = len(ana.content.sessions[0].exercises)
        assert read_summary(ana.content, 1, TeamAnswers(ana.jurisdiction, responses)).answered == len(complete)
        assert f"{len(complete)} of {of}" in str(build_series_overview(ana.content, read_answers(ana)))


def test_what_is_typed_and_refused_does_not_count(open_form: OpenForm, ana: FormContext) -> None:
    form_page = open_form(ana, "everything")
    page = form_page.page
    page.wait_for_function("() => window.progress.asked > 0")
    before = page.evaluate("window.progress.answered")
    page.get_by_label("What share?").fill("140")
    page.get_by_label("What share?").blur()
    page.locator("[aria-invalid]").wait_for()
    assert page.evaluate("window.progress.answered") == before
    page.get_by_role("group", name="Are you ready?").get_by_label("Something else").check()
    page.get_by_label("What do you want?").fill("   ")
    page.get_by_label("What do you want?").blur()
    page.get_by_label("What share?").fill("40")
    page.wait_for_function("(before) => window.progress.answered === before + 1", arg=before)


def test_an_optional_question_says_so_and_is_not_counted(open_form: OpenForm, ana: FormContext) -> None:
    note = m.TextPrompt(kind="text", id="note", label="A note", optional=True)
    aim = m.TextPrompt(kind="text", id="aim", label="An aim")
    exercise = ana.content.sessions[0].exercises[0].model_copy(update={"id": "short", "prompts": (aim, note)})
    session = ana.content.sessions[0].model_copy(update={"exercises": (*ana.content.sessions[0].exercises, exercise)})
    asked = replace_context(ana, content=ana.content.model_copy(update={"sessions": (session,)}))
    page = open_form(asked, "short").page
    page.wait_for_function("() => window.progress.asked === 1")
    assert "A note (optional)" in page.locator(".ck-form").inner_text()
    page.get_by_label("An aim").fill("One list")
    page.wait_for_function("() => window.progress.answered === 1")


def test_a_person_has_rated_when_everything_at_their_depth_is_rated(ana: FormContext, ben: FormContext) -> None:
    live = make_live(ana)

    def rated() -> int:
        room = FormHandler(live, "rate").open()["answers"]["exercise_state"]
        return int(room["finished"])

    save(ana, "rate", [("ratings.rating", "shared_vision", 2)])
    assert rated() == 0
    save(ana, "rate", [("ratings.rating", "definitions", "not_sure")], "more")
    assert rated() == 1
    save(ana, "rate", [("depth", "", "standard")], "depth")
    assert rated() == 0
    save(ana, "rate", [("ratings.rating", "joint_planning", "does_not_apply")], "deeper")
    save(ben, "rate", [("ratings.note", "shared_vision", "A draft"), ("ratings.rating", "shared_vision", 2)])
    assert rated() == 1
