"""The exercise with a state's own list: the page's requests, the replies, and the team's decisions."""

from __future__ import annotations

import base64
import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from cluster_kit.content import load_content
from cluster_kit.content.models import FilePrompt
from cluster_kit.crosswalk.calibration import Calibration
from cluster_kit.crosswalk.decisions import Decision
from cluster_kit.crosswalk.errors import CrosswalkError, StudentDataError
from cluster_kit.crosswalk.inventory import read_inventory_from
from cluster_kit.crosswalk.places import Placement
from cluster_kit.crosswalk.proposing import propose_clusters
from cluster_kit.crosswalk.reference import Reference
from cluster_kit.documents.model import Section
from cluster_kit.exercises.answer_cache import Update
from cluster_kit.exercises.context import FormContext
from cluster_kit.exercises.extensions import extension_openers
from cluster_kit.forms.handler import FormHandler
from cluster_kit.programs.exercise import CrosswalkContext, ProgramList, ProgramReview
from cluster_kit.programs.extension import EXTENSION
from cluster_kit.programs.next_steps import NextSteps, NoRoomError, row_of
from cluster_kit.programs.prompt import PROGRAMS_ADDRESS, ProgramsPrompt
from cluster_kit.programs.rows import format_confidence, to_row
from cluster_kit.settings import HOME_VARIABLE, Settings
from cluster_kit.store import Person, Store
from cluster_kit.store.files import FileStore, UploadedFile
from tests.crosswalk.samples import PLAIN, as_csv, make_rows

CONTENT = load_content("2026")
SESSION, EXERCISE, PROMPT = PROGRAMS_ADDRESS
HOSTILE = [
    PLAIN[0],
    ["52.0201", '=HYPERLINK("http://x","Business")', "Finance", "Secondary", 12, 3, "<img src=x onerror=alert(1)>"],
    ["52.0201", "<script>alert(1)</script>", "Finance", "Secondary", 12, 3, "North"],
]


def person(store: Store, name: str) -> Person:
    now = dt.datetime.now(dt.UTC)
    return store.add_person(Person(id=name.lower(), series="2026", jurisdiction="OH", name=name, at=now))


@pytest.fixture
def crosswalk_context(settings: Settings, store: Store) -> CrosswalkContext:
    return CrosswalkContext(settings, CONTENT, store, SESSION, "OH", person(store, "Ana"))


def review_of(crosswalk_context: CrosswalkContext, rows: Sequence[Sequence[object]]) -> ProgramReview:
    raw = as_csv(rows)
    return ProgramReview(crosswalk_context, lambda: ProgramList("programs.csv", str(hash(raw)), lambda: raw))


def rows_to_show(review: ProgramReview) -> list[dict[str, Any]]:
    keys = review.answer({"what": "list", "show": "open"})["keys"]
    found: list[dict[str, Any]] = review.answer({"what": "rows", "rows": keys[:25]})["rows"]
    return found


def test_the_shipped_exercise_stands_where_decisions_are_kept() -> None:
    exercise = CONTENT.get_session(SESSION).find_exercise(EXERCISE)
    assert exercise is not None
    kinds = {type(prompt): prompt.id for prompt in exercise.prompts}
    assert kinds == {FilePrompt: "programs", ProgramsPrompt: PROMPT}
    assert {"aligned_definitions", "clear_reporting"} <= set(exercise.outcomes)


def test_a_page_without_a_list_is_told_so(crosswalk_context: CrosswalkContext) -> None:
    review = ProgramReview(crosswalk_context, lambda: None)
    assert review.answer({"what": "overview"}) == {"list": None}
    with pytest.raises(CrosswalkError, match="has not given a list"):
        review.answer({"what": "report"})


@pytest.mark.parametrize(
    "asked", [{}, {"what": "everything"}, {"what": "download", "at": -1}, {"what": "list", "show": ["x"]}]
)
def test_what_no_page_asks_is_a_sentence(crosswalk_context: CrosswalkContext, asked: dict[str, Any]) -> None:
    with pytest.raises(CrosswalkError, match="Reload the page"):
        review_of(crosswalk_context, PLAIN).answer(asked)


