"""Logs in JSON: every line is one event, from any source, and none has an address, a name, or an answer."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
import uuid
from pathlib import Path

import httpx
import pytest

from cluster_kit.cli.demo import prepare_demo
from cluster_kit.server.monitoring.logs import LONGEST_PATH, MOST_REPEATS, RepeatFilter
from tests.clock import Clock
from tests.serving import AVERY, Server, add_people, wait_until

GONE = tuple(f"/api/kernels/{uuid.uuid4()}{end}" for end in ("", "/channels"))
PROGRAM = """
import asyncio, logging, os, subprocess, sys, threading, warnings
from cluster_kit.server.monitoring.logs import LogFormat, StderrLines, set_up_logs, log_event
log = logging.getLogger("VoilaTest")
log.addHandler(logging.StreamHandler())
logging.getLogger("tornado.general").addHandler(logging.StreamHandler())
lines = StderrLines()
set_up_logs(log, LogFormat.JSON, lines.stream)
log_event("begun", count=3)
logging.getLogger("tornado.general").warning("%s %s (%s)", "403 POST", "/you?name=Ana", "192.0.2.7")
logging.getLogger("other").error(f"An answer: {'Ana Reyes wrote this'}")
warnings.warn("Ana Reyes 192.0.2.7")
logging.getLogger("cluster_kit.forms").warning("The store is away")
try:
    raise ValueError("Ana Reyes")
except ValueError:
    logging.getLogger("asyncio").exception("Task exception: %r", "Ana Reyes")
thread = threading.Thread(target=lambda: 1 / 0)
thread.start(); thread.join()
async def forgotten():
    async def fail():
        raise RuntimeError("Ana Reyes")
    task = asyncio.create_task(fail())
    await asyncio.sleep(0)
    del task
asyncio.run(forgotten())
import gc; gc.collect()
child = "import sys; print('Ana Reyes', file=sys.stderr); print('{not json', file=sys.stderr)"
subprocess.run([sys.executable, "-c", child])
os.write(2, b"Ana Reyes without an end")
lines.close()
"""


def test_a_failure_that_repeats_fills_no_disk(clock: Clock) -> None:
    """As when file descriptors run out: one line of the code, thousands of times."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(RepeatFilter(clock))
    log, events = logging.getLogger("tests.repeats"), logging.getLogger("cluster_kit.server")
    log.handlers, log.propagate = [handler], False
    events.addHandler(handler)
    try:
        for number in range(20_000):
            log.error("Accept failed: %s", number)
        log.error("Another failure")
        log.info("An event")
        lines = written.getvalue().splitlines()
        assert lines[0] == "Accept failed: 0"
        assert lines[-2:] == [f"{MOST_REPEATS} lines of one place within a minute; more are omitted", "Another failure"]
        assert len(lines) == MOST_REPEATS + 2
        clock.now += 61
        log.error("Accept failed: %s", "again")
        assert len(written.getvalue().splitlines()) == len(lines) + 1
    finally:
        events.removeHandler(handler)


def test_everything_becomes_a_json_line_without_values() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert all({"at", "level", "from", "what"} <= line.keys() for line in lines)
    for private in ("Ana", "192.0.2.7", "wrote this"):
        assert private not in done.stderr
    said = {line["from"]: line for line in lines}
    assert lines[0]["count"] == 3
    assert {"cluster_kit.forms", "tornado.general", "other", "py.warnings", "asyncio", "stderr"} <= said.keys()
    assert said["tornado.general"]["what"] == "%s %s (%s)"
    assert said["cluster_kit.forms"]["what"] == "The store is away"
    assert any("ZeroDivisionError" in line.get("exc_info", "") for line in lines)
    assert sum(line["from"] == "stderr" for line in lines) == 3


@pytest.mark.parametrize("address", ["", "https://workshop.example.org"])
def test_a_servers_log_is_json_and_a_foreign_host_is_refused_where_the_address_is_set(
    tmp_path: Path, address: str
) -> None:
    server = Server(tmp_path, options=["--log", "json"])
    add_people(prepare_demo(server.settings).series.id, server.settings)
    if address:
        server.settings.file.write_text(f'address = "{address}"\n')
    server.start()
    try:
        with server.client(AVERY) as client:
            assert client.get("/nowhere?name=Ana").status_code == 404
            assert client.get(f"/nowhere/{'a' * 6000}").status_code == 404
            for base in ("", "/widgets"):  # as a page does that was open before a restart
                for path in GONE:
                    assert client.get(f"{base}{path}").status_code == 404
            assert client.post("/you", data={"role": "Ana"}).status_code == 403
            foreign = client.get("/", headers={"Host": "evil.example"})
            assert foreign.status_code == (421 if address else 200)
            assert client.get("/health", headers={"Host": "workshop.example.org"}).status_code == 200
            with pytest.raises(httpx.RemoteProtocolError):
                client.get("/", headers={"X-Long": "x" * 70_000})
        wait_until(lambda: "/you" in server.log, "the refusal is logged")
    finally:
        server.end()
    lines = [json.loads(line) for line in server.log.splitlines()]
    assert lines
    assert all({"at", "level", "from", "what"} <= line.keys() for line in lines)
    levels = {line["path"]: line["level"] for line in lines if "path" in line}
    assert {level for path, level in levels.items() if path.endswith(GONE)} == {"INFO"}
    assert levels["/nowhere"] == "WARNING"
    assert max(len(line["path"]) for line in lines if "path" in line) == LONGEST_PATH
    assert "Ana" not in server.log
    assert "Avery" not in server.log
