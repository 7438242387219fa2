"""Saves of many pages in one commit: each is validated, refused, and acknowledged independently."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from cluster_kit.exercises.context import FormContext
from cluster_kit.forms.exercise_state import LOCKED
from cluster_kit.forms.handler import REUSED, TROUBLE, FormHandler
from cluster_kit.forms.protocol import FORM_REQUEST, Save
from cluster_kit.forms.writer import PendingSave, SaveWriter
from cluster_kit.models import Json
from cluster_kit.sessions import SessionLog
from cluster_kit.sessions.facilitation import Lock
from cluster_kit.store import NewResponse, Person, Receipt, Store
from tests.forms.counting import counting, failing
from tests.forms.samples import make_context, make_live, replace_context
from tests.forms.stepping import PATIENCE_S, answer_to, check_reply, save_of
from tests.serving import wait_until

STATES = ("OH", "GU", "PA", "TX")


class Gate:
    """Hook around the writer's batches: each waits until the gate is open, and is recorded."""

    def __init__(self) -> None:
        self.batches: list[list[PendingSave]] = []
        self.applied: list[tuple[list[str], list[str]]] = []
        self.open = threading.Event()

    def before(self, batch: Sequence[PendingSave]) -> None:
        self.batches.append(list(batch))
        assert self.open.wait(PATIENCE_S)

    def after(self, pending: PendingSave, responses: Sequence[NewResponse], receipts: Sequence[Receipt]) -> None:
        self.applied.append(([one.id for one in responses], [one.id for one in receipts]))

    def states(self) -> list[list[str]]:
        return [[one.jurisdiction for one in batch] for batch in self.batches]


class Observer:
    def __init__(self) -> None:
        self.seen: list[Any] = []

    def saved(self, answers: int, seconds: float) -> None:
        assert seconds > 0
        self.seen.append(answers)

    def not_saved(self, reason: str) -> None:
        self.seen.append(reason)


class Sent:
    """A pending save, and its replies."""

    def __init__(self, writer: SaveWriter, context: FormContext, *answers: Json) -> None:
        save = FORM_REQUEST.validate_python(save_of(*answers))
        assert isinstance(save, Save)
        self._answered = threading.Event()
        self._replies: list[list[Json]] = []
        self.kept: Sequence[str] = ()
        writer.enqueue(PendingSave(FormHandler(context, "everything"), save, self._reply))

    def _reply(self, replies: list[Json], kept: Sequence[str]) -> None:
        self._replies.append(replies)
        self.kept = kept
        self._answered.set()

    def replies(self) -> list[Json]:
        """The replies, which arrive together."""
        assert self._answered.wait(PATIENCE_S)
        [replies] = self._replies
        return [check_reply(reply) for reply in replies]

    def types(self) -> list[str]:
        return [reply["type"] for reply in self.replies()]


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def observer() -> Observer:
    return Observer()


@pytest.fixture
def writer(store: Store, gate: Gate, observer: Observer) -> Iterator[SaveWriter]:
    writer = SaveWriter(store, gate.before, gate.after, observer)
    yield writer
    gate.open.set()
    writer.close()


@pytest.fixture
def people(store: Store) -> dict[str, FormContext]:
    """A person in each of four states."""
    return {state: make_context(store, f"of-{state}", f"Of {state}", state) for state in STATES}


@pytest.fixture
def hold(writer: SaveWriter, gate: Gate, people: dict[str, FormContext]) -> Callable[[], Sent]:
    """Let the writer hold a first save of Ohio, so that later saves are queued together."""

    def hold() -> Sent:
        first = Sent(writer, people["OH"], answer_to("news", "the first"))
        wait_until(lambda: gate.batches, "the writer has taken the first save")
        return first

    return hold


def values(store: Store, state: str, prompt: str = "aim") -> list[Any]:
    return [one.value for one in store.current("sample", state) if one.prompt == prompt]


