"""The summary of a session's evaluation as documents and as JSON, and the counts in exports."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import docx
import openpyxl
import pandas as pd
import pypdf
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import BrowserContext
from typer.testing import CliRunner, Result

from cluster_kit.cli.app import app
from cluster_kit.cli.commands import register
from cluster_kit.content import UnknownSessionError, load_content
from cluster_kit.content.evaluation import load_evaluation
from cluster_kit.demo.sample_evaluations import PEOPLE, add_sample_evaluations
from cluster_kit.documents.html import blocks_html
from cluster_kit.documents.pdf_rules import find_pdf_problems
from cluster_kit.errors import UsageError
from cluster_kit.exports import export_answers
from cluster_kit.exports.evaluation import (
    COLUMNS,
    TOO_FEW_EVALUATIONS,
    read_summaries,
    show_evaluation,
    write_evaluation_summary,
)
from cluster_kit.insights.evaluation import ChoiceResult, LabelCount
from cluster_kit.settings import Settings
from cluster_kit.store import Presence, SessionEvaluation, Store
from cluster_kit.store.models import utc_now
from tests.browser import find_violations
from tests.exports.conftest import FORMULAS

register()
CONTENT, EVALUATION = load_content("2026"), load_evaluation()
HOSTILE = [*FORMULAS, "<script>alert(1)</script>", "**bold** [link](javascript:1)"]


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Session 1 has fictional evaluations and hostile comments, session 2 has four evaluations. Read only."""
    settings = Settings(tmp_path_factory.mktemp("home"))
    with Store.open(settings.db_url) as store:
        assert add_sample_evaluations(store, CONTENT, EVALUATION, 1) == PEOPLE
        for number, comment in enumerate(HOSTILE):
            answers = {"access": {"chosen": ["fully"], "comment": comment}}
            store.add_evaluation(SessionEvaluation(id=f"h{number}", series="2026", session=1, answers=answers))
        for number in range(4):
            answers = {"barrier": {"chosen": ["data"], "comment": "the words of one of four"}}
            store.add_evaluation(SessionEvaluation(id=f"f{number}", series="2026", session=2, answers=answers))
        at = utc_now()
        stay = {"series": "2026", "session": 1, "joined_at": at, "active_at": at, "seen_at": at}
        here = [Presence(person=f"p{number}", jurisdiction="OH", **stay) for number in range(84)]
        here += [Presence(person="fay", **stay)]  # a facilitator, who cannot evaluate
        store.note_presence(here)
    return settings


def run(settings: Settings, *words: str | Path) -> Result:
    command = [str(word) for word in words]
    done = CliRunner().invoke(app, [*command, "--series", "2026", "--home", str(settings.home)])
    if isinstance(done.exception, Exception):
        raise done.exception
    return done


def test_a_summary_is_a_page_a_word_document_and_a_pdf(evaluated: Settings, tmp_path: Path) -> None:
    files = write_evaluation_summary(evaluated, "2026", 1, tmp_path / "out")
    assert [path.suffix for path in files] == [".html", ".docx", ".pdf"]
    assert {path.name for path in (tmp_path / "out").iterdir()} == {path.name for path in files}
    page = BeautifulSoup(files[0].read_text("utf-8"), "html.parser")
    headings = [heading.text for heading in page.select("main h2")]
    short = {question.id: question.short for question in EVALUATION.questions}
    order = ("useful", "colleague", "barrier", "access", "confidence")  # the long chart last
    assert headings == [short[key] for key in order]
    assert f"Of 84 participants in the session, {PEOPLE + len(HOSTILE)} sent an evaluation (50%)." in page.text
    assert len(page.select("figure svg[role=img][aria-label]")) == 5
    assert all(figure.find_next("table") for figure in page.select("figure"))
    assert not page.select("script")
    assert "<script>alert(1)</script>" in page.text
    word = docx.Document(io.BytesIO(files[1].read_bytes()))
    assert [line.text for line in word.paragraphs if line.style and line.style.name == "Heading 1"] == [
        *headings,
        "About this summary",
    ]
    assert find_pdf_problems(files[2].read_bytes()) == []


def test_the_first_page_is_not_half_empty(evaluated: Settings, tmp_path: Path) -> None:
    pdf = write_evaluation_summary(evaluated, "2026", 1, tmp_path)[2].read_bytes()
    first = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    for key in ("useful", "colleague"):
        assert next(one.text for one in EVALUATION.questions if one.id == key) in " ".join(first.split())


def test_options_with_the_same_highest_count_are_all_named(evaluated: Settings) -> None:
    with Store.open(evaluated.db_url) as store:
        (summary,) = read_summaries(evaluated, CONTENT, store, 1)
    options = (LabelCount("a", "Time", 4), LabelCount("b", "Money", 1), LabelCount("c", "Data", 4))
    for counts, sentence in (
        (options, "Barriers: most often “Time” and “Data” (4 of 8 people each, 50%)."),
        (options[:2], "Barriers: most often “Time” (4 of 8 people, 50%)."),
    ):
        question = ChoiceResult("barrier", "What?", "Barriers", True, 8, counts)
        document = show_evaluation(CONTENT, replace(summary, questions=(question,)), publishable=False)
        assert sentence in blocks_html(document.opening, level=2)


def read_text(page: Path) -> str:
    """The text that readers see."""
    return BeautifulSoup(page.read_text("utf-8"), "html.parser").text


