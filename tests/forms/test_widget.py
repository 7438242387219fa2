"""The widget in a real kernel: saving over its comm, and hearing of teammates' answers from a thread."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

from cluster_kit.forms import FormContext
from cluster_kit.forms.widget import ExerciseForm
from cluster_kit.forms.handler import FormHandler
from cluster_kit.meeting import Journal
from cluster_kit.meeting.doings import Lock, Reveal
from cluster_kit.responses import NewErasure, Person
from cluster_kit.settings import PAGE_VARIABLE

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60
OPEN_FORM = """
from cluster_kit.responses import Store
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
    """The id of a form's comm, opened in the kernel."""
    kernel.execute(OPEN_FORM.format(url=f"sqlite:///{tmp_path / 'responses.sqlite3'}"))
    opened = wait_for(kernel, lambda m: m["msg_type"] == "comm_open" and "schema" in m["content"]["data"]["state"])
    assert opened["content"]["data"]["state"]["schema"]["exercise"] == "everything"
    return str(opened["content"]["comm_id"])


def wait_for(kernel: BlockingKernelClient, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The first message of the kernel that is wanted."""
    until = time.monotonic() + PATIENCE_S
    while True:
        message = kernel.get_iopub_msg(timeout=max(0.1, until - time.monotonic()))
        assert message["msg_type"] != "error", message["content"]
        if wanted(message):
            return message


def told(kind: str) -> Callable[[dict[str, Any]], bool]:
    def wanted(message: dict[str, Any]) -> bool:
        data = message["content"].get("data", {})
        return message["msg_type"] == "comm_msg" and data.get("content", {}).get("type") == kind

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
    assert message["content"]["data"]["content"]["receipts"][0]["id"] == "r1"
    assert [r.value for r in ana.current(1, "everything")] == ["Typed in a page"]


def test_a_teammates_answer_is_told_without_being_asked_for(
    kernel: BlockingKernelClient, comm_id: str, ben: FormContext
) -> None:
    FormHandler(ben, "everything").receive(save("From another kernel", "r1"))
    content = wait_for(kernel, told("changes"))["content"]["data"]["content"]
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
    content = wait_for(kernel, told("changes"))["content"]["data"]["content"]
    assert content["fields"][0]["answers"][0]["value"] == "After it came back"


LIVE_FORM = """
from tests.forms.samples import make_live
live = make_live(context)
rating, goals = ExerciseForm(live, "rate"), ExerciseForm(live, "goals")
rating
"""


def test_a_lock_and_a_reveal_are_told_without_being_asked_for_and_never_who_rated_what(
    kernel: BlockingKernelClient, comm_id: str, ana: FormContext, ben: FormContext
) -> None:
    for who, point in ((ana, 2), (ben, 4)):
        answer = {"id": f"by-{who.person.id}", "prompt": "ratings.rating", "row": "shared_vision", "value": point}
        FormHandler(who, "rate").receive({"type": "save", "message": "m", "responses": [answer]})
    meeting = Journal(ben.store, "sample", ben.content.get_session(1))
    kernel.execute(LIVE_FORM)
    wait_for(kernel, lambda m: m["msg_type"] == "comm_open" and "schema" in m["content"]["data"]["state"])
    fay = Person(id="fay", series="sample", jurisdiction="", name="Fay Facilitator")
    meeting.do(fay, Lock(locked=True), subject="rate")
    locked = wait_for(kernel, told("room"))["content"]["data"]["content"]
    assert (locked["locked"], locked["revealed"], locked["spread"]) == (True, False, {})
    meeting.do(ben.person, Reveal(), subject="rate")
    message = wait_for(kernel, told("room"))["content"]["data"]["content"]
    assert message["spread"]["ratings"]["shared_vision"]["points"] == {"2": 1, "4": 1}
    assert "Ben" not in json.dumps(message)
    assert "by-ben" not in json.dumps(message)


def test_an_erasure_is_told_without_being_asked_for(
    kernel: BlockingKernelClient, comm_id: str, ana: FormContext, ben: FormContext
) -> None:
    rating = {"id": "by-ben", "prompt": "ratings.rating", "row": "shared_vision", "value": 4}
    FormHandler(ben, "rate").receive({"type": "save", "message": "m", "responses": [rating]})
    kernel.execute(LIVE_FORM)
    wait_for(kernel, lambda m: m["msg_type"] == "comm_open" and "schema" in m["content"]["data"]["state"])
    ben.store.erase(NewErasure(series="sample", jurisdiction="OH", person="ben", asked_by="Ben", why="asked"))
    changes = wait_for(kernel, told("changes"))["content"]["data"]["content"]
    assert (changes["whole"], changes["fields"]) == (True, [])
    assert wait_for(kernel, told("room"))["content"]["data"]["content"]["rated"] == 0


def test_all_forms_of_a_kernel_share_one_thread_which_ends_with_the_last(
    kernel: BlockingKernelClient, comm_id: str
) -> None:
    count = "[t.name for t in threading.enumerate()].count('cluster-kit-watcher')"
    kernel.execute(f"import threading, time\nother = ExerciseForm(context, 'goals')\nprint({count})")
    message = wait_for(kernel, lambda m: m["msg_type"] == "stream")
    assert message["content"]["text"].strip() == "1"
    kernel.execute(
        f"form.close(); other.close()\nend = time.monotonic() + 10\n"
        f"while {count} and time.monotonic() < end:\n    threading.Event().wait(0.05)\nprint({count})"
    )
    message = wait_for(kernel, lambda m: m["msg_type"] == "stream")
    assert message["content"]["text"].strip() == "0"


def test_a_form_brings_its_code_unless_the_page_does(ana: FormContext, monkeypatch: pytest.MonkeyPatch) -> None:
    form = ExerciseForm(ana, "goals")
    assert "export default" in form._esm
    monkeypatch.setenv(PAGE_VARIABLE, "1")
    lean = ExerciseForm(ana, "goals")
    assert (lean._esm, lean._css) == ("", "")
    form.close()
    lean.close()
