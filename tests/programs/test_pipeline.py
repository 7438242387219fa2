"""From a list of programs to a reviewed inventory, and back."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import BrowserContext
from typer.testing import CliRunner

from cluster_kit.cli.app import app
from cluster_kit.cli.crosswalk import crosswalk_app
from cluster_kit.content import UnknownJurisdictionError, UnknownSeriesError
from cluster_kit.content.new_series import NewSeries, create_series
from cluster_kit.crosswalk.coded import COLUMNS
from cluster_kit.crosswalk.errors import CrosswalkError, NoTableError, ReviewError
from cluster_kit.crosswalk.reference import Reference
from cluster_kit.crosswalk.results import CHANGES, INVENTORY, REPORT, WORKBOOK
from cluster_kit.crosswalk.workbook import KEY, REVIEW, YOUR_CLUSTER, YOUR_NOTE, YOUR_SUB_CLUSTER
from cluster_kit.programs.pipeline import CrosswalkRequest, CrosswalkResult, import_decisions, run_crosswalk
from cluster_kit.settings import Settings
from tests.browser import find_violations
from tests.crosswalk.samples import HEADER, as_csv, as_xlsx, make_rows

FARM = ["01.0101", "Agricultural Business", "", "Secondary", 40, 12, "North"]
FORMULA = ["52.0301", "=HYPERLINK(1)", "Finance", "Secondary", 30, 4, "@North"]


def run(settings: Settings, rows: list[list[object]], **wanted: str) -> CrosswalkResult:
    file = settings.home.parent / "programs.csv"
    file.write_bytes(as_csv([HEADER, *rows]))
    parts = {"jurisdiction": "oh", "series": "2026", **wanted}
    return run_crosswalk(settings, CrosswalkRequest(file, out=settings.home.parent / "out", **parts))


def coded(settings: Settings) -> list[dict[str, str]]:
    text = (settings.home.parent / "out" / INVENTORY).read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def fill(settings: Settings, key: str, **cells: str) -> Path:
    """Write into the review columns of a row, as a person would in a spreadsheet program."""
    path = settings.home.parent / "out" / WORKBOOK
    book = openpyxl.load_workbook(path)
    sheet = book[REVIEW]
    columns = {cell.value: cell.column for cell in sheet[1]}
    row = next(cells[0].row for cells in sheet.iter_rows(min_row=2) if cells[columns[KEY] - 1].value == key)
    for name, words in {YOUR_CLUSTER: "cluster", YOUR_SUB_CLUSTER: "sub", YOUR_NOTE: "note"}.items():
        if words in cells:
            sheet.cell(row, columns[name]).value = cells[words] or None
    book.save(path)
    return path


def test_everything_is_written_and_says_what_it_is(settings: Settings) -> None:
    result = run(settings, [FARM, FORMULA])
    assert sorted(path.name for path in result.files) == sorted(
        p.name for p in (settings.home.parent / "out").iterdir()
    )
    assert [row["status"] for row in coded(settings)] == ["To review", "Proposed: clear"]
    assert coded(settings)[1]["cluster"] == "Financial Services"
    book = openpyxl.load_workbook(settings.home.parent / "out" / WORKBOOK)
    assert book.sheetnames == ["Read me", "Review", "Programs", "Questions", "Noticed", "Codebook", "Framework"]
    assert {row[0].value for row in book["Codebook"].iter_rows(min_row=2)} >= {column.name for column in COLUMNS}
    for sheet in ("Programs", "Questions", "Noticed", "Codebook"):
        texts = [cell for row in book[sheet].iter_rows(min_row=2) for cell in row if isinstance(cell.value, str)]
        assert texts
        assert all(cell.alignment.wrap_text for cell in texts)


def test_nothing_that_people_typed_is_a_formula(settings: Settings) -> None:
    run(settings, [FARM, FORMULA])
    assert coded(settings)[1]["title"] == "'=HYPERLINK(1)"
    book = openpyxl.load_workbook(settings.home.parent / "out" / WORKBOOK)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert any(cell.value == "=HYPERLINK(1)" and cell.quotePrefix for cell in cells)
    assert "<script" not in (settings.home.parent / "out" / REPORT).read_text("utf-8")


def test_decisions_in_the_review_columns_are_kept_by_the_next_run(settings: Settings) -> None:
    run(settings, [FARM])
    fill(settings, "01.0101", cluster="Agriculture", sub="agribusiness", note="As we fund it.")
    result = run(settings, [FARM, [*FARM[:6], "South"]])
    assert result.taken_back == 1
    assert [(row["cluster"], row["sub_cluster"], row["note"], row["status"]) for row in coded(settings)] == [
        ("Agriculture", "Agribusiness", "As we fund it.", "Decided by the team")
    ] * 2
    changes = (settings.home.parent / "out" / CHANGES).read_text("utf-8-sig")
    assert "since the run before" in changes
    assert "decided by Review workbook: As we fund it." in changes
    assert run(settings, [FARM]).taken_back == 0


def test_decisions_hold_in_the_next_series_and_made_up_series_say_so(settings: Settings) -> None:
    run(settings, [FARM])
    import_decisions(settings, fill(settings, "01.0101", cluster="Agriculture"), "OH", "2026", "Ana")
    days = tuple(dt.date(2027, month, 16) for month in (2, 5, 8, 11))
    create_series(NewSeries("2027", "2026", days, fictional=True), settings.content)
    (settings.home.parent / "out" / WORKBOOK).unlink()
    run(settings, [FARM], series="2027")
    assert [(row["cluster"], row["decided_by"]) for row in coded(settings)] == [("Agriculture", "Ana")]
    assert "Fictional" in (settings.home.parent / "out" / REPORT).read_text("utf-8")


def test_emptied_cells_take_a_decision_back(settings: Settings) -> None:
    run(settings, [FARM])
    fill(settings, "01.0101", sub="Agribusiness")
    run(settings, [FARM])
    assert coded(settings)[0]["cluster"] == "Agriculture"
    fill(settings, "01.0101", cluster="", sub="")
    run(settings, [FARM])
    assert coded(settings)[0]["status"] == "To review"


def test_a_decision_made_elsewhere_meanwhile_outlives_an_untouched_workbook(settings: Settings) -> None:
    run(settings, [FARM])
    old = (settings.home.parent / "out" / WORKBOOK).read_bytes()
    import_decisions(settings, fill(settings, "01.0101", cluster="Agriculture"), "OH", "2026", "Ana")
    (settings.home.parent / "out" / WORKBOOK).write_bytes(old)
    run(settings, [FARM])
    assert coded(settings)[0]["decided_by"] == "Ana"


def test_review_columns_that_do_not_fit_are_named_with_their_rows_and_nothing_is_lost(settings: Settings) -> None:
    run(settings, [FARM, ["52.0301", "Accounting", "Finance", "", "", "", "A"]])
    path = fill(settings, "01.0101", cluster="Agriculture", sub="Accounting")
    fill(settings, "52.0301", cluster="Alchemy")
    before = path.read_bytes()
    with pytest.raises(ReviewError, match="2 problems") as caught:
        run(settings, [FARM])
    assert "Row 2: 'Accounting' is a Sub-Cluster of Financial Services" in str(caught.value)
    assert "Row 3: 'Alchemy' is not a Cluster" in str(caught.value)
    assert path.read_bytes() == before


def test_a_workbook_of_another_state_or_kind_is_refused(settings: Settings, tmp_path: Path) -> None:
    run(settings, [FARM])
    path = fill(settings, "01.0101", cluster="Agriculture")
    with pytest.raises(CrosswalkError, match="made for OH, not for GU"):
        import_decisions(settings, path, "GU", "2026", "Ana")
    with pytest.raises(NoTableError, match="no sheet 'Review'"):
        import_decisions(settings, as_xlsx(tmp_path / "x.xlsx", {"A": [["b"]]}), "OH", "2026", "Ana")


def test_unknown_series_and_states_are_said_to_be_unknown(settings: Settings) -> None:
    with pytest.raises(UnknownJurisdictionError):
        run(settings, [FARM], jurisdiction="ZZ")
    with pytest.raises(UnknownSeriesError):
        run(settings, [FARM], series="1999")


def test_the_summary_shows_coverage_gaps_and_small_numbers_withheld(settings: Settings) -> None:
    rows = [
        FORMULA,
        ["51.3801", "Nursing", "Health Science", "Postsecondary", 80, 44, "River"],
        ["52.1201", "Management Information Systems", "Information Technology", "Secondary", 70, 30, "North"],
    ]
    summary = run(settings, rows).summary
    assert "Construction" in summary.gaps
    assert ("Financial Services", "postsecondary") in summary.level_gaps
    finance = next(line for line in summary.after if line.name == "Financial Services")
    assert str(finance.concentrators) == "fewer than 10"
    assert any(one.cross_cutting == "Management & Entrepreneurship" for one in summary.cross_cutting)
    assert any(move.former == "Finance" and move.cluster == "Financial Services" for move in summary.moves)
    report = (settings.home.parent / "out" / REPORT).read_text("utf-8")
    assert "fewer than 10" in report
    assert "Questions for the next meeting" in report


def test_a_generated_list_of_many_shapes_goes_all_the_way(settings: Settings, reference: Reference) -> None:
    rows = make_rows(reference, 400)[1:]
    result = run(settings, rows)
    assert len(coded(settings)) == result.summary.programs
    assert result.summary.open_programs == sum(not row["cluster"] for row in coded(settings))
    assert (
        sum(one.programs for one in result.summary.coverage) + result.summary.open_programs == result.summary.programs
    )


def test_the_commands_run_decide_and_answer_in_json(settings: Settings) -> None:
    assert crosswalk_app.registered_commands
    file, out = settings.home.parent / "programs.csv", settings.home.parent / "out"
    file.write_bytes(as_csv([["Our code", *HEADER[1:]], FARM]))
    places = ["--jurisdiction", "OH", "--home", str(settings.home)]
    invoke = CliRunner().invoke
    result = invoke(
        app, ["crosswalk", "run", str(file), *places, "--out", str(out), "--column", "cip=Our code", "--json"]
    )
    output = json.loads(result.stdout)
    assert (output["programs"], output["status"]["review"], output["columns"]["cip"]) == (1, 1, "Our code")
    assert (output["home"], output["series"]) == (str(settings.home), "2026")
    path = fill(settings, "01.0101", cluster="Agriculture")
    assert "Saved 1 new decision" in invoke(app, ["crosswalk", "decide", str(path), *places, "--by", "Ana"]).stdout
    shown = json.loads(invoke(app, ["crosswalk", "decide", str(path), *places, "--json"]).stdout)
    assert (shown["decisions"], shown["home"], shown["series"]) == (0, str(settings.home), "2026")
    assert "No new decisions" in invoke(app, ["crosswalk", "decide", str(path), *places, "--by", "Ana"]).stdout


@pytest.mark.browser
def test_the_report_is_accessible_and_asks_for_nothing(
    settings: Settings, reference: Reference, context: BrowserContext
) -> None:
    run(settings, make_rows(reference, 200)[1:])
    page = context.new_page()
    page.set_viewport_size({"width": 320, "height": 800})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((settings.home.parent / "out" / REPORT).as_uri())
    assert find_violations(page) == []
    assert len(asked) == 1
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
