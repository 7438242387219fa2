"""What the guides quote exists: buttons and headings in the pages, exercises in the content, commands that run."""

from __future__ import annotations

import ast
import json
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest
import typer
from typer.testing import CliRunner

from cluster_kit.cli.app import app
from cluster_kit.cli.commands import register
from cluster_kit.content import Scope, load_content
from cluster_kit.content.facilitation import load_facilitation, plan_show
from cluster_kit.content.messages import load_messages
from cluster_kit.store import NewResponse, Person, Store
from docs import make_command_list
from tests.test_guides import walk

register()
ROOT = Path(__file__).parents[1]
KIT = ROOT / "cluster_kit"
GUIDES = sorted((ROOT / "facilitator_guide").glob("*.md"))
CONTENT = load_content("2026")
SOURCES = (
    *(path for folder in ("console", "server", "insights", "forms", "sessions", "exercises", "content")
      for path in (KIT / folder).rglob("*.py")),
    *(KIT / "web").rglob("*.js"),
    *(KIT / "server" / "templates").glob("*.j2"),
)  # fmt: skip
VALUE = "\0"  # the place of a value in a text
_STRINGS = re.compile(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`')
_QUOTE = re.compile(r'"([^"]{2,90}?)"')
# A quotation that follows one of these is of a button, a heading, or a message on a page.
_BEFORE = (
    *("press", "presses", "pressing", "pressed", "button", "behind", "under", "offers", "adjust", "chooses"),
    *("use", "check", "open", "reveal", "page says", "pages say", "or says", "until it says", "and says"),
)
_PRESSED = re.compile(
    rf'(?:{"|".join(map(re.escape, _BEFORE))}) (?:the )?((?:"[^"]{{2,90}}?"(?:,? (?:or|and|then) |, |(?<=,") )?)+)',
    re.IGNORECASE,
)
_PANEL = re.compile(r"\*\*([A-Z][^*\n]{2,40}[a-z])\*\*")
guides = pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)


# --- the texts of the pages --------------------------------------------------------------------------------------


def _normal(text: str) -> str:
    return " ".join(text.replace("’", "'").split())


def _python_texts(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else VALUE for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _script_texts(source: str) -> Iterator[str]:
    for found in _STRINGS.finditer(source):
        yield re.sub(r"\$\{[^}]*\}", VALUE, next(text for text in found.groups() if text is not None))


def _template_texts(source: str) -> Iterator[str]:
    for translated in re.findall(r't\("([^"]+)"', source):
        yield re.sub(r"\{\w+\}", VALUE, translated)
    source = re.sub(r"\{#.*?#\}|\{%.*?%\}", "", source, flags=re.DOTALL)
    yield from re.split(r"<[^>]*>", re.sub(r"\{\{.*?\}\}", VALUE, source, flags=re.DOTALL))


@cache
def _page_texts() -> frozenset[str]:
    """Every text in the code of pages and console, and the titles and labels of the content."""
    readers = {".py": _python_texts, ".js": _script_texts, ".j2": _template_texts}
    texts = {_normal(text) for path in SOURCES for text in readers[path.suffix](path.read_text(encoding="utf-8"))}
    for session in CONTENT.sessions:
        texts |= {_normal(thing.title) for thing in (session, *session.segments, *session.exercises)}
        texts |= {_normal(label) for label in _labels(session.model_dump(mode="json"))}
    return frozenset(texts - {""})


def _labels(data: object) -> Iterator[str]:
    if isinstance(data, dict):
        yield from (str(value) for key, value in data.items() if key == "label")
        for value in data.values():
            yield from _labels(value)
    elif isinstance(data, list):
        for value in data:
            yield from _labels(value)


@cache
def _is_on_a_page(quoted: str) -> bool:
    """True if a page has this text: all of a text, or its beginning, with any value where the code has one."""
    wanted = _normal(quoted)
    wanted = wanted[:-1] if wanted.endswith((",", ".")) and not wanted.endswith("..") else wanted
    if wanted in _page_texts() or wanted.rstrip(".,:") in _page_texts():
        return True
    if len(wanted) >= 4 and any(t.startswith(wanted) and not t[len(wanted)].isalnum() for t in _page_texts()):
        return True
    return any(pattern.fullmatch(wanted) for pattern in _patterns())


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """The texts with values, each as a pattern in which a value is anything within a sentence, or is left out."""
    found = []
    for text in _page_texts():
        if VALUE in text and len(text.replace(VALUE, "").strip()) >= 4:
            pattern = r"[^.]*?".join(re.escape(part) for part in text.split(VALUE))
            found.append(re.compile(pattern.replace(r"\ [^.]*?\ ", r"\ (?:[^.]*?\ )?")))
    return tuple(found)


def _prose(path: Path) -> str:
    """A guide without what is said aloud, and without code."""
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return _normal(re.sub(r"^> .*$", "", text, flags=re.MULTILINE))


def _buttons(text: str) -> list[str]:
    """The quotations after "press" and similar words."""
    return [quoted for found in _PRESSED.finditer(text) for quoted in _QUOTE.findall(found[1])]


@guides
def test_every_button_and_heading_that_a_guide_quotes_is_on_a_page(path: Path) -> None:
    quoted = _buttons(_prose(path))
    assert len(quoted) >= 8 or path.stem in ("before_the_series", "checklists", "federal_questions")
    assert [text for text in dict.fromkeys(quoted) if not _is_on_a_page(text)] == []


def test_every_panel_that_a_guide_names_is_in_the_console() -> None:
    titles = {
        text for path in (KIT / "console").glob("*.py") for text in _python_texts(path.read_text(encoding="utf-8"))
    }
    titles |= {
        text for path in (KIT / "web" / "console").glob("*.js") for text in _script_texts(path.read_text("utf-8"))
    }
    table = (
        (ROOT / "facilitator_guide" / "README.md")
        .read_text(encoding="utf-8")
        .split("| In the console |")[1]
        .split("\n\n")[0]
    )
    named = [name for line in table.splitlines() for name in _PANEL.findall(line)]
    assert len(named) >= 6
    assert [name for name in named if name not in titles] == []


def test_the_table_of_wrong_buttons_names_buttons_of_the_console() -> None:
    text = (ROOT / "facilitator_guide" / "when_things_fail.md").read_text(encoding="utf-8")
    table = text.split("| You pressed | Undo it | Say |")[1].split("\n\n")[0]
    cells = [cell for line in table.splitlines()[2:] for cell in line.split("|")[1:3]]
    quoted = [text for cell in cells for text in _QUOTE.findall(cell)]
    assert len(quoted) >= 12
    assert [text for text in quoted if not _is_on_a_page(text)] == []


@pytest.mark.parametrize("session", CONTENT.sessions, ids=lambda session: session.id)
def test_every_button_on_a_run_sheet_is_on_a_page(session: object) -> None:
    lines = plan_show(CONTENT, load_facilitation(CONTENT), session.number)  # type: ignore[attr-defined]
    quoted = [text for line in lines for text in _buttons(line.cues.press)]
    assert len(quoted) >= 4
    assert [text for text in dict.fromkeys(quoted) if not _is_on_a_page(text)] == []


def test_what_messages_quote_from_a_page_is_on_it() -> None:
    quoted = {
        text for message in load_messages("2026").messages for text in re.findall(r"“([^”{]+?)[.,]?”", message.body)
    }
    said_by_mail = {text for text in quoted if text.startswith("Please allow HTTPS")}
    assert quoted - said_by_mail == {"Not saved yet", "All saved"}
    assert [text for text in quoted - said_by_mail if not _is_on_a_page(text)] == []


@pytest.mark.parametrize("invented", ["Reveal everything", "Undone", "What was do", "Who was there", "Lock please"])
def test_a_text_that_no_page_has_is_noticed(invented: str) -> None:
    assert not _is_on_a_page(invented)


# --- the commands ------------------------------------------------------------------------------------------------

DOCUMENTS = sorted(
    path for place in ("README.md", "docs/**/*.md", "facilitator_guide/*.md") for path in ROOT.glob(place)
)


def _command_lines(text: str) -> Iterator[tuple[list[str], bool]]:
    """The words after ``cluster-kit`` in code, and True for lines of a code block, which must be complete."""
    text = text.replace("\\\n", " ")
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    spans = re.findall(r"`([^`]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
    for line, is_block in [
        *((line, True) for block in blocks for line in block.splitlines()),
        *((s, False) for s in spans),
    ]:
        found = re.match(r"^(?:\$ )?(?:\S*/)?cluster-kit\s+(.+)$", _normal(line))
        if found and not re.search(r"[\[…]|\.\.\.", found[1]):
            words = shlex.split(found[1], comments=True)
            yield ["1" if word == "N" else word for word in words], is_block


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_in_a_document_is_accepted_by_the_command_line(path: Path) -> None:
    for words, is_block in _command_lines(path.read_text(encoding="utf-8")):
        if problem := _parse(words, is_complete=is_block):
            pytest.fail(f"cluster-kit {shlex.join(words)}: {problem}", pytrace=False)


def test_the_command_line_reference_has_every_option_of_every_command() -> None:
    """When the page is not up to date, run ``python -m docs.make_command_list``."""
    text = make_command_list.PAGE.read_text(encoding="utf-8")
    assert make_command_list.render_page() == text
    parts = re.split(r"^### `cluster-kit (.+)`$", text, flags=re.MULTILINE)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    leaves = {" ".join(name): command for name, command in walk(_root()) if not hasattr(command, "commands")}
    assert sections.keys() == leaves.keys()
    for name, command in leaves.items():
        parameters = make_command_list.list_parameters(command)
        options = {one for parameter in parameters for one in parameter.opts if one.startswith("--")}
        assert {one for one in options if not re.search(rf"`{one}[ `]", sections[name])} == set(), name
    assert "--worker " not in sections["serve"], "for the kit itself"
    described = set(re.findall(r"^\| `(--[a-z-]+)` \|", parts[0], re.MULTILINE))
    listed = "".join(re.findall(r"^(?:Also|Options:) (.*)$", text, re.MULTILINE))
    assert set(re.findall(r"--[a-z-]+", listed)) == described


# Pages for operators, whose commands run from timers or services, and those whose commands need no home folder.
WITH_OWN_HOMES = {"backups.md", "deploying.md", "extending.md", "rehearsing.md"}


def test_pages_for_staff_say_at_the_start_how_to_name_the_home_folder_and_then_leave_it_out() -> None:
    for path in sorted((ROOT / "docs" / "how-to").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        lines = [words for words, _ in _command_lines(text) if len(words) > 1]
        if not lines or path.name in {*WITH_OWN_HOMES, "index.md"}:
            continue
        assert "(index.md#before-you-type-a-command)" in text.split("\n## ")[0], path.name
        named = [words for words in lines if "--home" in words and ".demo" not in words]
        assert named == [], path.name


@cache
def _root() -> click.Command:
    return typer.main.get_command(app)


def _parse(words: list[str], *, is_complete: bool) -> str:
    """What is wrong with a command line, or an empty string. Nothing is run."""
    command = _root()
    if words == ["--version"]:
        return ""
    if {"--help", "-h"} & set(words):
        words = [word for word in words if word not in ("--help", "-h")]
        is_complete = False
    context = None
    while True:
        try:
            if hasattr(command, "commands"):
                if not words or words[0] not in command.commands:
                    return "" if not words and not is_complete else f"no such command {' '.join(words[:1])!r}"
                command, words = command.commands[words[0]], words[1:]
            else:
                context = command.make_context("cluster-kit", list(words), parent=context)
                return ""
        except Exception as error:  # typer and click raise classes of their own
            missing = type(error).__name__ == "MissingParameter"
            return "" if missing and not is_complete else f"{type(error).__name__}: {error}"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("serve --port 1 --behind-proxy", ""),
        ("serve --prot 1", "NoSuchOption"),
        ("serve --port many", "BadParameter"),
        ("erase --jurisdiction OH", "MissingParameter"),
        ("sevre", "no such command"),
        ("roster imprt x", "no such command"),
    ],
)
def test_a_wrong_command_line_is_noticed(line: str, problem: str) -> None:
    found = _parse(shlex.split(line), is_complete=True)
    assert found.startswith(problem)
    assert bool(found) == bool(problem)


# --- promises ----------------------------------------------------------------------------------------------------


def test_no_guide_says_that_answers_cannot_be_erased() -> None:
    for path in GUIDES:
        text = _prose(path)
        assert not re.search(r"no command (?:for|to)|cannot be (?:erased|removed from the store)|kept forever", text)


def test_the_erasure_that_the_failure_guide_describes_erases_what_it_promises(tmp_path: Path) -> None:
    """The store also has an earlier version, an answer of another exercise, and one of another state."""
    text = (ROOT / "facilitator_guide" / "when_things_fail.md").read_text(encoding="utf-8")
    (words,) = [words for words, _ in _command_lines(text) if words[0] == "erase" and len(words) > 1]
    assert "--dry-run" in words
    home = tmp_path / "home"
    words += ["--home", str(home)]
    url = f"sqlite:///{home}/store.sqlite"
    home.mkdir()
    with Store.open(url) as store:
        store.add_person(Person(id="ana", series="2026", jurisdiction="OH", name="Ana"))
        store.append([_answer("a", "element_alignment", "OH")])
        store.append([_answer("b", "element_alignment", "OH", base=("a",))])
        store.append([_answer("c", "reporting_plan", "OH"), _answer("d", "element_alignment", "GU")])
    shown = _run([*words, "--json", "--db", url])
    assert (shown["removed"], _ids(url)) == (False, ["a", "b", "c", "d"])
    _run([*(word for word in words if word != "--dry-run"), "--yes", "--json", "--db", url])
    assert _ids(url) == ["c", "d"], "earlier versions are erased too, and nothing else is"
    with Store.open(url) as store:
        (record,) = store.erasures("2026", "OH")
    assert (record.asked_by, record.why) == ("State CTE Director", "Student data typed by mistake")


def _answer(id_: str, exercise: str, code: str, base: tuple[str, ...] = ()) -> NewResponse:
    return NewResponse(
        id=id_, series="2026", session=3, exercise=exercise, prompt="first", jurisdiction=code, scope=Scope.TEAM,
        author="ana", value=f"text {id_}", base=base,
    )  # fmt: skip


def _ids(url: str) -> list[str]:
    with Store.open(url) as store:
        return sorted(one.id for code in ("OH", "GU") for one in store.history("2026", code))


def _run(words: list[str]) -> dict[str, object]:
    done = CliRunner().invoke(app, [*words, "--series", "2026"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    shown: dict[str, object] = json.loads(done.stdout)
    return shown
