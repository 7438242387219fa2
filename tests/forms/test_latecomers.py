"""What a person who has not rated yet receives of what their team has settled on: nothing, over any message."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from cluster_kit.exercises.answer_cache import Update
from cluster_kit.exercises.context import FormContext
from cluster_kit.forms.handler import FormHandler
from cluster_kit.store import Store
from tests.forms.samples import make_live
from tests.forms.stepping import RecordedPage, check_reply, make_service

Json = dict[str, Any]
ITEM, OTHER_ITEM = "shared_vision", "definitions"
WORDS = {"consensus": 4, "rationale": "It is signed", "dissent": "One of us would say two"}


@pytest.fixture
def late(cy: FormContext) -> FormContext:
    return make_live(cy)


@pytest.fixture
def team(ana: FormContext, ben: FormContext) -> FormContext:
    """Two people have rated two statements, seen their ratings, and settled the first one."""
    one, other = make_live(ana), make_live(ben)
    for context, value in ((one, 3), (other, 4)):
        save(context, "ratings.rating", value)
        save(context, "ratings.rating", value, OTHER_ITEM)
    FormHandler(one, "rate").receive({"type": "reveal", "message": "show-it"})
    for column, value in WORDS.items():
        save(one, f"ratings.{column}", value)
    return one


def save(context: FormContext, prompt: str, value: Any, row: str = ITEM, base: tuple[str, ...] = ()) -> Json:
    answer = {"id": uuid.uuid4().hex, "prompt": prompt, "row": row, "value": value, "base": list(base)}
    (reply,) = FormHandler(context, "rate").receive({"type": "save", "message": "m", "responses": [answer]})
    return check_reply(reply)


def fields_of(messages: list[Json]) -> dict[tuple[str, str], list[Any]]:
    """The values of each field, as a page has them after these messages."""
    sent = [one.get("answers", one).get("fields", ()) for one in messages]
    return {(f["prompt"], f["row"]): [a["value"] for a in f["answers"]] for of in sent for f in of}


def settled(row: str = ITEM) -> dict[tuple[str, str], list[Any]]:
    return {(f"ratings.{column}", row): [value] for column, value in WORDS.items()}


def test_a_latecomer_receives_nothing_that_the_team_has_settled_on_before_rating(
    store: Store, team: FormContext, late: FormContext
) -> None:
    handler = FormHandler(late, "rate")
    new = Update(tuple(store.since(0, late.series, late.jurisdiction)))
    sent = [handler.open(), *handler.receive({"type": "hello", "have": {"seq": 0}})]
    sent += handler.catch_up(new, session_changed=True)
    sent += handler.catch_up(Update(whole=True), session_changed=True)
    text = json.dumps([check_reply(one) for one in sent])
    assert not [field for field in fields_of(sent) if field[0].startswith("ratings.")]
    assert all(str(words) not in text for words in WORDS.values() if isinstance(words, str))
    assert '"by"' not in text


def test_a_latecomer_who_writes_over_it_is_not_told_what_it_was(team: FormContext, late: FormContext) -> None:
    (receipt,) = save(late, "ratings.consensus", 1)["receipts"]
    assert receipt["others"] == []
    assert fields_of([FormHandler(late, "rate").open()])["ratings.consensus", ITEM] == [1], "only their own"
    save(late, "ratings.rating", 1)
    assert fields_of([FormHandler(late, "rate").open()])["ratings.consensus", ITEM] == [4, 1]


@pytest.mark.parametrize("ready", [("ratings.rating", 2, ITEM), ("look", "without_rating", "")], ids=["rates", "looks"])
def test_it_is_sent_to_the_open_page_once_the_person_has_rated_or_chosen_to_look(
    team: FormContext, late: FormContext, ready: tuple[str, Any, str]
) -> None:
    service = make_service(late)
    page = RecordedPage(service, late)
    page.open("rate")
    service.poll()
    page.take()
    save(late, *ready)
    service.poll()
    assert fields_of(page.take()).items() >= settled().items()
    service.poll()
    assert page.take() == []
    service.close()


def test_rating_one_statement_does_not_show_what_was_settled_on_another(team: FormContext, late: FormContext) -> None:
    save(team, "ratings.consensus", 2, OTHER_ITEM)
    save(late, "ratings.rating", 3)
    fields = fields_of([FormHandler(late, "rate").open()])
    assert fields.items() >= settled().items()
    assert ("ratings.consensus", OTHER_ITEM) not in fields


def test_a_page_that_was_away_while_its_person_rated_elsewhere_gets_it_when_it_is_back(
    store: Store, team: FormContext, late: FormContext
) -> None:
    save(late, "ratings.rating", 2)
    seq = store.latest_seq(late.series, late.jurisdiction)
    sent = FormHandler(late, "rate").receive({"type": "hello", "have": {"seq": seq}})
    assert fields_of(sent).items() >= settled().items()


def test_a_person_who_has_rated_still_receives_every_change(team: FormContext, late: FormContext) -> None:
    service = make_service(team)
    page = RecordedPage(service, team)
    assert fields_of([page.open("rate")]).items() >= settled().items()
    service.poll()
    page.take()
    save(late, "ratings.dissent", "And a third view", base=_ids(team, "ratings.dissent"))
    service.poll()
    assert fields_of(page.take())["ratings.dissent", ITEM] == ["And a third view"]
    service.close()


def _ids(context: FormContext, prompt: str) -> tuple[str, ...]:
    return tuple(one.id for one in context.current(1, "rate") if one.prompt == prompt)
