"""What a page with standard widgets may load, and what may pass between it and its kernel."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from cluster_kit.server.widgets.pages import MANAGER, FrontEnd, FrontEndMissingError
from tests.server.kernel_client import open_console
from tests.server.widgets import connect_widgets, open_widget_page, receive_until, send, serve_widgets
from tests.serving import AVERY, FAY, TASI, Server, wait_until


@pytest.fixture(scope="module")
def widget_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve_widgets(tmp_path_factory.mktemp("home")) as server:
        yield server


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
            send(socket, "comm_open", comm_id="c", target_name="jupyter.widget.control", data={})
            asked = send(socket, "comm_msg", comm_id="c", data={"method": "request_states"})
            states = receive_until(socket, "comm_msg", asked)[-1].content["data"]["states"]
            assert "IntSliderModel" in {state["model_name"] for state in states.values()}
            infos = receive_until(socket, "comm_info_reply", send(socket, "comm_info_request"))[-1].content
            assert set(states) <= set(infos["comms"])


def test_an_error_is_one_sentence_on_the_page_and_a_traceback_in_the_log(widget_server: Server) -> None:
    with widget_server.client(AVERY) as owner:
        kernel = open_widget_page(owner)["kernelId"]
        with connect_widgets(widget_server, owner, kernel) as socket:
            send(socket, "comm_open", comm_id="c", target_name="jupyter.widget.control", data={})
            asked = send(socket, "comm_msg", comm_id="c", data={"method": "request_states"})
            states = receive_until(socket, "comm_msg", asked)[-1].content["data"]["states"]
            (fail,) = [one for one, state in states.items() if state["state"].get("description") == "Fail"]
            click = {"method": "custom", "content": {"event": "click"}}
            errors = receive_until(socket, "error", send(socket, "comm_msg", comm_id=fail, data=click))
    assert errors[-1].content["traceback"] == ["This part could not be worked out. Your answers are safe."]
    assert "secret" not in json.dumps([error.content for error in errors])
    wait_until(lambda: "a secret of the traceback" in widget_server.log, "the traceback is in the log")