@pytest.mark.browser
def test_the_page_breaks_no_rule(evaluated: Settings, tmp_path: Path, context: BrowserContext) -> None:
    files = write_evaluation_summary(evaluated, "2026", 1, tmp_path)
    page = context.new_page()
    page.goto(files[0].as_uri())
    assert find_violations(page) == []


def test_a_publishable_summary_has_no_comment(evaluated: Settings, tmp_path: Path) -> None:
    internal = read_text(write_evaluation_summary(evaluated, "2026", 1, tmp_path)[0])
    public = read_text(write_evaluation_summary(evaluated, "2026", 1, tmp_path, publishable=True)[0])
    assert "alert(1)" in internal
    assert "share it with the organizers only" in internal
    assert "alert(1)" not in public
    assert "Comments" not in public
    assert "share it with the organizers only" not in public


def test_only_a_summary_with_comments_says_that_it_has_them(evaluated: Settings) -> None:
    with Store.open(evaluated.db_url) as store:
        (summary,) = read_summaries(evaluated, CONTENT, store, 1)
    silent = [replace(one, comments=None) if isinstance(one, ChoiceResult) else one for one in summary.questions]
    for questions, has_comments in ((summary.questions, True), (tuple(silent), False)):
        document = show_evaluation(CONTENT, replace(summary, questions=questions), publishable=False)
        assert ("It has participants' comments" in document.about[-1]) is has_comments


def test_too_few_evaluations_are_one_sentence_in_every_form(evaluated: Settings, tmp_path: Path) -> None:
    page = write_evaluation_summary(evaluated, "2026", 2, tmp_path)[0].read_text("utf-8")
    assert TOO_FEW_EVALUATIONS in page
    assert "one of four" not in page
    assert TOO_FEW_EVALUATIONS in run(evaluated, "evaluation", "summary", "--session", "2").stdout
    shown = json.loads(run(evaluated, "evaluation", "summary", "--session", "2", "--json").stdout)
    assert (shown["received"], shown["questions"]) == (None, [])


def test_the_command_prints_markdown_or_json_or_writes_files(evaluated: Settings, tmp_path: Path) -> None:
    printed = run(evaluated, "evaluation", "summary", "--session", "1").stdout
    assert "## Usefulness" in printed
    assert printed.count("<script>") == printed.count(r"\<script>") == 1  # text, and no element
    shown = json.loads(run(evaluated, "evaluation", "summary", "--session", "1", "--json").stdout)
    assert shown["received"] == PEOPLE + len(HOSTILE)
    assert (shown["home"], shown["series"]) == (str(evaluated.home), "2026")
    assert [one["id"] for one in shown["questions"]] == [question.id for question in EVALUATION.questions]
    public = json.loads(run(evaluated, "evaluation", "summary", "--session", "1", "--json", "--publishable").stdout)
    assert all(one.get("comments") is None for one in public["questions"])
    written = run(evaluated, "evaluation", "summary", "--session", "1", "--out", tmp_path / "out").stdout.split()
    assert {Path(path).suffix for path in written} == {".html", ".docx", ".pdf"}
    with pytest.raises(UnknownSessionError):
        run(evaluated, "evaluation", "summary", "--session", "9")


def test_a_folder_that_cannot_be_written_is_one_sentence(evaluated: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="Choose another folder"):
        write_evaluation_summary(evaluated, "2026", 1, tmp_path / "file")


def test_an_export_of_all_states_has_the_counts_and_no_comment(evaluated: Settings, tmp_path: Path) -> None:
    done = export_answers(evaluated, "2026", tmp_path / "all.csv")
    assert {path.name for path in done.files} == {
        "all.csv",
        "all-attendance.csv",
        "all-codebook.csv",
        "all-dictionary.csv",
        "all-evaluations.csv",
    }
    frame = pd.read_csv(tmp_path / "all-evaluations.csv", keep_default_na=False)
    assert list(frame.columns) == COLUMNS
    assert set(frame.session) == {1}
    useful = frame[frame.question == "useful"]
    assert useful.people.sum() == useful.of.iloc[0] == PEOPLE
    confidence = frame[frame.question == "confidence"]
    assert set(confidence.when) == {"before", "now"}
    assert set(confidence.outcome) == {outcome.id for outcome in CONTENT.get_session(1).outcomes}
    assert "alert(1)" not in (tmp_path / "all-evaluations.csv").read_text("utf-8-sig")
    export_answers(evaluated, "2026", tmp_path / "all.xlsx")
    book = openpyxl.load_workbook(tmp_path / "all.xlsx")
    sheet = book["Session evaluations"]
    assert [cell.value for cell in sheet[1]] == COLUMNS
    assert sheet.max_row == len(frame) + 1


def test_an_export_of_some_states_has_none(evaluated: Settings, tmp_path: Path) -> None:
    done = export_answers(evaluated, "2026", tmp_path / "ohio.csv", ["OH"])
    assert {path.name for path in done.files} == {
        f"ohio{part}.csv" for part in ("", "-attendance", "-codebook", "-dictionary")
    }
    export_answers(evaluated, "2026", tmp_path / "ohio.xlsx", ["OH"])
    assert "Session evaluations" not in openpyxl.load_workbook(tmp_path / "ohio.xlsx").sheetnames
