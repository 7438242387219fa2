"""Stock and forked kernels for tests, started and used in the same way."""

from __future__ import annotations

import ast
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

from cluster_kit.kernels import KERNEL_NAME, kernelspecs_folder

STOCK = "python3"
FORKED = KERNEL_NAME
PATIENCE_S = 60.0


def wait_for(happens: Callable[[], Any], what: str) -> Any:
    """The condition's value, once it is truthy."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if result := happens():
            return result
        time.sleep(0.02)
    raise AssertionError(f"{what}: not within {PATIENCE_S} s")


@dataclass
class Talk:
    """A running kernel and a client of it."""

    manager: KernelManager
    client: BlockingKernelClient

    @property
    def pid(self) -> int:
        return int(self.manager.provisioner.pid)  # type: ignore[union-attr, attr-defined]

    def messages(self, code: str, **how: Any) -> list[dict[str, Any]]:
        """Everything that the kernel publishes while it runs the code."""
        heard: list[dict[str, Any]] = []
        self.client.execute_interactive(code, timeout=PATIENCE_S, output_hook=heard.append, **how)
        return heard

    def run(self, code: str) -> None:
        """Run the code. An error in it fails the test."""
        errors = [message["content"] for message in self.messages(code) if message["msg_type"] == "error"]
        assert not errors, errors

    def value(self, expression: str, setup: str = "") -> Any:
        """The value of an expression, from its representation."""
        asked = {"value": expression}
        reply = self.client.execute_interactive(setup, user_expressions=asked, timeout=PATIENCE_S)
        answer = reply["content"]["user_expressions"]["value"]
        assert answer["status"] == "ok", answer
        return ast.literal_eval(answer["data"]["text/plain"])

    def reconnect(self) -> None:
        """A new client, for a kernel that has been restarted."""
        self.client.stop_channels()
        self.client = connect(self.manager)


def specs(folder: Path | None = None) -> KernelSpecManager:
    """The stock kernelspec of this Python, and those of a folder: by default, the shipped one."""
    return KernelSpecManager(kernel_dirs=[str(folder or kernelspecs_folder())])


def environment(**more: str) -> dict[str, str]:
    """This process's environment without the variable by which ipykernel detects pytest and changes its behavior."""
    return {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"} | more


def connect(manager: KernelManager) -> BlockingKernelClient:
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=PATIENCE_S)
    return client


@contextmanager
def running(name: str = FORKED, folder: Path | None = None, **how: Any) -> Iterator[Talk]:
    """A responding kernel of this kernelspec; shut down afterwards."""
    manager = KernelManager(kernel_name=name, kernel_spec_manager=specs(folder))
    manager.start_kernel(**{"env": environment(), **how})
    talk = Talk(manager, connect(manager))
    try:
        yield talk
    finally:
        talk.client.stop_channels()
        manager.shutdown_kernel(now=True)


def write_spec(folder: Path, *modules: str, watch: tuple[str, ...] = (), **config: Any) -> Path:
    """A folder with a forked kernelspec whose fork server imports these modules."""
    spec = json.loads((kernelspecs_folder() / KERNEL_NAME / "kernel.json").read_text(encoding="utf-8"))
    spec["metadata"]["kernel_provisioner"]["config"] = {"modules": list(modules), "watch": list(watch), **config}
    (folder / "specs" / KERNEL_NAME).mkdir(parents=True)
    (folder / "specs" / KERNEL_NAME / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    return folder / "specs"


def children(pid: int) -> list[int]:
    """The pids of a process's children."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(each) for each in found.split()]


def is_running(pid: int) -> bool:
    """True if the process exists and has not ended."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def open_files(pid: int) -> dict[int, str]:
    """A process's file descriptors and their targets."""
    found = {}
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found[int(entry.name)] = str(entry.readlink())
        except FileNotFoundError:
            continue
    return found


def parent_of(pid: int) -> int:
    """The pid of a process's parent."""
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    return int(stat.rpartition(")")[2].split()[1])