def test_a_list_about_single_students_is_refused(crosswalk_context: CrosswalkContext) -> None:
    with pytest.raises(StudentDataError, match="Nothing was kept"):
        review_of(crosswalk_context, PLAIN).check_file("list.csv", b"Student Name,CIP Code\nAna,01.0101\n")


def test_a_team_names_the_columns_of_its_list(crosswalk_context: CrosswalkContext, settings: Settings) -> None:
    rows = [["Kennzahl", "Was", "Niveau"], ["52.0201", "Business", "Secondary"], ["01.0101", "Farming", "Secondary"]]
    review = review_of(crosswalk_context, [["A b", "C d", "E f"], *[["x", "y", "z"]] * 3])
    review.check_file("list.csv", as_csv([["A b", "C d"], ["x", "y"]]))
    unclear = review.answer({"what": "overview"})
    assert unclear["list"] is None
    assert unclear["unclear"]["columns"]["headers"] == ("A b", "C d", "E f")
    assert "--column" not in unclear["unclear"]["sentence"]
    with pytest.raises(CrosswalkError, match="no column of CIP codes") as refused:
        review.answer({"what": "list"})
    assert "--column" not in str(refused.value)
    with pytest.raises(CrosswalkError, match="no column called 'Nope'"):
        review.answer({"what": "columns", "columns": {"title": "Nope"}})

    review = review_of(crosswalk_context, rows)
    first = review.answer({"what": "overview"})
    assert review.is_change({"what": "columns"})
    review.answer({"what": "columns", "columns": {"title": "Was", "level": "Niveau"}})
    told = review.answer({"what": "overview"})["list"]
    assert told["columns"]["read"] == {"cip": "Kennzahl", "title": "Was", "level": "Niveau"}
    assert told["digest"] != (first["list"] or {}).get("digest")
    again = review_of(crosswalk_context, rows).answer({"what": "overview"})["list"]
    assert again["columns"] == told["columns"]
    guam = review_of(replace(crosswalk_context, jurisdiction="GU"), rows)
    assert guam.answer({"what": "overview"}) == first  # another state's choice is its own
    with pytest.raises(CrosswalkError, match="cannot be made here"):
        review_of(replace(crosswalk_context, person=None), rows).answer({"what": "columns", "columns": {}})


def test_a_team_chooses_the_sheet_and_columns_that_are_not_read(
    crosswalk_context: CrosswalkContext, tmp_path: Path
) -> None:
    path = tmp_path / "programs.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        for name, rows in {
            "2024": [["CIP Code", "Program Title", "Level"], ["52.0201", "Business", "Secondary"]],
            "2025": [["CIP Code", "Program Title"], ["01.0101", "Farming"]],
            "Own": [["Eins", "Zwei"], ["x", "y"]],
        }.items():
            sheet = workbook.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
            if name == "Own":
                sheet.hide()
    given = ProgramList("programs.xlsx", "digest", path.read_bytes)

    def ask(what: str, **more: object) -> dict[str, Any]:
        return ProgramReview(crosswalk_context, lambda: given).answer({"what": what, **more})

    first = ask("overview")["list"]["columns"]
    labels = {"2024": "2024", "2025": "2025", "Own": "Own (hidden)"}
    assert (first["sheet"], {one["name"]: one["label"] for one in first["sheets"]}) == ("2024", labels)
    ask("columns", sheet="2025")
    second = ask("overview")["list"]  # remembered
    assert (second["sheet"], second["columns"]["read"]) == ("2025", {"cip": "CIP Code", "title": "Program Title"})
    ask("columns", columns={"title": ""}, sheet="2025")
    assert ask("overview")["list"]["columns"]["read"] == {"cip": "CIP Code"}
    unclear = ask("columns", sheet="Own")["unclear"]["columns"]
    assert (unclear["sheet"], unclear["headers"]) == ("Own", ("Eins", "Zwei"))
    assert ask("overview")["list"]["sheet"] == "2025"  # until its columns are named
    ask("columns", sheet="Own", columns={"title": "Zwei"})
    assert ask("overview")["list"]["columns"]["read"] == {"title": "Zwei"}


