"""A batch builds what is missing or out of date, continues after it was killed, and works in parallel."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from distributed import LocalCluster

from cluster_kit.errors import UsageError
from cluster_kit.packets import BatchOptions, BatchPlan, Manifest, PacketRequest, PacketResult, make_packets
from cluster_kit.packets.pool import SchedulerError
from cluster_kit.packets.progress import format_packet_event
from cluster_kit.settings import Settings
from cluster_kit.store import NewResponse, Person, Store
from tests.commands import PATIENCE_S, Command, run_command

WriteNotebook = Callable[..., Path]
UNCHECKED = BatchOptions(check=False)  # a check starts a browser
KILL_WORKER = (
    "import psutil\n"
    "mine = [p for p in psutil.Process().parents() if 'spawn_main' in ' '.join(p.cmdline())]\n"
    "if jurisdiction == 'GU' and mine: mine[0].kill()"
)


class Folder:
    """A home, a notebook for session 1, and a folder of packets made from it."""

    def __init__(self, root: Path, notebooks: Path) -> None:
        self.settings, self.out, self.notebooks = Settings(root / "home"), root / "out", notebooks
        self.settings.home.mkdir()

    def make(self, *codes: str, formats: str = "html", how: BatchOptions = UNCHECKED) -> dict[str, str]:
        """The result of each state's packet, by state."""
        return {r.job.jurisdiction: r.status for r in self.run(*codes, formats=formats, how=how).results}

    def run(self, *codes: str, formats: str = "html", how: BatchOptions = UNCHECKED) -> Manifest:
        wanted = PacketRequest("2026", [1], codes, self.notebooks, formats=formats.split(","))
        return make_packets(self.settings, wanted, self.out, how)

    def say(self, code: str, exercise: str, prompt: str, value: object, row: str = "") -> None:
        with Store.open(self.settings.db_url) as store:
            answer = {"series": "2026", "session": 1, "jurisdiction": code, "scope": "team", "author": "ana"}
            number = len(store.history("2026", code))
            place = {"exercise": exercise, "prompt": prompt, "row": row, "value": value}
            store.append([NewResponse.model_validate({"id": f"{code}-{number}", **answer, **place})])

    @property
    def names(self) -> list[str]:
        return sorted(path.name for path in self.out.iterdir())


@pytest.fixture
def folder(tmp_path: Path, session_1: WriteNotebook) -> Folder:
    return Folder(tmp_path, session_1("jurisdiction"))


def test_what_has_not_changed_is_not_made_again(folder: Folder) -> None:
    assert folder.make("OH", "GU") == {"OH": "made", "GU": "made"}
    before = (folder.out / "2026-session-1-after-OH.html").stat().st_mtime_ns
    assert folder.make("OH", "GU", "TX") == {"OH": "unchanged", "GU": "unchanged", "TX": "made"}
    assert (folder.out / "2026-session-1-after-OH.html").stat().st_mtime_ns == before
    assert folder.make("OH", how=BatchOptions(force=True, check=False)) == {"OH": "made"}


def test_all_states_are_those_that_answered_and_the_others_are_named_once(folder: Folder) -> None:
    def run_all() -> tuple[dict[str, str], BatchPlan]:
        events: list[BatchPlan | PacketResult] = []
        wanted = PacketRequest("2026", [1], None, folder.notebooks, formats=["html"])
        results = make_packets(folder.settings, wanted, folder.out, UNCHECKED, events.append).results
        return {one.job.jurisdiction: one.status for one in results}, next(
            e for e in events if isinstance(e, BatchPlan)
        )

    with pytest.raises(UsageError, match="No state has answered anything yet"):
        run_all()
    folder.say("OH", "goals", "goals.statement", "A goal", "a")
    folder.say("TX", "goals", "goals.statement", "", "a")
    made, plan = run_all()
    assert made == {"OH": "made"}
    assert (plan.total, len(plan.unanswered[1])) == (1, 56)
    line = format_packet_event(plan)
    assert line.startswith("1 packet, 1 to make. None for those that answered nothing: 56 states. --json names them. ")
    assert line.endswith("To make one anyway, add --jurisdiction AL.")
    few = format_packet_event(BatchPlan(1, 1, {1: ("AL", "AK")}))
    assert "None for those that answered nothing: AL, AK. To make" in few
    assert "\n" not in line
    assert folder.make("GU") == {"GU": "made"}, "a state that is named has one, also without answers"
    assert run_all()[0] == {"OH": "unchanged", "GU": "unchanged"}, "and it is kept up to date"


