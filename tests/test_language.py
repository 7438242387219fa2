"""The words of docs/language.toml become fewer. ``python -m tests.test_language`` lowers the allowed counts."""

from __future__ import annotations

import ast
import io
import json
import re
import sys
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("benchmarks", "cluster_kit", "deploy", "docs", "facilitator_guide", "tests", "worksheets")
COUNTS = Path(__file__).with_name("language_counts.json")
LISTED = tomllib.loads((ROOT / "docs" / "language.toml").read_text(encoding="utf-8"))
AVOID = {re.compile(rf"\b(?:{one['pattern']})\b", re.IGNORECASE): one["instead"] for one in LISTED["avoid"]}
AVOIDED = re.compile("|".join(pattern.pattern for pattern in AVOID), re.IGNORECASE)
NAMES: dict[str, str] = LISTED["names"]
# Comments, strings, and template literals of JavaScript.
NO_CODE = re.compile(
    r"""/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|\$\{[^}]*\}|[^`\\])*`""", re.DOTALL
)
WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DATED = re.compile(
    r"\b(?:bills?|briefs?|bulletins?|comments?|cop(?:y|ies)|editions?|guidance|guidelines|laws?|letters?|memos?|"
    r"memorand(?:um|a)|notices?|releases?|reports?|rules?|rulemaking)\s+of\s+"
    rf"(?:(?:{MONTHS})\s+(?:\d{{1,2}},\s+)?)?(?:19|20)\d\d\b(?!-)",
    re.IGNORECASE,
)

_CLOSES = r"(?<=[^\s\"“”(\[{?!.,:;…|`])"
STRAIGHT_OUTSIDE = re.compile(_CLOSES + r"""(")([.,])(?=[\s)*_|]|$)""")
CURLY_OUTSIDE = re.compile(_CLOSES + r"""(”)([.,])(?=[\s)*_|"'’]|$)""")
"""A closing quotation mark before a comma or period. American texts have them in the other order."""
CODE = re.compile(r"^(?:```.*?^```|    .*?$)|`[^`\n]*`", re.DOTALL | re.MULTILINE)
BLOCK = re.compile(r"^( *)(?:- )?(?:[^\n]*: )?[>|]-?\n((?:\1 +[^\n]*\n|\n)*)", re.MULTILINE)
"""A block scalar of YAML: its indentation, and its lines."""


class Occurrence(NamedTuple):
    """A word to avoid, and what to write instead."""

    line: int
    word: str
    instead: str


def list_files() -> list[Path]:
    """The files that are checked: Python, JavaScript, and Markdown."""
    found = [path for folder in FOLDERS for kind in ("*.py", "*.js", "*.md") for path in (ROOT / folder).rglob(kind)]
    return sorted([*found, *ROOT.glob("*.md")])


def list_texts() -> list[Path]:
    """The files whose English participants and facilitators read: the content packs and the facilitator guide."""
    packs = ROOT / "cluster_kit" / "content" / "packs"
    content = [path for path in packs.rglob("*.yaml") if "languages" not in path.relative_to(packs).parts]
    return sorted([*content, *(ROOT / "facilitator_guide").glob("*.md")])


def swap_marks(suffix: str, text: str) -> str:
    """The text with commas and periods inside closing quotation marks, except in code.

    Outside a block scalar of YAML, straight quotation marks may be YAML's own, so that only curly ones count.
    """
    if suffix == ".yaml":
        swapped = BLOCK.sub(lambda found: found[0].replace(found[2], STRAIGHT_OUTSIDE.sub(r"\2\1", found[2])), text)
        return CURLY_OUTSIDE.sub(r"\2\1", swapped)
    pieces, start = [], 0
    for found in (*CODE.finditer(text), None):
        prose = text[start : found.start() if found else len(text)]
        pieces.append(CURLY_OUTSIDE.sub(r"\2\1", STRAIGHT_OUTSIDE.sub(r"\2\1", prose)))
        if found:
            pieces.append(found[0])
            start = found.end()
    return "".join(pieces)


def read_prose(suffix: str, text: str) -> Iterator[tuple[int, str]]:
    """Pieces of text, each with its first line: the comments and strings of Python, all of another file.

    Comments are left out if no comment has a word to avoid.
    """
    if suffix != ".py":
        yield 1, text
        return
    if any(AVOIDED.search(line) for line in re.findall(r"#.*", text)):  # else no comment matters
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def find_occurrences(suffix: str, text: str) -> list[Occurrence]:
    """Every word to avoid, by line."""
    return sorted(
        Occurrence(line + prose.count("\n", 0, found.start()), found[0], instead)
        for line, prose in read_prose(suffix, text)
        if AVOIDED.search(prose)
        for pattern, instead in AVOID.items()
        for found in pattern.finditer(prose)
    )


