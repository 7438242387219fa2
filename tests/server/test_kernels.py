"""A console's kernel: restricted to its facilitator and to panel messages, and ended with its page."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from cluster_kit.server.auth.cookies import find_xsrf_token
from tests.server.kernel_client import answers, connect_kernel, open_console, send_message, write_console
from tests.serving import AVERY, FAY, GUS, PATIENCE_S, Server, run_server, wait_until


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for this module only: kernels are counted."""
    folder = tmp_path_factory.mktemp("notebooks")
    write_console(folder)
    with run_server(tmp_path_factory.mktemp("home"), "--grace", "1", "--notebooks", str(folder)) as server:
        yield server


@pytest.fixture(scope="module")
def owner(server: Server) -> Iterator[httpx.Client]:
    """A facilitator."""
    with server.client(FAY) as client:
        yield client


@pytest.fixture(scope="module")
def kernel(server: Server, owner: httpx.Client) -> Iterator[str]:
    """The facilitator's kernel, shared by these tests."""
    kernel = open_console(owner)
    with connect_kernel(server, owner, kernel):
        yield kernel


def test_the_owner_reaches_the_kernel_and_nobody_else_does(server: Server, owner: httpx.Client, kernel: str) -> None:
    assert owner.get(f"/api/kernels/{kernel}").status_code == 204
    with server.client(AVERY) as participant, server.client(GUS) as other:
        for stranger in (participant, other):
            assert stranger.get(f"/api/kernels/{kernel}").status_code == 404
            with pytest.raises(InvalidStatus) as refused, connect_kernel(server, stranger, kernel):
                pass
            assert refused.value.response.status_code == 404
    with connect_kernel(server, owner, kernel) as socket:
        assert answers(socket)


def test_without_a_cookie_there_is_no_kernel_to_be_had(server: Server, kernel: str) -> None:
    with server.client() as nobody:
        assert nobody.get(f"/api/kernels/{kernel}").status_code == 403
        with pytest.raises(InvalidStatus) as refused, connect_kernel(server, nobody, kernel):
            pass
        assert refused.value.response.status_code == 403


def test_no_kernel_can_be_deleted_restarted_or_interrupted_by_request(owner: httpx.Client, kernel: str) -> None:
    token = {"X-XSRFToken": find_xsrf_token(owner.cookies)}
    assert owner.delete(f"/api/kernels/{kernel}", headers=token).status_code == 405
    assert owner.post(f"/api/kernels/{kernel}/restart", headers=token).status_code == 404
    assert owner.post(f"/voila/api/shutdown/{kernel}", headers=token).status_code == 404
    assert owner.get(f"/api/kernels/{kernel}").status_code == 204


@pytest.mark.parametrize(
    ("kind", "channel", "content"),
    [
        ("shutdown_request", "control", {"restart": False}),
        ("shutdown_request", "shell", {"restart": True}),
        ("interrupt_request", "control", {}),
        ("execute_request", "shell", {"code": "1", "silent": False, "store_history": False}),
        ("complete_request", "shell", {"code": "work", "cursor_pos": 4}),
        ("history_request", "shell", {"hist_access_type": "tail", "n": 10, "output": True, "raw": True}),
        ("comm_open", "shell", {"comm_id": "1", "target_name": "jupyter.widget", "data": {}}),
        ("comm_info_request", "shell", {}),
    ],
)
def test_a_browser_may_send_panels_messages_and_nothing_else(
    server: Server, owner: httpx.Client, kernel: str, kind: str, channel: str, content: dict[str, object]
) -> None:
    with connect_kernel(server, owner, kernel) as socket:
        refused = send_message(socket, kind, channel, **content)
        allowed = send_message(socket, "kernel_info_request", channel)
        while True:
            parent = json.loads(socket.recv(timeout=PATIENCE_S))["parent_header"]
            assert parent.get("msg_id") != refused
            if parent.get("msg_id") == allowed:
                break
    assert owner.get(f"/api/kernels/{kernel}").status_code == 204


def test_no_code_output_or_status_goes_to_the_browser(server: Server, owner: httpx.Client, kernel: str) -> None:
    with connect_kernel(server, owner, kernel) as socket:
        asked = [send_message(socket, "kernel_info_request") for _ in range(3)]
        kinds = [json.loads(socket.recv(timeout=PATIENCE_S))["header"]["msg_type"] for _ in asked]
    assert kinds == ["kernel_info_reply"] * 3


def test_a_kernel_ends_soon_after_its_last_connection_and_not_before(server: Server) -> None:
    with server.client(GUS) as owner:
        kernel = open_console(owner)
        address = f"/api/kernels/{kernel}"
        with connect_kernel(server, owner, kernel):
            with connect_kernel(server, owner, kernel):
                pass
            assert owner.get(address).status_code == 204
            with connect_kernel(server, owner, kernel) as back:
                assert answers(back)
            assert owner.get(address).status_code == 204
        wait_until(lambda: owner.get(address).status_code == 404, "the kernel has ended")


def test_a_person_with_too_many_pages_is_asked_to_close_some(server: Server) -> None:
    with server.client(GUS) as client, server.client(FAY) as other:
        while (page := client.get("/console/1")).status_code == 200:
            assert len(server.kernels()) <= 12
        assert page.status_code == 429
        assert "You have 10 session pages open" in page.text
        open_console(other)
        assert client.get("/session/1").status_code == 404, "there is no notebook for it here, but no limit either"
