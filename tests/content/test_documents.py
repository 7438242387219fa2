from __future__ import annotations

from pathlib import Path

import pytest

from cluster_kit.content.documents import read_located_document

HEAD = "schema_version: 1\n"


def read(folder: Path, text: str | bytes) -> tuple[object, list[tuple[int, str]]]:
    path = folder / "file.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    document = read_located_document(path, "file.yaml")
    return document.data, [(problem.line, problem.sentence) for problem in document.problems]


def test_values_are_the_text_that_was_written(tmp_path: Path) -> None:
    data, problems = read(
        tmp_path, HEAD + "a: no\nb: 13:00\nc: 1.10\nd: 2027-02-16\ne: 0o17\nf: 'x'\ng: null\nh:\ni: ''\n"
    )
    assert problems == []
    assert data == {
        "schema_version": 1,
        **{
            "a": "no",
            "b": "13:00",
            "c": "1.10",
            "d": "2027-02-16",
            "e": "0o17",
            "f": "x",
            "g": None,
            "h": None,
            "i": "",
        },
    }


def test_a_byte_order_mark_is_no_problem(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xef\xbb\xbf" + HEAD.encode()) == ({"schema_version": 1}, [])


def test_an_anchored_value_can_be_used_again(tmp_path: Path) -> None:
    data, problems = read(tmp_path, HEAD + "a: &yes_no [yes, no]\nb: *yes_no\n")
    assert data == {"schema_version": 1, "a": ["yes", "no"], "b": ["yes", "no"]}
    assert problems == []


def test_aliases_cannot_be_nested_without_end(tmp_path: Path) -> None:
    text = HEAD + "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"
    _, problems = read(tmp_path, text)
    assert [line for line, _ in problems] == [3, 3, 4, 4]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (b"", 1, "is empty"),
        (b"# nothing but a comment\n", 1, "is empty"),
        (b"- a\n- b\n", 1, "must be made of keys"),
        (b"only words", 1, "must be made of keys"),
        (b"a: x\nb: \xff\n", 2, "not UTF-8"),
        (b"\xff\xfes\x00c\x00", 1, "not UTF-8"),
        ("a: x\nb:\n\tc: y\n", 3, "indented with a tab"),
        ("a: x\nb: two: colons\n", 2, "colon where none can stand"),
        ("a: x\nb: 'open\n", 3, "closing quotation mark"),
        ("a: x\nb: [1, 2\nc: 3\n", 3, "closing bracket"),
        ("a: x\nb: @home\n", 2, "YAML reserves"),
        ("a:\n  - x\n y: z\n", 3, "not indented like"),
        ("a: - x\n", 1, "dash (-) on a line below"),
        ("a: \x07\n", 1, "control character"),
        ("[" * 5000, 1, "too many levels"),
        ("schema_version: 1\na: 1\nb: 2\na: 3\n", 4, "a is given twice; the first is in line 2"),
        ("schema_version: 1\n? [a, b]\n: x\n", 2, "is not a key"),
        ("schema_version: 1\na: !!python/name:os.system x\n", 2, "YAML tag"),
        ("schema_version: 1\na: *nowhere\n", 2, "no anchor above"),
        ("schema_version: 1\na: &a [*a]\n", 2, "no anchor above"),
        ('schema_version: 1\na: "bell \\a"\n', 2, "control character"),
        ("schema_version: 1\n---\na: 1\n", 2, "second document"),
        ("schema_version: 2\n", 1, "this kit reads 1"),
        ("a: 1\n", 1, "needs a first line that says schema_version: 1"),
        ("a: x" + "y" * 2_000_000, 1, "larger than 2 MB"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_line(
    tmp_path: Path, text: str | bytes, line: int, words: str
) -> None:
    _, problems = read(tmp_path, text)
    assert len(problems) == 1
    assert problems[0][0] == line
    assert words in problems[0][1]


def test_a_folder_in_place_of_a_file_is_a_problem(tmp_path: Path) -> None:
    document = read_located_document(tmp_path, "folder.yaml")
    assert document.data is None
    assert [problem.sentence for problem in document.problems] == ["cannot be read: Is a directory"]