def find_private_names(suffix: str, text: str) -> set[str]:
    """Names in the code that have a word of ``[names]``. Of JavaScript, names in template literals are left out."""
    if suffix == ".py":
        tokens = tokenize.generate_tokens(io.StringIO(text).readline)
        names = {token.string for token in tokens if token.type == tokenize.NAME}
    else:
        names = set(re.findall(r"[A-Za-z_]\w*", NO_CODE.sub("", text)))
    return {name for name in names if NAMES.keys() & {word.lower() for word in WORDS.findall(name)}}


def count_all() -> dict[str, int]:
    """How many words to avoid each file has, without the files that have none."""
    counts = {path: len(find_occurrences(path.suffix, path.read_text(encoding="utf-8"))) for path in list_files()}
    return {path.relative_to(ROOT).as_posix(): count for path, count in counts.items() if count}


def test_no_file_has_more_words_to_avoid_than_before() -> None:
    allowed: dict[str, int] = json.loads(COUNTS.read_text(encoding="utf-8"))
    problems = []
    for name in [name for name, count in count_all().items() if count > allowed.get(name, 0)]:
        problems.append(f"{name} may have {allowed.get(name, 0)} of these:")
        for one in find_occurrences(Path(name).suffix, (ROOT / name).read_text(encoding="utf-8")):
            problems.append(f"  line {one.line}: {one.word!r}. Write: {one.instead}")
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)


def test_commas_and_periods_are_inside_quotation_marks() -> None:
    """``python -m tests.test_language --marks`` moves them."""
    found = []
    for path in list_texts():
        text = path.read_text(encoding="utf-8")
        lines = zip(text.splitlines(), swap_marks(path.suffix, text).splitlines(), strict=True)
        found += [f"{path.name}:{number}: {had}" for number, (had, has) in enumerate(lines, start=1) if had != has]
    assert found == []


def test_commas_and_periods_are_moved_in_prose_and_not_in_code() -> None:
    markdown = 'Choose "Not known". Press "Next:", `say "it".`, or “Yes”, (see "Here"). Ask "Why?", then.\n'
    assert swap_marks(".md", markdown) == (
        'Choose "Not known." Press "Next:", `say "it".`, or “Yes,” (see "Here"). Ask "Why?", then.\n'
    )
    content = (
        'roles: ["a", "b"]\nsay: >-\n  Choose "Not known", and go.\ncue: { ask: "It is “open”, not.", see: "x" }\n'
    )
    assert swap_marks(".yaml", content) == (
        'roles: ["a", "b"]\nsay: >-\n  Choose "Not known," and go.\ncue: { ask: "It is “open,” not.", see: "x" }\n'
    )


def test_the_date_of_a_document_precedes_its_kind() -> None:
    """Write "the February 2025 memo", not "the memo of February 2025"."""
    found = [(path.name, one[0]) for path in list_texts() for one in DATED.finditer(path.read_text(encoding="utf-8"))]
    assert found == []


def test_a_date_after_the_kind_of_a_document_is_found() -> None:
    text = "A memo of February\n  2025, guidelines of 1979, a notice of May 19, 2026. Act of 2006. A 2024 law."
    assert [" ".join(one[0].split()) for one in DATED.finditer(text)] == [
        "memo of February 2025",
        "guidelines of 1979",
        "notice of May 19, 2026",
    ]


def test_names_in_code_have_no_private_words() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): names
        for path in list_files()
        if path.is_relative_to(ROOT / "cluster_kit") and path.suffix != ".md"
        if (names := find_private_names(path.suffix, path.read_text(encoding="utf-8")))
    }
    if found:
        lines = [f"{file}: {', '.join(sorted(names))}" for file, names in found.items()]
        pytest.fail("\n".join([*lines, f"Write instead: {NAMES}"]), pytrace=False)


def test_a_name_is_checked_word_by_word() -> None:
    code = (
        "class JournalReader:\n    spelling = read_journal('pulse')  # standing\n    NO_SHELF, understanding = 1, 2\n"
    )
    assert find_private_names(".py", code) == {"JournalReader", "read_journal", "NO_SHELF"}
    script = 'const standing = "journal"; // pulse\nthis.#tell(`door ${spell}`); this.standingOrder = 1;\n'
    assert find_private_names(".js", script) == {"standing", "standingOrder"}


def test_comments_and_strings_are_checked_and_code_is_not() -> None:
    code = 'def mend(anew):\n    """Read it\n    anew."""\n    # for good\n    return f"{anew} whom"\n'
    found = [(one.line, one.word) for one in find_occurrences(".py", code)]
    assert found == [(3, "anew"), (4, "for good"), (5, "whom")]


if __name__ == "__main__":
    if "--marks" in sys.argv:
        for path in list_texts():
            text = path.read_text(encoding="utf-8")
            path.write_text(swap_marks(path.suffix, text), encoding="utf-8")
        sys.exit()
    counts = count_all()
    before = sum(json.loads(COUNTS.read_text(encoding="utf-8")).values()) if COUNTS.exists() else None
    if before is not None and sum(counts.values()) > before:
        sys.exit(f"{sum(counts.values())} words to avoid, {before} before: run the test to see which are new.")
    COUNTS.write_text(json.dumps(counts, indent=2) + "\n", encoding="utf-8")
