"""The running form service: threads, other servers on the same store, live sessions, shutdown, and a crash."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cluster_kit.exercises.context import FormContext
from cluster_kit.forms.connection import MAX_PENDING
from cluster_kit.forms.exercise_state import LOCKED
from cluster_kit.forms.readers import SLOW_READERS
from cluster_kit.forms.service import FormEnvironment, FormService
from cluster_kit.models import Json
from cluster_kit.sessions import SessionFeed, SessionLog
from cluster_kit.sessions.facilitation import Lock, Reveal
from cluster_kit.store import NewErasure, Person, Store
from tests.forms.counting import counting
from tests.forms.samples import make_context, make_live
from tests.forms.stepping import RecordedPage, SteppedService, answer_to, make_service, save_of, values_of
from tests.serving import PATIENCE_S, wait_until
from tests.store.samples import read_line, running

AIM = ("aim", "")
FACILITATOR = Person(id="fay", series="sample", jurisdiction="", name="Fay Facilitator")
SOON_S = 0.05
EARLIER: set[threading.Thread] = set()


@pytest.fixture
def service(store: Store, ana: FormContext) -> Iterator[FormService]:
    """A service with its own threads."""
    service = FormService(ana.content, store, interval_s=SOON_S)
    yield service
    service.close()


@contextmanager
def held(database: Path) -> Iterator[None]:
    """A write lock, held by another program until the block ends."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "responses.sqlite3"


def opened(service: FormService, context: FormContext, exercise: str = "everything") -> RecordedPage:
    """A page with the exercise open."""
    page = RecordedPage(service, context)
    page.connection.hello([(exercise, None)])
    page.wait_for("opening")
    return page


def has_fields(message: Json) -> bool:
    return bool(message.get("fields"))


@pytest.fixture(autouse=True)
def _earlier_threads() -> Iterator[None]:
    """Notes the threads of services that other tests of this process have left, so that ``threads`` omits them."""
    EARLIER.update(threading.enumerate())
    yield
    EARLIER.clear()


def threads() -> set[str]:
    """Kinds of running threads of the test's own services."""
    names = {thread.name for thread in threading.enumerate() if thread not in EARLIER}
    return {name for name in ("form-poller", "form-writer") if name in names}


# --- polling --------------------------------------------------------------------------------------------------------


def test_what_one_saves_reaches_teammates_by_itself(service: FormService, ana: FormContext, ben: FormContext) -> None:
    one, other = opened(service, ana), opened(service, ben)
    one.save("Ana's words")
    assert one.wait_for("saved")["receipts"][0]["status"] == "saved"
    assert values_of(other.wait(has_fields)) == {AIM: ["Ana's words"]}
    other.save("yes", "ready")
    # Each page receives only the other's answers: an echo of its own would have arrived by now.
    assert values_of(one.wait(has_fields)) == {("ready", ""): ["yes"]}


def test_what_another_program_writes_reaches_open_pages(
    service: FormService, ana: FormContext, ben: FormContext, elsewhere: Store
) -> None:
    one = opened(service, ana)
    there = SteppedService(ben.content, elsewhere)
    RecordedPage(there, ben).save("From elsewhere")
    assert values_of(one.wait(has_fields)) == {AIM: ["From elsewhere"]}
    elsewhere.erase(NewErasure(series="sample", jurisdiction="OH", asked_by="Fay", why="asked"))
    assert one.wait(lambda message: message.get("whole") is True)["fields"] == []
    there.close()


def test_the_poller_goes_on_when_the_store_comes_back(
    service: FormService, ana: FormContext, ben: FormContext, database: Path, tmp_path: Path
) -> None:
    one, other = opened(service, ana), opened(service, ben)
    database.rename(tmp_path / "away")
    one.save("While it is away")
    one.wait_for("trouble")
    (tmp_path / "away").rename(database)
    one.save("After it came back")
    one.wait_for("saved")
    assert values_of(other.wait(has_fields)) == {AIM: ["After it came back"]}


