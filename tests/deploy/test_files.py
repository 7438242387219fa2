"""The shipped deployment files use options that the commands support."""

from __future__ import annotations

import configparser
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from sqlalchemy import make_url
from typer.main import get_command

from cluster_kit.cli.app import app
from cluster_kit.cli.commands import register
from tests.deploy.nginx import DEPLOY

ROOT = DEPLOY.parent
UNITS = sorted((DEPLOY / "systemd").glob("*.service")) + sorted((DEPLOY / "systemd").glob("*.timer"))


def serve_options() -> set[str]:
    register(["serve"])
    command = get_command(app).commands["serve"]  # type: ignore[attr-defined]
    shown = [parameter for parameter in command.params if not getattr(parameter, "hidden", False)]
    return {option for parameter in shown for option in parameter.opts}


@pytest.mark.parametrize(
    "file", ["systemd/cluster-kit@.service", "compose/compose.yaml", "compose/Dockerfile"], ids=lambda name: name
)
def test_servers_are_started_with_options_that_there_are(file: str) -> None:
    text = (DEPLOY / file).read_text(encoding="utf-8")
    commands = [line for line in text.splitlines() if re.search(r"\bserve\b", line) and "--" in line]
    used = {option for line in commands for option in re.findall(r"--[a-z-]+", line)}
    assert used
    assert used <= serve_options()


def test_every_option_of_the_server_is_described() -> None:
    described = (ROOT / "docs" / "how-to" / "deploying.md").read_text(encoding="utf-8")
    missing = {option for option in serve_options() if f"`{option}" not in described}
    assert not missing


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_has_its_sections_and_says_what_it_is(path: Path) -> None:
    unit = configparser.RawConfigParser(strict=False, delimiters=["="])
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(path, encoding="utf-8")
    assert unit["Unit"]["Description"]
    assert {"Service", "Timer"} & set(unit.sections())


def test_the_environment_example_sets_what_the_unit_names() -> None:
    unit = (DEPLOY / "systemd" / "cluster-kit@.service").read_text(encoding="utf-8")
    example = (DEPLOY / "systemd" / "environment.example").read_text(encoding="utf-8")
    set_there = set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))
    assert set(re.findall(r"\$\{([A-Z_]+)\}", unit)) <= set_there
    assert {"CLUSTER_KIT_HOME", "CLUSTER_KIT_DB", "CLUSTER_KIT_SERIES"} <= set_there


def test_the_compose_file_names_files_and_services_that_there_are() -> None:
    path = DEPLOY / "compose" / "compose.yaml"
    services = yaml.safe_load(path.read_text(encoding="utf-8"))["services"]
    for service in services.values():
        needed = service.get("depends_on", [])
        assert set(needed) <= set(services)
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert not source.startswith("..") or (path.parent / source).exists()
    build = services["server-a"]["build"]
    assert ((path.parent / build["context"]) / build["dockerfile"]).resolve().exists()


def test_what_the_image_copies_is_there() -> None:
    image = (DEPLOY / "compose" / "Dockerfile").read_text(encoding="utf-8")
    for names in re.findall(r"^COPY (.+)$", image, re.MULTILINE):
        assert all((ROOT / name).exists() for name in names.split()[:-1])


def test_the_image_can_back_up_the_database_that_compose_starts() -> None:
    """Debian 13 has PostgreSQL's programs of version 17; pg_dump refuses servers that are newer than itself."""
    image = (DEPLOY / "compose" / "Dockerfile").read_text(encoding="utf-8")
    assert re.search(r"^FROM python:[\d.]+-slim-trixie$", image, re.MULTILINE)
    assert "postgresql-client" in image
    services = yaml.safe_load((DEPLOY / "compose" / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert int(services["store"]["image"].partition(":")[2]) <= 17
    backup, server = services["backup"], services["server-a"]
    [command] = backup["command"]
    assert backup["environment"] == server["environment"]
    folder = command.partition("cluster-kit backup ")[2].split()[0]
    assert f":{folder}" in backup["volumes"][-1]
    assert f"--mode=0700 {folder}" in image, "a new volume has the owner of the image's folder"
    assert backup["volumes"][0] in server["volumes"]


@pytest.mark.parametrize("name", ["server-a", "server-b", "backup"])
def test_commands_in_a_container_know_the_store_and_its_password_is_in_no_variable(tmp_path: Path, name: str) -> None:
    """``docker compose exec`` starts a command with the variables of the service, and not with those of its command."""
    service = yaml.safe_load((DEPLOY / "compose" / "compose.yaml").read_text(encoding="utf-8"))["services"][name]
    address = make_url(service["environment"]["CLUSTER_KIT_DB"])
    assert (address.drivername, address.host, address.password) == ("postgresql+psycopg", "store", None)
    secret, passwords = tmp_path / "password", tmp_path / "pgpass"
    secret.write_text("a:b\\c\n", encoding="utf-8")
    preparing = service["command"][0].partition("exec cluster-kit")[0] + "true"
    script = preparing.replace("$$", "$").replace("/run/secrets/password", str(secret))
    subprocess.run([*service["entrypoint"], script], env={"PGPASSFILE": str(passwords)}, check=True)
    assert passwords.read_text(encoding="utf-8") == "*:*:*:*:a\\:b\\\\c\n"
    assert passwords.stat().st_mode & 0o777 == 0o600, "libpq ignores a password file that others can read"


@pytest.mark.parametrize("name", ["sorry.html", "too-large.html"])
def test_a_page_of_nginx_needs_nothing_from_anywhere(name: str) -> None:
    page = (DEPLOY / "nginx" / name).read_text(encoding="utf-8")
    assert not re.findall(r"(?:src|href)=", page)
    assert '<html lang="en">' in page


def test_nginx_has_connections_for_more_than_a_conference_however_it_is_installed() -> None:
    """Debian's 768 would be taken by one visitor who opens hundreds and sends nothing."""
    change = (
        "s/worker_connections .*/worker_connections 8192;/' -e '1i worker_rlimit_nofile 20000;' /etc/nginx/nginx.conf"
    )
    for file in (DEPLOY / "compose" / "compose.yaml", DEPLOY.parent / "docs" / "how-to" / "deploying.md"):
        assert change in file.read_text(encoding="utf-8"), file


def test_the_installer_of_what_pip_cannot_bring_knows_nginx() -> None:
    result = subprocess.run(["sh", DEPLOY / "fresh-machine.sh", "?"], capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "nginx" in result.stderr


def test_the_installer_looks_for_no_program_that_its_own_function_hides() -> None:
    script = (DEPLOY / "fresh-machine.sh").read_text(encoding="utf-8")
    functions = set(re.findall(r"^(\w+)\(\) \{", script, re.MULTILINE))
    assert "pdftk" in functions
    assert functions & set(re.findall(r"\bhas ([\w-]+)", script)) == set()
