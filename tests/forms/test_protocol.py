"""Every message between a form and its service conforms to the protocol, for all kinds of prompts."""

from __future__ import annotations

import base64
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from cluster_kit.content import models as m
from cluster_kit.errors import ClusterKitError
from cluster_kit.exercises.context import FormContext
from cluster_kit.exercises.extensions import MAX_ROWS
from cluster_kit.forms import protocol
from cluster_kit.forms.protocol import FORM_REPLY, FORM_REQUEST, MAX_RESPONSES, Have
from cluster_kit.models import Json
from cluster_kit.programs.prompt import ProgramsPrompt
from cluster_kit.sessions import SessionLog
from cluster_kit.sessions.facilitation import Lock
from cluster_kit.store import NewErasure, Person
from cluster_kit.store.files import FileStore
from tests.forms.samples import EVERYTHING, everything_content, make_live, replace_context
from tests.forms.stepping import RecordedPage, SteppedService, answer_to, check_request, have_of, make_service, save_of

FACILITATOR = Person(id="fay", series="sample", jurisdiction="", name="Fay Facilitator")
GOALS = m.AnswerSource(exercise="goals", prompt="goals", column="statement")
ALL_KINDS = m.Exercise(
    id="all_kinds",
    title="Every kind of prompt",
    segment=m.SegmentKind.POLICY_TOOL,
    minutes=12,
    intent="To have a conversation about everything.",
    keeps="an answer of every kind",
    prompts=(
        *EVERYTHING.prompts,
        m.ItemsPrompt(kind="items", id="ratings", label="Items", areas=("alignment",), scope=m.Scope.PERSON),
        m.QuestionsPrompt(kind="questions", id="needs", label="Needs", part="goals", questions=("why_now",)),
        m.ChoicePrompt(kind="choice", id="goal", label="Which goal?", options_from=GOALS),
        m.TablePrompt(
            kind="table",
            id="goal_check",
            label="Which goal does it serve?",
            rows_from=GOALS,
            columns=(m.TextPrompt(kind="text", id="how", label="How?"),),
        ),
        m.FilePrompt(kind="file", id="list", label="Your list", accepts=("csv",), largest_mb=1),
        ProgramsPrompt(kind="programs", id="mapping", label="Your programs", file="list"),
    ),
)
ANSWERS: dict[str, Json] = {
    "text": answer_to("aim", "Words"),
    "choice": answer_to("ready", "other:Nearly"),
    "rating": answer_to("sure", "not_sure"),
    "number": answer_to("cost", 12.5),
    "date": answer_to("due", "2027-03-15"),
    "person": answer_to("lead", {"name": "Dee", "role": "Data lead"}),
    "table": answer_to("steps.what", "A step", row="s1"),
    "items": answer_to("ratings.rating", 3, row="shared_vision"),
    "questions": answer_to("needs.answer", "Because", row="why_now"),
    "programs": answer_to("mapping.cluster", "construction", row="01.0101"),
}
TEXT = b"title,code\nWelding,48.0508\n"


class Extension:
    """A minimal extension for programs."""

    def check_file(self, name: str, raw: bytes) -> None:
        pass

    def is_change(self, asked: Json) -> bool:
        return asked.get("what") == "change"

    def answer(self, asked: Json) -> Json:
        if asked.get("what") == "nonsense":
            raise ClusterKitError("No page asks that.")
        return {"rows": [{"key": row} for row in asked["rows"]]}


def all_kinds(context: FormContext, folder: Path) -> FormContext:
    """The same context in a live session whose exercise has every kind of prompt."""
    content = everything_content()
    session = content.sessions[0].model_copy(update={"exercises": (*content.sessions[0].exercises, ALL_KINDS)})
    context = replace_context(
        context,
        content=content.model_copy(update={"sessions": (session,)}),
        files=FileStore(folder),
        extensions={"programs": lambda _context: Extension()},
    )
    return make_live(context)


class RecordingPage(RecordedPage):
    """A page that records every message sent and received."""

    def __init__(self, service: SteppedService, context: FormContext) -> None:
        super().__init__(service, context)
        self.requests: list[Any] = []
        self.replies: list[Json] = []

    def take(self, exercise: str | None = None) -> list[Json]:
        taken = super().take(exercise)
        self.replies += taken
        return taken

    def say(self, message: Json) -> list[Json]:
        self.requests.append(message)
        return self.send("all_kinds", message)


@pytest.fixture
def live(ana: FormContext, tmp_path: Path) -> FormContext:
    return all_kinds(ana, tmp_path / "files")


@pytest.fixture
def service(live: FormContext) -> Iterator[SteppedService]:
    service = make_service(live)
    yield service
    service.close()


@pytest.fixture
def page(service: SteppedService, live: FormContext) -> RecordingPage:
    return RecordingPage(service, live)


@pytest.fixture
def mate(service: SteppedService, ben: FormContext, tmp_path: Path) -> RecordingPage:
    return RecordingPage(service, all_kinds(ben, tmp_path / "files"))


def piece(at: int = 0, end: int | None = None, **changes: Any) -> Json:
    data = base64.b64encode(TEXT[at:end]).decode()
    usual = {"type": "file", "upload": "u1", "prompt": "list", "name": "list.csv", "size": len(TEXT)}
    return {**usual, "at": at, "data": data, **changes}


def ask(what: str, *rows: str) -> Json:
    return {"type": "ask", "message": "a", "prompt": "mapping", "asked": {"what": what}, "rows": list(rows)}


