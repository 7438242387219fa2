"""The port of a server: one that was asked for is waited for and never replaced."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cluster_kit.cli import content, demo, serve
from cluster_kit.cli.demo import prepare_demo
from cluster_kit.errors import UsageError
from cluster_kit.server import ports
from cluster_kit.server.listening import ServeOptions, open_sockets
from cluster_kit.server.ports import NoPortError, list_ports, reserve_port, wait_for_port
from tests.serving import Server, add_people, run_server, wait_until

HERE = "127.0.0.1"


@pytest.fixture(params=[False, True], ids=["another program", "a server that shares it"])
def taken(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A port on which someone listens, for longer than a server waits."""
    monkeypatch.setattr(ports, "PORT_WAIT_S", 0.0)
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, request.param)
        other.bind((HERE, 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_port_that_was_asked_for_is_waited_for_and_never_replaced(taken: int) -> None:
    waits: list[int] = []
    options = ServeOptions(port=taken, is_fixed=True, report_wait=waits.append)
    with pytest.raises(NoPortError, match=rf"^Port {taken} on {HERE} is in use\. Stop the program"):
        open_sockets(options)
    with pytest.raises(NoPortError, match=f"Port {taken} on {HERE} is in use"):
        reserve_port(HERE, options.ports, waits.append)
    assert waits == [taken, taken]


def test_a_default_port_is_replaced_by_the_next_free_one(
    taken: int, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    waits: list[int] = []
    options = ServeOptions(port=taken, report_wait=waits.append)
    assert len(options.ports) == ports.PORTS_TRIED + 1
    found, port = open_sockets(options)
    for one in found:
        one.close()
    with reserve_port(HERE, options.ports, waits.append) as reserved:
        assert taken < reserved.getsockname()[1] <= options.ports[-1]
    assert taken < port <= options.ports[-1]
    is_shared = "shares" in request.node.callspec.id
    assert waits == [taken] * 2 * is_shared, "workers of a server that was killed are ending"
    serve.report_other_port(taken, f"http://{HERE}:{port}/token/session_1")
    assert capsys.readouterr().err == f"Port {taken} is in use; using {port}, the next free one.\n"


def test_any_port_is_any_port() -> None:
    assert list_ports(0, is_fixed=False) == list_ports(0, is_fixed=True) == range(1)
    assert wait_for_port(HERE, range(1), lambda _: None) == 0
    assert list_ports(65530, is_fixed=False)[-1] == 65535


def test_an_address_that_this_machine_does_not_have_is_one_sentence() -> None:
    with pytest.raises(UsageError, match=r"Cannot listen on no\.such\.host\.invalid, port"):
        open_sockets(ServeOptions("no.such.host.invalid", 18866))
    for host in ("no.such.host.invalid", "192.0.2.7"):
        with pytest.raises(UsageError, match=f"Cannot listen on {host}, port"):
            reserve_port(host, range(18866, 18867), lambda _: None)


def test_a_port_that_was_given_is_fixed_and_so_is_one_behind_a_proxy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By each command that listens."""
    found: list[tuple[int, bool]] = []
    monkeypatch.setattr(serve, "_run_server", lambda *all_: found.append((all_[-1].port, all_[-1].is_fixed)))
    monkeypatch.setattr(serve, "_run_workers", lambda *all_: found.append((all_[-2].port, all_[-2].is_fixed)))
    monkeypatch.setattr("cluster_kit.server.app.serve", lambda *all_: found.append((all_[3].port, all_[3].is_fixed)))
    monkeypatch.setattr(
        "cluster_kit.editor.server.run_editor", lambda *all_: found.append((all_[3].port, all_[3].is_fixed))
    )
    for processes in (1, 2):
        for given in ({}, {"port": 8866}, {"behind_proxy": True}):
            serve.serve_command(home=tmp_path / "home", series="2026", processes=processes, **given)
    assert found == [(8866, False), (8866, True), (8866, True)] * 2
    found.clear()
    for port in (None, 8868):
        demo.demo_command(home=tmp_path / "demo", port=port)
        content.edit_content_command(home=tmp_path / "home", series="2026", port=port, browser=False)
    assert found == [(8866, False), (8868, False), (8868, True), (8868, True)]


def test_a_server_that_is_started_again_too_early_gets_its_port_when_the_first_has_ended(tmp_path: Path) -> None:
    """Pages and proxies know one address: on the next port, no page would ever reach it."""
    second = Server(tmp_path / "second")
    second.home.mkdir()
    add_people(prepare_demo(second.settings).series.id, second.settings)
    with run_server(tmp_path / "first") as first, ThreadPoolExecutor(1) as pool:
        second.address = first.address
        log = second.home / "server.log"
        starting = pool.submit(second.start)
        wait_until(lambda: (log.exists() and "Waiting up to" in second.log) or starting.done(), "the second waits")
        first.end()
        starting.result()
        assert second.address == first.address
        second.end()
