"""Executes a session's notebook with papermill for one jurisdiction."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path

import papermill
from jupyter_client.kernelspec import KernelSpecManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from cluster_kit.errors import ClusterKitError
from cluster_kit.kernels import KERNEL_NAME, ensure_kernelspec
from cluster_kit.kernels.addresses import make_socket_folder
from cluster_kit.packets.errors import PacketError
from cluster_kit.packets.jobs import Job
from cluster_kit.packets.notebook_copies import read_copy
from cluster_kit.settings import DB_VARIABLE, HOME_VARIABLE, SERIES_VARIABLE, Settings

_log = logging.getLogger(__name__)

CELL_TIMEOUT_S = 300
START_TIMEOUT_S = 30
ORDINARY_KERNEL = "python3"


def run_notebook(notebook: Path, job: Job, settings: Settings) -> NotebookNode:
    """The executed notebook in packet mode, cleaned of run-specific data.

    Raises ``PacketError``. Not thread-safe: the kernel inherits its settings from the process's environment.
    """
    parameters: dict[str, str | int] = {
        "series": job.series,
        "session": job.session,
        "jurisdiction": job.jurisdiction,
        "person": "",
        "mode": "packet",
    }
    try:
        with _environment(settings, job.series):
            executed = _execute(read_copy(notebook, job.kind), parameters)
    except PapermillExecutionError as error:
        raise PacketError(notebook.name, error.cell_index + 1, _sentence(error)) from error
    except CellTimeoutError as error:
        raise PacketError(
            notebook.name, 0, f"A cell ran longer than {CELL_TIMEOUT_S} seconds and was stopped."
        ) from error
    except DeadKernelError as error:
        raise PacketError(
            notebook.name, 0, "Its kernel died; the machine may be short of memory. Try again."
        ) from error
    return clean_notebook(executed)


def _execute(notebook: NotebookNode, parameters: dict[str, str | int]) -> NotebookNode:
    """Execute the notebook in a forked kernel, or in an ordinary one if none is installed or it does not start."""
    run: Callable[..., NotebookNode] = partial(
        papermill.execute_notebook,
        notebook,
        None,
        parameters,
        progress_bar=False,
        report_mode=True,
        execution_timeout=CELL_TIMEOUT_S,
        shutdown_kernel="immediate",  # its state is not needed
    )
    if has_forked_kernels():
        try:
            return run(kernel_name=KERNEL_NAME, start_timeout=START_TIMEOUT_S)
        except RuntimeError as error:  # nbclient raises this if a kernel does not respond; no cell has run yet
            if isinstance(error, DeadKernelError):
                raise
            _log.warning("A forked kernel did not start; an ordinary one is used. %s", error)
    with _private_sockets() as config:
        return run(kernel_name=ORDINARY_KERNEL, config=config)


@cache
def has_forked_kernels() -> bool:
    """True if the kernelspec of forked kernels is installed. Installs it in this environment if possible."""
    if KERNEL_NAME not in KernelSpecManager().find_kernel_specs():
        try:
            ensure_kernelspec()
        except OSError as error:
            _log.warning(
                "Packets run in ordinary kernels: the kernelspec of forked ones cannot be installed here (%s).", error
            )
            return False
    return True


def clean_notebook(notebook: NotebookNode) -> NotebookNode:
    """The notebook without run-specific data: paths, timings, stderr, widget state."""
    for key in ("papermill", "widgets"):
        notebook.metadata.pop(key, None)
    for cell in notebook.cells:
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
    return notebook


@contextmanager
def _private_sockets() -> Iterator[Config]:
    """Connection settings of an ordinary kernel: private IPC sockets where the system supports them."""
    folder = make_socket_folder()
    try:
        yield Config({"KernelManager": {"transport": "ipc", "ip": str(folder / "kernel")}} if folder else {})
    finally:
        if folder:
            shutil.rmtree(folder, ignore_errors=True)


def _sentence(error: PapermillExecutionError) -> str:
    """The message of our own errors; for any other error, its name and location."""
    if error.ename in _our_errors():
        return str(error.evalue)
    return f"It stopped with {error.ename}: {error.evalue}. Run the notebook in JupyterLab to see where."


def _our_errors(root: type[ClusterKitError] = ClusterKitError) -> set[str]:
    return {root.__name__}.union(*(_our_errors(kind) for kind in root.__subclasses__()))


@contextmanager
def _environment(settings: Settings, series: str) -> Iterator[None]:
    """Settings as environment variables for the kernel to inherit, and the series for the fork server to load once."""
    before = {name: os.environ.pop(name, None) for name in (HOME_VARIABLE, DB_VARIABLE, SERIES_VARIABLE)}
    os.environ.update(settings.environment(), **{SERIES_VARIABLE: series})
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
