"""The widget in a real kernel: saves over its comm, and changes that its form service sends from a thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

from cluster_kit.content.errors import UnknownExerciseError
from cluster_kit.exercises.context import FormContext
from cluster_kit.forms.handler import FormHandler
from cluster_kit.forms.widget import ExerciseForm
from cluster_kit.store import NewErasure, StoreUnavailableError
from tests.forms.stepping import check_reply, have_of
from tests.serving import wait_until

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60
OPEN_FORM = """
from cluster_kit.store import Store
from cluster_kit.forms.widget import ExerciseForm
from tests.forms.samples import make_context
context = make_context(Store.open({url!r}))
form = ExerciseForm(context, "everything")
form
"""


@pytest.fixture
def kernel() -> Iterator[BlockingKernelClient]:
    manager, client = start_new_kernel(cwd=str(ROOT), extra_arguments=["--IPKernelApp.log_level=ERROR"])
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    manager.cleanup_resources()


@pytest.fixture
def comm_id(kernel: BlockingKernelClient, tmp_path: Path) -> str:
    """The id of a form's comm, opened in the kernel, after the page's hello."""
    kernel.execute(OPEN_FORM.format(url=f"sqlite:///{tmp_path / 'responses.sqlite3'}"))
    opened = wait_for(kernel, is_form)
    state, comm_id = opened["content"]["data"]["state"], str(opened["content"]["comm_id"])
    assert state["schema"]["exercise"] == "everything"
    opening = check_reply(state["opening"])
    assert (opening["type"], opening["me"]["name"]) == ("opening", "Ana Ruiz")
    say(kernel, comm_id, {"type": "hello", "have": have_of(opening).model_dump()})
    wait_for(kernel, told("changes"))
    return comm_id


def is_form(message: dict[str, Any]) -> bool:
    return message["msg_type"] == "comm_open" and "schema" in message["content"]["data"]["state"]


def wait_for(kernel: BlockingKernelClient, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The first matching message of the kernel."""
    until = time.monotonic() + PATIENCE_S
    while True:
        message = kernel.get_iopub_msg(timeout=max(0.1, until - time.monotonic()))
        assert message["msg_type"] != "error", message["content"]
        if wanted(message):
            return message


def content_of(message: dict[str, Any]) -> dict[str, Any]:
    return check_reply(message["content"]["data"]["content"])


def told(kind: str) -> Callable[[dict[str, Any]], bool]:
    def wanted(message: dict[str, Any]) -> bool:
        data = message["content"].get("data", {})
        return bool(message["msg_type"] == "comm_msg" and data.get("content", {}).get("type") == kind)

    return wanted


def say(kernel: BlockingKernelClient, comm_id: str, content: dict[str, Any]) -> None:
    data = {"method": "custom", "content": content}
    kernel.shell_channel.send(kernel.session.msg("comm_msg", {"comm_id": comm_id, "data": data}))


def save(value: str, response_id: str) -> dict[str, Any]:
    return {
        "type": "save",
        "message": "m1",
        "responses": [{"id": response_id, "prompt": "aim", "row": "", "value": value, "base": []}],
    }


def test_what_the_page_sends_is_saved_and_acknowledged(
    kernel: BlockingKernelClient, comm_id: str, ana: FormContext
) -> None:
    say(kernel, comm_id, save("Typed in a page", "r1"))
    message = wait_for(kernel, told("saved"))
    assert content_of(message)["receipts"][0]["id"] == "r1"
    assert [r.value for r in ana.current(1, "everything")] == ["Typed in a page"]


def test_a_teammates_answer_is_told_without_being_asked_for(
    kernel: BlockingKernelClient, comm_id: str, ben: FormContext
) -> None:
    FormHandler(ben, "everything").receive(save("From another kernel", "r1"))
    content = content_of(wait_for(kernel, told("changes")))
    assert content["fields"][0]["answers"][0]["value"] == "From another kernel"
    assert content["fields"][0]["answers"][0]["who"] == "Ben Cho"