def converse(page: RecordingPage, mate: RecordingPage, poll: Callable[[], None]) -> None:
    """All messages that two teammates' pages can send, for every kind of prompt."""
    for each in (page, mate):
        [opening] = each.say({"type": "hello", "have": None})
        [again] = each.say({"type": "hello", "have": have_of(opening).model_dump()})[-2:-1]
        assert again["type"] == "changes"
    page.say(save_of(*ANSWERS.values()))
    mate.say(save_of(answer_to("ratings.rating", 1, row="shared_vision"), answer_to("aim", "Other words")))
    mate.say(save_of(answer_to("news", "We leverage it."), answer_to("share", 140)))
    page.say(piece(end=10))
    value = page.say(piece(at=10))[0]["value"]
    page.say(save_of(answer_to("list", value)))
    page.say(piece(upload="u2", name="list.exe"))
    mate.say(ask("rows", "01.0101"))
    mate.say(ask("nonsense"))
    page.say({"type": "reveal", "message": "show"})
    poll()
    for each in (page, mate):
        each.take()


def test_every_message_of_a_conversation_about_every_kind_of_prompt_is_one_of_the_protocols(
    service: SteppedService, live: FormContext, page: RecordingPage, mate: RecordingPage, tmp_path: Path
) -> None:
    converse(page, mate, service.poll)
    mate.save("A goal", "goals.statement", "goals", row="g1")
    SessionLog(live.store, "sample", live.content.get_session(1)).do(
        FACILITATOR, Lock(locked=True), subject="all_kinds"
    )
    service.poll()
    page.say(save_of(answer_to("aim", "Too late")))
    live.store.erase(NewErasure(series="sample", jurisdiction="OH", person="ben", asked_by="Ben", why="asked"))
    service.poll()
    for each in (page, mate):
        each.take()
        each.say({"type": "hello", "have": {"seq": 0, "erased": 0}})
    page.connection.receive("all_kinds", {"type": "drop table"})
    (tmp_path / "responses.sqlite3").rename(tmp_path / "away")
    page.say(save_of(answer_to("aim", "Too late")))
    page.take()
    # ``take`` and ``send`` have validated each message; check that they have seen every type.
    assert {message["type"] for message in page.replies + mate.replies} == kinds_of(protocol.FormReply)
    assert {message["type"] for message in page.requests + mate.requests} == kinds_of(protocol.FormRequest)
    opening = page.replies[0]
    assert set(opening["sources"]) == {"goal", "goal_check"}
    assert any(message.get("whole") for message in page.replies)


def kinds_of(union: Any) -> set[str]:
    """The ``type`` or ``kind`` of each model of a union."""
    models = typing.get_args(typing.get_args(union)[0])
    fields = [model.model_fields.get("type") or model.model_fields["kind"] for model in models]
    return {typing.get_args(one.annotation)[0] for one in fields}


def test_the_conversation_is_about_every_kind_of_prompt_there_is() -> None:
    assert {prompt.kind for prompt in ALL_KINDS.prompts} == kinds_of(m.Prompt)
    assert {*ANSWERS, "file"} == kinds_of(m.Prompt)


def test_every_kind_of_answer_is_saved_and_opened_again(
    service: SteppedService, live: FormContext, page: RecordingPage, mate: RecordingPage
) -> None:
    page.hello("all_kinds")
    (saved,) = page.say(save_of(*ANSWERS.values()))
    assert {receipt["id"] for receipt in saved["receipts"]} == {answer["id"] for answer in ANSWERS.values()}
    (opening,) = RecordedPage(service, live).hello("all_kinds")
    shown = {(one["prompt"], one["row"]): one["answers"][0]["value"] for one in opening["answers"]["fields"]}
    # Of programs, a page receives only the rows that it requests.
    expected = {(one["prompt"], one["row"]): one["value"] for kind, one in ANSWERS.items() if kind != "programs"}
    assert shown == expected


@pytest.mark.parametrize(
    "kind", ["saved", "changes", "opening", "exercise_state", "reply", "file", "refused", "trouble", "sources"]
)
def test_a_reply_with_a_key_that_the_protocol_does_not_know_is_none_of_it(kind: str) -> None:
    """Otherwise messages could grow beyond the protocol."""
    with pytest.raises(ValidationError, match="extra_forbidden"):
        FORM_REPLY.validate_python({"type": kind, "surprise": 1})


def test_a_request_may_say_more_than_this_version_understands() -> None:
    hello = FORM_REQUEST.validate_python({"type": "hello", "have": {"seq": 3, "mood": "good"}, "more": [1]})
    assert isinstance(hello, protocol.Hello)
    assert hello.have == Have(seq=3, erased=0)


@pytest.mark.parametrize(
    "message",
    [
        save_of(*(answer_to("aim", "x") for _ in range(MAX_RESPONSES + 1))),
        save_of(answer_to("aim", "x", id="")),
        save_of(answer_to("aim", "x", id="x" * 65)),
        save_of(answer_to("a" * 201, "x")),
        save_of(answer_to("aim", "x", row="r" * 65)),
        ask("rows", *(str(number) for number in range(MAX_ROWS + 1))),
        piece(data="x" * 1_000_001),
        piece(at=-1),
        {"type": "reveal", "message": ""},
        {"type": "hello", "have": {"seq": "3x"}},
        {"type": "opening"},
        {},
    ],
)
def test_a_request_beyond_the_limits_is_none_of_the_protocols(message: Json) -> None:
    with pytest.raises(ValidationError):
        check_request(message)


def test_both_sides_of_the_protocol_can_be_written_down_as_json_schema() -> None:
    for adapter, union in ((FORM_REQUEST, protocol.FormRequest), (FORM_REPLY, protocol.FormReply)):
        schema = adapter.json_schema()
        assert set(schema["discriminator"]["mapping"]) == kinds_of(union)