def test_a_new_answer_or_a_new_name_makes_the_states_packet_again_and_no_other(folder: Folder) -> None:
    folder.make("OH", "GU")
    folder.say("OH", "goals", "goals.statement", "One page", "a")
    assert folder.make("OH", "GU") == {"OH": "made", "GU": "unchanged"}
    with Store.open(folder.settings.db_url) as store:
        store.add_person(Person(id="ana", series="2026", jurisdiction="GU", name="Ana"))
    assert folder.make("OH", "GU") == {"OH": "unchanged", "GU": "made"}


def test_an_example_that_a_state_shares_makes_the_packets_of_the_others_again(folder: Folder) -> None:
    folder.say("OH", "examples", "examples.title", "One form", "a")
    folder.make("OH", "GU")
    folder.say("OH", "examples", "examples.may_share", "team", "a")
    assert folder.make("GU") == {"GU": "unchanged"}
    folder.say("OH", "examples", "examples.may_share", "named", "b")
    folder.say("OH", "examples", "examples.title", "Another form", "b")
    assert folder.make("GU") == {"GU": "made"}


def test_a_changed_notebook_or_content_makes_packets_again(folder: Folder) -> None:
    folder.make("OH")
    notebook = next(folder.notebooks.iterdir())
    notebook.write_text(notebook.read_text().replace('"jurisdiction"', '"jurisdiction.lower()"'))
    assert folder.make("OH") == {"OH": "made"}
    own = folder.settings.content / "series" / "2026"
    own.mkdir(parents=True)
    shipped = Path(__file__).parents[2] / "cluster_kit/content/packs/series/2026/series.yaml"
    (own / "series.yaml").write_text(shipped.read_text().replace("title: Advancing", "title: Still advancing"))
    assert folder.make("OH") == {"OH": "made"}
    assert folder.make("OH") == {"OH": "unchanged"}


def test_a_file_that_is_gone_or_was_changed_is_made_again(folder: Folder) -> None:
    folder.make("OH", "GU")
    (folder.out / "2026-session-1-after-OH.html").unlink()
    (folder.out / "2026-session-1-after-GU.html").write_text("edited")
    assert folder.make("OH", "GU") == {"OH": "made", "GU": "made"}
    assert "edited" not in (folder.out / "2026-session-1-after-GU.html").read_text()


def test_a_format_that_is_added_leaves_no_older_file_behind(folder: Folder) -> None:
    folder.make("OH", formats="html,ipynb")
    folder.say("OH", "goals", "goals.statement", "One page", "a")
    manifest = folder.run("OH", formats="pdf")
    assert list(manifest.results[0].formats) == ["pdf", "html", "ipynb"]
    assert folder.make("OH", formats="html") == {"OH": "unchanged"}


def test_the_manifest_lists_the_folder_for_machines_and_for_people(folder: Folder) -> None:
    folder.run("OH", formats="html,pdf", how=BatchOptions())
    folder.run("GU")
    data = json.loads((folder.out / "manifest.json").read_text())
    assert [(r["job"]["jurisdiction"], len(r["files"])) for r in data["results"]] == [("GU", 1), ("OH", 2)]
    assert Manifest.model_validate(data).results[1].accessibility == "passed"
    assert all(len(file["sha256"]) == 64 for result in data["results"] for file in result["files"])
    index = (folder.out / "index.html").read_text()
    assert 'href="2026-session-1-after-OH.pdf"' in index
    assert "Guam" in index
    assert "Exercises complete" in index
    assert data["results"][1]["files"][0]["sha256"] in index


def test_two_processes_make_packets_at_the_same_time(folder: Folder) -> None:
    manifest = folder.run("OH", "GU", "TX", how=BatchOptions(workers=2, check=False))
    assert [(r.job.jurisdiction, r.status) for r in manifest.results] == [(c, "made") for c in ("OH", "GU", "TX")]


def test_a_process_that_dies_takes_only_its_own_packet_with_it(tmp_path: Path, session_1: WriteNotebook) -> None:
    folder = Folder(tmp_path, session_1(KILL_WORKER))
    manifest = folder.run("GU", "OH", how=BatchOptions(workers=2, check=False))
    assert [r.status for r in manifest.results] == ["failed", "made"]
    assert "ended unexpectedly" in manifest.failed[0].error