def test_the_kernel_goes_on_looking_when_the_store_comes_back(
    kernel: BlockingKernelClient, comm_id: str, ben: FormContext, tmp_path: Path
) -> None:
    database, away = tmp_path / "responses.sqlite3", tmp_path / "away"
    database.rename(away)
    say(kernel, comm_id, save("While it is away", "r1"))
    wait_for(kernel, told("trouble"))
    away.rename(database)
    FormHandler(ben, "everything").receive(save("After it came back", "r2"))
    content = content_of(wait_for(kernel, told("changes")))
    assert content["fields"][0]["answers"][0]["value"] == "After it came back"


def test_what_was_answered_between_opening_and_display_comes_with_the_pages_hello(
    kernel: BlockingKernelClient, comm_id: str, ben: FormContext
) -> None:
    FormHandler(ben, "goals").receive(
        {
            "type": "save",
            "message": "m",
            "responses": [{"id": "g1", "prompt": "goals.statement", "row": "g", "value": "A"}],
        }
    )
    say(kernel, comm_id, {"type": "hello", "have": {"seq": 0, "erased": 0}})
    assert content_of(wait_for(kernel, told("changes")))["fields"] == []
    FormHandler(ben, "everything").receive(save("From another kernel", "r1"))
    say(kernel, comm_id, {"type": "hello", "have": {"seq": 0, "erased": 0}})
    fields = content_of(wait_for(kernel, lambda m: told("changes")(m) and bool(fields_of(m))))["fields"]
    assert [field["answers"][0]["value"] for field in fields] == ["From another kernel"]


def fields_of(message: dict[str, Any]) -> list[dict[str, Any]]:
    return list(content_of(message)["fields"])


def test_an_erasure_is_told_without_being_asked_for(
    kernel: BlockingKernelClient, comm_id: str, ben: FormContext
) -> None:
    FormHandler(ben, "everything").receive(save("Ben's words", "by-ben"))
    assert fields_of(wait_for(kernel, told("changes")))
    ben.store.erase(NewErasure(series="sample", jurisdiction="OH", person="ben", asked_by="Ben", why="asked"))
    changes = content_of(wait_for(kernel, told("changes")))
    assert (changes["whole"], changes["fields"], changes["erased"]) == (True, [], 1)


def test_all_forms_of_a_kernel_share_one_poller_which_ends_with_the_last(
    kernel: BlockingKernelClient, comm_id: str
) -> None:
    count = "[t.name for t in threading.enumerate()].count('form-poller')"
    kernel.execute(f"import threading, time\nother = ExerciseForm(context, 'goals')\nprint({count})")
    message = wait_for(kernel, lambda m: m["msg_type"] == "stream")
    assert message["content"]["text"].strip() == "1"
    kernel.execute(
        f"form.close(); other.close()\nend = time.monotonic() + {PATIENCE_S}\n"
        f"while {count} and time.monotonic() < end:\n    threading.Event().wait(0.05)\nprint({count})"
    )
    message = wait_for(kernel, lambda m: m["msg_type"] == "stream")
    assert message["content"]["text"].strip() == "0"


def test_a_form_brings_its_code_and_its_styles(ana: FormContext) -> None:
    form = ExerciseForm(ana, "goals")
    assert "export default" in form._esm
    assert ".ck-form" in form._css
    form.close()


def test_forms_of_one_kernel_have_one_layout_between_them(ana: FormContext) -> None:
    one, other = ExerciseForm(ana, "goals"), ExerciseForm(ana, "rate")
    assert one.layout is other.layout
    one.close()
    other.close()


def is_polled() -> bool:
    return "form-poller" in {thread.name for thread in threading.enumerate()}


def test_a_form_that_cannot_be_opened_leaves_nothing_running(ana: FormContext, tmp_path: Path) -> None:
    with pytest.raises(UnknownExerciseError, match="everything"):
        ExerciseForm(ana, "nothing")
    database, away = tmp_path / "responses.sqlite3", tmp_path / "away"
    database.rename(away)
    with pytest.raises(StoreUnavailableError):
        ExerciseForm(ana, "everything")
    away.rename(database)
    wait_until(lambda: not is_polled(), "the poller has ended")
    form = ExerciseForm(ana, "everything")
    assert is_polled()
    form.close()
