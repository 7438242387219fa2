"""A kernel answers to the person whose page started it, takes forms' messages only, and ends with its page."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.serving import AVERY, JORDAN, PATIENCE_S, TASI, Server, wait_until


def open_page(client: httpx.Client) -> str:
    """Load session 1 as a browser would, and return its kernel's id."""
    page = client.get("/session/1")
    assert page.status_code == 200
    found = re.search(r'data-kernel="([\w-]+)"', page.text)
    assert found
    return found[1]


@contextmanager
def line(server: Server, client: httpx.Client, kernel: str) -> Iterator[ClientConnection]:
    """The websocket to a kernel, with the client's cookies."""
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    address = f"{server.address.replace('http', 'ws', 1)}/api/kernels/{kernel}/channels?session_id={uuid.uuid4().hex}"
    with connect(address, additional_headers={"Cookie": cookies}, open_timeout=PATIENCE_S) as socket:
        yield socket


def say(socket: ClientConnection, kind: str, channel: str = "shell", **content: object) -> str:
    """Send a Jupyter message and return its id."""
    header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": "s", "username": "", "version": "5.3"}
    message = {"channel": channel, "header": header, "parent_header": {}, "metadata": {}, "content": content}
    socket.send(json.dumps(message))
    return header["msg_id"]


def hear(socket: ClientConnection, answer_to: str) -> dict[str, object]:
    """The first message in answer to this one; what comes before it must not answer it."""
    while True:
        message: dict[str, object] = json.loads(socket.recv(timeout=PATIENCE_S))
        parent = message["parent_header"]
        assert isinstance(parent, dict)
        if parent.get("msg_id") == answer_to:
            return message


def test_the_owner_reaches_the_kernel_and_nobody_else_does(server: Server) -> None:
    with server.client(AVERY) as owner, server.client(TASI) as other, server.client(JORDAN) as mate:
        kernel = open_page(owner)
        assert owner.get(f"/api/kernels/{kernel}").status_code == 204
        for stranger in (other, mate):
            assert stranger.get(f"/api/kernels/{kernel}").status_code == 404
            with pytest.raises(InvalidStatus) as refused, line(server, stranger, kernel):
                pass
            assert refused.value.response.status_code == 404
        with line(server, owner, kernel) as socket:
            assert hear(socket, say(socket, "kernel_info_request"))["msg_type"] == "kernel_info_reply"


def test_without_a_badge_there_is_no_kernel_to_be_had(server: Server) -> None:
    with server.client(AVERY) as owner, server.client() as nobody:
        kernel = open_page(owner)
        assert nobody.get(f"/api/kernels/{kernel}").status_code == 403
        with pytest.raises(InvalidStatus) as refused, line(server, nobody, kernel):
            pass
        assert refused.value.response.status_code == 403


def test_no_kernel_can_be_deleted_restarted_or_interrupted_by_request(server: Server) -> None:
    with server.client(AVERY) as owner:
        kernel = open_page(owner)
        token = {"X-XSRFToken": owner.cookies["_xsrf"]}
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
def test_a_browser_may_send_forms_messages_and_nothing_else(
    server: Server, kind: str, channel: str, content: dict[str, object]
) -> None:
    with server.client(AVERY) as owner:
        kernel = open_page(owner)
        with line(server, owner, kernel) as socket:
            refused = say(socket, kind, channel, **content)
            allowed = say(socket, "kernel_info_request", channel)
            while True:
                parent = json.loads(socket.recv(timeout=PATIENCE_S))["parent_header"]
                assert parent.get("msg_id") != refused
                if parent.get("msg_id") == allowed:
                    break
        assert owner.get(f"/api/kernels/{kernel}").status_code == 204


def test_no_code_output_or_status_goes_to_the_browser(server: Server) -> None:
    with server.client(AVERY) as owner:
        kernel = open_page(owner)
        with line(server, owner, kernel) as socket:
            asked = [say(socket, "kernel_info_request") for _ in range(3)]
            kinds = [json.loads(socket.recv(timeout=PATIENCE_S))["header"]["msg_type"] for _ in asked]
        assert kinds == ["kernel_info_reply"] * 3


def test_a_kernel_ends_soon_after_its_last_connection_and_not_before(server: Server) -> None:
    with server.client(AVERY) as owner:
        kernel = open_page(owner)
        address = f"/api/kernels/{kernel}"
        with line(server, owner, kernel):
            with line(server, owner, kernel):
                pass
            assert owner.get(address).status_code == 204
        with line(server, owner, kernel) as back:
            hear(back, say(back, "kernel_info_request"))
            assert owner.get(address).status_code == 204
        wait_until(lambda: owner.get(address).status_code == 404, "the kernel has ended")


def test_a_person_with_too_many_pages_is_asked_to_close_some(own_server: Server) -> None:
    with own_server.client(AVERY) as owner, own_server.client(JORDAN) as mate:
        while (page := owner.get("/session/1")).status_code == 200:
            assert len(own_server.kernels()) <= 10
        assert page.status_code == 429
        assert "You have 10 session pages open" in page.text
        assert mate.get("/session/1").status_code == 200
