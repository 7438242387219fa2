"""A session's notebook, run by papermill for one jurisdiction."""

from __future__ import annotations

import logging
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import papermill
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_core.paths import jupyter_runtime_dir
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from cluster_kit.errors import ClusterKitError
from cluster_kit.kernels import KERNEL_NAME, ensure_kernelspec
from cluster_kit.packets.errors import PacketError
from cluster_kit.packets.jobs import Job
from cluster_kit.packets.notebooks import read_copy
from cluster_kit.settings import DB_VARIABLE, HOME_VARIABLE, Settings

_log = logging.getLogger(__name__)

CELL_TIMEOUT_S = 300
ORDINARY_KERNEL = "python3"
SOCKET_PATH_BYTES = 103  # 108 on Linux and 104 elsewhere, with the zero at its end


def run_notebook(notebook: Path, job: Job, settings: Settings) -> NotebookNode:
    """The notebook with its outputs, run in packet mode, cleaned of what belongs to the run and not to the packet.

    Raises ``PacketError``. Not for several threads: the kernel takes its settings from the process's environment.
    """
    parameters = {
        "series": job.series,
        "session": job.session,
        "jurisdiction": job.jurisdiction,
        "person": "",
        "mode": "packet",
    }
    try:
        with _environment(settings):
            executed = papermill.execute_notebook(
                read_copy(notebook, job.kind),
                None,
                parameters=parameters,
                kernel_name=kernel_name(),
                progress_bar=False,
                report_mode=True,
                execution_timeout=CELL_TIMEOUT_S,
                config=_kernels(),
            )
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


@cache
def kernel_name() -> str:
    """The warm kernels, installed in this environment where they are missing; the ordinary one where that cannot be."""
    if KERNEL_NAME not in KernelSpecManager().find_kernel_specs():
        try:
            ensure_kernelspec()
        except OSError as error:
            _log.warning("Packets run in ordinary kernels: the warm ones cannot be installed here (%s).", error)
            return ORDINARY_KERNEL
    return KERNEL_NAME


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


def _kernels() -> Config:
    """Kernels that talk through files, where that can be: nobody else on the machine can listen in."""
    longest = os.path.join(jupyter_runtime_dir(), f"kernel-{uuid.uuid4()}-ipc-99999")
    has_room = os.name == "posix" and len(os.fsencode(longest)) <= SOCKET_PATH_BYTES
    return Config({"KernelManager": {"transport": "ipc" if has_room else "tcp"}})


def _sentence(error: PapermillExecutionError) -> str:
    """Our own errors speak for themselves; anything else is named, with where to look."""
    if error.ename in _our_errors():
        return str(error.evalue)
    return f"It stopped with {error.ename}: {error.evalue}. Run the notebook in JupyterLab to see where."


def _our_errors(root: type[ClusterKitError] = ClusterKitError) -> set[str]:
    return {root.__name__}.union(*(_our_errors(kind) for kind in root.__subclasses__()))


@contextmanager
def _environment(settings: Settings) -> Iterator[None]:
    """The settings in the process's environment, for a kernel to inherit."""
    before = {name: os.environ.pop(name, None) for name in (HOME_VARIABLE, DB_VARIABLE)}
    os.environ.update(settings.environment())
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