def test_polling_ends_with_the_last_page_and_begins_again_with_the_next(
    service: FormService, ana: FormContext, ben: FormContext
) -> None:
    pages = [opened(service, ana), opened(service, ben)]
    assert "form-poller" in threads()
    for page in pages:
        page.connection.close()
    wait_until(lambda: "form-poller" not in threads(), "the poller has ended")
    one, other = opened(service, ana), opened(service, ben)
    one.save("Ana's words")
    assert values_of(other.wait(has_fields)) == {AIM: ["Ana's words"]}


def test_a_service_that_is_closed_has_committed_what_waited_and_has_no_threads(
    store: Store, ana: FormContext, ben: FormContext, database: Path
) -> None:
    service = FormService(ana.content, store)
    page = opened(service, ana)
    closing = threading.Thread(target=service.close)
    with held(database):
        for number in range(10):
            page.save(number, "share")
        closing.start()
    closing.join()
    assert [one.value for one in store.history("sample", "OH")] == list(range(10))
    assert threads() == set()
    page.connection.hello([("everything", None)])  # the page has not noticed the shutdown, and gets no reply
    page.save("Too late")
    assert [one.value for one in store.current("sample", "OH") if one.prompt == "aim"] == []


# --- queued saves ---------------------------------------------------------------------------------------------------


def test_a_save_may_refer_to_a_row_that_the_save_before_it_has_added(
    service: FormService, ana: FormContext, database: Path
) -> None:
    page = opened(service, ana, "goals")
    page.connection.hello([("next_steps", None)])
    page.wait_for("opening")
    with held(database):
        page.save("A goal", "goals.statement", "goals", row="g1")
        page.save("It helps", "goal_check.how", "next_steps", row="g1")
        page.save("It does", "goal_check.how", "next_steps", row="g2")
    page.wait_for("saved", "goals")
    page.wait_for("saved", "next_steps")
    assert "not in this exercise" in page.wait_for("refused")["problems"][0]["sentence"]
    values = [one.value for one in ana.current(1, "next_steps")]
    assert values == ["It helps"]


def test_no_more_rows_are_added_by_saves_that_wait_together_than_there_is_room_for(
    service: FormService, ana: FormContext, ben: FormContext, database: Path
) -> None:
    pages = [opened(service, ana), opened(service, ben)]
    with held(database):
        for number in range(4):
            pages[number % 2].save("x", "steps.what", row=f"row{number}")
    for page, expected in zip(pages, (["saved", "saved"], ["saved", "refused"]), strict=True):
        kinds = [page.wait(lambda message: message["type"] in ("saved", "refused"))["type"] for _ in range(2)]
        assert kinds == expected
    assert ana.order_rows(1, "everything", "steps") == ["row0", "row1", "row2"]


def test_no_more_rows_are_added_by_one_save_than_there_is_room_for(service: FormService, ana: FormContext) -> None:
    page = opened(service, ana)
    rows = (answer_to("steps.what", "A step", row=f"row{number}") for number in range(5))
    page.connection.receive("everything", save_of(*rows))
    assert len(page.wait_for("refused")["problems"]) == 2
    assert len(page.wait_for("saved")["receipts"]) == 3


