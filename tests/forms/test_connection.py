"""The forms of one page: messages, omissions, and reconnection."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cluster_kit.content.errors import UnknownSessionError
from cluster_kit.exercises.answer_cache import Update
from cluster_kit.exercises.context import FormContext
from cluster_kit.forms.connection import FormConnection
from cluster_kit.forms.exercise_state import NOT_SHOWN
from cluster_kit.forms.handler import NOT_OPENED, NOT_UNDERSTOOD, TROUBLE
from cluster_kit.forms.protocol import Have
from cluster_kit.models import Json
from cluster_kit.store import NewErasure, Store
from tests.forms.counting import counting, failing
from tests.forms.samples import make_context, make_live
from tests.forms.stepping import RecordedPage, SteppedService, answer_to, have_of, save_of, values_of

AIM = ("aim", "")


@pytest.fixture
def service(serve: Callable[[FormContext], SteppedService], ana: FormContext) -> SteppedService:
    return serve(ana)


@pytest.fixture
def one(service: SteppedService, ana: FormContext) -> RecordedPage:
    """Ana's page, with the exercise open."""
    page = RecordedPage(service, ana)
    page.open()
    return page


@pytest.fixture
def other(service: SteppedService, ben: FormContext) -> RecordedPage:
    """Ben's page, with the exercise open."""
    page = RecordedPage(service, ben)
    page.open()
    return page


def erasure(**parts: str) -> NewErasure:
    return NewErasure(series="sample", jurisdiction="OH", asked_by="Fay", why="asked", **parts)


# --- recipients -----------------------------------------------------------------------------------------------------


def test_a_teammate_is_sent_the_answer_and_its_author_the_receipt_alone(
    service: SteppedService, one: RecordedPage, other: RecordedPage
) -> None:
    (saved,) = one.save("Ana's words")
    assert (saved["type"], saved["receipts"][0]["status"]) == ("saved", "saved")
    assert other.take() == []
    service.poll()
    assert one.take() == []
    (changes,) = other.take()
    assert values_of(changes) == {AIM: ["Ana's words"]}
    (answer,) = changes["fields"][0]["answers"]
    assert (answer["who"], answer["mine"]) == ("Ana Ruiz", False)
    service.poll()
    assert (one.take(), other.take()) == ([], [])


def test_another_tab_of_the_author_is_sent_what_was_saved(
    service: SteppedService, ana: FormContext, one: RecordedPage, other: RecordedPage
) -> None:
    tab = RecordedPage(service, ana)
    tab.open()
    one.save("Ana's words")
    one.save("For myself", "mine")
    service.poll()
    assert one.take() == []
    (changes,) = tab.take()
    assert values_of(changes) == {AIM: ["Ana's words"], ("mine", ""): ["For myself"]}
    assert all(field["answers"][0]["mine"] for field in changes["fields"])
    assert values_of(other.take()[0]) == {AIM: ["Ana's words"]}


def test_what_several_have_saved_since_the_last_poll_is_one_message(
    service: SteppedService, one: RecordedPage, other: RecordedPage, cy: FormContext
) -> None:
    third = RecordedPage(service, cy)
    third.open()
    one.save("Ana's words")
    other.save("yes", "ready")
    one.save("same", "matrix.schools", row="element_1")
    service.poll()
    (changes,) = third.take()
    assert values_of(changes) == {
        AIM: ["Ana's words"],
        ("ready", ""): ["yes"],
        ("matrix.schools", "element_1"): ["same"],
    }
    assert values_of(one.take()[0]) == {("ready", ""): ["yes"]}
    assert values_of(other.take()[0]) == {AIM: ["Ana's words"], ("matrix.schools", "element_1"): ["same"]}


def test_a_conflict_reaches_the_later_author_with_the_receipt_and_the_earlier_one_as_a_change(
    service: SteppedService, one: RecordedPage, other: RecordedPage
) -> None:
    one.save("Ana's words")
    (saved,) = other.save("Ben's words")
    assert saved["receipts"][0]["status"] == "conflict"
    assert [answer["value"] for answer in saved["receipts"][0]["others"]] == ["Ana's words"]
    service.poll()
    assert values_of(one.take()[0]) == {AIM: ["Ana's words", "Ben's words"]}


def test_another_state_and_another_exercise_are_sent_nothing(
    service: SteppedService, one: RecordedPage, ben: FormContext, store: Store
) -> None:
    guam, rating = RecordedPage(service, make_context(store, "gil", "Gil", "GU")), RecordedPage(service, ben)
    guam.open()
    rating.open("rate")
    one.save("Ana's words")
    service.poll()
    assert (guam.take(), rating.take()) == ([], [])


