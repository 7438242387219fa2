"""The page's data about an exercise: its static definition, and the part that depends on person and team."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cluster_kit.content import load_content, rates
from cluster_kit.content.errors import UnknownExerciseError, UnknownSessionError
from cluster_kit.content.handouts import Glossary, GlossaryTerm, load_glossary
from cluster_kit.content.models import Depth, TablePrompt, TextPrompt
from cluster_kit.exercises.context import FormContext
from cluster_kit.exercises.published import examples_of_item, more_examples_of_area
from cluster_kit.forms.definitions import Definitions
from cluster_kit.forms.handler import FormHandler
from cluster_kit.forms.schema import exercise_schema, list_depths
from cluster_kit.forms.terms import find_terms
from tests.forms.samples import make_context, replace_context
from tests.forms.stepping import check_reply


def schema_of(context: FormContext, exercise: str) -> dict[str, Any]:
    found = context.content.get_session(1).find_exercise(exercise)
    assert found is not None
    schema = exercise_schema(context.content, 1, found, live=False)
    assert json.loads(json.dumps(schema)) == schema
    return schema


def opening_of(context: FormContext, exercise: str) -> dict[str, Any]:
    return check_reply(FormHandler(context, exercise).open())


def prompts_of(context: FormContext, exercise: str) -> dict[str, Any]:
    return {prompt["id"]: prompt for prompt in schema_of(context, exercise)["prompts"]}


def test_the_head_says_what_the_exercise_is_for(ana: FormContext) -> None:
    schema = schema_of(ana, "everything")
    assert schema["title"] == "One of everything"
    assert schema["steps"] == ["Talk for a while.", "Write it down."]
    assert (schema["minutes"], schema["talk_minutes"]) == (12, 4)
    assert (schema["exercise"], schema["session"], schema["segment"]) == ("everything", 1, "policy_tool")


def test_an_exercise_explains_the_glossary_terms_in_it_by_first_use(ana: FormContext) -> None:
    definitions = Definitions(load_content("2026"), live=True, glossary=load_glossary())
    terms = {one: [term["id"] for term in schema["terms"]] for one, schema in definitions.schemas(1).items()}
    assert {"career_cluster", "american_job_center", "registered_apprenticeship"} < set(terms["organizing_structure"])
    points = terms["transition_points"]
    assert points[0] == "transition_point"
    assert points.index("articulation_agreement") < points.index("credit_for_prior_learning")
    assert "policy_lever" in [term["id"] for term in definitions.schemas(2)["levers"]["terms"]]
    assert "sced" not in terms["next_steps"]  # in the statements to choose from only
    assert schema_of(ana, "everything")["terms"] == []


def test_an_abbreviation_is_found_in_capitals_only_and_any_other_term_in_any_case() -> None:
    term = {"definition": "A report.", "source": "A test", "as_of": "2026-11"}
    car = GlossaryTerm.model_validate(term | {"id": "car", "term": "CAR", "also": ["annual report"]})
    glossary = Glossary.model_validate({"schema_version": 1, "title": "T", "intro": "I", "terms": [car.model_dump()]})
    for text, found in (("Drive the car.", 0), ("The CAR is due.", 1), ("Annual reports", 1), ("CARDS", 0)):
        assert len(find_terms(glossary, {"steps": [text]})) == found, text


def test_terms_are_found_in_all_that_an_item_shows() -> None:
    term = {"id": "car", "term": "CAR", "definition": "A report.", "source": "A test", "as_of": "2026-11"}
    glossary = Glossary.model_validate({"schema_version": 1, "title": "T", "intro": "I", "terms": [term]})
    for shown in (
        {"scale": [{"value": 1, "text": "No CAR."}]},
        *({key: ["The CAR"]} for key in ("guiding_questions", "strategies", "evidence")),
    ):
        exercise = {"prompts": [{"kind": "items", "areas": [{"id": "a", "items": [{"id": "i", **shown}]}]}]}
        assert find_terms(glossary, exercise), shown


def test_the_opening_says_who_opens_it_and_where_the_browser_keeps_words(ana: FormContext) -> None:
    opening = opening_of(ana, "everything")
    assert opening["me"] == {"id": "ana", "name": "Ana Ruiz", "role": "director"}
    assert opening["team"] == "Ohio"
    assert opening["key"] == "cluster-kit:sample:1:OH:ana:everything"


def test_the_definition_is_the_same_whoever_opens_it_and_whatever_was_answered(ana: FormContext) -> None:
    before = {name: schema_of(ana, name) for name in ("rate", "goals", "next_steps", "everything")}
    answer = {"id": "g1", "prompt": "goals.statement", "row": "g1", "value": "A goal of Ohio"}
    FormHandler(ana, "goals").receive({"type": "save", "message": "m", "responses": [answer]})
    guam = make_context(ana.store, "tasi", "Tasi Sample", "GU")
    assert {name: FormHandler(guam, name).definition.schema for name in before} == before
    assert Definitions(ana.content, live=False).schemas(1) == before
    assert "A goal of Ohio" not in json.dumps(before)


def test_rows_and_options_that_come_from_answers_are_in_the_opening_alone(
    ana: FormContext,
) -> None:
    answer = {"id": "g1", "prompt": "goals.statement", "row": "g1", "value": "A goal"}
    FormHandler(ana, "goals").receive({"type": "save", "message": "m", "responses": [answer]})
    table = prompts_of(ana, "next_steps")["goal_check"]
    assert (table["rows"], table["live"]) == ([], True)
    row = {"id": "g1", "label": "A goal", "help": "", "gone": False}
    assert opening_of(ana, "next_steps")["sources"] == {"goal_check": {"rows": [row]}}
    assert opening_of(ana, "everything")["sources"] == {}


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
        "optional": False,
        "suggest": None,
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
    assert prompts["matrix"]["when_empty"] == prompts["steps"]["when_empty"] == ""


def test_a_table_without_rows_says_where_the_team_adds_them() -> None:
    content = load_content("2026")
    session = content.get_session(2)
    found = [exercise_schema(content, 2, exercise, live=False) for exercise in session.exercises]
    texts = {s["exercise"]: prompt["when_empty"] for s in found for prompt in s["prompts"] if prompt.get("when_empty")}
    where = {"action_review": "an earlier session", "check_in": "this session"}
    begin = "There is no next step yet. Anyone on your team can add one under “Our next steps” in"
    assert texts == {exercise: f"{begin} {place}. It then appears here." for exercise, place in where.items()}


def test_items_bring_their_guidance_and_their_own_anchors(ana: FormContext) -> None:
    areas = prompts_of(ana, "rate")["ratings"]["areas"]
    assert [[item["id"] for item in area["items"]] for area in areas] == [
        ["shared_vision", "joint_planning"],
        ["definitions"],
    ]
    item = areas[0]["items"][0]
    assert item["scale"][2] == {"value": 3, "label": "In place", "text": "It is in rule."}
    assert item["guiding_questions"] == ["Who decides?", "Where is it written?"]
    assert (item["roles"], item["role_ids"]) == (["State CTE Director"], ["director"])


def test_questions_are_those_of_the_instrument(ana: FormContext) -> None:
    questions = prompts_of(ana, "goals")["needs"]["questions"]
    assert questions == [{"id": "why_now", "label": "Why now?", "help": "", "words": 30, "depth": "essential"}]


def test_depths_say_what_they_ask_and_those_that_ask_no_more_are_left_out(ana: FormContext) -> None:
    assert opening_of(ana, "rate")["depths"] == [
        {"id": "essential", "label": "Essential", "count": 2, "minutes": 3, "unit": "item"},
        {"id": "standard", "label": "Standard", "count": 3, "minutes": 4, "unit": "item"},
    ]
    assert opening_of(ana, "goals")["depths"] == []


def test_a_table_costs_an_answer_for_each_cell_and_reading_costs_time(ana: FormContext) -> None:
    cell = TextPrompt(kind="text", id="a", label="A", words=18)
    deeper = TextPrompt(kind="text", id="b", label="B", words=18, depth=Depth.STANDARD)
    table = TablePrompt(kind="table", id="t", label="T", columns=(cell, deeper), expected_rows=3)
    exercise = (
        ana.content.sessions[0]
        .exercises[0]
        .model_copy(update={"prompts": (table,), "steps": ("word " * rates.READING_WORDS_A_MINUTE,)})
    )
    assert [(one["count"], one["unit"], one["minutes"]) for one in list_depths(ana, exercise)] == [
        (3, "answer", 5),  # 3 to write, 1 to read the step, and a moment for the rest
        (6, "answer", 8),
    ]


def test_a_person_may_come_with_a_depth(ana: FormContext) -> None:
    assert opening_of(ana, "rate")["depth"] == "essential"
    assert opening_of(replace_context(ana, depth=Depth.FULL), "rate")["depth"] == "full"


def test_an_exercise_or_session_that_is_not_there_is_an_error_that_names_those_that_are(ana: FormContext) -> None:
    with pytest.raises(UnknownExerciseError, match="everything"):
        FormHandler(ana, "nothing")
    with pytest.raises(UnknownSessionError):
        FormHandler(replace_context(ana, session=9), "goals")


def test_an_item_and_a_lever_have_published_examples_and_sources_as_plain_text_with_an_address() -> None:
    content = load_content("2026")
    rated = content.get_session(3).find_exercise("rate_data")
    levers = content.get_session(2).find_exercise("levers")
    assert rated
    assert levers
    (prompt,) = [one for one in exercise_schema(content, 3, rated, live=True)["prompts"] if one["kind"] == "items"]
    items = {item["id"]: item for area in prompt["areas"] for item in area["items"]}
    wisconsin = next(one for one in items["dr_reporting_switch"]["examples"] if one["states"] == "Wisconsin")
    assert wisconsin["sources"] == [
        {"text": "Wisconsin DPI: Career Clusters", "address": "https://dpi.state.wi.us/cte/career-clusters"},
        {"text": "dpi.state.wi.us", "address": "https://dpi.state.wi.us/cte"},
    ]
    assert wisconsin["as_of"] == "as of September 2025"
    labels = {example["label"] for item in items.values() for example in item["examples"]}
    assert wisconsin["label"] == ""
    assert labels == {"", "Practice that would transfer"}
    assert {
        "text": "Perkins V, sec. 3(12); 20 U.S.C. 2302(12) (as of April 2023)",
        "address": "https://uscode.house.gov/view.xhtml?path=/prelim@title20/chapter44&edition=prelim",
    } in items["dr_shared_definitions"]["sources"]
    table = exercise_schema(content, 2, levers, live=True)["prompts"][0]
    rows = {example["about"] for example in table["examples"]}
    assert "CTE for graduation credit" in rows
    assert len(rows) == len(table["rows"])  # every lever has one


def test_each_area_shows_an_example_at_most_once_beside_its_items_or_below_them() -> None:
    content = load_content("2026")
    for area in content.instrument.areas:
        below = {example.id for example in more_examples_of_area(content, area)}
        beside = {example.id for item in area.items for example in examples_of_item(content, item.id)}
        assert below.isdisjoint(beside)
        assert below | beside == {example.id for example in content.examples if area.id in example.areas}
