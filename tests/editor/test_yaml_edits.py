"""Edited files have the new data, and every other character stays as it was."""

from __future__ import annotations

import copy
import difflib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from cluster_kit.content.folders import SHIPPED
from cluster_kit.editor.yaml_edits import UneditableFileError, edit_text, read_tree

SERIES = SHIPPED / "series" / "2026"
FILES = [*sorted(SERIES.glob("session_*.yaml")), SERIES / "shared.yaml"]
every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
HOSTILE = "x: {y}, [z] # no comment - \"quoted\" 'single' & * ! | > % @ ` </script>"
TEXTS = [
    "Plain words",
    HOSTILE,
    "- a dash",
    "null",
    "~",
    "12",
    "true",
    "?",
    "two  spaces, " * 20,
    "a long text " * 30 + "end",
    "two\nlines",
    "trailing colon:",
    "“quotes” and émigrés 学",
    "'",
    '"',
    "#",
    "a #b",
    "a\tb",
]


def changed_lines(old: str, new: str) -> tuple[list[str], list[str]]:
    """The lines that are gone, and those that are new."""
    found = list(difflib.unified_diff(old.splitlines(), new.splitlines(), n=0, lineterm=""))[2:]
    return [line[1:] for line in found if line[0] == "-"], [line[1:] for line in found if line[0] == "+"]


def comments(text: str) -> list[str]:
    return sorted(line.strip() for line in text.splitlines() if line.strip().startswith("#"))


def exercises(data: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = data["exercises"]
    return found


def walk(tree: Any) -> Iterator[dict[str, Any]]:
    """Every mapping of a tree."""
    for value in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from walk(value)
    if isinstance(tree, dict):
        yield tree


@every_file
def test_a_file_without_an_edit_stays_as_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert edit_text(text, read_tree(text)) == text


@every_file
def test_the_data_is_what_yaml_reads(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert read_tree(text) == yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))


