"""The content of a packet folder: ``manifest.json`` for programs, ``index.html`` for people."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Literal

from jinja2 import Environment, StrictUndefined
from pydantic import ValidationError

from cluster_kit.content.models import Content
from cluster_kit.documents.page import page_css
from cluster_kit.errors import ClusterKitError
from cluster_kit.files import write_atomically
from cluster_kit.models import FrozenModel
from cluster_kit.packets.jobs import Job
from cluster_kit.text import count_of
from cluster_kit.web import WEB

MANIFEST, INDEX = "manifest.json", "index.html"


class ManifestError(ClusterKitError, ValueError):
    """A manifest that cannot be read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"{path} is not a manifest of packets. Move it away, or name another folder with --out.")


class FileRecord(FrozenModel):
    """A file of a packet, by its name in the folder."""

    name: str
    sha256: str
    size: int

    def is_intact(self, folder: Path) -> bool:
        """True if the file is in the folder, unchanged."""
        try:
            return hashlib.sha256((folder / self.name).read_bytes()).hexdigest() == self.sha256
        except OSError:
            return False


class Check(FrozenModel):
    """Result of one file's accessibility check: its ``problems``, or why it was ``skipped``."""

    format: str
    problems: tuple[str, ...] = ()
    skipped: str = ""

    @property
    def passed(self) -> bool:
        """True if the file was checked without problems."""
        return not self.problems and not self.skipped


class PacketResult(FrozenModel):
    """The result of a job: its ``files``, or an ``error`` message.

    ``inputs`` is the digest of the packet's inputs. ``answered`` is the number of exercises that are answered, in the
    session or, for a packet of the series, in the series. ``seconds`` is the duration.
    """

    job: Job
    status: Literal["made", "unchanged", "failed"]
    files: tuple[FileRecord, ...] = ()
    inputs: str = ""
    answered: int = 0
    seconds: float = 0.0
    made_at: dt.datetime
    checks: tuple[Check, ...] = ()
    error: str = ""

    @property
    def formats(self) -> tuple[str, ...]:
        """Formats of the files."""
        return tuple(file.name.rpartition(".")[2] for file in self.files)

    @property
    def accessibility(self) -> str:
        """The check results in brief: ``passed``, ``2 problems``, ``not checked``."""
        problems = sum(len(check.problems) for check in self.checks)
        if problems:
            return count_of(problems, "problem")
        return "passed" if self.checks and all(check.passed for check in self.checks) else "not checked"


class Manifest(FrozenModel):
    """Every packet of one folder, or of one run, in the order of the jobs."""

    schema_version: Literal[1] = 1
    series: str
    content_version: str
    made_at: dt.datetime
    results: tuple[PacketResult, ...]

    @property
    def failed(self) -> tuple[PacketResult, ...]:
        """The failed packets."""
        return tuple(result for result in self.results if result.status == "failed")


def find_results(folder: Path) -> dict[str, PacketResult]:
    """Results from the folder's manifest by job name; empty if there is none. Raises ``ManifestError``."""
    path = folder / MANIFEST
    try:
        manifest = Manifest.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (ValidationError, OSError) as error:
        raise ManifestError(path) from error
    return {result.job.name: result for result in manifest.results}


def write_manifest(folder: Path, content: Content, results: Iterable[PacketResult]) -> None:
    """Write ``manifest.json`` for everything in the folder."""
    write_atomically(folder / MANIFEST, collect_results(content, results).model_dump_json(indent=1).encode())


def write_index(folder: Path, content: Content, results: Iterable[PacketResult]) -> None:
    """Write ``index.html``, the manifest as an HTML table."""
    manifest = collect_results(content, results)
    names = content.jurisdiction_names
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(files("cluster_kit.packets").joinpath("index.html.j2").read_text("utf-8"))
    style = page_css() + (WEB / "packets" / "index.css").read_text("utf-8")
    page = template.render(manifest=manifest, names=names, content=content, style=style)
    write_atomically(folder / INDEX, page.encode())


def collect_results(content: Content, results: Iterable[PacketResult]) -> Manifest:
    """The results as a manifest with the current time."""
    now = dt.datetime.now(dt.UTC)
    series = content.series.id
    return Manifest(series=series, content_version=content.version, made_at=now, results=tuple(results))


def write_files(folder: Path, contents: dict[str, bytes]) -> tuple[FileRecord, ...]:
    """Write a packet's files and return a record for each."""
    for name, data in contents.items():
        write_atomically(folder / name, data)
    return tuple(
        FileRecord(name=name, sha256=hashlib.sha256(data).hexdigest(), size=len(data))
        for name, data in contents.items()
    )
