"""Commands that write to, or have their temporary folder on, a full and a read-only disk; run by ``test_faults.py``.

``python -m tests.durability.full_folder FOLDER``, in a mount namespace of its own in which FOLDER is a small disk.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from cluster_kit.cli import main as run_command_line
from cluster_kit.files import OutputError
from cluster_kit.packets import BatchOptions, PacketRequest, make_packets
from cluster_kit.settings import Settings
from cluster_kit.store import Person
from cluster_kit.store.deployment import open_deployment_store
from tests.maintenance.conftest import fill
from tests.packets.conftest import write_notebook

CHECKED = BatchOptions(require_accessible=True)
COMMANDS = (
    *(f"export --out DISK/answers.{ending}" for ending in ("xlsx", "csv", "parquet", "jsonl")),
    "handouts --only glossary --formats html --out DISK",
    "messages write morning_of --session 1 --formats csv --out DISK --address https://a.example "
    "--field organization=A --field sender_name=B --field contact_email=c@example.org --field call_link=https://b.example",
    "worksheets --session 1 --jurisdiction OH --formats ipynb --out DISK",
    "follow-up --session 1 --out DISK/steps.xlsx",
    "person export ana --out DISK/ana.zip",
    "roster export --out DISK/people.xlsx",
    "instrument template DISK/instrument.xlsx",
    "crosswalk sample DISK/sample.xlsx",
    "backup DISK/backups",
)


def main(disk: Path) -> None:
    """Run every command on both disks; fails if one ends in anything but a sentence, or leaves a file behind."""
    with tempfile.TemporaryDirectory() as folder:
        home = Settings(Path(folder), series="2026")
        fill(home)
        shutil.rmtree(home.content)  # its evaluation.yaml is not for reading
        with open_deployment_store(home) as store:
            store.add_person(Person(id="dia", series="2026", jurisdiction="OH", name="Dia", email="dia@example.org"))
        check_packets(home, disk)
        ballast = fill_disk(disk)
        for command in COMMANDS:
            check_sentence(command, home, disk, "the disk is full. Make room, or choose another folder.")
        with using_temporary_folder(disk):
            check_without_temporary_folder(home, Path(folder) / "full", COMMANDS[::2])
        ballast.unlink()
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        for command in COMMANDS[::2]:
            check_sentence(command, home, disk, "ead-only")
        with using_temporary_folder(disk):
            check_without_temporary_folder(home, Path(folder) / "read-only", COMMANDS[1::2])
        check_next_run(home, Path(folder) / "read-only")


def check_packets(home: Settings, disk: Path) -> None:
    """A disk that is full in the middle of a batch keeps what was finished; the next run makes the rest."""
    notebooks = write_notebook(home.home / "notebooks", "1")
    ohio = PacketRequest("2026", [1], ["OH"], notebooks, formats=["ipynb"])
    both = replace(ohio, jurisdictions=["OH", "GU"])
    out, how = disk / "packets", BatchOptions(check=False)
    assert [one.status for one in make_packets(home, ohio, out, how).results] == ["made"]
    ballast = fill_disk(disk)
    with pytest.raises(OutputError, match="the disk is full"):
        make_packets(home, both, out, how)
    ballast.unlink()
    assert [one.status for one in make_packets(home, both, out, how).results] == ["unchanged", "made"]


def check_without_temporary_folder(home: Settings, out: Path, commands: Sequence[str]) -> None:
    """Exports need no temporary folder; of packets, only the check does, and says so. None is half written."""
    out.mkdir()
    for command in commands:
        code, said = run_command(command.replace("DISK", str(out)), home)
        assert code == 0, (command, said)
    [packet] = make_packets(home, find_ohio(home), out / "packets", CHECKED).results
    assert packet.status == "failed"
    assert "the browser stopped, most often because the temporary folder" in packet.error
    assert {path.name for path in (out / "packets").iterdir()} == {"index.html", "manifest.json"}


def check_next_run(home: Settings, out: Path) -> None:
    """With a temporary folder, the next run makes the packet."""
    assert [one.status for one in make_packets(home, find_ohio(home), out / "packets", CHECKED).results] == ["made"]


@contextmanager
def using_temporary_folder(folder: Path) -> Iterator[None]:
    """Make the folder the one for temporary files, for this process and those that it starts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(folder))
        patch.setattr(tempfile, "tempdir", None)
        yield


def find_ohio(home: Settings) -> PacketRequest:
    return PacketRequest("2026", [1], ["OH"], home.home / "notebooks", formats=["html"])


def fill_disk(disk: Path) -> Path:
    """Fill the disk with one file, and return it."""
    ballast = disk / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)
    return ballast


def check_sentence(command: str, home: Settings, disk: Path, reason: str) -> None:
    """The command exits with 1 and one sentence that names the disk and the reason, and writes no file."""
    before = list_files(disk)
    code, said = run_command(command.replace("DISK", str(disk)), home)
    assert code == 1, (command, said)
    *before_it, sentence = [line for line in said.splitlines() if " home " not in f" {line.lower()}"]
    assert not before_it, (command, said)
    assert str(disk) in sentence, (command, sentence)
    assert reason in sentence, (command, sentence)
    assert list_files(disk) == before, command


def run_command(command: str, home: Settings) -> tuple[object, str]:
    """The exit code of a command, and what it printed to stderr."""
    sys.argv = ["cluster-kit", *command.split(), "--home", str(home.home)]
    said = io.StringIO()
    with redirect_stdout(io.StringIO()), redirect_stderr(said), pytest.raises(SystemExit) as ended:
        run_command_line()
    return ended.value.code, said.getvalue()


def list_files(disk: Path) -> list[Path]:
    return sorted(path for path in disk.rglob("*") if path.is_file())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
