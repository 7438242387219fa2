"""Decoding of every encoding that spreadsheet programs write, in short and long texts."""

from __future__ import annotations

import pytest

from cluster_kit.filetypes import decode_text

SHORT = ["Muñoz", "José", "PEÑA", "Zoë", "Mayagüez", "São Paulo", "Łódź"]
TABLE = "State,Name\r\nGU,Zoë “Z” Muñoz-O’Brien – María\r\nPR,PEÑA, José\r\n"
LEGACY = {"cp1252": "\r\n", "mac_roman": "\r"}


@pytest.mark.parametrize("text", [*SHORT, TABLE, "plain, ASCII\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_read_as_it_is(text: str, encoding: str) -> None:
    found = decode_text(text.encode(encoding))
    assert found
    assert found.text == text
    assert found.legacy_lines == ()


@pytest.mark.parametrize("text", [TABLE, "State,Name\r\nOH,Muñoz\r\n"])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_recognized(text: str, encoding: str) -> None:
    found = decode_text(text.encode(encoding))
    assert found
    assert (found.text, found.encoding) == (text, encoding)


@pytest.mark.parametrize("text", [one for one in SHORT if one != "Łódź"] + [TABLE, "Guaynabo – Año 1", "Ana’s", "50 °"])
def test_windows_1252_is_recognized_in_short_texts(text: str) -> None:
    found = decode_text(text.encode("cp1252"))
    assert found
    assert (found.text, found.encoding) == (text, "cp1252")


@pytest.mark.parametrize("text", ["Muñoz", "José", "PEÑA", "Mayagüez", TABLE.replace("\r\n", "\r"), "María Núñez"])
def test_mac_roman_is_recognized_in_short_texts(text: str) -> None:
    found = decode_text(text.encode("mac_roman"))
    assert found
    assert (found.text, found.encoding) == (text, "mac_roman")


def test_lines_of_two_encodings_in_one_file_are_each_read_and_named() -> None:
    found = decode_text("Zoë\n".encode() + "Muñoz\n".encode("cp1252") + b"plain\n")
    assert found
    assert found.text == "Zoë\nMuñoz\nplain\n"
    assert (found.legacy_lines, found.is_mixed) == ((2,), True)


@pytest.mark.parametrize("raw", [b"\xff\xfea", b"\0\0\0\0abcd\0\0\0\0", bytes(range(256)), b"\xff\xfe" + b"\0\xd8" * 9])
def test_what_is_no_text_is_none(raw: bytes) -> None:
    assert decode_text(raw) is None


def test_a_stray_zero_byte_is_left_out() -> None:
    found = decode_text(b"OH,An\0a\n" * 2 + b"GU,Ben\n" * 50)
    assert found
    assert found.text.startswith("OH,Ana\n")