def test_saves_of_several_states_that_wait_are_committed_at_once(
    store: Store, writer: SaveWriter, gate: Gate, people: dict[str, FormContext], hold: Callable[[], Sent]
) -> None:
    first = hold()
    with counting(store) as work:
        rest = [Sent(writer, people[state], answer_to("aim", state)) for state in STATES]
        gate.open.set()
        assert [sent.types() for sent in [first, *rest]] == [["saved"]] * 5
    assert gate.states() == [["OH"], list(STATES)]
    assert work.commits == 2
    assert [values(store, state) for state in STATES] == [["OH"], ["GU"], ["PA"], ["TX"]]
    assert [len(sent.kept) for sent in rest] == [1, 1, 1, 1]


def test_an_id_that_is_reused_costs_nobody_else_anything(
    store: Store, writer: SaveWriter, gate: Gate, people: dict[str, FormContext], hold: Callable[[], Sent]
) -> None:
    gate.open.set()
    Sent(writer, people["GU"], answer_to("aim", "Guam's", id="taken")).replies()
    gate.open.clear()
    gate.batches.clear()
    hold()
    bad = Sent(writer, people["OH"], answer_to("aim", "Ohio's", id="taken"), answer_to("ready", "no"))
    good = [Sent(writer, people[state], answer_to("aim", state)) for state in ("PA", "TX")]
    gate.open.set()
    refused, saved = bad.replies()
    assert refused["problems"] == [{"id": "taken", "sentence": REUSED}]
    assert [receipt["status"] for receipt in saved["receipts"]] == ["saved"]
    assert [sent.types() for sent in good] == [["saved"], ["saved"]]
    assert (values(store, "OH"), values(store, "OH", "ready"), values(store, "GU")) == ([], ["no"], ["Guam's"])
    assert [values(store, state) for state in ("PA", "TX")] == [["PA"], ["TX"]]


def test_two_states_of_one_batch_that_use_one_id_get_one_answer_and_one_refusal(
    store: Store, writer: SaveWriter, gate: Gate, people: dict[str, FormContext], hold: Callable[[], Sent]
) -> None:
    hold()
    sent = [Sent(writer, people[state], answer_to("aim", state, id="same")) for state in ("PA", "TX")]
    gate.open.set()
    assert [one.types() for one in sent] == [["saved"], ["refused"]]
    assert (values(store, "PA"), values(store, "TX")) == (["PA"], [])


def test_a_save_that_cannot_be_validated_is_trouble_for_its_page_alone(
    store: Store, writer: SaveWriter, gate: Gate, people: dict[str, FormContext], tmp_path: Path
) -> None:
    """The session's events are in another store, which is unavailable."""
    events = Store.open(f"sqlite:///{tmp_path / 'events.sqlite3'}")
    session_log = SessionLog(events, "sample", people["GU"].content.get_session(1))
    (tmp_path / "events.sqlite3").rename(tmp_path / "away")
    gate.open.set()
    bad = Sent(writer, replace_context(people["GU"], session_log=session_log), answer_to("aim", "GU"))
    good = Sent(writer, people["PA"], answer_to("aim", "PA"))
    assert bad.replies() == [{"type": "trouble", "message": "m", "sentence": TROUBLE}]
    assert good.types() == ["saved"]
    assert (values(store, "GU"), values(store, "PA"), list(bad.kept)) == ([], ["PA"], [])
    events.close()


def test_what_a_prompt_does_not_take_is_refused_and_what_is_locked_waits_beside_good_answers(
    store: Store, writer: SaveWriter, gate: Gate, people: dict[str, FormContext], hold: Callable[[], Sent]
) -> None:
    live = make_live(people["GU"])
    facilitator = Person(id="fay", series="sample", jurisdiction="", name="Fay")
    SessionLog(store, "sample", live.content.get_session(1)).do(facilitator, Lock(locked=True), subject="everything")
    hold()
    locked = Sent(writer, live, answer_to("aim", "GU"))
    mixed = Sent(writer, people["PA"], answer_to("share", 140, id="much"), answer_to("aim", "PA"))
    good = Sent(writer, people["TX"], answer_to("aim", "TX"))
    gate.open.set()
    assert locked.replies() == [{"type": "trouble", "message": "m", "sentence": LOCKED}]
    refused, saved = mixed.replies()
    assert [problem["id"] for problem in refused["problems"]] == ["much"]
    assert len(saved["receipts"]) == 1
    assert good.types() == ["saved"]
    assert [values(store, state) for state in ("GU", "PA", "TX")] == [[], ["PA"], ["TX"]]


