"""The facilitator guide and the documentation agree with the content and with the command line."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import typer

from cluster_kit.cli.app import app
from cluster_kit.cli.commands import register
from cluster_kit.cli.guide import make_blocks, write_blocks
from cluster_kit.content import load_content
from cluster_kit.content.facilitation import BUFFER, load_facilitation, plan_show
from cluster_kit.content.models import Exercise, SegmentKind, Session, When
from cluster_kit.content.run_of_show import SPOKEN_WORDS, questions_table, replace_block
from cluster_kit.errors import UsageError
from tests.samples import small_content

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "facilitator_guide"
CONTENT = load_content("2026")
BLOCKS = make_blocks(CONTENT, load_facilitation(CONTENT))
PLACES = ("*.md", "docs/**/*.md", "deploy/**/*.md", "facilitator_guide/*.md", "worksheets/*.md")
MARKDOWN = sorted(path for place in PLACES for path in ROOT.glob(place))
MINUTES = re.compile(r"^#### Minutes (\d+) to (\d+): (.+)$", re.MULTILINE)
CUTS = re.compile(r"^### (\d+) minutes late\n(.*?)(?=^#|^\*\*)", re.MULTILINE | re.DOTALL)

sessions = pytest.mark.parametrize("session", CONTENT.sessions, ids=lambda session: session.id)
documents = pytest.mark.parametrize("path", MARKDOWN, ids=lambda path: str(path.relative_to(ROOT)))


def _guide(session: Session) -> str:
    return (GUIDE / f"session_{session.number}.md").read_text(encoding="utf-8")


def _in_the_room(session: Session) -> list[Exercise]:
    return [exercise for exercise in session.exercises if exercise.when is When.SESSION]


CONSOLE = (ROOT / "docs/how-to/console.md").read_text(encoding="utf-8")
OF_PARTICIPANTS = {"Same here", "I have this question, too"}  # buttons of the boards and of the questions


def test_the_guide_to_the_console_names_its_panels_and_buttons_as_the_console_does() -> None:
    web = ROOT / "cluster_kit" / "web"
    scripts = "".join(
        path.read_text(encoding="utf-8")
        for name in ("console", "present")
        for path in sorted((web / name).glob("*.js"))
    )
    templates = ROOT / "cluster_kit" / "server" / "share" / "jupyter" / "voila" / "templates"
    scripts += (templates / "cluster_kit_console" / "index.html.j2").read_text(encoding="utf-8")
    labels = (ROOT / "cluster_kit/sessions/commands.py", ROOT / "cluster_kit/console/record.py")
    scripts += "".join(path.read_text(encoding="utf-8") for path in labels)
    panels = re.findall(r"^\| ([A-Z][^|]+) \|", CONSOLE, re.MULTILINE)
    bold = re.findall(r"\*\*([^*]+)\*\*", CONSOLE.replace("\n", " "))
    assert len(panels) > 10
    shown = set(re.findall(r"[^\"`’<>${}\n]+", scripts))
    shown = {words.strip(" :,.") for words in shown}
    assert [label for label in (*panels, *bold) if label not in shown | OF_PARTICIPANTS] == []


# --- the sessions ----------------------------------------------------------------------------------------------


@sessions
def test_every_session_has_a_guide_with_its_title_and_its_question(session: Session) -> None:
    guide = _guide(session)
    assert guide.startswith(f"# Session {session.number}: {session.title}\n")
    assert session.question in " ".join(guide.split())


@sessions
def test_a_guide_speaks_of_every_segment_and_every_exercise_by_its_title(session: Session) -> None:
    guide = _guide(session)
    segments = re.findall(r"^### (.+)$", guide, re.MULTILINE)
    assert [title for title in segments if title in {s.title for s in session.segments}] == [
        segment.title for segment in session.segments
    ]
    assert [e.title for e in session.exercises if e.title not in guide] == []


@sessions
def test_the_minutes_in_a_guides_headings_follow_one_another_to_the_end_of_the_session(session: Session) -> None:
    spans = [(int(start), int(end)) for start, end, _ in MINUTES.findall(_guide(session))]
    assert [start for start, _ in spans] == [0, *(end for _, end in spans[:-1])]
    assert spans[-1][1] == session.minutes


@sessions
def test_a_guide_gives_each_exercise_in_the_room_the_minutes_that_the_content_gives_it(session: Session) -> None:
    titles = {exercise.title for exercise in _in_the_room(session)}
    given = {title: int(end) - int(start) for start, end, title in MINUTES.findall(_guide(session)) if title in titles}
    assert given == {exercise.title: exercise.minutes for exercise in _in_the_room(session)}


@sessions
def test_a_guide_has_the_prepared_messages_of_each_exercise_at_their_minutes(session: Session) -> None:
    guide = _guide(session)
    spans = {title: (int(start), int(end)) for start, end, title in MINUTES.findall(guide)}
    for exercise in _in_the_room(session):
        table = guide.split(f"<!-- messages {session.number} {exercise.id} -->")[1].split("<!--")[0]
        minutes = [int(minute) for minute in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)]
        start, end = spans[exercise.title]
        assert minutes[0] == start, exercise.title
        assert start <= minutes[-1] < end, exercise.title


@sessions
def test_the_minutes_of_the_facilitators_own_steps_are_those_of_the_run_sheet(session: Session) -> None:
    lines = plan_show(CONTENT, load_facilitation(CONTENT), session.number)
    planned = [((line.start - lines[0].start).seconds // 60, line.minutes, line.title) for line in lines]
    written = [(int(start), int(end) - int(start), title) for start, end, title in MINUTES.findall(_guide(session))]
    assert written == planned


@sessions
def test_a_guide_quotes_the_button_that_begins_each_exercise_and_segment_in_full(session: Session) -> None:
    lines = plan_show(CONTENT, load_facilitation(CONTENT), session.number)
    parts = re.split(r"^#### Minutes \d+ to \d+: .+$", _guide(session), flags=re.MULTILINE)[1:]
    quoted = [re.findall(r'"((?:Begin|Next): [^"]+?)[.,]?"', " ".join(part.split())) for part in parts]
    assert quoted == [[line.button] if line.button else [] for line in lines]


@sessions
def test_each_segment_begins_in_the_guide_when_the_run_of_show_says(session: Session) -> None:
    guide, begins = _guide(session), 0
    for segment in session.segments:
        part = guide.split(f"\n### {segment.title}\n", 1)[1]
        found = MINUTES.search(part)
        assert found
        assert int(found[1]) == begins, segment.title
        begins += segment.minutes


@sessions
def test_the_run_of_show_fills_the_meeting(session: Session) -> None:
    meeting = CONTENT.get_meeting(session.number)
    length = (meeting.end.hour - meeting.start.hour) * 60 + meeting.end.minute - meeting.start.minute
    table = BLOCKS[f"run-of-show {session.number}"]
    minutes = [int(row) for row in re.findall(r"^\| [\d:]+ [ap]\.m\. \| (\d+) \|", table, re.MULTILINE)]
    assert len(minutes) == len(session.segments)
    assert sum(minutes) == length


@sessions
def test_what_a_guide_cuts_when_time_is_lost_saves_that_time(session: Session) -> None:
    cuts = CUTS.findall(_guide(session))
    assert [int(late) for late, _ in cuts] == [5, 10, 20]
    saved = 0
    for late, text in cuts:
        saved += sum(map(int, re.findall(r"\(saves (\d+)", text)))
        assert int(late) <= saved <= int(late) + 3
    assert saved == 20


@sessions
def test_each_cut_saves_the_minutes_that_the_plan_gives_to_what_is_cut(session: Session) -> None:
    guide, checked = _guide(session), 0
    earlier: dict[str, int] = {}
    for _, text in CUTS.findall(guide):
        for bullet in re.split(r"^- ", text, flags=re.MULTILINE)[1:]:
            words = " ".join(bullet.split())
            found = re.search(r"\(saves (\d+)\)", words)
            assert found, words
            expected = _planned_saving(session, words, guide, earlier)
            checked += expected is not None
            assert expected in (None, int(found[1])), words
            if "shares its example" in words:
                earlier["state_examples"] = int(found[1])
    assert checked >= 3


def _planned_saving(session: Session, words: str, guide: str, earlier: dict[str, int]) -> int | None:
    """The minutes that a cut saves by the plan; None if it depends on what a team leaves out."""
    lines = plan_show(CONTENT, load_facilitation(CONTENT), session.number)
    buffers = {line.segment.kind: line.minutes for line in lines if line.title == BUFFER}
    minutes = {line.title: line.minutes for line in lines}
    exercises = {e.title: e for e in _in_the_room(session)}
    title = re.match(r'"([^"]+)"', words)
    named = exercises.get(title[1]) if title else None
    if "buffers of the first two segments" in words:
        return sum(buffers[segment.kind] for segment in session.segments[:2])
    if "the buffer after the peer rooms" in words:
        return buffers[SegmentKind.PEER_DISCUSSION]
    if "the buffer after the report" in words:
        return buffers[SegmentKind.STATE_EXAMPLES]
    if "example: feature it on the page" in words:
        return minutes["One state shares an example"]
    if named and "becomes follow-up" in words:
        return named.minutes + ("with its buffer" in words) * buffers.get(named.segment, 0)
    if named and "talk for one minute" in words:
        return named.talk_minutes - 1
    if title and "go from the trios" in words:
        (segment,) = [one for one in session.segments if one.title == title[1]]
        return segment.minutes - earlier.get(segment.kind, 0)
    if "to how the rooms work" in words:
        begins = re.search(r"^\| (\d+) \| How the rooms work", guide, re.MULTILINE)
        left_at = re.search(r"from minute (\d+)", words)
        assert begins
        assert left_at
        return int(begins[1]) - int(left_at[1])
    return None


@sessions
def test_the_run_sheet_saves_as_much_as_the_guide_for_every_delay(session: Session) -> None:
    in_guide, on_sheet = Counter[int](), Counter[int]()
    for late, text in CUTS.findall(_guide(session)):
        in_guide[int(late)] += sum(map(int, re.findall(r"\(saves (\d+)", text)))
    for line in plan_show(CONTENT, load_facilitation(CONTENT), session.number):
        for late, saved in re.findall(r"(\d+) minutes late,[^(]*\((\d+) minutes?\b", line.cues.cut):
            on_sheet[int(late)] += int(saved)
            assert int(saved) <= line.minutes or line.cues.has_example  # with the moves and the close
    assert on_sheet == in_guide


@sessions
def test_the_run_of_show_has_the_minutes_of_the_guides_headings(session: Session) -> None:
    table = BLOCKS[f"run-of-show {session.number}"]
    for begins, ends, title in MINUTES.findall(_guide(session)):
        assert re.search(rf"{re.escape(title)}(?: \([a-z ]+\))?: {int(ends) - int(begins)}\b", table), title


@sessions
def test_every_opening_says_the_room_roles_and_the_ground_rule(session: Session) -> None:
    spoken = " ".join(re.sub(r"^> ?", "", _guide(session), flags=re.MULTILINE).split())
    assert "not who said it" in spoken
    assert "to facilitate, one to type, and one to keep time" in " ".join(spoken.split())


def test_a_long_federal_answer_has_two_sentences_in_bold_to_say_aloud() -> None:
    questions = [owned.question for owned in CONTENT.facts.questions]
    assert max(len(one.answer.split()) for one in questions) > SPOKEN_WORDS
    for question in questions:
        bold = re.findall(r"\*\*(.+?)\*\*", questions_table([question]))
        assert len(bold) == (len(question.answer.split()) > SPOKEN_WORDS)
        for words in bold:
            assert len(re.findall(r"[.?!](?= [A-Z]|$)", words.replace("U.S.", "US"))) == 2
            assert words in question.answer


# --- the documents ---------------------------------------------------------------------------------------------


@documents
def test_tables_between_markers_are_up_to_date(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for name, block in BLOCKS.items():
        if f"<!-- {name} -->" in text:
            assert replace_block(text, name, block) == text, f"run cluster-kit guide tables {path.parent.name}"


def test_every_table_stands_in_a_document() -> None:
    everything = "".join(path.read_text(encoding="utf-8") for path in MARKDOWN)
    assert [name for name in BLOCKS if f"<!-- {name} -->\n" not in everything] == []


def test_the_guide_command_changes_what_stands_between_markers_and_nothing_else(tmp_path: Path) -> None:
    document = tmp_path / "series.md"
    document.write_text("Before\n<!-- series -->\nold\n<!-- /series -->\nAfter\n", encoding="utf-8")
    assert write_blocks(document, make_blocks(small_content(), None))
    text = document.read_text(encoding="utf-8")
    assert text.startswith("Before\n")
    assert text.endswith("\nAfter\n")
    assert "old" not in text
    assert "| 1. Systems Alignment | Tuesday, February 16, 2027, 1:00 to 2:30 p.m. Eastern Standard Time |" in text
    assert not write_blocks(document, make_blocks(small_content(), None))


def test_a_table_without_its_end_marker_is_refused_in_a_sentence(tmp_path: Path) -> None:
    document = tmp_path / "series.md"
    document.write_text("<!-- series -->\nno end\n", encoding="utf-8")
    with pytest.raises(UsageError, match="markers <!-- series --> and <!-- /series --> are missing"):
        write_blocks(document, make_blocks(small_content(), None))


def test_every_outcome_stands_in_the_document_with_an_exercise_that_answers_it() -> None:
    text = (ROOT / "docs" / "reference" / "outcomes.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.split(" | ")] for line in text.splitlines() if line.startswith("| ")]
    answers = {row[1]: row[2] for row in rows}
    outcomes = [" ".join(outcome.text.split()) for session in CONTENT.sessions for outcome in session.outcomes]
    assert len(outcomes) == 16
    assert [outcome for outcome in outcomes if not re.search(r"`\w+`", answers.get(outcome, ""))] == []


@documents
def test_links_within_the_repository_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        file, _, anchor = target.partition("#")
        document = (path.parent / file).resolve() if file else path
        assert document.exists(), target
        assert not anchor or anchor in _anchors(document), target


def _anchors(document: Path) -> set[str]:
    """The anchors of a document's headings, as on the web: lower case, hyphens, no punctuation."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


