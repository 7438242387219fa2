"""Pages with standard widgets: the files that they may load, and the message policy of their kernels."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest
from jupyter_client.session import Session
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection

from cluster_kit.server.widgets.connection import WidgetConnection
from cluster_kit.server.widgets.messages import MOST_OFFSETS, SUBPROTOCOL, MalformedMessageError, read_message
from cluster_kit.server.widgets.pages import MANAGER, FrontEnd, FrontEndMissingError
from cluster_kit.server.widgets.panel_connection import PanelConnection
from tests.server.kernel_client import open_console
from tests.server.widgets import connect_widgets, open_widget_page, receive_until, send, serve_widgets
from tests.serving import AVERY, FAY, TASI, Server, wait_until

UNSUPPORTED = 1003


@pytest.fixture(scope="module")
def widget_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve_widgets(tmp_path_factory.mktemp("home")) as server:
        yield server


def request_states(socket: ClientConnection) -> dict[str, Any]:
    """The state of each widget of the kernel, by id."""
    send(socket, "comm_open", comm_id="c", target_name="jupyter.widget.control", data={})
    asked = send(socket, "comm_msg", comm_id="c", data={"method": "request_states"})
    states: dict[str, Any] = receive_until(socket, "comm_msg", asked)[-1].content["data"]["states"]
    return states


def test_a_missing_front_end_is_named_with_the_package_that_brings_it(tmp_path: Path) -> None:
    with pytest.raises(FrontEndMissingError, match="Install voila"):
        FrontEnd.find([str(tmp_path)])
    bundle = tmp_path / "voila" / "templates" / "base" / "static"
    bundle.mkdir(parents=True)
    (bundle / "voila.js").write_text("")
    with pytest.raises(FrontEndMissingError, match="Install jupyterlab_widgets"):
        FrontEnd.find([str(tmp_path)])


def test_widget_libraries_are_found_and_other_lab_extensions_are_left_out(tmp_path: Path) -> None:
    for name, about in {
        MANAGER: {"dependencies": {"@jupyter-widgets/base": "^6"}},
        "a-widget-library": {"jupyterlab": {"sharedPackages": {"@jupyter-widgets/base": {}}}},
        "a-theme": {"dependencies": {"@jupyterlab/apputils": "^4"}},
    }.items():
        folder = tmp_path / "labextensions" / name
        folder.mkdir(parents=True)
        build = {"load": "static/entry.js", "extension": "./extension"}
        package = {"name": name, **about, "jupyterlab": {**about.get("jupyterlab", {}), "_build": build}}
        (folder / "package.json").write_text(json.dumps(package))
    bundle = tmp_path / "voila" / "templates" / "base" / "static"
    bundle.mkdir(parents=True)
    (bundle / "voila.js").write_text("")
    found = [extension.name for extension in FrontEnd.find([str(tmp_path)]).extensions]
    assert found == [MANAGER, "a-widget-library", "cluster-kit"]


def test_the_front_ends_files_are_kept_by_browsers_and_nothing_beside_them_is_served(widget_server: Server) -> None:
    with widget_server.client(AVERY) as client:
        root = open_widget_page(client)["fullStaticUrl"].removesuffix("/voila")
        script = client.get(f"{root}/voila/voila.js")
        assert script.headers["Content-Type"].startswith("text/javascript")
        assert script.headers["Content-Encoding"] in {"br", "gzip"}
        assert "immutable" in script.headers["Cache-Control"]
        icons = client.get(f"{root}/icons.css").text
        assert ".fa-plus::before" in icons
        fonts = re.findall(r'url\("([^"]+)"\)', icons)
        assert fonts
        assert all(client.get(f"{root}/{font}").headers["Content-Type"] == "font/woff2" for font in fonts)
        for name in (
            "voila/treepage.js",
            "voila/../page.html",
            "voila/%2e%2e/page.html",
            "voila/..%2fpage.html",
            "extensions/anywidget/package.json",
            "extensions/cluster-kit/../widget_pages.py",
            "extensions/cluster-kit/%2e%2e/widget_pages.py",
            "etc/passwd",
            "/etc/passwd",
            "",
        ):
            assert client.get(f"{root}/{name}").status_code == 404, name


def test_the_page_may_run_scripts_of_this_server_and_no_text(widget_server: Server) -> None:
    with widget_server.client(AVERY) as client:
        policy = client.get("/session/1").headers["Content-Security-Policy"]
    assert "script-src 'self' blob:;" in policy
    assert "unsafe-eval" not in policy
    assert "http" not in policy


def test_only_the_owner_reaches_a_widgets_kernel(widget_server: Server) -> None:
    with widget_server.client(AVERY) as owner, widget_server.client(TASI) as other, widget_server.client() as nobody:
        kernel = open_widget_page(owner)["kernelId"]
        address = f"/widgets/api/kernels/{kernel}"
        assert owner.get(address).json()["id"] == kernel
        for client, status in ((other, 404), (nobody, 403)):
            assert client.get(address).status_code == status
            with pytest.raises(InvalidStatus) as refused, connect_widgets(widget_server, client, kernel):
                pass
            assert refused.value.response.status_code == status


def test_the_kernel_of_a_page_without_widgets_is_not_reached_as_one_with(server: Server) -> None:
    with server.client(FAY) as owner:
        kernel = open_console(owner)
        assert owner.get(f"/widgets/api/kernels/{kernel}").status_code == 404
        with pytest.raises(InvalidStatus) as refused, connect_widgets(server, owner, kernel):
            pass
        assert refused.value.response.status_code == 404


@pytest.mark.parametrize(
    ("kind", "channel", "content"),
    [
        ("execute_request", "shell", {"code": "1", "silent": False, "store_history": False}),
        ("execute_request", "control", {"code": "1", "silent": False, "store_history": False}),
        ("complete_request", "shell", {"code": "work", "cursor_pos": 4}),
        ("inspect_request", "shell", {"code": "workshop", "cursor_pos": 4, "detail_level": 1}),
        ("history_request", "shell", {"hist_access_type": "tail", "n": 10, "output": True, "raw": True}),
        ("shutdown_request", "control", {"restart": False}),
        ("shutdown_request", "shell", {"restart": True}),
        ("interrupt_request", "control", {}),
        ("debug_request", "control", {"type": "request", "command": "debugInfo"}),
        ("create_subshell_request", "control", {}),
        ("input_reply", "stdin", {"value": "1"}),
        ("comm_open", "shell", {"comm_id": "1", "target_name": "jupyter.widget", "data": {}}),
        ("kernel_info_request", "control", {}),
    ],
)
def test_a_browser_may_send_what_widgets_say_and_nothing_else(
    widget_server: Server, kind: str, channel: str, content: dict[str, object]
) -> None:
    with widget_server.client(AVERY) as owner:
        kernel = open_widget_page(owner)["kernelId"]
        with connect_widgets(widget_server, owner, kernel) as socket:
            refused = send(socket, kind, channel, **content)
            answers = receive_until(socket, "kernel_info_reply", send(socket, "kernel_info_request"))
        assert refused not in {answer.parent for answer in answers}
        assert owner.get(f"/widgets/api/kernels/{kernel}").status_code == 200


def test_a_browser_learns_the_state_of_all_widgets(widget_server: Server) -> None:
    with widget_server.client(AVERY) as owner:
        kernel = open_widget_page(owner)["kernelId"]
        with connect_widgets(widget_server, owner, kernel) as socket:
            states = request_states(socket)
            assert "IntSliderModel" in {state["model_name"] for state in states.values()}
            infos = receive_until(socket, "comm_info_reply", send(socket, "comm_info_request"))[-1].content
            assert set(states) <= set(infos["comms"])


def test_an_error_is_one_sentence_on_the_page_and_a_traceback_in_the_log(widget_server: Server) -> None:
    with widget_server.client(AVERY) as owner:
        kernel = open_widget_page(owner)["kernelId"]
        with connect_widgets(widget_server, owner, kernel) as socket:
            states = request_states(socket)
            (fail,) = [one for one, state in states.items() if state["state"].get("description") == "Fail"]
            click = {"method": "custom", "content": {"event": "click"}}
            errors = receive_until(socket, "error", send(socket, "comm_msg", comm_id=fail, data=click))
    assert errors[-1].content["traceback"] == ["This part could not be worked out. Your answers are safe."]
    assert "secret" not in json.dumps([error.content for error in errors])
    wait_until(lambda: "a secret of the traceback" in widget_server.log, "the traceback is in the log")


# --- invalid frames -----------------------------------------------------------------------------------------------


def pack(*parts: bytes, channel: bytes = b"shell", offsets: tuple[int, ...] | None = None, count: int = -1) -> bytes:
    """A frame of the binary protocol; ``count`` and ``offsets`` override the correct ones."""
    start = 8 * (len(parts) + 3)
    offsets = offsets or tuple(accumulate(map(len, (channel, *parts)), initial=start))
    return (
        struct.pack(f"<{len(offsets) + 1}Q", len(offsets) if count < 0 else count, *offsets) + channel + b"".join(parts)
    )


def message(kind: object = "comm_msg") -> list[bytes]:
    return [json.dumps({"msg_type": kind, "msg_id": "1"}).encode(), b"{}", b"{}", b"{}"]


GOOD = pack(*message())
STARTS = struct.unpack_from("<6Q", GOOD, 8)
HOSTILE = {
    "2**60 offsets": pack(*message(), count=2**60),
    "2**60 offsets in nine bytes": struct.pack("<Q", 2**60) + b"x",
    "2**25 offsets": pack(*message(), count=2**25),
    "one offset more than there is room for": pack(*message(), count=len(GOOD) // 8),
    "no offsets": pack(*message(), count=0),
    "no content": pack(*message()[:3]),
    "too many buffers": pack(*message(), *[b""] * (MOST_OFFSETS - 5)),
    "nothing": b"",
    "one byte": b"\6",
    "a count alone": GOOD[:8],
    "cut within its offsets": GOOD[:50],
    "cut within its parts": GOOD[:-1],
    "descending offsets": pack(*message(), offsets=(*STARTS[:3], STARTS[4], STARTS[3], STARTS[5])),
    "offsets past the end": pack(*message(), offsets=(*STARTS[:5], len(GOOD) + 1)),
    "offsets far past the end": pack(*message(), offsets=(*STARTS[:5], 2**64 - 1)),
    "offsets among themselves": pack(*message(), offsets=(0, *STARTS[1:])),
    "a channel that is no text": pack(*message(), channel=b"\xff\xfe"),
}
UNTYPED = {
    "a header that is no JSON": pack(b"{", *message()[1:]),
    "a header that is a list": pack(b"[]", *message()[1:]),
    "a header without a kind": pack(b"{}", *message()[1:]),
    "a header nested too deep": pack(b"[" * 100_000, *message()[1:]),
}
LEGACY = {
    "2**31-1 buffers": struct.pack("!i", 2**31 - 1),
    "-1 buffers": struct.pack("!i", -1) + b"{}",
    "a binary message": struct.pack("!ii", 1, 8) + json.dumps({"channel": "shell", "header": {}}).encode(),
    "no JSON": "{",
    "no object": "[1]",
    "no header": '{"channel": "shell"}',
    "no parts": '{"channel": "shell", "header": {"msg_type": "comm_msg"}}',
    "a channel that is a list": '{"channel": [], "header": {"msg_type": "comm_msg"}}',
    "brackets": "[" * 100_000,
}


class Line:
    """A kernel connection without page and kernel: records forwarded messages and the close code."""

    def __init__(self, connection: type[WidgetConnection | PanelConnection], subprotocol: str | None) -> None:
        self.socket = Mock(spec=KernelWebsocketHandler, selected_subprotocol=subprotocol, ws_connection=object())
        self.socket.close.side_effect = lambda _code: setattr(self.socket, "ws_connection", None)
        self.kernels = SimpleNamespace(allowed_message_types=["comm_msg"], note_activity=Mock())
        kernel = {"multi_kernel_manager": self.kernels, "kernel_id": "12345678-9"}
        self.session = Session(key=b"key")
        self.sent = Mock()
        self.session.send_raw = self.sent  # type: ignore[method-assign]
        double = type("Double", (connection,), kernel)
        self.connection = double(websocket_handler=self.socket, session=self.session)
        self.connection.channels = {"shell": Mock()}

    def receive(self, frame: str | bytes) -> None:
        self.connection.handle_incoming_message(frame)

    @property
    def closed_with(self) -> list[int]:
        return [call.args[0] for call in self.socket.close.call_args_list]


def test_a_message_is_read_as_its_sender_meant_it() -> None:
    assert read_message(GOOD) == ("shell", message())
    assert read_message(pack(*message(), b"", b"buffer")) == ("shell", [*message(), b"", b"buffer"])
    assert len(read_message(pack(*message(), *[b"x"] * (MOST_OFFSETS - 6)))[1]) == MOST_OFFSETS - 2


@pytest.mark.parametrize("frame", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_frame_is_no_message(frame: bytes) -> None:
    with pytest.raises(ValueError, match=r"offsets|decode") as refused:
        read_message(frame)
    assert isinstance(refused.value, MalformedMessageError | UnicodeDecodeError)


@pytest.mark.parametrize("connection", [WidgetConnection, PanelConnection])
@pytest.mark.parametrize("frame", [*HOSTILE.values(), *UNTYPED.values()], ids=[*HOSTILE, *UNTYPED])
def test_what_is_no_message_closes_the_line_with_one_line_in_the_log(
    connection: type[WidgetConnection | PanelConnection], frame: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    line = Line(connection, SUBPROTOCOL)
    for one in (frame, frame, GOOD):  # the page keeps sending while the connection closes
        line.receive(one)
    assert line.closed_with == [UNSUPPORTED]
    assert ["no message" in record.getMessage() for record in caplog.records] == [True]
    line.sent.assert_not_called()
    line.kernels.note_activity.assert_not_called()


@pytest.mark.parametrize("frame", LEGACY.values(), ids=LEGACY)
def test_the_text_protocol_takes_text_that_is_a_message(frame: str | bytes, caplog: pytest.LogCaptureFixture) -> None:
    line = Line(PanelConnection, None)
    line.receive(frame)
    assert line.closed_with == [UNSUPPORTED]
    assert len(caplog.records) == 1
    line.kernels.note_activity.assert_not_called()


def test_a_kind_that_is_no_word_closes_the_line_of_widgets() -> None:
    line = Line(WidgetConnection, SUBPROTOCOL)
    line.receive(pack(*message(["comm_msg"])))
    assert line.closed_with == [UNSUPPORTED]


def test_text_is_no_message_of_the_binary_protocol() -> None:
    line = Line(PanelConnection, SUBPROTOCOL)
    line.receive('{"channel": "shell", "header": {"msg_type": "comm_msg"}}')
    assert line.closed_with == [UNSUPPORTED]


@pytest.mark.parametrize("connection", [WidgetConnection, PanelConnection])
def test_a_good_message_is_passed_on(connection: type[WidgetConnection | PanelConnection]) -> None:
    line = Line(connection, SUBPROTOCOL)
    line.receive(GOOD)
    line.sent.assert_called_once_with(line.connection.channels["shell"], message())
    assert line.closed_with == []


def test_a_hostile_frame_ends_one_page_and_its_kernel_is_still_there(widget_server: Server) -> None:
    with widget_server.client(AVERY) as owner:
        kernel = open_widget_page(owner)["kernelId"]
        with connect_widgets(widget_server, owner, kernel) as hostile:
            hostile.send(HOSTILE["2**60 offsets in nine bytes"])
            wait_until(lambda: hostile.protocol.close_code == UNSUPPORTED, "the line is closed")
        with connect_widgets(widget_server, owner, kernel) as socket:
            receive_until(socket, "kernel_info_reply", send(socket, "kernel_info_request"))
