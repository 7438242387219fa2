"""The shipped nginx configuration by itself: what it refuses, and what its logs say about visitors."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.deploy.nginx import Front, run_nginx, trust

NOWHERE = "127.0.0.1:1"
TYPED = "typed=words"


@pytest.fixture(scope="module")
def front() -> Iterator[Front]:
    """nginx whose servers do not answer."""
    with run_nginx([NOWHERE, NOWHERE]) as front:
        yield front


def test_other_host_names_are_refused_and_never_in_a_redirect(front: Front) -> None:
    with httpx.Client(verify=trust(front)) as client:
        for host in ("evil.example", "localhost.evil.example", "127.0.0.1", "evil.example:443"):
            assert client.get(front.address, headers={"Host": host}).status_code == 421
            moved = client.get(f"{front.plain}/join", headers={"Host": host})
            assert moved.headers["Location"] == "https://localhost/join"
        assert client.get(front.address).status_code == 502, "the server itself is not here"


def test_no_log_has_the_address_of_a_visitor_or_a_query(front: Front) -> None:
    """Whatever goes wrong: nginx's error log would name both."""
    with httpx.Client(base_url=front.address, verify=trust(front)) as client:
        assert client.get(f"/join?{TYPED}").status_code == 502
        large = client.post(f"/join?{TYPED}", content=b"x" * 5_000_000)
        assert (large.status_code, "What you sent is larger than 4 MB" in large.text) == (413, True)
        assert client.get(f"/static/x?{TYPED}").status_code == 502
        assert client.get(f"{front.plain}/join?{TYPED}").status_code == 301
    with pytest.raises(httpx.ConnectError):
        httpx.get(front.address, verify=True)  # ends in the handshake
    assert "413 GET /join" in front.log, "the path is what was asked for, and not that of nginx's page"
    assert "502 GET /join" in front.log
    logs = {path.name: path.read_text(encoding="utf-8") for path in front.folder.glob("*.log")}
    assert set(logs) == {"access.log", "cluster-kit-error.log", "cluster-kit.log", "error.log"}
    assert logs["access.log"] == ""
    for name, text in logs.items():
        assert "client: " not in text, name
        assert TYPED not in text, name
