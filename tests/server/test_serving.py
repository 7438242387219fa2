"""The commands: safe listening, clean shutdown, links, and the demonstration."""

from __future__ import annotations

import json
import re
import shlex
import signal
import sys
import tempfile
from fnmatch import fnmatch
from pathlib import Path

import psutil
import pytest

from cluster_kit.cli import main
from cluster_kit.cli.demo import prepare_demo
from cluster_kit.cli.serve import report_open_files
from cluster_kit.errors import UsageError
from cluster_kit.server.listening import ServeOptions
from cluster_kit.server.monitoring.logs import LogFormat
from cluster_kit.settings import Settings
from cluster_kit.store import Store
from tests.commands import Command, run_command
from tests.server.kernel_client import open_console, write_console
from tests.serving import AVERY, FAY, PATIENCE_S, Server, run_server, send_token, wait_until


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "workshop.example"])
def test_it_refuses_to_listen_beyond_this_machine_in_the_clear(host: str) -> None:
    with pytest.raises(UsageError, match="must be encrypted"):
        ServeOptions(host=host).check()
    ServeOptions(host=host, behind_proxy=True).check()
    ServeOptions(host=host, certfile=Path("c.pem"), keyfile=Path("k.pem")).check()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.53"])
def test_it_listens_on_this_machine_without_more_ado(host: str) -> None:
    ServeOptions(host=host).check()


def test_the_command_refuses_in_one_sentence(tmp_path: Path) -> None:
    answer = run_command("serve", "--host", "0.0.0.0", "--home", str(tmp_path))
    assert answer.returncode == 2
    assert "--behind-proxy" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_certificate_without_its_key_or_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="both"):
        ServeOptions(certfile=tmp_path).check()
    nonsense = tmp_path / "c.pem"
    nonsense.write_text("no certificate")
    with pytest.raises(UsageError, match="no certificate"):
        ServeOptions(certfile=nonsense, keyfile=nonsense).ssl_context()


def test_behind_a_proxy_the_cookie_travels_over_https_alone(proxied_server: Server) -> None:
    with proxied_server.client() as client:
        client.headers["X-Forwarded-Proto"] = "https"
        token = re.search(r'value="([^"]+)"', client.get("/join").text)
        assert token
        client.headers["Cookie"] = f"__Host-cluster_kit_xsrf={token[1]}"
        answer = client.post("/join", data={"token": proxied_server.link(AVERY).partition("#")[2], "_xsrf": token[1]})
    assert answer.status_code == 200
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-cluster_kit="), "a name that no other site of the domain can set"
    assert "secure" in cookie.lower()
    assert "path=/" in cookie.lower()
    assert "domain" not in cookie.lower()


@pytest.mark.parametrize(
    ("how", "program"),
    [(signal.SIGTERM, ()), (signal.SIGINT, (sys.executable, "-m", "cluster_kit"))],
    ids=["SIGTERM", "SIGINT, started as users start it"],
)
def test_it_ends_with_its_pages_and_kernels_and_leaves_no_file(
    tmp_path: Path, how: signal.Signals, program: tuple[str, ...]
) -> None:
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    write_console(notebooks)
    with (
        run_server(tmp_path / "home", "--notebooks", str(notebooks), program=program) as server,
        server.client(FAY) as client,
        server.connect(AVERY) as page,
    ):
        kernel = open_console(client)
        kernels = server.kernels()
        own = [path.parent for path in Path(tempfile.gettempdir()).glob(f"voila_*/kernel-{kernel}.json")]
        assert (len(kernels), len(own)) == (1, 1)
        assert server.end(how) == 0
        assert page.wait_closed() == 1001, "the page connects to the next server"
    wait_until(lambda: not any(map(psutil.pid_exists, [one.pid for one in kernels])), "the kernels have ended")
    wait_until(lambda: not own[0].exists(), "its folder is removed")
    assert "Traceback" not in server.log
    assert "was destroyed" not in server.log


def test_a_server_that_starts_names_private_files_that_others_can_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(tmp_path)
    settings.secret()
    Store.open(settings.db_url).close()
    report_open_files(settings, LogFormat.PLAIN)
    assert capsys.readouterr().err == ""
    (tmp_path / "secret").chmod(0o644)
    report_open_files(settings, LogFormat.PLAIN)
    assert f"Run: chmod go-rwx {tmp_path / 'secret'}" in capsys.readouterr().err
    settings.store_file.chmod(0o640)
    report_open_files(settings, LogFormat.JSON)
    found = [json.loads(line)["path"] for line in capsys.readouterr().err.splitlines()]
    assert found == [str(tmp_path / "secret"), str(settings.store_file)]


