"""Builds one packet: executes its notebook and writes each format. Runs in workers."""

from __future__ import annotations

import logging
import tempfile
import time
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from cluster_kit.content import load_content
from cluster_kit.content.models import Content
from cluster_kit.documents.identity import use_identity
from cluster_kit.errors import ClusterKitError
from cluster_kit.files import FULL_DISK, describe_write_error
from cluster_kit.packets.execute import run_notebook
from cluster_kit.packets.formats import PACKET_FORMATS
from cluster_kit.packets.jobs import Job
from cluster_kit.packets.notebook_copies import packet_notebook
from cluster_kit.packets.packet import packet_title, read_packet
from cluster_kit.settings import Settings

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Task:
    """A job with everything that a worker needs. ``notebooks`` None: as shipped."""

    job: Job
    settings: Settings
    formats: tuple[str, ...]
    notebooks: Path | None = None


@dataclass(frozen=True)
class BuildResult:
    """A packet's files by name, or an ``error`` message, with the duration."""

    seconds: float
    files: dict[str, bytes] = field(default_factory=dict)
    error: str = ""


def make_packet(task: Task) -> BuildResult:
    """Build one packet. Never raises for a failed packet: the result has the error. Writes nothing to disk."""
    start = time.monotonic()
    try:
        written = _write_packet(task)
    except ClusterKitError as error:
        return BuildResult(_since(start), error=str(error))
    except Exception as error:
        if isinstance(error, OSError) and error.errno in FULL_DISK:
            where = error.filename or tempfile.gettempdir()
            return BuildResult(_since(start), error=f"{where} cannot be written: {describe_write_error(error)}.")
        _log.exception("Packet %s could not be made", task.job.name)
        sentence = f"It stopped with {type(error).__name__}: {error}. The log has the details."
        return BuildResult(_since(start), error=sentence)
    return BuildResult(_since(start), written)


def _write_packet(task: Task) -> dict[str, bytes]:
    use_identity(task.settings.organization())
    content = _content(task.job.series, task.settings.content)
    notebook = run_notebook(packet_notebook(task.job, task.notebooks), task.job, task.settings)
    notebook.metadata["title"] = packet_title(content, task.job)
    packet = read_packet(content, task.job, notebook)
    return {f"{task.job.name}.{form}": PACKET_FORMATS.get(form)(packet, notebook) for form in task.formats}


@lru_cache(maxsize=1)
def _content(series: str, overlay: Path) -> Content:
    return load_content(series, overlay=overlay)


def _since(start: float) -> float:
    return round(time.monotonic() - start, 2)
