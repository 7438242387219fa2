"""Common programs start forked kernels by the kernelspec's name, with all features."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from jupyter_client.ioloop import AsyncIOLoopKernelManager
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from nbclient import NotebookClient
from traitlets.config import Config

from cluster_kit.kernels import KERNEL_NAME, ensure_kernelspec, kernelspecs_folder
from cluster_kit.server.widgets.kernels import OwnedKernelManager
from tests.asyncs import run
from tests.kernels.harness import FORKED, PATIENCE_S, environment, is_running, parent_of, specs

WHO = "import os; print('parent', os.getppid())"


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    parameters = nbformat.v4.new_code_cell("place = ''  # where", metadata={"tags": ["parameters"]})
    cells = [parameters, nbformat.v4.new_code_cell(f"{WHO}\nprint(place)")]
    metadata = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    path = tmp_path / "asked.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), path)
    return path


def printed(notebook: Any) -> str:
    return "".join(output["text"] for cell in notebook.cells for output in cell.get("outputs", []))


async def wait_until(happens: Any, what: str) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not happens():
            await asyncio.sleep(0.02)


def test_the_kernelspec_comes_with_the_kit() -> None:
    assert KERNEL_NAME in KernelSpecManager().find_kernel_specs()
    shipped = kernelspecs_folder() / KERNEL_NAME / "kernel.json"
    installed = KernelSpecManager().get_kernel_spec(KERNEL_NAME)
    assert installed.to_dict()["metadata"] == json.loads(shipped.read_text(encoding="utf-8"))["metadata"]


def test_the_kernelspec_can_be_installed_in_another_environment(tmp_path: Path) -> None:
    folder = ensure_kernelspec(tmp_path)
    assert folder == ensure_kernelspec(tmp_path) == tmp_path / "share" / "jupyter" / "kernels" / KERNEL_NAME
    found = KernelSpecManager(kernel_dirs=[str(folder.parent)]).get_kernel_spec(KERNEL_NAME)
    assert found.display_name == "Workshop"


def test_nbclient_runs_a_notebook_in_a_warm_kernel(notebook: Path) -> None:
    client = NotebookClient(nbformat.read(notebook, as_version=4), kernel_name=FORKED)
    assert f"parent {os.getpid()}\n" not in printed(client.execute(env=environment()))


def test_papermill_runs_a_notebook_in_a_warm_kernel(notebook: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.ipynb"
    ran = papermill.execute_notebook(notebook, out, {"place": "OH"}, kernel_name=FORKED, progress_bar=False)
    assert "OH\n" in printed(ran)
    assert f"parent {os.getpid()}\n" not in printed(ran)


def test_nbval_runs_notebooks_in_warm_kernels(notebook: Path) -> None:
    command = ["-m", "pytest", "--nbval-lax", f"--nbval-kernel-name={FORKED}", "-p", "no:cacheprovider", str(notebook)]
    ran = subprocess.run([sys.executable, *command], check=False, capture_output=True, text=True, env=environment())
    assert ran.returncode == 0, ran.stdout
    assert "2 passed" in ran.stdout


def test_a_kernel_that_dies_is_started_again_by_its_restarter() -> None:
    async def play() -> None:
        restarter = Config({"KernelRestarter": {"time_to_dead": 0.2}})
        manager = AsyncIOLoopKernelManager(kernel_name=FORKED, kernel_spec_manager=specs(), config=restarter)
        told: list[str] = []
        await manager.start_kernel(env=environment())
        manager.add_restart_callback(lambda: told.append("restart"), "restart")
        before = manager.provisioner.pid
        os.kill(before, signal.SIGKILL)
        await wait_until(lambda: manager.has_kernel and manager.provisioner.pid != before, "the restart")
        client = manager.client()
        client.start_channels()
        await client.wait_for_ready(timeout=PATIENCE_S)
        client.stop_channels()
        assert told == ["restart"]
        assert parent_of(manager.provisioner.pid) != os.getpid()
        await manager.shutdown_kernel()

    run(play())


@pytest.mark.parametrize("kind", [AsyncMappingKernelManager, OwnedKernelManager])
def test_a_server_culls_idle_kernels(kind: type[AsyncMappingKernelManager]) -> None:
    async def play() -> None:
        manager = kind(kernel_spec_manager=specs(), cull_idle_timeout=1, cull_interval=1, cull_connected=True)
        kernel_id = await manager.start_kernel(kernel_name=FORKED, env=environment())
        pid = manager.get_kernel(kernel_id).provisioner.pid
        await wait_until(lambda: kernel_id not in manager, "the culling")
        assert not is_running(pid)
        await manager.shutdown_all()

    run(play())