def test_what_was_found_is_told_in_sentences_and_questions(
    crosswalk_context: CrosswalkContext, reference: Reference
) -> None:
    told = review_of(crosswalk_context, make_rows(reference, 300)).answer({"what": "overview"})
    assert told["list"]["programs"] == 300
    assert "sample of codes" in told["notice"]
    assert any("no CIP code" in sentence for sentence in told["findings"])
    assert all(
        question["words"].rstrip(".").endswith("?") or "?" in question["words"] for question in told["questions"]
    )
    assert told["counts"]["all"] == sum(told["counts"][show] for show in ("open", "clear", "decided"))


def test_what_leaves_a_choice_comes_with_candidates_reasons_and_words_for_how_sure(
    crosswalk_context: CrosswalkContext, reference: Reference
) -> None:
    rows = rows_to_show(review_of(crosswalk_context, make_rows(reference, 300)))
    assert [row["programs"] for row in rows] == sorted((row["programs"] for row in rows), reverse=True)
    with_candidates = [row for row in rows if row["candidates"]]
    assert with_candidates
    for row in with_candidates:
        assert row["reasons"]
        assert all(" in 10 such proposals were right" in one["sure"] for one in row["candidates"])


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.97, "almost certain: more than 9 in 10 such proposals were right"),
        (0.86, "very likely: about 9 in 10 such proposals were right"),
        (0.5, "possible: about 5 in 10 such proposals were right"),
        (0.05, "a guess: about 1 in 10 such proposals were right"),
    ],
)
def test_confidence_is_said_in_words(share: float, words: str) -> None:
    assert format_confidence(share) == words


def test_the_clear_ones_are_taken_at_once_and_only_once(
    crosswalk_context: CrosswalkContext, reference: Reference
) -> None:
    review = review_of(crosswalk_context, make_rows(reference, 300))
    clear = review.answer({"what": "overview"})["counts"]["clear"]
    assert clear > 10
    assert review.answer({"what": "take_clear"}) == {"taken": clear}
    assert review.answer({"what": "take_clear"}) == {"taken": 0}
    assert review.answer({"what": "overview"})["counts"]["clear"] == 0


def test_taking_the_clear_ones_leaves_what_the_team_has_decided(
    crosswalk_context: CrosswalkContext, reference: Reference
) -> None:
    review = review_of(crosswalk_context, make_rows(reference, 300))
    key = review.answer({"what": "list", "show": "clear"})["keys"][0]
    handler = form(crosswalk_context, review)
    handler.receive(save("r1", f"{PROMPT}.cluster", key, "energy_natural_resources"))
    review.answer({"what": "take_clear"})
    current = crosswalk_context.store.current("2026", "OH", session=SESSION, exercise=EXERCISE)
    assert [r.value for r in current if (r.prompt, r.row) == (f"{PROMPT}.cluster", key)] == ["energy_natural_resources"]


def test_a_decision_of_an_earlier_series_is_said(reference: Reference, calibration: Calibration) -> None:
    decision = Decision("01.0101", Placement("agriculture", "agribusiness"), author="Ana", series="2025")
    inventory = read_inventory_from("programs.csv", as_csv(PLAIN))
    proposals = propose_clusters(inventory, reference, calibration, {"01.0101": [decision]})
    (proposal,) = [one for one in proposals.proposals if one.group.code == "01.0101"]
    assert to_row(proposal, proposals, "2026")["earlier"] == "Agriculture: Agribusiness (2025, Ana)"
    assert to_row(proposal, proposals, "2025")["earlier"] == ""


# --- through the form -------------------------------------------------------------------------------------------


def form(crosswalk_context: CrosswalkContext, review: ProgramReview, who: Person | None = None) -> FormHandler:
    author = who or crosswalk_context.person
    assert author is not None
    context = FormContext(
        crosswalk_context.content,
        crosswalk_context.store,
        SESSION,
        "OH",
        author,
        extensions={"programs": lambda _context: review},
    )
    return FormHandler(context, EXERCISE)


def save(id_: str, prompt: str, row: str, value: Any, base: Sequence[str] = ()) -> dict[str, Any]:
    answer = {"id": id_, "prompt": prompt, "row": row, "value": value, "base": list(base)}
    return {"type": "save", "message": id_, "responses": [answer]}


def ask(what: str, rows: Sequence[str] = (), **more: Any) -> dict[str, Any]:
    return {"type": "ask", "message": "m", "prompt": PROMPT, "asked": {"what": what, **more}, "rows": list(rows)}