def test_a_store_that_is_away_is_trouble_for_all_and_nothing_is_kept(
    store: Store,
    writer: SaveWriter,
    gate: Gate,
    people: dict[str, FormContext],
    hold: Callable[[], Sent],
    tmp_path: Path,
) -> None:
    database, away = tmp_path / "responses.sqlite3", tmp_path / "away"
    first = hold()
    rest = [Sent(writer, people[state], answer_to("aim", state)) for state in STATES]
    database.rename(away)
    gate.open.set()
    trouble = [{"type": "trouble", "message": "m", "sentence": TROUBLE}]
    assert [sent.replies() for sent in [first, *rest]] == [trouble] * 5
    away.rename(database)
    assert [store.history("sample", state) for state in STATES] == [[], [], [], []]
    assert Sent(writer, people["OH"], answer_to("aim", "again")).types() == ["saved"]


def test_a_commit_that_breaks_half_way_keeps_nothing_of_any_state(
    store: Store, writer: SaveWriter, gate: Gate, people: dict[str, FormContext], hold: Callable[[], Sent]
) -> None:
    Sent(writer, people["OH"], answer_to("aim", "Ohio's", id="old"))
    gate.open.set()
    wait_until(lambda: values(store, "OH"), "Ohio's first answer is there")
    gate.open.clear()
    gate.batches.clear()
    hold()
    rest = [
        Sent(writer, people["GU"], answer_to("aim", "GU")),
        Sent(writer, people["OH"], answer_to("aim", "Ohio's next", base=["old"])),
    ]
    with failing(store, "INSERT INTO supersedes"):
        gate.open.set()
        assert [sent.types() for sent in rest] == [["trouble"], ["trouble"]]
    assert (values(store, "GU"), values(store, "OH")) == ([], ["Ohio's"])


def test_saves_of_one_state_are_taken_in_the_order_in_which_they_came(
    store: Store, writer: SaveWriter, gate: Gate, people: dict[str, FormContext], hold: Callable[[], Sent]
) -> None:
    hold()
    ids = [f"ordered-{number}" for number in range(5)]
    chain = [
        Sent(writer, people["OH"], answer_to("aim", id_, id=id_, base=ids[:number])) for number, id_ in enumerate(ids)
    ]
    other = Sent(writer, people["GU"], answer_to("aim", "GU"))
    gate.open.set()
    assert [sent.replies()[0]["receipts"][0]["status"] for sent in chain] == ["saved"] * 5
    assert other.types() == ["saved"]
    assert gate.states() == [["OH"], ["OH", "GU"], ["OH"], ["OH"], ["OH"], ["OH"]]
    assert values(store, "OH") == ["ordered-4"]
    assert [one.id for one in store.history("sample", "OH") if one.prompt == "aim"] == ids


def test_what_was_committed_is_applied_before_it_is_acknowledged(
    store: Store, writer: SaveWriter, gate: Gate, people: dict[str, FormContext]
) -> None:
    gate.open.set()
    sent = Sent(writer, people["OH"], answer_to("aim", "kept", id="good"), answer_to("share", 140, id="bad"))
    sent.replies()
    assert gate.applied == [(["good"], ["good"])]
    assert list(sent.kept) == ["good"]