# --- the commands ----------------------------------------------------------------------------------------------

Commands = dict[tuple[str, ...], click.Command]


def walk(command: click.Command, name: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield name, command
    for child, below in getattr(command, "commands", {}).items():
        yield from walk(below, (*name, child))


@pytest.fixture(scope="module")
def known() -> Commands:
    register()
    return dict(walk(typer.main.get_command(app)))


def _named(text: str) -> Iterator[list[str]]:
    """The words after ``cluster-kit`` in every code span or block of a document."""
    text = text.replace("\\\n", " ")
    fenced = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    inline = re.findall(r"`([^`]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
    for line in [line for block in fenced for line in block.splitlines()] + [" ".join(one.split()) for one in inline]:
        found = re.match(r"^(?:\$ )?(?:\S*/)?cluster-kit(?:\s+(.*))?$", line.strip())
        if found:
            yield shlex.split(found[1] or "", comments=True)


def _split(words: list[str], known: Commands) -> tuple[tuple[str, ...], list[str]]:
    """The longest known command at the start of the words, and the rest."""
    name: tuple[str, ...] = ()
    while len(name) < len(words) and (*name, words[len(name)]) in known:
        name = (*name, words[len(name)])
    return name, words[len(name) :]


@documents
def test_commands_and_options_named_in_documents_exist(path: Path, known: Commands) -> None:
    for words in _named(path.read_text(encoding="utf-8")):
        name, rest = _split(words, known)
        command = known[name]
        assert not (rest and hasattr(command, "commands") and not rest[0].startswith("-")), " ".join(words)
        options = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
        used = {word.split("=")[0].strip("[]") for word in rest if word.lstrip("[").startswith("--")}
        assert used <= options | {"--help"}, " ".join(words)


def test_every_command_is_documented(known: Commands) -> None:
    written = [path for path in MARKDOWN if path.name != "cli.md"]  # which lists all of them
    named = {_split(words, known)[0] for path in written for words in _named(path.read_text(encoding="utf-8"))}
    leaves = {name for name, command in known.items() if not hasattr(command, "commands")}
    assert sorted(leaves - named) == []


@documents
def test_make_targets_named_in_documents_exist(path: Path) -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([\w-]+)", path.read_text(encoding="utf-8"), re.MULTILINE))
    assert named <= targets
