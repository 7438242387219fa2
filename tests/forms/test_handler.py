"""A form's replies to messages from a page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cluster_kit.content.prompt_kinds import LONGEST_TEXT
from cluster_kit.exercises.answer_cache import AnswerCache, StoreReader, Update
from cluster_kit.exercises.context import FormContext
from cluster_kit.forms.handler import TOO_MUCH, TROUBLE, FormHandler
from cluster_kit.store import NewErasure
from cluster_kit.store.save_quota import HOUR_S, ROW_BYTES, SaveQuota
from tests.forms.counting import failing
from tests.forms.samples import make_context, replace_context
from tests.forms.stepping import check_reply, have_of, values_of

TOO_LONG = "x" * (LONGEST_TEXT + 1)


def save(context: FormContext, *responses: dict[str, Any], exercise: str = "everything") -> list[dict[str, Any]]:
    message = {"type": "save", "message": "m1", "responses": list(responses)}
    return receive(FormHandler(context, exercise), message)


def receive(handler: FormHandler, message: Any) -> list[dict[str, Any]]:
    return [check_reply(reply) for reply in handler.receive(message)]


def hello(handler: FormHandler, after: dict[str, Any]) -> list[dict[str, Any]]:
    """Messages to a page that has everything up to this message."""
    return receive(handler, {"type": "hello", "have": have_of(after).model_dump()})


def catch_up(handler: FormHandler, update: Update) -> list[dict[str, Any]]:
    return [check_reply(message) for message in handler.catch_up(update, session_changed=False)]


def new_since(context: FormContext, seq: int) -> Update:
    return Update(tuple(context.store.since(seq, "sample", context.jurisdiction)))


def one(value: Any, prompt: str = "aim", **parts: Any) -> dict[str, Any]:
    return {"id": "r1", "prompt": prompt, "row": "", "scope": "team", "value": value, "base": [], **parts}


def test_what_is_saved_is_acknowledged_with_a_receipt(ana: FormContext) -> None:
    (reply,) = save(ana, one("Words"))
    assert reply["type"] == "saved"
    assert reply["message"] == "m1"
    (receipt,) = reply["receipts"]
    assert (receipt["id"], receipt["status"], receipt["others"]) == ("r1", "saved", [])
    assert [r.value for r in ana.current(1, "everything")] == ["Words"]


def test_the_same_answer_again_is_one_answer(ana: FormContext) -> None:
    save(ana, one("Words"))
    (reply,) = save(ana, one("Words"))
    assert reply["receipts"][0]["status"] == "duplicate"
    assert len(ana.history(1, "everything")) == 1


@pytest.mark.parametrize(
    ("prompt", "row", "value"),
    [
        ("aim", "", "Words"),
        ("aim", "", None),
        ("aim", "", "x" * LONGEST_TEXT),
        ("ready", "", "yes"),
        ("ready", "", "other:nearly"),
        ("state", "", "GU"),
        ("many", "", ["same", "other:none of these"]),
        ("many", "", []),
        ("sure", "", 4),
        ("sure", "", "not_sure"),
        ("share", "", 0),
        ("share", "", 100),
        ("cost", "", 12.5),
        ("due", "", "2028-02-29"),
        ("lead", "", {"name": "Dee", "role": ""}),
        ("matrix.schools", "element_5", "missing"),
        ("steps.what", "3f0c-new_row", "Ask"),
        ("steps", "3f0c-new_row", False),
        ("depth", "", "full"),
    ],
)
def test_values_that_a_prompt_takes_are_kept(ana: FormContext, prompt: str, row: str, value: Any) -> None:
    (reply,) = save(ana, one(value, prompt, row=row))
    assert reply["type"] == "saved"


@pytest.mark.parametrize(
    ("prompt", "row", "value", "sentence"),
    [
        ("nothing", "", "x", "no question of this exercise"),
        ("aim", "row", "x", "The row"),
        ("aim", "", 5, "must be words"),
        ("aim", "", TOO_LONG, "50,001 characters long; up to 50,000"),
        ("ready", "", "maybe", "not one of the choices"),
        ("ready", "", ["yes"], "not one of the choices"),
        ("ready", "", "other:" + "x" * 301, "up to 300"),
        ("state", "", "ZZ", "not one of the choices"),
        ("many", "", "same", "not one of the choices"),
        ("many", "", ["same", "same"], "twice"),
        ("many", "", ["other:a", "other:b"], "only one choice of your own"),
        ("sure", "", 5, "not a point of the scale"),
        ("sure", "", True, "not a point of the scale"),
        ("share", "", 101, "from 0 to 100"),
        ("share", "", 1.5, "whole number"),
        ("share", "", "12", "Type a number"),
        ("cost", "", float("inf"), "Type a number"),
        ("cost", "", float("nan"), "Type a number"),
        ("cost", "", 10**400, "too large"),
        ("cost", "", -(10**400), "too large"),
        ("share", "", 10**400, "from 0 to 100"),
        ("due", "", "2027-02-30", "month, day and year"),
        ("due", "", "20270215", "month, day and year"),
        ("due", "", "0202-01-01", "is not between 1990 and 2100"),
        ("lead", "", "Dee", "name and a role"),
        ("lead", "", {"name": "x" * 301, "role": ""}, "up to 300"),
        ("matrix.schools", "element_9", "same", "The row"),
        ("steps.what", "no/slash", "x", "The row"),
        ("steps", "row", "gone", "either there or removed"),
        ("depth", "", "deep", "not one of the choices"),
    ],
)
def test_values_that_a_prompt_does_not_take_are_refused_with_a_sentence(
    ana: FormContext, prompt: str, row: str, value: Any, sentence: str
) -> None:
    (reply,) = save(ana, one(value, prompt, row=row))
    assert reply["type"] == "refused"
    assert reply["problems"][0]["id"] == "r1"
    assert sentence in reply["problems"][0]["sentence"]
    assert ana.history(1, "everything") == []


def test_one_bad_answer_does_not_hold_up_the_others(ana: FormContext) -> None:
    replies = save(ana, one("Words"), one(999, "share", id="r2"))
    assert [reply["type"] for reply in replies] == ["refused", "saved"]
    assert [r.value for r in ana.current(1, "everything")] == ["Words"]


def test_no_more_rows_are_added_than_there_is_room_for(ana: FormContext) -> None:
    for n in range(3):
        save(ana, one("x", "steps.what", row=f"row{n}", id=f"r{n}"))
    (reply,) = save(ana, one("x", "steps.what", row="row3", id="r3"))
    assert "room for 3 rows" in reply["problems"][0]["sentence"]
    save(ana, one(False, "steps", row="row0", id="r4"))
    assert save(ana, one("x", "steps.what", row="row3", id="r5"))[0]["type"] == "saved"


def test_a_message_can_not_choose_who_answers_or_for_whom(ana: FormContext, ben: FormContext) -> None:
    save(ana, one("x", author="ben", jurisdiction="GU", series="other", session=2, scope="person"))
    (kept,) = ana.current(1, "everything")
    assert (kept.author, kept.jurisdiction, kept.series, kept.session) == ("ana", "OH", "sample", 1)
    assert kept.scope.value == "team"


def test_an_id_that_stands_for_another_answer_is_refused_and_the_rest_is_kept(
    ana: FormContext, ben: FormContext
) -> None:
    save(ana, one("Ana's"))
    replies = save(ben, one("Ben's"), one("no", "ready", id="r2"))
    assert [reply["type"] for reply in replies] == ["refused", "saved"]
    assert sorted(str(r.value) for r in ana.current(1, "everything")) == ["Ana's", "no"]


@pytest.mark.parametrize(
    "message",
    [
        None,
        "save",
        {},
        {"type": "drop table"},
        {"type": "save"},
        {"type": "save", "message": "m", "responses": "x"},
        {"type": "save", "message": "m", "responses": [{"prompt": "aim"}]},
        {"type": "save", "message": "m", "responses": [{"id": "r", "prompt": "aim", "base": "x"}]},
        {"type": "save", "message": "m" * 65, "responses": []},
        {"type": "save", "message": 5, "responses": []},
        {"type": "hello", "have": 5},
        {"type": "hello", "have": {"seq": -1}},
        {"type": "hello", "have": {"seq": 1, "erased": "x"}},
    ],
)
def test_a_message_that_makes_no_sense_gets_a_sentence(ana: FormContext, message: Any) -> None:
    (reply,) = receive(FormHandler(ana, "everything"), message)
    assert reply["type"] == "trouble"
    assert "Reload the page" in reply["sentence"]


@pytest.mark.parametrize("value", ["\ud800 half a character", "a\x00b", "🌾 שלום <script>"])
def test_odd_characters_are_kept_as_well_as_they_can_be(ana: FormContext, value: str) -> None:
    assert save(ana, one(value))[0]["type"] == "saved"


def test_trouble_in_the_store_is_a_sentence_and_never_a_traceback(ana: FormContext, tmp_path: Path) -> None:
    handler = FormHandler(ana, "everything")
    (tmp_path / "responses.sqlite3").rename(tmp_path / "away")
    (reply,) = handler.receive({"type": "save", "message": "m1", "responses": [one("Words")]})
    assert (reply["type"], reply["message"]) == ("trouble", "m1")
    assert "will be sent again" in reply["sentence"]


def test_a_conflict_names_the_other_answer_and_who_gave_it(ana: FormContext, ben: FormContext) -> None:
    save(ana, one("Ana's"))
    (reply,) = save(ben, one("Ben's", id="r2"))
    (receipt,) = reply["receipts"]
    assert receipt["status"] == "conflict"
    (other,) = receipt["others"]
    assert (other["id"], other["value"], other["who"], other["mine"]) == ("r1", "Ana's", "Ana Ruiz", False)
    save(ben, one("Both", id="r3", base=["r1", "r2"]))
    assert [r.value for r in ana.current(1, "everything")] == ["Both"]


def test_hello_brings_all_that_stands_in_the_fields_answered_since(ana: FormContext, ben: FormContext) -> None:
    handler = FormHandler(ana, "everything")
    opening = check_reply(handler.open())
    save(ben, one("Ben's", id="b1"))
    save(ben, one("Ben's, bettered", id="b2", base=["b1"]))
    (reply,) = hello(handler, opening)
    assert reply["type"] == "changes"
    assert values_of(reply) == {("aim", ""): ["Ben's, bettered"]}
    (again,) = hello(handler, reply)
    assert again["fields"] == []


def test_hello_of_a_page_that_was_never_opened_is_answered_with_the_opening(ana: FormContext) -> None:
    save(ana, one("Words"))
    handler = FormHandler(ana, "everything")
    assert receive(handler, {"type": "hello", "have": None}) == [handler.open()]
    assert receive(handler, {"type": "hello"}) == [handler.open()]
    assert values_of(handler.open()) == {("aim", ""): ["Words"]}


def test_hello_after_an_erasure_brings_everything_that_is_left(ana: FormContext, ben: FormContext) -> None:
    save(ana, one("Ana's"))
    save(ben, one("yes", "ready", id="b1"))
    handler = FormHandler(ana, "everything")
    opening = handler.open()
    ana.store.erase(NewErasure(series="sample", jurisdiction="OH", person="ben", asked_by="Ben", why="asked"))
    (changes,) = hello(handler, opening)
    assert changes["whole"] is True
    assert values_of(changes) == {("aim", ""): ["Ana's"]}
    (again,) = hello(handler, changes)
    assert (again["fields"], again.get("whole", False)) == ([], False)


def test_an_erasure_is_not_counted_before_the_page_was_sent_everything_that_is_left(ana: FormContext) -> None:
    """Otherwise a page that disconnects in between would keep erased answers."""
    cache = AnswerCache(ana.store, "sample", "OH")
    handler = FormHandler(replace_context(ana, answers=cache), "everything")
    save(ana, one("Words"))
    assert handler.open()["answers"]["erased"] == 0
    ana.store.erase(NewErasure(series="sample", jurisdiction="OH", asked_by="Fay", why="asked"))
    update = cache.refresh(StoreReader(ana.store, "sample", "OH").mark())
    assert (handler.changes([])["erased"], handler.rows_now([])["erased"]) == (0, 0)
    (whole,) = catch_up(handler, update)
    assert (whole["fields"], whole["erased"]) == ([], 1)
    assert (handler.changes([])["erased"], handler.rows_now([])["erased"]) == (1, 1)


def test_other_states_other_exercises_and_other_peoples_own_answers_are_not_told(
    ana: FormContext, ben: FormContext
) -> None:
    guam = make_context(ana.store, "gil", "Gil", "GU")
    save(guam, one("Guam's", id="g1"))
    save(ben, one("Ben's own", "mine", id="b1"))
    save(ben, one("x", "needs.answer", row="why_now", id="b2"), exercise="goals")
    handler = FormHandler(ana, "everything")
    assert handler.open()["answers"]["fields"] == []
    (changes,) = receive(handler, {"type": "hello", "have": {"seq": 0}})
    assert changes["fields"] == []
    assert catch_up(handler, new_since(ana, 0)) == []


def test_rows_come_in_the_order_in_which_they_were_first_answered(ana: FormContext) -> None:
    save(ana, one("one", "steps.what", row="z", id="1"), one("two", "steps.what", row="a", id="2"))
    save(ana, one("one, again", "steps.what", row="z", id="3", base=["1"]))
    assert FormHandler(ana, "everything").open()["answers"]["rows"] == {"matrix": [], "steps": ["z", "a"]}


def test_rows_from_other_answers_are_told_when_they_change(ana: FormContext, ben: FormContext) -> None:
    handler = FormHandler(ana, "next_steps")
    handler.open()
    assert handler.changed_sources() is None
    save(ben, one("A goal", "goals.statement", row="g1"), exercise="goals")
    told = handler.changed_sources()
    assert told == {
        "type": "sources",
        "prompts": {"goal_check": {"rows": [{"id": "g1", "label": "A goal", "help": "", "gone": False}]}},
    }
    assert handler.changed_sources() is None
    assert save(ana, one("It helps", "goal_check.how", row="g1", id="h1"), exercise="next_steps")[0]["type"] == "saved"
    save(ben, one(False, "goals", row="g1", id="r2"), exercise="goals")
    told = handler.changed_sources()
    assert told is not None
    assert told["prompts"]["goal_check"]["rows"][0]["gone"] is True


def test_only_answers_to_the_exercises_that_rows_come_from_are_looked_at_for_new_rows(
    ana: FormContext, ben: FormContext
) -> None:
    handler = FormHandler(ana, "next_steps")
    handler.open()
    save(ben, one("A goal", "goals.statement", row="g1", id="g1"), exercise="goals")
    save(ben, one("Ben's own", "mine", id="b2"), exercise="everything")
    goal, other = ana.store.since(0, "sample", "OH")
    assert catch_up(handler, Update((other,))) == []
    (told,) = catch_up(handler, Update((other, goal)))
    assert [row["label"] for row in told["prompts"]["goal_check"]["rows"]] == ["A goal"]


def test_hello_tells_the_rows_from_other_answers_again(ana: FormContext) -> None:
    handler = FormHandler(ana, "next_steps")
    opening = check_reply(handler.open())
    assert opening["sources"] == {"goal_check": {"rows": []}}
    save(ana, one("A goal", "goals.statement", row="g1"), exercise="goals")
    sources, changes = hello(handler, opening)
    assert [row["id"] for row in sources["prompts"]["goal_check"]["rows"]] == ["g1"]
    assert changes["type"] == "changes"


def test_an_answer_about_a_row_that_was_removed_since_is_still_taken(ana: FormContext) -> None:
    save(ana, one("A goal", "goals.statement", row="g1"), exercise="goals")
    save(ana, one(False, "goals", row="g1", id="r2"), exercise="goals")
    assert save(ana, one("Late", "goal_check.how", row="g1", id="r3"), exercise="next_steps")[0]["type"] == "saved"


def test_the_plain_language_check_comes_with_the_receipt_and_with_the_answers(ana: FormContext) -> None:
    (reply,) = save(ana, one("We leverage it.", "news"))
    checks = [{"prompt": "news", "row": "", "findings": ["For “leverage”, try: use"]}]
    assert reply["checks"] == checks
    assert FormHandler(ana, "everything").open()["answers"]["checks"] == checks


def test_one_person_cannot_fill_the_store_and_what_was_refused_is_saved_an_hour_later(
    ana: FormContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr("cluster_kit.store.save_quota.MAX_SAVED_BYTES", 3 * (ROW_BYTES + 102))
    quota = SaveQuota(lambda: now[0])
    pages = [FormHandler(replace_context(ana, save_quota=quota), "everything") for _ in range(2)]

    def save(number: int) -> dict[str, Any]:
        answer = {"id": f"a{number}", "prompt": "aim", "value": "x" * 100}
        return pages[number % 2].receive({"type": "save", "message": "m", "responses": [answer]})[-1]

    assert [save(number)["type"] for number in range(3)] == ["saved"] * 3
    now[0] = HOUR_S - 1
    assert save(3) == {"type": "trouble", "message": "m", "sentence": TOO_MUCH}
    teammate = ana.person.model_copy(update={"id": "mate"})
    mate = FormHandler(replace_context(ana, person=teammate, save_quota=quota), "everything")
    answer = {"id": "of-mate", "prompt": "aim", "value": "x"}
    assert mate.receive({"type": "save", "message": "m", "responses": [answer]})[-1]["type"] == "saved"
    now[0] = HOUR_S
    assert save(3)["type"] == "saved"


def test_an_answer_that_was_not_saved_or_was_saved_before_does_not_count(
    ana: FormContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cluster_kit.store.save_quota.MAX_SAVED_BYTES", 2 * (ROW_BYTES + 10))
    with failing(ana.store, "INSERT INTO responses"):
        assert [save(ana, one("Words"))[-1]["sentence"] for _ in range(3)] == [TROUBLE] * 3
    assert [save(ana, one("Words"))[-1]["type"] for _ in range(3)] == ["saved"] * 3
    assert save(ana, one("More", id="r2"))[-1]["type"] == "saved"
    assert save(ana, one("Most", id="r3"))[-1] == {"type": "trouble", "message": "m1", "sentence": TOO_MUCH}
