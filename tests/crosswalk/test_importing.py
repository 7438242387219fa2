from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cluster_kit.cli.app import app
from cluster_kit.cli.crosswalk import crosswalk_app
from cluster_kit.crosswalk.calibration import FILE, load_calibration
from cluster_kit.crosswalk.errors import NoTableError, UnreadableListError
from cluster_kit.crosswalk.importing import Normalization, import_crosswalk, import_workbook
from cluster_kit.crosswalk.places import Placement
from cluster_kit.crosswalk.reference import Reference, open_reference
from cluster_kit.crosswalk.sample import LONG_SHEET, write_sample
from cluster_kit.settings import Settings
from tests.crosswalk.samples import as_xlsx

LONG = ["CIP Code (2020)", "CIP Title (2020)", "Career Cluster", "Sub-Cluster"]


def test_the_sample_in_the_published_shape_comes_back_as_it_was(settings: Settings, reference: Reference) -> None:
    file = settings.home.parent / "sample.xlsx"
    write_sample(file)
    imported = import_workbook(file, reference.places)
    assert imported.passed_over == ("Overview",)
    assert imported.problems == imported.normalizations == ()
    assert {e.code: set(e.places) for e in imported.tables[0].entries} == {
        e.code: set(e.places) for e in reference.cip.entries
    }
    report = imported.reports[0]
    assert (report.kind, report.codes, report.clusters, report.sub_clusters) == ("cip", 260, 14, 71)


def test_names_with_stray_case_spaces_and_footnotes_are_read_and_reported(tmp_path: Path, reference: Reference) -> None:
    rows = [
        LONG,
        ["01.0303", "Aquaculture", "Agriculture", "water systems"],
        [1.0303, "Aquaculture", " Agriculture", "Animal Systems*"],
        ["52.0211 ", "Project Management", "Management and Entrepreneurship", "Project Management"],
    ]
    imported = import_workbook(as_xlsx(tmp_path / "c.xlsx", {LONG_SHEET: rows}), reference.places)
    found = {entry.code: entry.places for entry in imported.tables[0].entries}
    assert set(found["01.0303"]) == {
        Placement("agriculture", "water_systems"),
        Placement("agriculture", "animal_systems"),
    }
    assert Normalization("water systems", "Water Systems", 1) in imported.normalizations
    assert Normalization(" Agriculture", "Agriculture", 1) in imported.normalizations
    assert Normalization("Animal Systems*", "Animal Systems", 1) in imported.normalizations
    assert "52.0211" in found


def test_what_does_not_fit_is_named_with_its_row_and_the_rest_is_taken(tmp_path: Path, reference: Reference) -> None:
    rows = [
        LONG,
        ["01.0101", "Farm", "Agriculture", "Agribusiness"],
        ["01.0102", "Farm", "Alchemy", "Agribusiness"],
        ["n. a.", "Farm", "Agriculture", "Agribusiness"],
        ["01.0103", "Farm", "Agriculture", "Accounting"],
        ["01.0104", "Farm", "Agriculture", "Moon Systems"],
    ]
    imported = import_workbook(as_xlsx(tmp_path / "c.xlsx", {LONG_SHEET: rows}), reference.places)
    words = " ".join(imported.problems)
    assert "'Alchemy' is not a Cluster of the Framework (row 3)" in words
    assert "'n. a.' is not a code; left out (row 4)" in words
    assert "'Accounting' is not a Sub-Cluster of Agriculture (row 5)" in words
    assert "'Moon Systems' is not a Sub-Cluster of the Framework (row 6)" in words
    found = {entry.code: entry.places for entry in imported.tables[0].entries}
    assert found["01.0103"] == found["01.0104"] == (Placement("agriculture"),)
    assert "01.0102" not in found


def test_a_merged_cell_of_a_crosswalk_is_that_of_each_row(tmp_path: Path, reference: Reference) -> None:
    rows = [
        LONG,
        ["01.0101", "Farm", "Agriculture", "Agribusiness"],
        ["01.0102", "Farm", "", "Animal Systems"],
        ["01.0103", "Farm", "", ""],
    ]
    path = as_xlsx(tmp_path / "c.xlsx", {LONG_SHEET: rows}, ["C2:C4"])
    found = {entry.code: entry.places for entry in import_workbook(path, reference.places).tables[0].entries}
    assert found["01.0102"] == (Placement("agriculture", "animal_systems"),)
    assert found["01.0103"] == (Placement("agriculture"),)


def test_wide_sheets_and_other_codes_are_read(tmp_path: Path, reference: Reference) -> None:
    soc = [
        ["SOC crosswalk"],
        ["SOC Code (2018)", "SOC Title", "Career Cluster", "Sub-Cluster", "Career Cluster", "Sub-Cluster"],
        ["29-1141", "Registered Nurses", "Healthcare & Human Services", "Physical Health", "", ""],
        ["11-3031", "Financial Managers", "Financial Services", "Accounting", "Management & Entrepreneurship", ""],
    ]
    naics = [["NAICS Code", "NAICS Title", "Career Cluster"], [62, "Health Care", "Healthcare & Human Services"]]
    moved = [
        ["CIPCode2010", "Action", "CIPTitle2010", "CIPCode2020"],
        ["43.0106", "Moved to", "Forensic Science", 43.0406],
    ]
    path = as_xlsx(tmp_path / "c.xlsx", {"SOC": soc, "NAICS": naics, "Moves": moved})
    tables = {table.kind: table for table in import_workbook(path, reference.places).tables}
    assert tables["soc"].entries[0].places == (
        Placement("financial_services", "accounting"),
        Placement("management_entrepreneurship"),
    )
    assert tables["naics"].entries[0].code == "62"
    assert tables["cip_moves"].entries[0].codes == ("43.0406",)


def test_a_workbook_without_a_crosswalk_is_said_to_be_none(tmp_path: Path, reference: Reference) -> None:
    path = as_xlsx(tmp_path / "c.xlsx", {"Budget": [["Year"], [2026]]})
    with pytest.raises(NoTableError, match=r"no crosswalk \(looked at: 'Budget'\)"):
        import_workbook(path, reference.places)
    with pytest.raises(NoTableError, match="no sheet 'X'"):
        import_workbook(path, reference.places, "X")
    with pytest.raises(UnreadableListError, match="cannot be read"):
        import_workbook(tmp_path / "none.xlsx", reference.places)


def test_an_import_is_kept_in_the_home_with_its_confidence(settings: Settings) -> None:
    file = settings.home.parent / "sample.xlsx"
    write_sample(file)
    import_crosswalk(settings.crosswalk, file)
    imported = open_reference(settings.crosswalk)
    assert not imported.is_sample
    assert imported.cip.source == "sample.xlsx"
    assert (settings.crosswalk / FILE).exists()
    assert load_calibration(settings.crosswalk, imported.digest) is not None
    assert load_calibration(settings.crosswalk, "another") is None


def test_the_import_command_says_what_it_read(settings: Settings) -> None:
    assert crosswalk_app.registered_commands
    file = settings.home.parent / "sample.xlsx"
    run = CliRunner()
    assert run.invoke(app, ["crosswalk", "sample", str(file)]).exit_code == 0
    result = run.invoke(app, ["crosswalk", "import", str(file), "--home", str(settings.home), "--json"])
    output = json.loads(result.stdout)
    assert output["reports"][0]["codes"] == 260
    assert output["passed_over"] == ["Overview"]
    assert (output["home"], output["series"]) == (str(settings.home), None)
    assert output["normalizations"] == []