def test_rows_that_come_from_answers_are_sent_to_the_pages_that_show_them_the_authors_too(
    service: SteppedService, one: RecordedPage, other: RecordedPage
) -> None:
    for page in (one, other):
        page.open("goals")
        page.open("next_steps")
    one.save("A goal", "goals.statement", "goals", row="g1")
    service.poll()
    row = {"id": "g1", "label": "A goal", "help": "", "gone": False}
    sources = {"type": "sources", "prompts": {"goal_check": {"rows": [row]}}}
    assert (one.take("next_steps"), one.take("goals")) == ([sources], [])
    assert other.take("next_steps") == [sources]
    assert values_of(other.take("goals")[0]) == {("goals.statement", "g1"): ["A goal"]}
    (saved,) = other.save("It helps", "goal_check.how", "next_steps", row="g1")
    assert saved["type"] == "saved"


# --- opening and reconnecting --------------------------------------------------------------------------------------


def test_the_forms_of_a_hello_are_opened_in_its_order(service: SteppedService, ana: FormContext) -> None:
    page, names = RecordedPage(service, ana), ["next_steps", "everything", "rate", "goals"]
    page.connection.hello([(name, None) for name in names])
    assert [message["key"].rpartition(":")[2] for message in page.take()] == names


def test_an_exercise_that_is_not_there_is_left_out_and_a_session_that_is_not_there_is_an_error(
    service: SteppedService, ana: FormContext, one: RecordedPage
) -> None:
    one.connection.hello([("nothing", None), ("goals", None)])
    assert [message["type"] for message in one.take()] == ["opening"]
    one.connection.receive("nothing", save_of(answer_to("aim", "x")))
    assert one.take() == []
    with pytest.raises(UnknownSessionError):
        service.connect(ana.person, 9, lambda _exercise, _message: None)


@pytest.mark.parametrize(
    "message", [None, 5, "save", [], {}, {"type": "drop table"}, {"type": "save", "message": "m1"}]
)
def test_a_message_that_is_not_of_the_protocol_is_answered_with_a_sentence(one: RecordedPage, message: object) -> None:
    one.connection.receive("everything", message)
    known = message.get("message") if isinstance(message, dict) else None
    assert one.take() == [{"type": "trouble", "message": known, "sentence": NOT_UNDERSTOOD}]


def test_a_page_that_comes_back_is_sent_exactly_what_it_missed(
    service: SteppedService, ana: FormContext, one: RecordedPage, other: RecordedPage
) -> None:
    other.save("First")
    other.save("yes", "ready")
    service.poll()
    have = have_of(one.take()[-1])
    one.connection.close()
    for number in range(3):
        other.save(f"Away {number}", "news", base=[])
    other.save("Ben's own", "mine")
    service.poll()
    again = RecordedPage(service, ana)
    (changes,) = again.hello("everything", have)
    assert set(values_of(changes)) == {("news", "")}
    assert changes.get("whole", False) is False
    (nothing,) = again.hello("everything", have_of(changes))
    assert (nothing["fields"], nothing["seq"]) == ([], changes["seq"])


def test_all_forms_of_a_page_that_comes_back_are_brought_up_to_date_by_one_query_for_answers(
    service: SteppedService, ana: FormContext, one: RecordedPage, other: RecordedPage
) -> None:
    names = ["everything", "goals", "next_steps", "rate"]
    for name in names[1:]:
        one.open(name)
    other.save("First")
    other.save("A goal", "goals.statement", "goals", row="g1")
    service.poll()
    one.take()
    one.connection.close()
    again = RecordedPage(service, ana)
    with counting(service.store) as work:
        again.connection.hello([(name, Have(seq=0)) for name in names])
    assert len(work.statements) == 1
    sent = again.take()
    changes = [message for message in sent if message["type"] == "changes"]
    assert [len(one["fields"]) for one in changes] == [1, 1, 0, 0]
    assert [message["type"] for message in sent].count("sources") == 1


