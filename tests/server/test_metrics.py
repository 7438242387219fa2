"""Monitoring of a server: readiness and load, without any personal data."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from prometheus_client.parser import text_string_to_metric_families

from cluster_kit.server.auth.cookies import find_xsrf_token
from cluster_kit.server.monitoring.handlers import is_near
from cluster_kit.server.monitoring.logs import MachineFormatter
from cluster_kit.server.monitoring.metrics import CurrentLoad, Metrics
from cluster_kit.server.widgets.memory import (
    KERNEL_BYTES,
    MIB,
    RESERVE_BYTES,
    free_bytes,
    kernels_that_fit,
    measure_memory,
)
from tests.server.kernel_client import open_console
from tests.serving import AVERY, FAY, TASI, Server, run_server, wait_until

NOW = CurrentLoad(pages=2, kernels=3, waiting=1, room=40)
EXERCISE, PROMPT = "peer_discussion", "heard"


def read_metrics(text: str) -> dict[str, float]:
    """Every sample by its name and labels, for example ``arrivals_total{session=1}``."""
    return {
        sample.name.removeprefix("cluster_kit_")
        + "".join(f"{{{key}={value}}}" for key, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def measured(server: Server) -> dict[str, float]:
    with server.client() as client:
        return read_metrics(client.get("/metrics").text)


@pytest.fixture(scope="module")
def logged_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a JSON log. The first test is its first visitor."""
    with run_server(tmp_path_factory.mktemp("home"), "--log", "json", "--grace", "2") as server:
        yield server


@pytest.mark.browser
def test_a_visit_is_counted_timed_and_logged_without_a_word_about_who_it_was(
    logged_server: Server, context: BrowserContext, join: Callable[..., Page]
) -> None:
    page = join(logged_server, context, AVERY)
    page.locator(".ck-widget .ck-form textarea:visible").first.fill("Something only Avery knows")
    expect(page.locator("#ck-saved")).to_contain_text("All saved at")
    wait_until(lambda: measured(logged_server)["answers_saved_total"] >= 1, "the save is counted")
    wait_until(lambda: measured(logged_server).get("time_to_form_seconds_count{session=1}") == 1, "the page reported")
    seen = measured(logged_server)
    assert seen["arrivals_total{session=1}"] == 1
    assert (seen["pages"], seen["kernels"], seen["waiting"]) == (1, 0, 0)
    assert seen["room"] > 0
    assert seen["save_seconds_count"] >= 1
    assert seen["waited_seconds_count"] == 0
    with logged_server.client() as client:
        told = client.get("/metrics").text + logged_server.log
    for secret in ("avery", "Avery", "only Avery knows", "OH", "Ohio"):
        assert secret not in told
    events = [json.loads(line) for line in logged_server.log.splitlines()]
    shown = next(event for event in events if event["what"] == "first form shown")
    assert shown["session"] == 1
    assert shown["seconds"] > 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", shown["at"])
    page.close()
    wait_until(lambda: measured(logged_server)["pages"] == 0, "the page is counted out")


def test_saves_that_are_not_kept_are_counted_by_their_reason(logged_server: Server) -> None:
    before = measured(logged_server)
    with logged_server.connect(TASI, exercises=[EXERCISE]) as page:
        answers = [{"prompt": prompt, "value": "Words that nobody else reads"} for prompt in (PROMPT, "borrow")]
        assert page.save(EXERCISE, *answers)["type"] == "saved"
        assert page.save(EXERCISE, prompt="no_such", value="x")["type"] == "refused"
        wait_until(lambda: measured(logged_server)["answers_saved_total"] == before["answers_saved_total"] + 2, "saved")
    seen = measured(logged_server)
    assert seen["save_seconds_count"] == before["save_seconds_count"] + 1
    assert seen["saves_not_kept_total{why=refused}"] == 1
    assert "nobody else reads" not in logged_server.log
    assert any(json.loads(line).get("why") == "refused" for line in logged_server.log.splitlines())


def test_kernels_are_counted_with_the_memory_that_they_hold(logged_server: Server) -> None:
    with logged_server.client(FAY) as client:
        open_console(client)
        seen = measured(logged_server)
    assert seen["kernels"] == 1
    assert 0 < seen["kernels_memory_bytes{part=own}"] <= seen["kernels_memory_bytes{part=share}"]


def test_a_failed_request_is_logged_with_its_path_and_nothing_else_of_it(logged_server: Server) -> None:
    with logged_server.client(AVERY) as client:
        client.get("/nowhere?who=avery")
    wait_until(lambda: "/nowhere" in logged_server.log, "the request is logged")
    event = next(json.loads(line) for line in logged_server.log.splitlines() if "/nowhere" in line)
    assert event["status"] == 404
    assert event["path"] == "/nowhere"
    assert "avery" not in logged_server.log


