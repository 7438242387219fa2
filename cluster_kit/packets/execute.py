"""A session's notebook, run by papermill for one jurisdiction."""

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
    """The notebook with its outputs, run in packet mode, cleaned of what belongs to the run and not to the packet.

    Raises ``PacketError``. Not for several threads: the kernel takes its settings from the process's environment.
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
    """Run the notebook in a warm kernel; in an ordinary one where there are none, or where it does not start."""
    run: Callable[..., NotebookNode] = partial(
        papermill.execute_notebook,
        notebook,
        None,
        parameters,
        progress_bar=False,
        report_mode=True,
        execution_timeout=CELL_TIMEOUT_S,
        shutdown_kernel="immediate",  # nothing that it still holds is wanted
    )
    if has_warm_kernels():
        try:
            return run(kernel_name=KERNEL_NAME, start_timeout=START_TIMEOUT_S)
        except RuntimeError as error:  # what nbclient raises when a kernel does not answer, and nothing has run yet
            if isinstance(error, DeadKernelError):
                raise
            _log.warning("A warm kernel did not start; an ordinary one is used. %s", error)
    with _private_sockets() as config:
        return run(kernel_name=ORDINARY_KERNEL, config=config)


@cache
def has_warm_kernels() -> bool:
    """True where the warm kernels are installed; they are, in this environment, where they can be."""
    if KERNEL_NAME not in KernelSpecManager().find_kernel_specs():
        try:
            ensure_kernelspec()
        except OSError as error:
            _log.warning("Packets run in ordinary kernels: the warm ones cannot be installed here (%s).", error)
            return False
    return True


def clean_notebook(notebook: NotebookNode) -> NotebookNode:
    """The notebook without traces of the run: paths, timings, messages on stderr, widget states."""
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
    """How to reach an ordinary kernel: through files that nobody else can open, where the system has such."""
    folder = make_socket_folder()
    try:
        yield Config({"KernelManager": {"transport": "ipc", "ip": str(folder / "kernel")}} if folder else {})
    finally:
        if folder:
            shutil.rmtree(folder, ignore_errors=True)


def _sentence(error: PapermillExecutionError) -> str:
    """Our own errors speak for themselves; anything else is named, with where to look."""
    if error.ename in _our_errors():
        return str(error.evalue)
    return f"It stopped with {error.ename}: {error.evalue}. Run the notebook in JupyterLab to see where."


def _our_errors(root: type[ClusterKitError] = ClusterKitError) -> set[str]:
    return {root.__name__}.union(*(_our_errors(kind) for kind in root.__subclasses__()))


@contextmanager
def _environment(settings: Settings, series: str) -> Iterator[None]:
    """The settings in the process's environment, for a kernel to inherit; the series, for its parent to read once."""
    before = {name: os.environ.pop(name, None) for name in (HOME_VARIABLE, DB_VARIABLE, SERIES_VARIABLE)}
    os.environ.update(settings.environment(), **{SERIES_VARIABLE: series})
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