def test_an_answer_that_the_server_has_not_read_yet_is_not_counted_as_sent(
    service: SteppedService,
    ana: FormContext,
    one: RecordedPage,
    other: RecordedPage,
    ben: FormContext,
    elsewhere: Store,
) -> None:
    """Otherwise a page that disconnects before the next poll would never receive it."""
    there = SteppedService(ben.content, elsewhere)
    bens = RecordedPage(there, ben)
    bens.save("From another server")
    (early,) = one.hello("everything", Have(seq=0))
    assert (early["fields"], early["seq"]) == ([], 0)
    one.connection.close()
    service.poll()
    assert values_of(other.take()[-1]) == {AIM: ["From another server"]}
    (late,) = RecordedPage(service, ana).hello("everything", have_of(early))
    assert values_of(late) == {AIM: ["From another server"]}
    there.close()


def test_a_newer_answer_of_this_server_does_not_count_an_older_unread_one_of_another_as_sent(
    service: SteppedService, ana: FormContext, one: RecordedPage, other: RecordedPage, cy: FormContext, elsewhere: Store
) -> None:
    there = SteppedService(cy.content, elsewhere)
    opening = one.open()
    RecordedPage(there, cy).save("From another server")
    other.save("yes", "ready")
    (later,) = (response for response in ana.store.since(0, "sample", "OH") if response.prompt == "ready")
    (hello,) = one.hello("everything", have_of(opening))
    one.connection.catch_up(Update((later,)), session_changed=False)
    (changes,) = one.take()
    assert values_of(hello) == values_of(changes) == {("ready", ""): ["yes"]}
    assert (hello["seq"], changes["seq"]) == (0, 0)
    one.connection.close()
    service.poll()
    (late,) = RecordedPage(service, ana).hello("everything", have_of(changes))
    assert values_of(late) == {AIM: ["From another server"], ("ready", ""): ["yes"]}
    there.close()


@pytest.mark.parametrize("is_elsewhere", [False, True])
def test_an_answer_that_is_sent_again_after_a_break_reaches_the_page_with_the_changes(
    service: SteppedService, ana: FormContext, ben: FormContext, elsewhere: Store, is_elsewhere: bool
) -> None:
    """A page does not show a ``duplicate`` receipt: it requests later answers, including its own."""
    there = SteppedService(ben.content, elsewhere)
    RecordedPage(there, ben).open()  # the other server has cached the state's answers
    first, answer = RecordedPage(service, ana), answer_to("aim", "Ana's words")
    have = have_of(first.open())
    first.send("everything", save_of(answer))  # the receipt is lost
    RecordedPage(service, ben).open()
    first.connection.close()
    again = RecordedPage(there if is_elsewhere else service, ana)
    sent = again.hello("everything", have)
    (saved,) = again.send("everything", save_of(answer))
    assert [receipt["status"] for receipt in saved["receipts"]] == ["duplicate"]
    sent += again.hello("everything", Have(seq=saved["receipts"][0]["seq"] - 1))
    for each in (service, there):
        each.poll()
    sent += again.take()
    assert [values for message in sent if (values := values_of(message))][-1] == {AIM: ["Ana's words"]}
    there.close()


def test_after_an_erasure_open_pages_and_those_that_come_back_get_everything_that_is_left(
    service: SteppedService, ana: FormContext, one: RecordedPage, other: RecordedPage
) -> None:
    other.save("Ben's words")
    other.save("A step", "steps.what", row="s1")
    one.save("no", "ready")
    service.poll()
    have = have_of(one.take()[-1])
    ana.store.erase(erasure(person="ben"))
    service.poll()
    (whole,) = one.take()
    assert whole["whole"] is True
    assert values_of(whole) == {("ready", ""): ["no"]}
    assert whole["rows"] == {"matrix": [], "steps": []}
    (late,) = RecordedPage(service, ana).hello("everything", have)
    assert late == whole
    (again,) = one.hello("everything", have_of(whole))
    assert (again["fields"], again.get("whole", False)) == ([], False)
    assert "Ben's words" not in str(RecordedPage(service, ana).open())


# --- failures ------------------------------------------------------------------------------------------------------


def test_a_store_that_is_away_is_said_when_a_form_is_opened_or_saved(
    service: SteppedService, ana: FormContext, tmp_path: Path
) -> None:
    page = RecordedPage(service, ana)
    database, away = tmp_path / "responses.sqlite3", tmp_path / "away"
    database.rename(away)
    assert page.hello("everything") == [{"type": "trouble", "message": None, "sentence": NOT_OPENED}]
    assert page.save("Words") == [{"type": "trouble", "message": "m", "sentence": TROUBLE}]
    away.rename(database)
    assert page.open()["answers"]["fields"] == []
    assert page.save("Words")[0]["type"] == "saved"


