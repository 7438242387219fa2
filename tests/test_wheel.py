"""The kit installed as a wheel, outside of a checkout: content, notebooks, templates, and migrations are included."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from cluster_kit.content import load_content
from tests.serving import AVERY, run_server

ROOT = Path(__file__).parents[1]
BUILD_S, COMMAND_S = 300, 180


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The environment's folder of programs, with the wheel installed; dependencies come from this environment."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, timeout=BUILD_S)
    [wheel] = folder.glob("*.whl")
    home = folder / "environment"
    venv.create(home)
    install = ["install", "--no-index", "--no-deps", "--no-compile", "--disable-pip-version-check", str(wheel)]
    pip = [sys.executable, "-m", "pip", "--python", str(home / "bin" / "python"), *install]
    subprocess.run(pip, check=True, capture_output=True, timeout=BUILD_S)
    [packages] = home.glob("lib/python*/site-packages")
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib"))
    return home / "bin"


def run(installed: Path, program: str, *arguments: str, cwd: Path) -> str:
    """Output of an installed program, run from a folder that is not a checkout."""
    command = [str(installed / program), *arguments]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=COMMAND_S, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_ships_in_the_wheel_is_what_is_used_and_passes_its_check(installed: Path, tmp_path: Path) -> None:
    where = run(installed, "python", "-c", "import cluster_kit; print(cluster_kit.__file__)", cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(installed.parent)
    assert "2026" in run(installed, "cluster-kit", "series", "list", cwd=tmp_path)
    run(installed, "cluster-kit", "content", "check", cwd=tmp_path)


def test_an_installed_kit_serves_a_session_and_makes_its_packet(installed: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with run_server(home, program=[str(installed / "cluster-kit")]) as server, server.client(AVERY) as client:
        page = client.get("/session/1")
        assert page.status_code == 200
        assert page.text.count('class="ck-widget"') == len(load_content("2026").get_session(1).exercises)
        assert "ck-trouble" not in page.text
    out = tmp_path / "out"
    chosen = ("--series", "demo", "--session", "1", "--jurisdiction", "OH", "--home", str(home), "--out", str(out))
    run(installed, "cluster-kit", "packets", *chosen, cwd=tmp_path)
    assert "Ohio" in (out / "demo-session-1-after-OH.html").read_text(encoding="utf-8")


def test_the_wheel_brings_the_fonts_and_their_license(installed: Path) -> None:
    [packages] = installed.parent.glob("lib/python*/site-packages")
    fonts = Path("cluster_kit/documents/typefaces")
    assert {path.name for path in (packages / fonts).iterdir()} == {path.name for path in (ROOT / fonts).iterdir()}
    [license_] = packages.glob(f"cluster_kit-*.dist-info/licenses/{fonts}/OFL.txt")
    assert "SIL OPEN FONT LICENSE Version 1.1" in license_.read_text(encoding="utf-8")
