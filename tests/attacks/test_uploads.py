"""Files that are something else, name something else, or are someone else's."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Iterator

import pytest

from tests.attacks.messages import Json, piece
from tests.server.page_client import PageClient
from tests.serving import JORDAN, TASI, Server

EXERCISE, PROMPT = "program_crosswalk", "programs"
TABLE = b"CIP Code,Program Title\n52.0201,Business and Management\n48.0508,Welding\n"
OF_GUAM = TABLE + b"12.0500,SECRET-of-Guam\n"


def zipped(*parts: tuple[str, bytes]) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return raw.getvalue()


# By name: content that the name does not promise, or that must not be kept.
HOSTILE: tuple[tuple[str, bytes], ...] = (
    ("polyglot.csv", b"PK\x03\x04" + TABLE),
    ("polyglot.xlsx", b"%PDF-1.7\n" + TABLE),
    ("picture.csv", b"GIF89a;<script>alert(1)</script>\n" + TABLE),
    ("program.csv", b"MZ\x90\x00" + bytes(range(256)) * 20),
    ("script.csv", b"#!/bin/sh\nrm -rf /\n" * 10),
    ("page.csv", b"<!doctype html><script>alert(1)</script>"),
    ("feed.csv", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'),
    ("paths.xlsx", zipped(("../../../secret", b"x"), ("/etc/passwd", b"x"))),
    ("bomb.xlsx", zipped(("xl/worksheets/sheet1.xml", b"\x00" * 50_000_000), ("[Content_Types].xml", b"<Types/>"))),
    ("entities.xlsx", zipped(("[Content_Types].xml", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><Types>&a;</Types>'))),
    ("students.csv", b"CIP Code,Program Title,Student name,SSN\n52.0201,Business,Ana,123-45-6789\n"),
    ("nothing.csv", b"\n" * 100_000),
)
NAMES = (
    "../../secret.csv", "..\\..\\secret.csv", "C:\\Windows\\x.csv", "a\u202evsc.exe.csv", "a\x00b.csv", "a\r\nb: c.csv",
    "x" * 250 + ".csv", " .csv", "\u200b\u2066.csv",
)  # fmt: skip


@pytest.fixture(scope="module")
def pages(server: Server) -> Iterator[tuple[PageClient, PageClient]]:
    """A page of Ohio and one of Guam, with the exercise that takes a file."""
    with (
        server.connect(JORDAN, 3, exercises=[EXERCISE]) as ohio,
        server.connect(TASI, 3, exercises=[EXERCISE]) as guam,
    ):
        yield ohio, guam


def upload(page: PageClient, name: str, raw: bytes) -> Json:
    """Send a file; the reply that ends it."""
    number = str(uuid.uuid4())
    page.ask_form(EXERCISE, "file", **{**piece(name, raw), "upload": number})
    return page.wait_for_form(EXERCISE, "file", upload=number)


def kept(server: Server, state: str) -> set[str]:
    return {path.name for path in (server.settings.files / "demo" / state).glob("*") if path.is_file()}


def test_a_file_that_is_something_else_is_one_sentence_and_is_not_kept(
    server: Server, pages: tuple[PageClient, PageClient]
) -> None:
    before = kept(server, "OH")
    for name, raw in HOSTILE:
        reply = upload(pages[0], name, raw)
        assert not reply.get("value"), name
        assert name in reply["problem"]
        assert "Traceback" not in reply["problem"]
        assert kept(server, "OH") == before, name


def test_a_name_is_never_a_path_and_shows_its_whole_ending(
    server: Server, pages: tuple[PageClient, PageClient]
) -> None:
    for name in NAMES:
        reply = upload(pages[0], name, TABLE)
        shown = reply["value"]["name"] if reply.get("value") else "file.csv"
        assert shown.isprintable()
        assert not set(shown) & set("/\\\u202e\u2066\u200b")
        assert len(shown) <= 120
        assert shown.endswith(".csv")
    digests = kept(server, "OH")
    assert all(len(name) == 64 and set(name) <= set("0123456789abcdef") for name in digests), digests


def test_the_same_file_again_and_again_takes_no_more_room(server: Server, pages: tuple[PageClient, PageClient]) -> None:
    upload(pages[0], "again.csv", TABLE)
    before = kept(server, "OH")
    for number in range(5):
        assert upload(pages[0], f"again-{number}.csv", TABLE)["value"]
    assert kept(server, "OH") == before


def test_no_answer_names_a_file_of_another_state_or_tells_that_it_is_there(
    server: Server, pages: tuple[PageClient, PageClient]
) -> None:
    ohio, guam = pages
    found = upload(guam, "guam.csv", OF_GUAM)["value"]
    assert guam.save(EXERCISE, prompt=PROMPT, value=found)["type"] == "saved"
    own = upload(ohio, "ohio.csv", TABLE)["value"]
    lies = [found, {**found, "sha256": "0" * 64}, {**own, "name": "a\u202evsc.exe.csv"}, {**own, "size": 1}]
    replies = [ohio.save(EXERCISE, prompt=PROMPT, value=lie) for lie in lies]
    assert {reply["type"] for reply in replies} == {"refused"}
    sentences = [reply["problems"][0]["sentence"] for reply in replies]
    assert sentences[0] == sentences[1], "a file of Guam's is the same as one that does not exist"
    for asked in ({"what": "download"}, {"what": "overview"}, {"what": "download", "sha256": found["sha256"]}):
        number = str(uuid.uuid4())
        ohio.ask_form(EXERCISE, "ask", message=number, prompt=PROMPT, asked=asked)
        reply = ohio.wait_for_form(EXERCISE, "reply", message=number)
        assert "SECRET-of-Guam" not in str(reply)
    assert "SECRET-of-Guam" not in str(ohio.frames)