def test_what_a_page_missed_while_the_store_was_away_comes_once_it_is_back(
    service: SteppedService, ana: FormContext, one: RecordedPage, other: RecordedPage, tmp_path: Path
) -> None:
    have = have_of(one.open())
    one.connection.close()
    other.save("While Ana was away")
    service.poll()
    again = RecordedPage(service, ana)
    database, away = tmp_path / "responses.sqlite3", tmp_path / "away"
    database.rename(away)
    assert again.hello("everything", have) == []
    with pytest.raises(ConnectionError):
        service.poll()
    away.rename(database)
    other.save("yes", "ready")
    service.poll()
    found: dict[tuple[str, str], list[object]] = {}
    for message in again.take():
        found |= values_of(message)
    assert found == {AIM: ["While Ana was away"], ("ready", ""): ["yes"]}
    service.poll()
    assert again.take() == []


def test_a_page_that_is_behind_is_sent_no_changes_that_would_hide_what_it_has_missed(
    service: SteppedService, ana: FormContext, one: RecordedPage, other: RecordedPage, tmp_path: Path
) -> None:
    have = have_of(one.open())
    other.save("Missed")
    other.save("yes", "ready")
    missed, later = ana.store.since(have.seq, "sample", "OH")
    again = RecordedPage(service, ana)
    database, away = tmp_path / "responses.sqlite3", tmp_path / "away"
    database.rename(away)
    again.hello("everything", have)
    away.rename(database)
    again.connection.catch_up(Update((later,)), session_changed=False)
    assert again.take() == []
    again.connection.retry()
    again.connection.catch_up(Update((missed, later)), session_changed=False)
    assert [set(values_of(message)) for message in again.take()] == [{AIM, ("ready", "")}] * 2


def test_a_change_that_could_not_be_sent_for_want_of_the_store_is_sent_by_the_next_poll(
    service: SteppedService, one: RecordedPage, other: RecordedPage
) -> None:
    other.save("Ben's words")
    with failing(service.store, "FROM people"):  # the author's name cannot be read
        service.poll()
    assert one.take() == []
    service.poll()
    (changes,) = one.take()
    assert values_of(changes) == {AIM: ["Ben's words"]}
    service.poll()
    assert one.take() == []


def test_a_reveal_while_the_store_is_away_says_so_and_can_be_tried_again(
    ana: FormContext, ben: FormContext, tmp_path: Path, serve: Callable[[FormContext], SteppedService]
) -> None:
    service = serve(make_live(ana))
    page, mate = RecordedPage(service, ana), RecordedPage(service, ben)
    for each in (page, mate):
        each.open("rate")
        each.save(3, "ratings.rating", "rate", row="shared_vision")
    database, away = tmp_path / "responses.sqlite3", tmp_path / "away"
    database.rename(away)
    (reply,) = page.send("rate", {"type": "reveal", "message": "show"})
    assert (reply["type"], reply["message"], reply["problem"]) == ("exercise_state", "show", NOT_SHOWN)
    away.rename(database)
    (reply,) = page.send("rate", {"type": "reveal", "message": "show"})
    assert reply["revealed"] is True
    service.poll()
    assert mate.take()[-1]["spread"]["ratings"]["shared_vision"]["points"] == {"3": 2}


# --- shutdown ------------------------------------------------------------------------------------------------------


def test_closing_twice_is_closing_once(one: RecordedPage, other: RecordedPage, service: SteppedService) -> None:
    one.connection.close()
    one.connection.close()
    assert isinstance(one.connection, FormConnection)
    other.save("Ben's words")
    service.poll()


def test_the_last_page_of_a_state_takes_its_answers_out_of_memory_and_the_next_reads_them_again(
    service: SteppedService, ana: FormContext, one: RecordedPage
) -> None:
    one.save("Words")
    one.connection.close()
    with counting(service.store) as work:
        service.poll()
    assert work.statements == []
    opening: Json = RecordedPage(service, ana).open()
    assert values_of(opening) == {AIM: ["Words"]}


def test_malformed_messages_are_refused_each_time_and_logged_once(
    service: SteppedService, ana: FormContext, caplog: pytest.LogCaptureFixture
) -> None:
    pages = [RecordedPage(service, ana) for _ in range(2)]
    caplog.clear()
    for page in pages:
        for number in range(100):
            page.connection.receive("everything", {"type": f"nonsense {number}", "message": "m"})
            page.connection.receive(f"no exercise {number}", {})
        assert [message["type"] for message in page.take()] == ["trouble"] * 100
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 2 * len(pages), "one line for each page and kind"
    assert lines.count("exercise everything: a malformed message was refused") == len(pages)