@pytest.mark.parametrize(
    "words",
    [{}, {"session": "1"}, *({"session": one, "seconds": two} for one, two in [("x", "1"), ("99", "1"), ("1", "?")])],
)
def test_nonsense_is_not_taken_for_a_report(server: Server, words: dict[str, str]) -> None:
    with server.client(AVERY) as client:
        answer = client.post("/arrived", data={**words, "_xsrf": find_xsrf_token(client.cookies)})
    assert answer.status_code == 400


@pytest.mark.parametrize("seconds", [-1.0, float("nan"), float("inf"), 1e9])
def test_times_that_cannot_be_are_left_out(seconds: float) -> None:
    metrics = Metrics(lambda: NOW)
    metrics.form_shown(1, seconds)
    assert "time_to_form_seconds_count{session=1}" not in read_metrics(metrics.write(measure_memory([])).decode())


def test_a_store_that_does_not_answer_is_not_ready_until_it_does(logged_server: Server) -> None:
    database, away = logged_server.home / "responses.sqlite3", logged_server.home / "away"
    with logged_server.client() as client:
        wait_until(lambda: client.get("/ready").status_code == 200, "the server is ready")
        database.rename(away)
        database.mkdir()
        wait_until(lambda: client.get("/ready").status_code == 503, "the server says that it is not")
        assert client.get("/ready").json()["missing"] == ["The store does not answer."]
        assert client.get("/health").status_code == 200
        database.rmdir()
        away.rename(database)
        wait_until(lambda: client.get("/ready").status_code == 200, "the server is ready again")


@pytest.mark.parametrize(
    ("address", "near"),
    [
        *((near, True) for near in ("127.0.0.1", "::1", "10.1.2.3", "192.168.0.9")),
        *((far, False) for far in ("8.8.8.8", "2606:4700::1111", "203.0.113.9.4", "")),
    ],
)
def test_metrics_are_for_this_machine_and_private_networks(address: str, near: bool) -> None:
    assert is_near(address) is near


def test_behind_a_proxy_the_visitor_counts_and_not_the_proxy(proxied_server: Server) -> None:
    with proxied_server.client() as client:
        assert client.get("/metrics", headers={"X-Real-IP": "8.8.8.8"}).status_code == 404
        assert client.get("/metrics").status_code == 200


def test_what_is_saved_and_what_is_not_is_counted() -> None:
    metrics = Metrics(lambda: NOW)
    metrics.saved(2, 0.02)
    metrics.saved(1, 0.01)
    metrics.not_saved("refused")
    metrics.not_saved("trouble")
    seen = read_metrics(metrics.write(measure_memory([])).decode())
    assert (seen["answers_saved_total"], seen["save_seconds_count"]) == (3, 2)
    assert seen["saves_not_kept_total{why=refused}"] == seen["saves_not_kept_total{why=trouble}"] == 1
    assert {name: seen[name] for name in ("pages", "kernels", "waiting", "room")} == vars(NOW)


def test_a_logged_error_keeps_its_kind_and_place_and_not_its_words() -> None:
    try:
        raise ValueError("what somebody typed")
    except ValueError:
        record = logging.getLogger("test").makeRecord("test", logging.ERROR, "file", 1, "it failed", (), sys.exc_info())
    line = MachineFormatter().format(record)
    assert "what somebody typed" not in line
    assert "ValueError" in json.loads(line)["exc_info"]
    assert "test_metrics.py" in line


def test_room_is_what_is_free_beyond_the_reserve_in_kernels() -> None:
    assert kernels_that_fit(RESERVE_BYTES + 3 * KERNEL_BYTES + 1) == 3
    assert kernels_that_fit(RESERVE_BYTES - 1) == 0


def test_a_containers_limit_counts_where_it_is_tighter(tmp_path: Path) -> None:
    assert free_bytes(tmp_path) > 0
    (tmp_path / "memory.current").write_text(f"{60 * MIB}\n")
    (tmp_path / "memory.stat").write_text(f"anon 1\ninactive_file {10 * MIB}\nactive_file 5\n")
    (tmp_path / "memory.max").write_text("max\n")
    assert free_bytes(tmp_path) > 100 * MIB
    (tmp_path / "memory.max").write_text(f"{100 * MIB}\n")
    assert free_bytes(tmp_path) == 50 * MIB
    (tmp_path / "memory.max").write_text(f"{20 * MIB}\n")
    assert free_bytes(tmp_path) == 0


@pytest.mark.parametrize(("usual", "most", "pages"), [(1024, 4096, 225), (1024, 1024, 45), (300, 300, 2), (64, 64, 1)])
def test_room_is_limited_by_the_files_that_a_server_may_open(usual: int, most: int, pages: int) -> None:
    program = (
        f"import resource; resource.setrlimit(resource.RLIMIT_NOFILE, ({usual}, {most}))\n"
        "from cluster_kit.server.widgets.limits import allow_open_files, pages_by_files\n"
        "allow_open_files(); print(pages_by_files())"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert int(result.stdout) == pages


def test_a_process_that_has_ended_holds_nothing() -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    assert measure_memory([ended.pid]).share == 0