def test_a_save_that_cannot_be_acknowledged_after_its_commit_is_trouble_for_its_page_alone(
    store: Store, gate: Gate, people: dict[str, FormContext], observer: Observer
) -> None:
    def after(pending: PendingSave, responses: Sequence[NewResponse], receipts: Sequence[Receipt]) -> None:
        if pending.jurisdiction == "GU" and len(gate.batches) == 2:
            raise RuntimeError("no memory left")

    writer = SaveWriter(store, gate.before, after, observer)
    first = Sent(writer, people["OH"], answer_to("news", "the first"))
    wait_until(lambda: gate.batches, "the writer has taken the first save")
    answers = {state: answer_to("aim", state) for state in ("GU", "PA")}
    sent = {state: Sent(writer, people[state], answer) for state, answer in answers.items()}
    gate.open.set()
    assert [one.types() for one in (first, *sent.values())] == [["saved"], ["trouble"], ["saved"]]
    again = Sent(writer, people["GU"], answers["GU"])  # as pages do after a failure
    assert again.replies()[0]["receipts"][0]["status"] == "duplicate"
    assert values(store, "GU") == ["GU"]
    writer.close()


def test_a_page_whose_transport_is_broken_stops_nobody(
    store: Store, writer: SaveWriter, gate: Gate, people: dict[str, FormContext], hold: Callable[[], Sent]
) -> None:
    def break_down(_replies: list[Json], _kept: Sequence[str]) -> None:
        raise OSError("the line is gone")

    hold()
    save = FORM_REQUEST.validate_python(save_of(answer_to("aim", "GU")))
    assert isinstance(save, Save)
    writer.enqueue(PendingSave(FormHandler(people["GU"], "everything"), save, break_down))
    beside = Sent(writer, people["PA"], answer_to("aim", "PA"))
    gate.open.set()
    assert beside.types() == ["saved"]
    assert Sent(writer, people["TX"], answer_to("aim", "TX")).types() == ["saved"]
    assert values(store, "GU") == ["GU"]
    with failing(store, "INSERT INTO"):  # the writer continues even if it cannot report the failure
        writer.enqueue(PendingSave(FormHandler(people["GU"], "everything"), save, break_down))
        assert Sent(writer, people["PA"], answer_to("news", "PA")).types() == ["trouble"]
    assert Sent(writer, people["PA"], answer_to("news", "PA")).types() == ["saved"]


def test_the_observer_is_told_what_became_of_each_save(
    store: Store, writer: SaveWriter, gate: Gate, people: dict[str, FormContext], observer: Observer, tmp_path: Path
) -> None:
    gate.open.set()
    Sent(writer, people["OH"], answer_to("aim", "OH"), answer_to("ready", "yes")).replies()
    wait_until(lambda: len(observer.seen) == 1, "the first is told")
    Sent(writer, people["OH"], answer_to("share", 140)).replies()
    wait_until(lambda: len(observer.seen) == 2, "the second is told")
    live = make_live(people["OH"])
    facilitator = Person(id="fay", series="sample", jurisdiction="", name="Fay")
    SessionLog(store, "sample", live.content.get_session(1)).do(facilitator, Lock(locked=True), subject="everything")
    Sent(writer, live, answer_to("aim", "OH")).replies()
    wait_until(lambda: len(observer.seen) == 3, "the third is told")
    (tmp_path / "responses.sqlite3").rename(tmp_path / "away")
    Sent(writer, people["OH"], answer_to("aim", "OH")).replies()
    wait_until(lambda: len(observer.seen) == 4, "the fourth is told")
    assert observer.seen == [2, "refused", "locked", "trouble"]


def test_what_waits_when_the_writer_is_closed_is_committed(
    store: Store, gate: Gate, people: dict[str, FormContext]
) -> None:
    writer = SaveWriter(store, gate.before, gate.after)
    sent = [Sent(writer, people["OH"], answer_to("aim", "one", id="one"))]
    wait_until(lambda: gate.batches, "the writer has taken the first save")
    sent += [Sent(writer, people[state], answer_to("more", state)) for state in (*STATES, "OH")]
    closing = threading.Thread(target=writer.close)
    closing.start()
    gate.open.set()
    closing.join(PATIENCE_S)
    assert not closing.is_alive()
    assert [one.types() for one in sent] == [["saved"]] * 6


def test_a_writer_that_never_had_anything_to_do_closes_at_once(store: Store, gate: Gate) -> None:
    SaveWriter(store, gate.before, gate.after).close()
    assert gate.batches == []