def test_a_run_that_was_killed_goes_on_where_it_stopped(tmp_path: Path, session_1: WriteNotebook) -> None:
    waiting, stop = tmp_path / "waiting", tmp_path / "stop"
    os.mkfifo(waiting)
    stop.touch()
    wait = f"import os\nif jurisdiction == 'TX' and os.path.exists({str(stop)!r}): open({str(waiting)!r}).read()"
    folder = Folder(tmp_path, session_1(wait))
    process = _start(folder, "OH", "TX", workers=1)
    with waiting.open("w"):  # blocks until the second packet's cell opens it; the first is finished by then
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert [name for name in folder.names if "after" in name] == [
        "2026-session-1-after-OH.html",
        "2026-session-1-after-OH.ipynb",
    ]
    stop.unlink()
    assert folder.make("OH", "TX", formats="html,ipynb") == {"OH": "unchanged", "TX": "made"}
    assert not [name for name in folder.names if name.endswith(".part")]


def test_a_batch_that_is_killed_leaves_no_process_behind(tmp_path: Path, session_1: WriteNotebook) -> None:
    waiting = tmp_path / "waiting"
    os.mkfifo(waiting)
    folder = Folder(tmp_path, session_1(f"open({str(waiting)!r}).read()"))
    process = _start(folder, "OH", "TX", workers=2)
    with waiting.open("w"):
        below = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        process.wait()
        _, alive = psutil.wait_procs(below, timeout=60)
    assert len(below) >= 3
    assert alive == []


def _start(folder: Folder, *codes: str, workers: int) -> subprocess.Popen[bytes]:
    """Start a batch in a process and process group of its own."""
    program = """if __name__ == "__main__":
        import sys
        from pathlib import Path
        from cluster_kit.startup import skip_iri_grammar
        skip_iri_grammar()
        from cluster_kit.packets import BatchOptions, PacketRequest, make_packets
        from cluster_kit.settings import Settings

        workers, *codes = sys.argv[4:]
        home, notebooks, out = map(Path, sys.argv[1:4])
        request = PacketRequest("2026", [1], codes, notebooks)
        make_packets(Settings(home), request, out, BatchOptions(workers=int(workers), check=False))"""
    arguments = [str(folder.settings.home), str(folder.notebooks), str(folder.out), str(workers), *codes]
    return subprocess.Popen([sys.executable, "-c", program, *arguments], start_new_session=True)


def test_a_dask_cluster_makes_packets(folder: Folder) -> None:
    with LocalCluster(
        n_workers=1, threads_per_worker=1, preload=["tests.startup"], dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        manifest = folder.run(
            "OH", "GU", "TX", formats="html,pdf", how=BatchOptions(scheduler=cluster.scheduler_address)
        )
    assert [(r.status, r.accessibility) for r in manifest.results] == [("made", "passed")] * 3


def test_a_dask_scheduler_that_does_not_answer_is_a_sentence(folder: Folder) -> None:
    with pytest.raises(SchedulerError, match="No Dask scheduler answers"):
        folder.run("OH", how=BatchOptions(scheduler="tcp://127.0.0.1:9"))


def test_a_terminal_shows_a_bar_and_a_log_plain_lines(tmp_path: Path) -> None:
    words = ["packets", "--session", "1", "--jurisdiction", "GU", "--workers", "1", "--formats", "html"]
    words += ["--home", str(tmp_path), "--out", str(tmp_path / "out")]
    Store.open(Settings(tmp_path).db_url).close()
    ours, theirs = pty.openpty()
    process = Command(words, tmp_path, tmp_path / "written", Path(os.ttyname(theirs)))
    with ThreadPoolExecutor(1) as reader:
        read = reader.submit(_read_all, ours)
        try:
            assert process.wait(PATIENCE_S) == 0
        finally:
            process.kill()
            os.close(theirs)
    assert "Packets" in read.result()
    assert "1/1" in read.result()
    written = (tmp_path / "written").read_text("utf-8")
    assert written.splitlines() == [str(tmp_path / "out" / "2026-session-1-after-GU.html")]
    again = run_command(*words)
    assert again.returncode == 0
    assert again.stderr.splitlines()[:-1] == ["1 packet, 0 to make.", "2026-session-1-after-GU: up to date"]


def _read_all(terminal: int) -> str:
    """The terminal's output until all writers have closed it."""
    seen = b""
    while True:
        try:
            seen += os.read(terminal, 4096)
        except OSError:
            os.close(terminal)
            return seen.decode()
