"""What the page is told about an exercise."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cluster_kit.content.errors import UnknownExerciseError, UnknownSessionError
from cluster_kit.content.models import Depth
from cluster_kit.forms.context import FormContext
from cluster_kit.forms.handler import FormHandler
from cluster_kit.forms.schema import build_schema
from tests.forms.samples import replace_context


def schema_of(context: FormContext, exercise: str) -> dict[str, Any]:
    found = context.content.get_session(1).find_exercise(exercise)
    assert found is not None
    schema = build_schema(context, found)
    assert json.loads(json.dumps(schema)) == schema
    return schema


def prompts_of(context: FormContext, exercise: str) -> dict[str, Any]:
    return {prompt["id"]: prompt for prompt in schema_of(context, exercise)["prompts"]}


def test_the_head_says_what_the_exercise_is_for(ana: FormContext) -> None:
    schema = schema_of(ana, "everything")
    assert schema["title"] == "One of everything"
    assert schema["steps"] == ["Talk for a while.", "Write it down."]
    assert (schema["minutes"], schema["talk_minutes"]) == (12, 4)
    assert schema["me"] == {"id": "ana", "name": "Ana Ruiz", "role": "director"}
    assert schema["key"] == "cluster-kit:sample:1:OH:ana:everything"


def test_each_prompt_says_its_kind_and_whose_answer_it_is(ana: FormContext) -> None:
    prompts = prompts_of(ana, "everything")
    assert prompts["aim"] == {
        "id": "aim",
        "kind": "text",
        "label": "What do you want?",
        "help": "Say it in one sentence.",
        "scope": "team",
        "depth": "essential",
        "words": 25,
        "check": None,
    }
    assert prompts["mine"]["scope"] == "person"
    assert prompts["more"]["depth"] == "standard"
    assert prompts["share"]["unit"] == "percent"
    assert [point["label"] for point in prompts["sure"]["scale"]] == ["Not yet", "Started", "In place", "Sustained"]


def test_options_come_from_the_vocabularies(ana: FormContext) -> None:
    prompts = prompts_of(ana, "everything")
    assert [(o["id"], o["label"]) for o in prompts["state"]["options"]] == [("OH", "Ohio"), ("GU", "Guam")]


def test_fixed_rows_and_rows_that_people_add_are_told_apart(ana: FormContext) -> None:
    prompts = prompts_of(ana, "everything")
    assert [row["id"] for row in prompts["matrix"]["rows"]] == [f"element_{n}" for n in range(1, 6)]
    assert prompts["steps"]["rows"] is None
    assert (prompts["steps"]["expected_rows"], prompts["steps"]["max_rows"]) == (2, 3)


def test_items_bring_their_guidance_and_their_own_anchors(ana: FormContext) -> None:
    areas = prompts_of(ana, "rate")["ratings"]["areas"]
    assert [[item["id"] for item in area["items"]] for area in areas] == [
        ["shared_vision", "joint_planning"],
        ["definitions"],
    ]
    item = areas[0]["items"][0]
    assert item["scale"][2] == {"value": 3, "label": "In place", "text": "It is in rule."}
    assert item["guiding_questions"] == ["Who decides?", "Where is it written?"]
    assert (item["roles"], item["yours"]) == (["State CTE Director"], True)


def test_questions_are_those_of_the_instrument(ana: FormContext) -> None:
    questions = prompts_of(ana, "goals")["needs"]["questions"]
    assert questions == [{"id": "why_now", "label": "Why now?", "help": "", "words": 30, "depth": "essential"}]


def test_depths_say_what_they_ask_and_those_that_ask_no_more_are_left_out(ana: FormContext) -> None:
    assert schema_of(ana, "rate")["depths"] == [
        {"id": "essential", "label": "Essential", "count": 2, "minutes": 1, "unit": "item"},
        {"id": "standard", "label": "Standard", "count": 3, "minutes": 2, "unit": "item"},
    ]
    assert schema_of(ana, "goals")["depths"] == []


def test_a_person_may_come_with_a_depth(ana: FormContext) -> None:
    assert schema_of(ana, "rate")["depth"] == "essential"
    assert schema_of(replace_context(ana, depth=Depth.FULL), "rate")["depth"] == "full"


def test_an_exercise_or_session_that_is_not_there_is_an_error_that_names_those_that_are(ana: FormContext) -> None:
    with pytest.raises(UnknownExerciseError, match="everything"):
        FormHandler(ana, "nothing")
    with pytest.raises(UnknownSessionError):
        FormHandler(replace_context(ana, session=9), "goals")