def test_a_page_is_sent_the_rows_that_it_asks_for_and_no_others(crosswalk_context: CrosswalkContext) -> None:
    review = review_of(crosswalk_context, PLAIN)
    ana, ben = form(crosswalk_context, review), form(crosswalk_context, review, person(crosswalk_context.store, "Ben"))
    ben.receive(save("b1", f"{PROMPT}.cluster", "01.0101", "agriculture"))
    ben.receive(save("b2", f"{PROMPT}.cluster", "52.0301", "financial_services"))
    assert ana.open()["answers"]["fields"] == []
    changes, reply = ana.receive(ask("rows", ["01.0101"]))
    assert [(field["row"], field["answers"][0]["who"]) for field in changes["fields"] if field["answers"]] == [
        ("01.0101", "Ben")
    ]
    assert [row["key"] for row in reply["reply"]["rows"]] == ["01.0101"]
    new = Update(tuple(crosswalk_context.store.since(0, "2026", "OH")))
    (later,) = ana.catch_up(new, session_changed=False)
    assert {field["row"] for field in later["fields"]} == {"01.0101"}
    assert later["stale"] == [PROMPT]


def test_two_teammates_who_decide_differently_keep_both_answers_and_are_asked(
    crosswalk_context: CrosswalkContext,
) -> None:
    review = review_of(crosswalk_context, PLAIN)
    ana, ben = form(crosswalk_context, review), form(crosswalk_context, review, person(crosswalk_context.store, "Ben"))
    ana.receive(save("a1", f"{PROMPT}.cluster", "52.0301", "financial_services"))
    (saved,) = ben.receive(save("b1", f"{PROMPT}.cluster", "52.0301", "management_entrepreneurship"))
    assert saved["receipts"][0]["status"] == "conflict"
    assert "52.0301" in review.answer({"what": "list", "show": "open"})["keys"]
    ana.receive(save("a2", f"{PROMPT}.cluster", "52.0301", "financial_services", ["a1", "b1"]))
    assert "52.0301" in review.answer({"what": "list", "show": "decided"})["keys"]


@pytest.mark.parametrize(
    ("prompt", "row", "value"),
    [
        ("cluster", "01.0101", "no_such_cluster"),
        ("sub_cluster", "01.0101", "agriculture"),
        ("cluster", "01.0101\n", "agriculture"),
        ("cluster", "", "agriculture"),
        ("note", "01.0101", ["a"]),
        ("level", "01.0101", "agriculture"),
    ],
)
def test_decisions_that_make_no_sense_are_refused(
    crosswalk_context: CrosswalkContext, prompt: str, row: str, value: Any
) -> None:
    (reply,) = form(crosswalk_context, review_of(crosswalk_context, PLAIN)).receive(
        save("r1", f"{PROMPT}.{prompt}", row, value)
    )
    assert reply["type"] == "refused"


def test_a_specialist_that_fails_is_a_sentence_and_leaves_the_form_alone(crosswalk_context: CrosswalkContext) -> None:
    def lose_it() -> ProgramList:
        raise RuntimeError("secret path")

    handler = form(crosswalk_context, ProgramReview(crosswalk_context, lose_it))
    problem = handler.receive(ask("overview"))[1]["problem"]
    assert problem.startswith("Something went wrong on our side.")
    assert handler.receive(save("r1", f"{PROMPT}.note", "01.0101", "Kept."))[0]["type"] == "saved"


def test_without_a_specialist_the_page_says_where_to_go(crosswalk_context: CrosswalkContext) -> None:
    assert crosswalk_context.person is not None
    handler = FormHandler(
        FormContext(crosswalk_context.content, crosswalk_context.store, SESSION, "OH", crosswalk_context.person),
        EXERCISE,
    )
    assert "state's page" in handler.receive(ask("overview"))[1]["problem"]


# --- results -------------------------------------------------------------------------------------------------------


