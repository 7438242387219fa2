"""Sign-on by the agency, behind a real nginx with the shipped configuration, and a program in place of the agency."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from cluster_kit.errors import UsageError
from cluster_kit.server.auth.cookies import HOST_PREFIX, SESSION
from cluster_kit.server.auth.sign_on import EMAIL_HEADER, SECRET_FILE, SECRET_HEADER, SignOn
from cluster_kit.server.listening import ServeOptions
from cluster_kit.store import Person, Store
from tests.deploy.nginx import Front, SignOnPart, run_nginx, trust
from tests.serving import PATIENCE_S, Server, run_server

SECRET = "shared-with-the-proxy-" + "x" * 20
MAYA = "Maya.Reyes@state.gov"


class Agency(BaseHTTPRequestHandler):
    """Knows a browser by its cookie, as oauth2-proxy does, and says its address to nginx."""

    def do_GET(self) -> None:
        _, _, email = self.headers.get("Cookie", "").partition("agency=")
        is_login = self.path.startswith("/oauth2/sign_in")
        self.send_response(200 if is_login else 202 if email else 401)
        if email:
            self.send_header("X-Auth-Request-Email", email.partition(";")[0])
        self.end_headers()
        self.wfile.write(b"The agency asks who you are" if is_login else b"")

    def log_message(self, *_words: object) -> None:
        """Log nothing."""


@pytest.fixture(scope="module")
def signing_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("signing") / "home"
    home.mkdir()
    path = home / SECRET_FILE
    path.write_text(SECRET)
    path.chmod(0o600)
    with run_server(home, "--behind-proxy", "--sign-on-proxy", "127.0.0.1") as server:
        people = {"maya": ("Maya Reyes", MAYA), "twin1": ("Twin One", "t@x.gov"), "twin2": ("Twin Two", "t@x.gov")}
        with Store.open(server.settings.db_url) as store:
            for id_, (name, email) in people.items():
                store.add_person(
                    Person(id=id_, series="demo", jurisdiction="OH", name=name, email=email, depth="essential")
                )
        yield server


@pytest.fixture(scope="module")
def front(signing_server: Server) -> Iterator[Front]:
    agency = ThreadingHTTPServer(("127.0.0.1", 0), Agency)
    threading.Thread(target=agency.serve_forever, daemon=True).start()
    place = signing_server.address.partition("://")[2]
    with run_nginx([place, place], SignOnPart(f"127.0.0.1:{agency.server_address[1]}", SECRET)) as front:
        yield front
    agency.shutdown()
    agency.server_close()


def open_sign_on(front: Front, agency: str = "", **headers: str) -> tuple[httpx.Response, httpx.Client]:
    cookie = {"Cookie": f"agency={agency}"} if agency else {}
    client = httpx.Client(base_url=front.address, verify=trust(front), timeout=PATIENCE_S)
    return client.get("/sign-on", headers={**cookie, **headers}), client


def test_a_person_on_the_roster_is_signed_in_with_the_agencys_account(front: Front) -> None:
    answer, client = open_sign_on(front, MAYA.lower())
    with closing(client):
        assert (answer.status_code, answer.headers["Location"][:9]) == (303, "/session/")
        assert "Maya Reyes" in client.get("/you").text
        assert "Sign in with your agency" in httpx.get(f"{front.address}/join", verify=trust(front)).text


@pytest.mark.parametrize("email", ["unknown@state.gov", "t@x.gov"])
def test_an_address_of_no_one_or_of_two_signs_no_one_in(front: Front, email: str) -> None:
    answer, client = open_sign_on(front, email)
    with closing(client):
        assert answer.status_code == 403
        assert "no one was invited under that address" in answer.text
        assert client.get("/you").status_code == 403


def test_a_stranger_goes_to_the_agency_whatever_headers_they_send(front: Front) -> None:
    answer, client = open_sign_on(front, **{EMAIL_HEADER: MAYA, SECRET_HEADER: SECRET})
    with closing(client):
        assert answer.status_code == 302
        assert answer.headers["Location"].endswith("/oauth2/sign_in?rd=/sign-on")


def test_without_the_secret_or_from_elsewhere_the_header_says_nothing(signing_server: Server) -> None:
    right = {EMAIL_HEADER: MAYA, SECRET_HEADER: SECRET}
    wrong: list[dict[str, str]] = [
        {}, {EMAIL_HEADER: MAYA}, {SECRET_HEADER: SECRET}, {**right, SECRET_HEADER: "x"}, {**right, SECRET_HEADER: ""},
        {**right, EMAIL_HEADER: ""},
    ]  # fmt: skip
    with httpx.Client(base_url=signing_server.address) as client:
        for headers in wrong:
            assert client.get("/sign-on", headers=headers).status_code == 403
        twice = [(EMAIL_HEADER, MAYA), (EMAIL_HEADER, "fay@x.gov"), (SECRET_HEADER, SECRET)]
        assert client.get("/sign-on", headers=twice).status_code == 403
        # Who is behind the proxy is not the proxy: its own address counts, not what a header says.
        assert client.get("/sign-on", headers={**right, "X-Real-IP": "203.0.113.9"}).status_code == 303


FORGED = (
    *(
        f"{name}: {MAYA}"
        for name in ("X-Forwarded-Email", "x-forwarded-email", "X_Forwarded_Email", "X-FORWARDED_EMAIL")
    ),
    f"X-Forwarded-Email : {MAYA}",
    f"X-Forwarded-Email:\t{MAYA}\t",
    f"X-Forwarded-Email: fay@x.gov\r\nX-Forwarded-Email: {MAYA}",
    f"X-Forwarded-Email:\r\n {MAYA}",
    f"X-Other: x\r\n X-Forwarded-Email: {MAYA}",
    f"X-Other: x\rX-Forwarded-Email: {MAYA}",
    f"X-Other: x\nX-Forwarded-Email: {MAYA}",
    f"X-Auth-Request-Email: {MAYA}",
    f"X-Auth-Request-Redirect: /\r\nRemote-User: {MAYA}\r\nX-Forwarded-User: {MAYA}",
    f"Connection: X-Forwarded-Email\r\nX-Forwarded-Email: {MAYA}",
    f"Connection: close, X-Cluster-Kit-Proxy\r\nX-Forwarded-Email: {MAYA}",
)
ADDRESSES = (
    "/sign-on",
    "/sign-on?x",
    "/sign%2Don",
    "//sign-on",
    "/x/../sign-on",
    "/sign-on/",
    "/./sign-on",
    "/sign-on;x",
)


IS_SIGNED_IN = re.compile(rf"^set-cookie: (?:{HOST_PREFIX})?{SESSION}=", re.IGNORECASE | re.MULTILINE)


def send_raw(connection: socket.socket, host: str, path: str, lines: str) -> str:
    """The response to a request that is sent as it is; empty if the connection is closed without one."""
    request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\n{lines}\r\n"
    request += "" if "Connection:" in lines else "Connection: close\r\n"
    connection.sendall(f"{request}\r\n".encode("latin-1"))
    connection.settimeout(PATIENCE_S)
    received = b""
    while b"\r\n\r\n" not in received and (piece := connection.recv(65_536)):
        received += piece
    return received.decode("latin-1")


@pytest.mark.parametrize("lines", FORGED)
def test_no_spelling_of_a_header_makes_a_browser_someone(front: Front, signing_server: Server, lines: str) -> None:
    """Through the proxy, also as a user that the agency knows as another person, and around it without the secret."""
    public, local = urlsplit(front.address), urlsplit(signing_server.address)
    for path in ADDRESSES:
        with (
            socket.create_connection((local.hostname, public.port)) as plain,
            trust(front).wrap_socket(plain, server_hostname="localhost") as connection,
        ):
            said = send_raw(connection, public.netloc, path, f"{lines}\r\n{SECRET_HEADER}: {SECRET}")
            assert not IS_SIGNED_IN.search(said), (path, said)
        with socket.create_connection((local.hostname, local.port)) as connection:
            said = send_raw(connection, local.netloc, path, lines)
            assert not IS_SIGNED_IN.search(said), (path, said)
    with (
        socket.create_connection((local.hostname, public.port)) as plain,
        trust(front).wrap_socket(plain, server_hostname="localhost") as connection,
    ):
        said = send_raw(connection, public.netloc, "/sign-on", f"Cookie: agency=t@x.gov\r\n{lines}")
        assert not IS_SIGNED_IN.search(said), said
    with socket.create_connection((local.hostname, local.port)) as connection:
        right = f"{EMAIL_HEADER}: {MAYA}\r\n{SECRET_HEADER}: {SECRET}"
        assert IS_SIGNED_IN.search(send_raw(connection, local.netloc, "/sign-on", right)), "what is looked for"


def test_only_the_configured_addresses_are_the_proxy(tmp_path: Path) -> None:
    path = tmp_path / SECRET_FILE
    path.write_text(SECRET)
    path.chmod(0o600)
    sign_on = SignOn.read("10.0.0.0/28, 192.0.2.7", tmp_path)

    class Place:
        address = ("127.0.0.1", 1)

    class Connection:
        context = Place()

    class Request:
        connection = Connection()

    assert sign_on
    for peer, is_proxy in {
        "127.0.0.1": False,
        "10.0.0.5": True,
        "10.0.0.16": False,
        "192.0.2.7": True,
        "x": False,
    }.items():
        Place.address = (peer, 1)
        assert sign_on._is_from_proxy(Request()) is is_proxy  # type: ignore[arg-type]


def test_an_unsafe_configuration_does_not_start(tmp_path: Path) -> None:
    assert SignOn.read("", tmp_path) is None
    path = tmp_path / SECRET_FILE
    with pytest.raises(UsageError, match="needs the file"):
        SignOn.read("127.0.0.1", tmp_path)
    path.write_text("short")
    path.chmod(0o600)
    with pytest.raises(UsageError, match="too short"):
        SignOn.read("127.0.0.1", tmp_path)
    path.write_text(SECRET)
    path.chmod(0o644)
    with pytest.raises(UsageError, match="others can read"):
        SignOn.read("127.0.0.1", tmp_path)
    path.chmod(0o600)
    with pytest.raises(UsageError, match="addresses"):
        SignOn.read("everywhere", tmp_path)
    with pytest.raises(UsageError, match="--behind-proxy"):
        ServeOptions(sign_on=SignOn.read("127.0.0.1", tmp_path)).check()
