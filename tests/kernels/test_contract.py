"""One contract for stock kernels and forked kernels."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kernels.harness import FORKED, STOCK, Talk, connect, environment, is_running, running, wait_for


@pytest.fixture(params=[STOCK, FORKED])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def kernel(name: str) -> Iterator[Talk]:
    with running(name) as talk:
        yield talk


def status(kernel: Talk) -> int | None:
    process: Any = kernel.manager.provisioner.process  # type: ignore[union-attr, attr-defined]
    return process.poll()  # type: ignore[no-any-return]


def test_a_kernel_runs_code_and_shows_what_it_says(kernel: Talk) -> None:
    assert kernel.value("6 * 7") == 42
    heard = kernel.messages("import sys; print('out'); print('err', file=sys.stderr); 'shown'")
    streams = [(m["content"]["name"], m["content"]["text"]) for m in heard if m["msg_type"] == "stream"]
    assert sorted(streams) == [("stderr", "err\n"), ("stdout", "out\n")]
    assert [m["content"]["data"]["text/plain"] for m in heard if m["msg_type"] == "execute_result"] == ["'shown'"]


def test_output_below_python_is_shown_too(kernel: Talk) -> None:
    kernel.client.execute("import subprocess; subprocess.run(['echo', 'from below'])")
    wait_for(lambda: "'from below" in str(kernel.client.get_iopub_msg(timeout=30)), "the output")


def test_a_kernel_asks_its_user(kernel: Talk) -> None:
    heard = kernel.messages(
        "print(input('name? '))", allow_stdin=True, stdin_hook=lambda message: kernel.client.input("Ana")
    )
    assert [m["content"]["text"] for m in heard if m["msg_type"] == "stream"] == ["Ana\n"]


@pytest.mark.parametrize("busy", ["while True: pass", "import time; time.sleep(600)"])
def test_an_interrupt_stops_the_cell_and_not_the_kernel(kernel: Talk, busy: str) -> None:
    kernel.run("here = 1")
    asked = kernel.client.execute(f"print('begun', flush=True)\n{busy}", stop_on_error=False)
    wait_for(lambda: "begun" in str(kernel.client.get_iopub_msg(timeout=5)), "the cell")
    kernel.manager.interrupt_kernel()
    reply = wait_for(lambda: find_reply(kernel, asked), "the reply")
    assert reply["content"]["ename"] == "KeyboardInterrupt"
    assert kernel.value("here") == 1


def test_an_interrupt_reaches_what_the_kernel_has_started(kernel: Talk) -> None:
    kernel.run("import subprocess; child = subprocess.Popen(['sleep', '600'])")
    child = kernel.value("child.pid")
    kernel.manager.interrupt_kernel()
    wait_for(lambda: not is_running(child), "the child's end")
    assert kernel.value("child.wait()") == -signal.SIGINT


def test_a_restart_is_a_new_process_at_the_same_address(kernel: Talk) -> None:
    kernel.run("here = 1")
    before, address = kernel.pid, kernel.manager.get_connection_info()
    kernel.manager.restart_kernel()
    kernel.reconnect()
    assert kernel.pid != before
    assert kernel.manager.get_connection_info() == address
    assert kernel.value("'here' in globals()") is False
    assert not is_running(before)


def test_a_restart_at_once_works_while_a_cell_runs(kernel: Talk) -> None:
    before = kernel.pid
    kernel.client.execute("while True: pass")
    kernel.manager.restart_kernel(now=True)
    kernel.reconnect()
    assert kernel.value("1 + 1") == 2
    assert not is_running(before)


@pytest.mark.parametrize("now", [False, True])
def test_a_shutdown_leaves_nothing_behind(kernel: Talk, now: bool) -> None:
    pid, info, file = kernel.pid, kernel.manager.get_connection_info(), kernel.manager.connection_file
    kernel.client.stop_channels()
    kernel.manager.shutdown_kernel(now=now)
    assert not kernel.manager.has_kernel
    assert not is_running(pid)
    assert not Path(file).exists()
    assert info["transport"] == "tcp" or not Path(info["ip"]).parent.exists()


def test_a_shutdown_runs_what_was_registered_for_the_end(kernel: Talk, tmp_path: Path) -> None:
    kernel.run(f"import atexit, pathlib; atexit.register(pathlib.Path({str(tmp_path / 'end')!r}).touch)")
    kernel.client.stop_channels()
    kernel.manager.shutdown_kernel()
    assert (tmp_path / "end").exists()


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("import os; os._exit(3)", 3),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", -signal.SIGSEGV),
        ("get_ipython().kernel.do_shutdown(False); get_ipython().ask_exit()", 0),
    ],
)
def test_the_exit_status_tells_how_a_kernel_ended(kernel: Talk, end: str, expected: int) -> None:
    assert status(kernel) is None
    assert kernel.manager.is_alive()
    kernel.client.execute(end)
    wait_for(lambda: status(kernel) is not None, "the kernel's end")
    assert status(kernel) == expected
    assert not kernel.manager.is_alive()


def test_a_signal_reaches_the_kernel(kernel: Talk) -> None:
    kernel.run("import signal; got = []; signal.signal(signal.SIGUSR1, lambda *_: got.append(1))")
    kernel.manager.signal_kernel(signal.SIGUSR1)
    wait_for(lambda: kernel.value("got") == [1], "the signal")


def test_a_kernel_that_dies_can_be_started_again(kernel: Talk) -> None:
    os.kill(kernel.pid, signal.SIGKILL)
    wait_for(lambda: not kernel.manager.is_alive(), "its end")
    kernel.manager.restart_kernel()
    kernel.reconnect()
    assert kernel.value("1 + 1") == 2


def test_a_kernel_stands_where_and_as_it_was_told(name: str, tmp_path: Path) -> None:
    told = environment(GREETING="héllo", TZ="Pacific/Guam", TMPDIR=str(tmp_path))
    del told["HOME"]
    with running(name, cwd=str(tmp_path), env=told) as kernel:
        setup = "import os, sys, tempfile, time"
        assert kernel.value("os.getcwd()", setup) == str(tmp_path)
        assert kernel.value("os.environ['GREETING']") == "héllo"
        assert kernel.value("'HOME' in os.environ") is False
        assert kernel.value("time.tzname[0]") == "ChST"
        assert kernel.value("tempfile.gettempdir()") == str(tmp_path)
        (tmp_path / "beside_the_notebook.py").write_text("HERE = 1")
        assert kernel.value("beside_the_notebook.HERE", "import beside_the_notebook") == 1
        assert kernel.value("os.popen('echo $GREETING').read()") == "héllo\n"


def test_a_folder_that_does_not_exist_is_an_error_for_whoever_starts_the_kernel(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with pytest.raises(FileNotFoundError), running(name, cwd=str(tmp_path / "nowhere")):
        pass
    assert list(tmp_path.glob("cluster-kit-*")) == []


def test_error_output_goes_where_it_was_sent(name: str, tmp_path: Path) -> None:
    debug = ["--log-level=10"]
    with (tmp_path / "log").open("w") as log, running(name, stdout=log, stderr=log, extra_arguments=debug):
        pass
    assert "Starting the kernel at pid" in (tmp_path / "log").read_text()


def test_figures_appear_in_the_notebook(kernel: Talk) -> None:
    heard = kernel.messages("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()")
    shown = [m["content"]["data"] for m in heard if m["msg_type"] == "display_data"]
    assert ["image/png" in each for each in shown] == [True]


def test_widgets_find_their_way_to_the_page(kernel: Talk) -> None:
    heard = kernel.messages("import ipywidgets\nipywidgets.Text()")
    assert {m["content"]["target_name"] for m in heard if m["msg_type"] == "comm_open"} == {"jupyter.widget"}
    targets = kernel.value("sorted(get_ipython().kernel.comm_manager.targets)")
    assert targets == ["jupyter.widget", "jupyter.widget.control"]


def test_the_debugger_answers(kernel: Talk) -> None:
    request = {"type": "request", "seq": 1, "command": "initialize", "arguments": {"adapterID": ""}}
    message = kernel.client.session.msg("debug_request", request)
    kernel.client.control_channel.send(message)
    assert kernel.client.get_control_msg(timeout=30)["content"]["success"] is True


def test_two_clients_see_one_kernel(kernel: Talk) -> None:
    kernel.run("here = 1")
    second = Talk(kernel.manager, connect(kernel.manager))
    assert second.value("here") == 1
    second.client.stop_channels()


def find_reply(kernel: Talk, asked: str) -> dict[str, Any] | None:
    reply: dict[str, Any] = kernel.client.get_shell_msg(timeout=30)
    return reply if reply["parent_header"].get("msg_id") == asked else None