def test_a_question_becomes_a_next_step_once_and_again_after_it_was_removed(
    crosswalk_context: CrosswalkContext,
) -> None:
    review = review_of(crosswalk_context, [*PLAIN, ["", "Welding", "", "Secondary", 5, 2, "North"]])
    question = review.answer({"what": "overview"})["questions"][0]
    assert review.answer({"what": "take_question", "question": question["id"]}) == {"added": True}
    assert review.answer({"what": "take_question", "question": question["id"]}) == {"added": False}
    assert review.answer({"what": "overview"})["questions"][0]["taken"] is True
    assert crosswalk_context.person is not None
    steps = FormHandler(
        FormContext(crosswalk_context.content, crosswalk_context.store, SESSION, "OH", crosswalk_context.person),
        "next_steps",
    )
    shown = steps.open()["answers"]
    assert [f["answers"][0]["value"] for f in shown["fields"]] == [f"Find out: {question['words']}"]
    steps.receive(save("gone", "actions", question["id"], False))
    assert review.answer({"what": "take_question", "question": question["id"]}) == {"added": True}
    assert review.answer({"what": "overview"})["questions"][0]["taken"] is True


def test_a_full_list_of_next_steps_is_a_sentence(crosswalk_context: CrosswalkContext) -> None:
    steps = NextSteps(crosswalk_context.content, crosswalk_context.store, SESSION, "OH")
    assert crosswalk_context.person is not None
    for number in range(12):
        steps.add(f"Is this the question of {'a' * (number + 1)}?", crosswalk_context.person)
    with pytest.raises(NoRoomError, match="Remove one first"):
        steps.add("Is there room?", crosswalk_context.person)


def test_a_question_is_the_same_whatever_its_numbers() -> None:
    assert row_of("Who decides on the 35 programs?") == row_of("Who decides on the 7 programs?")
    assert row_of("Who decides?") != row_of("Who asks?")


def test_the_report_shows_typed_words_as_words_and_no_small_numbers(crosswalk_context: CrosswalkContext) -> None:
    html = review_of(crosswalk_context, HOSTILE).answer({"what": "report"})["html"]
    assert "<script" not in html
    assert "onerror=alert(1)>" not in html
    assert "fewer than 10" in html or "withheld" in html


def download(review: ProgramReview, format_: str) -> bytes:
    parts: list[bytes] = []
    while True:
        told = review.answer({"what": "download", "format": format_, "at": sum(map(len, parts))})
        parts.append(base64.b64decode(told["data"]))
        if sum(map(len, parts)) >= told["size"]:
            return b"".join(parts)


def test_the_coded_list_comes_in_pieces_and_has_no_formulas(
    crosswalk_context: CrosswalkContext, reference: Reference
) -> None:
    text = download(review_of(crosswalk_context, HOSTILE), "csv").decode("utf-8-sig")
    assert "'=HYPERLINK" in text
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(download(review_of(crosswalk_context, make_rows(reference, 2500)), "xlsx"))
    )
    assert len(book.get_sheet_by_name("Programs").to_python()) > 2400


def test_a_document_shows_what_the_list_shows(
    crosswalk_context: CrosswalkContext, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(settings.home))
    file_store = FileStore(settings.files / "2026" / "OH")
    assert EXTENSION.report(CONTENT, crosswalk_context.store, SESSION, "OH", file_store) is None
    assert crosswalk_context.person is not None
    context = FormContext(
        CONTENT,
        crosswalk_context.store,
        SESSION,
        "OH",
        crosswalk_context.person,
        files=file_store,
        extensions=extension_openers(),
    )
    handler, raw = FormHandler(context, EXERCISE), as_csv(PLAIN)
    piece = {"upload": "u", "prompt": "programs", "name": "p.csv", "size": len(raw), "at": 0}
    (reply,) = handler.receive({"type": "file", **piece, "data": base64.b64encode(raw).decode()})
    handler.receive(save("r1", "programs", "", reply["value"]))
    report = EXTENSION.report(CONTENT, crosswalk_context.store, SESSION, "OH", file_store)
    assert isinstance(report, Section)
    assert "Programs by Cluster" in [block.title for block in report.blocks if isinstance(block, Section)]
    file_store.remove(UploadedFile.model_validate(reply["value"]).sha256)
    lost = EXTENSION.report(CONTENT, crosswalk_context.store, SESSION, "OH", file_store)
    assert lost is not None
    assert "p.csv is no longer here" in str(lost.blocks)