def test_a_page_that_says_hello_without_end_has_one_request_waiting(
    service: FormService, ana: FormContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    held_up, submitted = threading.Event(), list[Callable[[], None]]()
    read = service.read

    def read_later(job: Callable[[], None]) -> None:
        submitted.append(job)
        read(lambda: job() if held_up.wait(PATIENCE_S) else None)

    monkeypatch.setattr(service, "read", read_later)
    page = RecordedPage(service, ana)
    for _ in range(500):
        page.connection.hello([("everything", None)])
    assert len(submitted) == 1
    held_up.set()
    page.wait_for("opening")


def test_someone_whose_files_take_minutes_delays_no_page_and_no_file_of_others(
    service: FormService, ana: FormContext, ben: FormContext
) -> None:
    piece = {"type": "file", "prompt": "list", "name": "list.csv", "size": 3, "at": 0, "data": ""}
    checked = threading.Event()
    pages = [opened(service, ana) for _ in range(2 * SLOW_READERS)]
    for page in pages:
        service.read_slowly(ana.person.id, lambda: wait_until(checked.is_set, "the files are checked"))
        page.connection.receive("everything", {**piece, "upload": "of-ana"})
    other = opened(service, ben)
    other.connection.receive("everything", {**piece, "upload": "of-ben"})
    other.wait_for("file")
    assert not [message for page in pages for message in page.take() if message["type"] == "file"]
    checked.set()
    for page in pages:
        page.wait_for("file")


def test_what_a_page_has_sent_is_saved_when_the_page_is_gone(
    service: FormService, ana: FormContext, ben: FormContext, database: Path
) -> None:
    one, other = opened(service, ana), opened(service, ben)
    with held(database):
        one.save("Last words")
        one.connection.close()
    assert values_of(other.wait(has_fields)) == {AIM: ["Last words"]}
    assert one.take() == []


def test_what_the_last_page_of_a_state_has_sent_is_saved_when_it_is_gone(
    service: FormService, ana: FormContext, ben: FormContext, database: Path
) -> None:
    one = opened(service, ana)
    with held(database):
        one.save("Last words")
        one.connection.close()
    wait_until(lambda: ana.current(1, "everything"), "the words are saved")
    page = RecordedPage(service, ben)
    page.connection.hello([("everything", None)])
    assert values_of(page.wait_for("opening")) == {AIM: ["Last words"]}


def test_a_page_that_sends_without_end_has_few_saves_waiting_and_loses_none_that_it_sends_again(
    service: FormService, ana: FormContext, database: Path
) -> None:
    page = opened(service, ana)
    saves = [save_of(answer_to("share", number, id=f"s{number}"), message=f"m{number}") for number in range(60)]
    with held(database):
        for save in saves:
            page.connection.receive("everything", save)
    replied = {page.wait_for("saved")["message"] for _ in range(MAX_PENDING)}
    assert replied == {f"m{number}" for number in range(MAX_PENDING)}
    page.save("after those that waited")
    page.wait_for("saved")
    assert [one.value for one in ana.current(1, "everything") if one.prompt == "aim"] == ["after those that waited"]
    assert len(ana.history(1, "everything")) == MAX_PENDING + 1
    for save in saves:
        if save["message"] not in replied:
            page.connection.receive("everything", save)
            page.wait_for("saved")
    assert [one.value for one in ana.history(1, "everything") if one.prompt == "share"] == list(range(60))


# --- live sessions ----------------------------------------------------------------------------------------------


def rate(page: RecordedPage, value: int | str, column: str = "rating") -> list[Json]:
    return page.save(value, f"ratings.{column}", "rate", row="shared_vision")


def test_a_lock_and_a_reveal_are_sent_without_being_asked_for_and_never_who_rated_what(
    serve: Callable[[FormContext], SteppedService], ana: FormContext, ben: FormContext
) -> None:
    service = serve(make_live(ana))
    session_log = SessionLog(ana.store, "sample", ana.content.get_session(1))
    one, other = RecordedPage(service, ana), RecordedPage(service, ben)
    for page, point in ((one, 2), (other, 4)):
        page.open("rate")
        rate(page, point)
    rate(other, "Ben's secret reason", "note")
    service.poll()
    (state,) = one.take()
    assert (state["rated"], state["revealed"], state["spread"]) == (2, False, {})
    session_log.do(FACILITATOR, Lock(locked=True), subject="rate")
    service.poll()
    (state,) = one.take()
    assert (state["locked"], state["revealed"], state["spread"]) == (True, False, {})
    assert rate(one, 3) == [{"type": "trouble", "message": "m", "sentence": LOCKED}]
    session_log.do(FACILITATOR, Lock(locked=False), subject="rate")
    assert rate(one, 3)[0]["type"] == "saved"  # before any poll: the writer reads the events before each batch
    other.take()
    (state,) = other.send("rate", {"type": "reveal", "message": "show"})
    assert state["revealed"] is True
    service.poll()
    told = str([RecordedPage(service, ana).open("rate"), sent := one.take()])
    assert sent[-1]["spread"]["ratings"]["shared_vision"]["points"] == {"3": 1, "4": 1}
    assert "Ben" not in told.replace("Ben's secret reason", "")
    assert "'ben'" not in told
    service.poll()
    assert (one.take(), other.take()) == ([], [])


def test_an_erasure_takes_ratings_out_of_the_distribution_of_open_pages(
    serve: Callable[[FormContext], SteppedService], ana: FormContext, ben: FormContext
) -> None:
    service = serve(make_live(ana))
    one, other = RecordedPage(service, ana), RecordedPage(service, ben)
    for page, point in ((one, 2), (other, 4)):
        page.open("rate")
        rate(page, point)
    service.poll()
    one.take()
    ana.store.erase(NewErasure(series="sample", jurisdiction="OH", person="ben", asked_by="Ben", why="asked"))
    service.poll()
    whole, state = one.take()
    assert (whole["whole"], state["type"], state["rated"]) == (True, "exercise_state", 1)


def test_a_page_of_another_exercise_is_sent_nothing_of_a_lock_that_is_not_its_own(
    serve: Callable[[FormContext], SteppedService], ana: FormContext
) -> None:
    service = serve(make_live(ana))
    page = RecordedPage(service, ana)
    page.open("goals")
    page.open("rate")
    SessionLog(ana.store, "sample", ana.content.get_session(1)).do(FACILITATOR, Lock(locked=True), subject="goals")
    service.poll()
    assert page.take("rate") == []
    assert page.take("goals") == [{"type": "exercise_state", "locked": True, "revealed": False}]


def test_outside_of_a_live_session_nothing_is_locked_or_revealed(
    serve: Callable[[FormContext], SteppedService], ana: FormContext
) -> None:
    page = RecordedPage(serve(ana), ana)
    assert page.open("rate")["answers"]["exercise_state"] is None
    SessionLog(ana.store, "sample", ana.content.get_session(1)).do(FACILITATOR, Lock(locked=True), subject="rate")
    assert rate(page, 3)[0]["type"] == "saved"


# --- two servers ------------------------------------------------------------------------------------------------


def test_two_servers_on_one_store_are_one_session(url: str) -> None:
    with Store.open(url) as here, Store.open(url) as there:
        ana, ben = make_live(make_context(here)), make_live(make_context(there, "ben", "Ben Cho"))
        services = [make_service(ana), make_service(ben)]
        one, other = RecordedPage(services[0], ana), RecordedPage(services[1], ben)
        for page in (one, other):
            page.open()
            page.open("rate")
        one.save("Ana's words")
        (saved,) = other.save("Ben's words")  # not polled yet: the store detects the conflict
        assert saved["receipts"][0]["status"] == "conflict"
        assert [answer["who"] for answer in saved["receipts"][0]["others"]] == ["Ana Ruiz"]
        for service in services:
            service.poll()
        assert values_of(one.take("everything")[0]) == {AIM: ["Ana's words", "Ben's words"]}
        assert values_of(other.take("everything")[0]) == {AIM: ["Ana's words", "Ben's words"]}
        rate(one, 2)
        rate(other, 4)
        SessionLog(there, "sample", ben.content.get_session(1)).do(FACILITATOR, Lock(locked=True), subject="rate")
        assert rate(one, 3) == [{"type": "trouble", "message": "m", "sentence": LOCKED}]
        SessionLog(here, "sample", ana.content.get_session(1)).do(FACILITATOR, Reveal(), subject="rate")
        for service in services:
            service.poll()
        for page in (one, other):
            state = page.take("rate")[-1]
            assert (state["locked"], state["revealed"]) == (True, True)
            assert state["spread"]["ratings"]["shared_vision"]["points"] == {"2": 1, "4": 1}
        for service in services:
            service.close()


def test_rows_are_in_one_order_on_two_servers(url: str) -> None:
    with Store.open(url) as here, Store.open(url) as there:
        ana, ben = make_context(here), make_context(there, "ben", "Ben Cho")
        services = [make_service(ana), make_service(ben)]
        one, other = RecordedPage(services[0], ana), RecordedPage(services[1], ben)
        one.open()
        other.open()
        other.save("Ben's", "steps.what", row="bens")
        one.save("Ana's", "steps.what", row="anas")
        for service in services:
            service.poll()
        openings = [RecordedPage(service, who).open() for service, who in zip(services, (ana, ben), strict=True)]
        assert [opening["answers"]["rows"]["steps"] for opening in openings] == [["bens", "anas"]] * 2
        for service in services:
            service.close()


# --- load of the store ----------------------------------------------------------------------------------------------


def polls(folder: Path, pages: int) -> dict[str, int]:
    """Number of statements per poll with this many open pages of a state: when idle, and under load."""
    folder.mkdir()
    with Store.open(f"sqlite:///{folder / 'responses.sqlite3'}") as store, Store(store._database) as elsewhere:
        ana, ben = make_context(store), make_context(elsewhere, "ben", "Ben Cho")
        session_log = SessionLog(store, "sample", ana.content.get_session(1))
        feed = SessionFeed(store, session_log, clock=lambda: 0.0)  # presence is read once
        service = SteppedService(ana.content, store, FormEnvironment(feed=lambda _session: feed, live=True))
        away = SteppedService(ben.content, elsewhere)
        teammate = RecordedPage(away, ben)
        opened = [RecordedPage(service, ana) for _ in range(pages)]
        for page in opened:
            page.connection.hello([(name, None) for name in ("everything", "goals", "next_steps", "rate")])
        service.poll()
        costs: dict[str, int] = {}

        def poll(what: str) -> None:
            for page in opened:
                page.take()
            with counting(store) as work:
                service.poll()
            costs[what] = len(work.statements)
            received = {len(page.take()) for page in opened}
            assert received == {0} if what == "nothing" else min(received) > 0, (what, received)

        poll("nothing")
        teammate.save("Ben's words")
        poll("an answer of a new author")
        teammate.save("A goal", "goals.statement", "goals", row="g1")
        rate(teammate, 3)
        poll("answers to several exercises")
        session_log.do(FACILITATOR, Lock(locked=True), subject="rate")
        poll("a lock")
        opened[0].save("Ana's words", base=[])
        teammate.save("Ben's next words")
        poll("an answer of this server and another")
        elsewhere.erase(NewErasure(series="sample", jurisdiction="OH", person="ben", asked_by="Ben", why="asked"))
        poll("an erasure")
        service.close()
        away.close()
    return costs


def test_fifty_pages_of_a_state_cost_the_store_what_one_costs(tmp_path: Path) -> None:
    one, fifty = polls(tmp_path / "one", 1), polls(tmp_path / "fifty", 50)
    assert one == fifty
    assert one["nothing"] == 2  # the session's latest event, and the states' watermarks
    assert one["a lock"] <= 3
    assert one["an answer of a new author"] <= 6


def test_states_are_asked_for_together(
    tmp_path: Path, serve: Callable[[FormContext], SteppedService], ana: FormContext
) -> None:
    service = serve(ana)
    for state in ("OH", "GU"):
        RecordedPage(service, make_context(ana.store, f"of-{state}", f"Of {state}", state)).open()
    with counting(ana.store) as work:
        service.poll()
    assert len(work.statements) == 1


# --- a crash ----------------------------------------------------------------------------------------------------


def test_every_answer_that_a_killed_server_has_acknowledged_is_in_the_store(url: str) -> None:
    with running("-m", "tests.forms.saver", url) as process:
        acknowledged = [read_line(process) for _ in range(300)]
        process.kill()
        assert process.stdout
        acknowledged += [line.strip() for line in process.stdout if line.endswith("\n")]
    with Store.open(url) as store:
        kept = {one.id: one for state in ("OH", "GU", "PA", "TX") for one in store.history("sample", state)}
        assert len(set(acknowledged)) == len(acknowledged)
        assert set(acknowledged) <= set(kept)
        assert all(kept[id_].value == id_[::-1].replace("-", " ", 1)[::-1] for id_ in acknowledged)
        # Answers committed but not acknowledged are resent by their pages, and stored once.
        context = make_context(store, "OH-0", "Sample")
        service = make_service(context)
        page = RecordedPage(service, context)
        mine = [one for one in kept.values() if one.author == "OH-0"][-1]
        (saved,) = page.save(mine.value, id=mine.id)
        assert saved["receipts"][0]["status"] in ("duplicate", "conflict")
        assert saved["receipts"][0]["seq"] == mine.seq
        service.close()
