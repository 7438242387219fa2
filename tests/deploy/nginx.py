"""A real nginx with the shipped configuration; only ports, paths, and server names are changed."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.commands import UNTIL_PARENT_ENDS
from tests.serving import PATIENCE_S, wait_until

DEPLOY = Path(__file__).parents[2] / "deploy"
NGINX = Path("/usr/sbin/nginx")
HOW_TO_INSTALL = "nginx or openssl is missing. As root: sh deploy/fresh-machine.sh nginx"
FRAME = """\
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log warn;
events {{ worker_connections 512; }}
http {{
    include /etc/nginx/mime.types; access_log {folder}/access.log;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/cluster-kit.conf;
}}
"""


@dataclass
class Front:
    """A running nginx. ``address`` serves HTTPS with its own certificate, ``plain`` HTTP."""

    address: str
    plain: str
    folder: Path

    @property
    def log(self) -> str:
        """The access log."""
        return (self.folder / "cluster-kit.log").read_text(encoding="utf-8")


@dataclass(frozen=True)
class SignOnPart:
    """What the shipped ``sign-on.conf`` is changed to: the program that knows the agency, and the shared secret."""

    program: str
    secret: str


@contextmanager
def run_nginx(servers: Sequence[str], sign_on: SignOnPart | None = None) -> Iterator[Front]:
    """nginx in front of these servers (``host:port``), until the block ends; with ``sign_on``, the agency's, too."""
    if not NGINX.exists() or not shutil.which("openssl"):
        pytest.fail(HOW_TO_INSTALL)
    folder = Path(tempfile.mkdtemp(prefix="nginx-"))
    folder.chmod(0o755)  # if started as root, its workers run under another account
    secure, plain = _free_ports(2)
    _make_certificate(folder)
    for page in ("sorry.html", "too-large.html"):
        shutil.copy(DEPLOY / "nginx" / page, folder)
    (folder / "cluster-kit.conf").write_text(_adapt(folder, servers, secure, plain, sign_on), encoding="utf-8")
    (folder / "nginx.conf").write_text(FRAME.format(folder=folder), encoding="utf-8")
    process = subprocess.Popen([*UNTIL_PARENT_ENDS, NGINX, "-e", folder / "error.log", "-c", folder / "nginx.conf"])
    try:
        wait_until(lambda: _listens(secure) or process.poll() is not None, "nginx listens")
        assert process.poll() is None, (folder / "error.log").read_text()
        yield Front(f"https://localhost:{secure}", f"http://localhost:{plain}", folder)
    finally:
        process.terminate()
        process.wait(PATIENCE_S)
        shutil.rmtree(folder)


def _adapt(folder: Path, servers: Sequence[str], secure: int, plain: int, sign_on: SignOnPart | None) -> str:
    text = (DEPLOY / "nginx" / "cluster-kit.conf").read_text(encoding="utf-8")
    if sign_on:
        part = (DEPLOY / "nginx" / "sign-on.conf").read_text(encoding="utf-8")
        for shipped, here in {
            "127.0.0.1:4180": sign_on.program,
            "CHANGE-to-the-text-in-proxy-secret": sign_on.secret,
        }.items():
            assert shipped in part
            part = part.replace(shipped, here)
        text = text.replace("    # No server answers.", f"{part}\n    # No server answers.")
    changes = {
        "127.0.0.1:8866": servers[0],
        "127.0.0.1:8867": servers[1],
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{secure} ssl http2;",
        "    listen [::]:80;\n": "",
        "    listen [::]:443 ssl http2;\n": "",
        "workshop.example.org": "localhost",
        "/etc/ssl/cluster-kit": str(folder),
        "/usr/share/cluster-kit": str(folder),
        "/var/cache/nginx/cluster-kit": str(folder / "cache"),
        "/var/log/nginx": str(folder),
    }
    for shipped, here in changes.items():
        assert shipped in text, f"the shipped configuration no longer says {shipped!r}"
        text = text.replace(shipped, here)
    return text


def _make_certificate(folder: Path) -> None:
    files = ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    kind = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run(["openssl", "req", *kind, *name, *files], check=True, capture_output=True)


def trust(front: Front) -> ssl.SSLContext:
    """A TLS context that trusts this nginx only."""
    return ssl.create_default_context(cafile=str(front.folder / "fullchain.pem"))


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
