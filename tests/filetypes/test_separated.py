"""Detection of the column separator, and rows with their line numbers."""

from __future__ import annotations

import pytest

from cluster_kit.filetypes import find_separator, read_separated


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("State,Name\nOH,Ana\n", ","),
        ("State;Name\nOH;Reyes, Ana\n", ";"),
        ("State\tName\nOH\tReyes, Ana\n", "\t"),
        ("State|Name\nOH|Ana\n", "|"),
        ('State,Name\nOH,"Reyes; Ana; B."\n', ","),
        ("sep=;\nName, first and last\nAna\n", ";"),
        ('"sep=\t"\r\nState,Name\n', "\t"),
        ("one column\nno separator\n", ","),
        ("", ","),
    ],
)
def test_the_separator_is_found(text: str, separator: str) -> None:
    assert find_separator(text) == separator


def test_rows_come_with_the_line_that_they_begin_on() -> None:
    text = 'State,Name\r\nOH,"Ana\r\nReyes"\r\n\r\nGU,Ben\r\n'
    assert list(read_separated(text)) == [
        (1, ["State", "Name"]),
        (2, ["OH", "Ana\r\nReyes"]),
        (4, []),
        (5, ["GU", "Ben"]),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_read(end: str) -> None:
    assert [row for _, row in read_separated(end.join(["a,b", "c,d"]))] == [["a", "b"], ["c", "d"]]


def test_the_line_that_names_the_separator_is_an_empty_row() -> None:
    assert list(read_separated("sep=;\r\na;b\r\n")) == [(1, []), (2, ["a", "b"])]