def test_links_adds_the_person_and_the_link_lets_them_in(server: Server) -> None:
    answer = run_command(
        *("roster", "links", "--series", "demo", "--jurisdiction", "oh"),
        *("--name", "Linked Sample", "--role", "secondary"),
        *("--session", "2", "--address", server.address, "--home", str(server.home), "--json"),
    )
    assert answer.returncode == 0, answer.stderr
    output = json.loads(answer.stdout)
    with server.client() as client:
        assert send_token(client, output["link"].partition("#")[2]).json() == {"go": "/you?session=2"}
        assert "Linked Sample" in client.get("/").text


def test_the_same_name_in_a_state_is_the_same_person_with_a_new_link(tmp_path: Path) -> None:
    prepare_demo(Settings(tmp_path))
    command = ("roster", "links", "--series", "demo", "--name", " robin  Sample ", "--home", str(tmp_path), "--json")
    first, again = (json.loads(run_command(*command, "--jurisdiction", "OH").stdout) for _ in range(2))
    elsewhere = json.loads(run_command(*command, "--jurisdiction", "GU").stdout)
    assert first["person"] == again["person"] != elsewhere["person"]
    assert first["name"] == "robin Sample"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--jurisdiction", "ZZ", "--name", "A"), "not the two-letter abbreviation"),
        (("--jurisdiction", "OH", "--name", "A", "--role", "king"), "There is no role 'king'"),
        (("--jurisdiction", "OH", "--name", "A", "--session", "7"), "There is no session 7"),
        (("--jurisdiction", "OH", "--name", "   "), "name"),
    ],
)
def test_links_says_what_cannot_be(
    tmp_path: Path,
    arguments: tuple[str, ...],
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["cluster-kit", "roster", "links", *arguments, "--home", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        main()
    output = capsys.readouterr().err
    assert ended.value.code in (1, 2)  # the content does not have it, or the argument is invalid
    assert sentence in output
    assert "Traceback" not in output


def test_the_demonstration_has_people_and_answers_and_picks_up_where_it_was(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    for _ in range(2):
        output = run_demo(home)
        links = re.findall(r"http://\S+/join#\S+", output)
        assert len(links) == 4
        assert "Robin Sample (fictional), facilitator" in output
        assert len(re.findall(r"^  [A-Z]{3}-\d{4}  (?:Ohio|Guam)$", output, re.MULTILINE)) == 2
        assert "is fictional" in output
        assert "Ctrl+C" in output
        assert f"--jurisdiction GU --home {home}" in output
    store = Store.open(f"sqlite:///{home / 'responses.sqlite3'}")
    assert [person.jurisdiction for person in store.people("demo")].count("OH") == 2
    assert [person.name for person in store.people("demo") if person.is_facilitator] == ["Robin Sample (fictional)"]
    given = store.history("demo", "GU")
    assert len(given) == len(store.current("demo", "GU")) > 90
    assert not store.history("demo", "OH")
    people = store.people("demo")
    assert len({person.email for person in people}) == len(people)
    assert all(person.email.endswith("@example.org") for person in people), "an address that reaches no one"
    store.close()
    assert_commands_work(output, tmp_path)


def assert_commands_work(output: str, folder: Path) -> None:
    """Each command that the demonstration prints succeeds as it is printed, and leaves out no one."""
    commands = [
        shlex.split(line.replace("\\\n", ""))[1:]
        for line in re.findall(r"^  \S*cluster-kit .*(?:(?<=\\)\n.*)*", output, re.MULTILINE)
    ]
    assert [words[0] for words in commands] == ["packets", "evaluation", "messages"]
    ignored = Path(".gitignore").read_text("utf-8").split()
    for words in commands:
        written = words[words.index("--out") + 1]
        assert any(fnmatch(f"{written}/", pattern) for pattern in ignored), f"git would list {written}"
        done = run_command(*words, folder=folder)
        assert done.returncode == 0, done.stderr
        assert "Not included" not in done.stderr + done.stdout
        assert any((folder / written).iterdir())


def run_demo(home: Path) -> str:
    """Start the demonstration, wait for its output, stop it; returns the output."""
    output_file = home.parent / "output"
    output_file.write_bytes(b"")
    process = Command(["demo", "--home", str(home), "--port", "0"], home.parent, output_file, home.parent / "errors")
    wait_until(lambda: "Ctrl+C" in output_file.read_text(), "the demonstration has started")
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE_S) == 0
    printed = output_file.read_text()
    output_file.unlink()
    return printed