@every_file
def test_each_exercise_changes_alone(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for number, exercise in enumerate(exercises(read_tree(text))):
        wanted = copy.deepcopy(read_tree(text))
        edited = exercises(wanted)[number]
        edited["title"], edited["minutes"] = "Another title: new", "17"
        for prompt in edited.get("prompts", []):
            prompt["label"] = "Another label, with a comma"
        new = edit_text(text, wanted)
        assert read_tree(new) == wanted
        assert comments(new) == comments(text)
        gone, added = changed_lines(text, new)
        known = {line.strip() for line in added if line.strip()}
        labels = {'label: "Another label, with a comma"', "label: Another label, with a comma"}
        assert {line for line in known if not line.startswith((">-", "Another"))} <= {
            'title: "Another title: new"',
            "minutes: 17",
            *labels,
        }, exercise.get("id")
        assert len(gone) <= 3 + 4 * len(edited.get("prompts", []))


@every_file
def test_any_text_can_be_written_in_every_style(path: Path) -> None:
    """Plain, quoted, folded, and in flow mappings: labels, help, and titles take the texts in turn."""
    text = path.read_text(encoding="utf-8")
    for shift in range(0, len(TEXTS), 3):
        wanted = copy.deepcopy(read_tree(text))
        places = [
            (one, key) for one in walk(exercises(wanted)) for key in ("label", "help", "title", "keeps") if key in one
        ]
        for number, (mapping, key) in enumerate(places):
            mapping[key] = TEXTS[(number + shift) % len(TEXTS)]
        new = edit_text(text, wanted)
        assert read_tree(new) == wanted
        assert [one for one in comments(new) if one != "#"] == [one for one in comments(text) if one != "#"]


@every_file
def test_every_text_at_once_is_read_back(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    wanted = copy.deepcopy(read_tree(text))
    for mapping in walk(wanted):
        for key in ("label", "help", "title", "text", "purpose"):
            if isinstance(mapping.get(key), str):
                mapping[key] = f"{mapping[key]} Changed."
    assert read_tree(edit_text(text, wanted)) == wanted


@every_file
def test_moving_exercises_moves_whole_lines(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    count = len(exercises(read_tree(text)))
    for number in range(count - 1):
        wanted = copy.deepcopy(read_tree(text))
        entries = exercises(wanted)
        entries[number], entries[number + 1] = entries[number + 1], entries[number]
        new = edit_text(text, wanted)
        assert read_tree(new) == wanted
        assert comments(new) == comments(text)
        filled = [sorted(line for line in one.splitlines() if line.strip()) for one in (text, new)]
        assert filled[0] == filled[1]


def test_the_heading_of_a_section_stays_above_it() -> None:
    text = (SERIES / "session_1.yaml").read_text(encoding="utf-8")
    wanted = read_tree(text)
    entries = exercises(wanted)
    first = next(number for number, entry in enumerate(entries) if entry.get("id") == "goals_and_needs")
    entries.insert(first + 1, entries.pop(first))
    lines = edit_text(text, wanted).splitlines()
    heading = next(number for number, line in enumerate(lines) if line.startswith("  # --- policy tool"))
    assert lines[heading + 1] == "  - id: rate_systems"
    assert lines[lines.index("  - id: goals_and_needs") - 1] == ""


EDITS: dict[str, Callable[[dict[str, Any]], object]] = {
    "a question is removed": lambda data: exercises(data)[0]["prompts"].pop(),
    "the first question is removed": lambda data: exercises(data)[0]["prompts"].pop(0),
    "all steps are replaced": lambda data: exercises(data)[0].update(steps=["One", HOSTILE]),
    "a step is added": lambda data: exercises(data)[0]["steps"].insert(1, "A step in between"),
    "all steps are removed": lambda data: exercises(data)[0].pop("steps"),
    "an option is added": lambda data: exercises(data)[0]["prompts"][0]["columns"][0]["options"].append(
        {"id": "more", "label": HOSTILE}
    ),
    "options are reversed": lambda data: exercises(data)[0]["prompts"][0]["columns"][0]["options"].reverse(),
    "a question with options is added": lambda data: exercises(data)[1]["prompts"].append(
        {"id": "q", "kind": "choice", "label": "Which?", "options": [{"id": "a", "label": "A"}]}
    ),
    "a list on one line changes": lambda data: data["who"].append("other"),
    "a list on one line becomes empty": lambda data: data.update(who=[]),
    "a value becomes empty": lambda data: exercises(data)[0].update(keeps=None),
    "a mapping replaces a word": lambda data: exercises(data)[1]["prompts"][0].update(rows_from={"exercise": "a"}),
    "a key is added at the end": lambda data: data.update(more="x"),
    "exercises are removed": lambda data: data.update(exercises=exercises(data)[::3]),
}  # fmt: skip


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_edits_of_every_shape_are_read_back(edit: Callable[[dict[str, Any]], object]) -> None:
    text = (SERIES / "session_1.yaml").read_text(encoding="utf-8")
    wanted = read_tree(text)
    edit(wanted)
    assert wanted != read_tree(text)
    assert read_tree(edit_text(text, wanted)) == wanted


def test_comments_on_the_same_line_stay() -> None:
    text = "a: 1  # one\nb:\n  - x  # ex\n  # above y\n  - y\nc: 'it''s'  # three\n"
    wanted = {"a": "2", "b": ["x", "z"], "c": "its"}
    assert edit_text(text, wanted) == "a: 2  # one\nb:\n  - x  # ex\n  # above y\n  - z\nc: its  # three\n"


def test_windows_line_ends_stay() -> None:
    assert edit_text("a: 1\r\nb: 2\r\n", {"a": "3", "b": "2"}) == "a: 3\r\nb: 2\r\n"


@pytest.mark.parametrize("text", ["a: &x 1\nb: *x\n", "a: [\n", "- a\n", "", "a: 1\n---\nb: 2\n"])
def test_a_file_that_cannot_be_edited_is_one_sentence(text: str) -> None:
    with pytest.raises(UneditableFileError, match="text editor"):
        edit_text(text, {"a": "2"})
