"""Published examples: what ships, and what an organization imports."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from cluster_kit.cli.app import app
from cluster_kit.cli.commands import register
from cluster_kit.content import Depth, load_content
from cluster_kit.content.errors import WorkbookError
from cluster_kit.content.example_import import COLUMNS, MOST_ROWS, read_example_table, save_examples
from cluster_kit.errors import UsageError

CONTENT = load_content("2026")
HEADER = "State,Title,What they did,When,Link text,URL,As of,What to borrow,Area,Lever,Item IDs"
ROW = 'Ohio,A practice,They did it.,2026,A page,https://example.org/a,2026-06,It,"data_reporting, Communications",,'


def _table(tmp_path: Path, *rows: str, header: str = HEADER) -> Path:
    path = tmp_path / "examples.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def test_at_least_25_examples_ship_and_every_area_has_some() -> None:
    assert len(CONTENT.examples) >= 25
    for area in CONTENT.instrument.areas:
        assert [example.id for example in CONTENT.examples if area.id in example.areas], area.id


def _is_home_page(address: str) -> bool:
    return urlsplit(address)[2:] in (("", "", ""), ("/", "", ""))


def test_examples_cite_the_page_itself_and_a_claim_that_cites_a_home_page_says_so() -> None:
    addresses = [address for example in CONTENT.examples for address in (example.address, *example.also)]
    assert [address for address in addresses if _is_home_page(address)] == []
    home_pages = [claim.source.title for claim in CONTENT.facts.claims if _is_home_page(claim.source.address)]
    assert home_pages
    assert [title for title in home_pages if "home page" not in title] == []


def test_examples_say_since_when_and_what_to_borrow_in_one_sentence() -> None:
    for example in CONTENT.examples:
        assert re.search(r"\d{4}", example.when), example.id
        assert re.fullmatch(r"[A-Z][^.]*\.", example.borrow), example.id


def test_what_to_borrow_is_a_step_that_a_team_can_take_this_week() -> None:
    """Not a state of affairs ("Let", "Have", "Require"): those need a law or another agency first."""
    wished = {"Accept", "Give", "Have", "Keep", "Let", "Require", "Say", "Set", "State", "Use", "Where"}
    for example in CONTENT.examples:
        first, *others = example.borrow.split()
        assert first not in wished, example.id
        assert 11 <= len(others) <= 40, example.id


def test_no_two_examples_have_the_same_title_or_one_link_text_for_two_addresses() -> None:
    """Titles tell links to one site apart, and several sources of one example are numbered."""
    assert len({example.title for example in CONTENT.examples}) == len(CONTENT.examples)
    addresses = {example.link: example.address for example in CONTENT.examples}
    assert [example.id for example in CONTENT.examples if addresses[example.link] != example.address] == []


def test_every_state_has_an_example_except_where_no_public_page_was_found() -> None:
    shown = {code for example in CONTENT.examples for code in example.states}
    assert {one.code for one in CONTENT.jurisdictions} - shown == {"AS", "PW"}


def test_the_list_names_the_jurisdictions_without_an_example() -> None:
    register()
    listed = CliRunner().invoke(app, ["examples", "list", "--series", "2026"])
    assert "None from American Samoa and Palau.\n" in listed.stderr
    addresses = [source.address for example in CONTENT.examples for source in example.sources]
    assert [address for address in addresses if f"    {address}\n" not in listed.stdout] == []


def test_examples_come_from_every_region_and_from_small_states_and_territories() -> None:
    states = {code for example in CONTENT.examples for code in example.states}
    regions = {
        "Northeast": "CT ME MA NH NJ NY PA RI VT",
        "Midwest": "IL IN IA KS MI MN MO NE ND OH SD WI",
        "South": "AL AR DE DC FL GA KY LA MD MS NC OK SC TN TX VA WV",
        "West": "AK AZ CA CO HI ID MT NV NM OR UT WA WY",
        "fewer than 1.5 million people": "AK DE DC HI ME MT NH ND RI SD VT WY",
        "territories and Palau": "AS GU MP PR PW VI",
    }
    fewest = {name: len(states & set(codes.split())) for name, codes in regions.items()}
    assert {name: count for name, count in fewest.items() if count < 3} == {}


NONE_FOUND = {
    item for found in CONTENT.facts.claims if found.claim.id.startswith("none_found") for item in found.claim.items
}
"""Statements whose sources say that no example on the modernized Framework was found, and link to Advance CTE."""


def test_every_statement_has_an_example_or_says_that_none_was_found() -> None:
    shown = {item for example in CONTENT.examples for item in example.items}
    without = [item.id for area in CONTENT.instrument.areas for item in area.items if item.id not in shown]
    assert len(without) <= 3
    assert [item for item in without if item not in NONE_FOUND] == []


def test_an_essential_statement_has_an_example_on_the_modernized_framework_or_says_that_none_was_found() -> None:
    shown = {item for example in CONTENT.examples if not example.transfers for item in example.items}
    essential = {item.id for item in CONTENT.instrument.items if item.depth is Depth.ESSENTIAL}
    assert NONE_FOUND & essential == essential - shown


def test_the_list_names_the_essential_statements_without_an_example_on_the_modernized_framework() -> None:
    register()
    listed = CliRunner().invoke(app, ["examples", "list", "--series", "2026"]).stderr
    (line,) = [line for line in listed.splitlines() if line.startswith("None about the modernized Framework for ")]
    named = set(re.findall(r"\b[a-z]{2}_[a-z_]+", line))
    assert named == NONE_FOUND & {item.id for item in CONTENT.instrument.items if item.depth is Depth.ESSENTIAL}


def test_documents_count_the_examples_that_ship() -> None:
    root = Path(__file__).parents[2]
    for name in ("docs/reference/content-findings.md", "CHANGELOG.md"):
        counts = re.findall(r"\b(\d+) published examples", (root / name).read_text(encoding="utf-8"))
        assert counts, name
        assert set(counts) == {str(len(CONTENT.examples))}, name


def test_an_example_without_the_label_is_about_the_modernized_framework() -> None:
    about = re.compile(
        r"modernized|14 Clusters|16 Clusters to 14|new Cluster|updated Cluster|Framework|core plus flex", re.IGNORECASE
    )
    for example in CONTENT.examples:
        assert example.transfers or about.search(f"{example.title} {example.did} {example.link}"), example.id
        assert example.label == ("Practice that would transfer" if example.transfers else "")
    assert 10 < len([example for example in CONTENT.examples if not example.transfers]) < len(CONTENT.examples) / 2


def test_a_practice_on_earlier_clusters_or_none_has_the_label() -> None:
    concedes = re.compile(r"earlier Clusters|the ten Clusters|not (about|depend on) Clusters|which Clusters")
    conceding = [example for example in CONTENT.examples if concedes.search(example.caution)]
    assert len(conceding) > 10
    assert [example.id for example in conceding if not example.transfers] == []


def test_the_first_address_is_no_law_publisher_where_the_state_has_a_page() -> None:
    """Where we found no official page, the caution says that the text is a legal publisher's copy."""
    publishers = (
        "justia.com",
        "casetext.com",
        "public.law",
        "cornell.edu",
        "elaws.us",
        "legiscan.com",
        "fastdemocracy.com",
    )
    hosts = (*publishers, "surveymonkey.com", "instalawyer.io", "legalfix.com", "einpresswire.com")
    for example in CONTENT.examples:
        if (urlsplit(example.address).hostname or "").endswith(hosts):
            assert re.search(r"legal publisher's copy|news release", example.caution), example.id


def test_no_example_links_a_page_that_was_not_read() -> None:
    concedes = re.compile(r"did not read|not read that|could not open|AI-generated meeting summaries\. Ask")
    assert [one.id for one in CONTENT.examples if concedes.search(" ".join(one.caution.split()))] == []


def test_an_example_about_an_item_is_about_its_area() -> None:
    area_of = {item.id: area.id for area in CONTENT.instrument.areas for item in area.items}
    for example in CONTENT.examples:
        assert {area_of[item] for item in example.items} <= set(example.areas), example.id


def test_a_table_is_read_with_names_or_ids_and_written_to_the_overlay(tmp_path: Path) -> None:
    second = "GU; Palau,Second,=1+1 done,2025,Page,https://example.org/b,2026-06-15,It,program_approval,Who may teach,"
    overlay = tmp_path / "content"
    path = save_examples(read_example_table(_table(tmp_path, ROW, second), overlay, "ours"), overlay, "ours")
    assert path == overlay / "examples" / "ours.yaml"
    content = load_content("2026", overlay=overlay)
    assert len(content.examples) == len(CONTENT.examples) + 2
    first, other = (next(e for e in content.examples if e.id == id_) for id_ in ("ohio_a_practice", "gu_palau_second"))
    assert (first.states, first.areas) == (("OH",), ("data_reporting", "communications"))
    assert f"{first.as_of}" == "2026-06-01"
    assert (other.states, other.levers, other.did) == (("GU", "PW"), ("who_teaches",), "=1+1 done")


def test_a_workbook_is_read_as_well(tmp_path: Path) -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append([*HEADER.split(","), "Undated"])
    told = ["WI", "A", "They did it.", 2026, "A page", "https://example.org", "2026-06", "It", "data_reporting"]
    sheet.append([*told, "", "", "yes"])
    workbook.save(tmp_path / "examples.xlsx")
    (example,) = read_example_table(tmp_path / "examples.xlsx", None, "imported").examples
    assert (example.states, example.when, example.undated) == (("WI",), "2026", True)


def test_every_problem_is_named_with_row_and_column(tmp_path: Path) -> None:
    bad = "Ohoi,,They did it.,2026,A page,javascript:alert(1),June 2026,It,data_reportin,,dr_nothing"
    with pytest.raises(WorkbookError) as raised:
        read_example_table(_table(tmp_path, ROW, bad), None, "imported")
    assert [str(problem) for problem in raised.value.problems] == [
        "examples.csv, row 3, column states: there is no state 'Ohoi': did you mean 'ohio'?",
        "examples.csv, row 3, column areas: there is no area 'data_reportin': did you mean 'data_reporting'?",
        "examples.csv, row 3, column items: there is no item 'dr_nothing'",
        "examples.csv, row 3, column address: address must be a web address such as https://www.example.org/page, not "
        "'javascript:alert(1)'",
        "examples.csv, row 3, column as_of: as_of must be a month or a day such as 2026-06 or 2026-06-15, not "
        "'June 2026'",
        "examples.csv, row 3: needs a title",
    ]


@pytest.mark.parametrize(
    ("rows", "header", "sentence"),
    [
        ((), HEADER, "has no examples: write one in each row below the header"),
        ((ROW,), "State,Name", "has no column title, did, when, link, address, as_of, borrow, areas in row 1"),
        ((ROW, ROW), HEADER, "there is another example 'ohio_a_practice': write another id in the column id"),
    ],
)
def test_a_table_that_cannot_be_used_is_one_sentence(
    tmp_path: Path, rows: tuple[str, ...], header: str, sentence: str
) -> None:
    with pytest.raises(WorkbookError, match=re.escape(sentence)):
        read_example_table(_table(tmp_path, *rows, header=header), None, "imported")


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"%PDF-1.7\n%\xe2\xe3\n")
    with pytest.raises(WorkbookError, match="CSV UTF-8"):
        read_example_table(tmp_path / "a.csv", None, "imported")


def test_a_table_with_too_many_rows_is_refused_before_they_are_checked(tmp_path: Path) -> None:
    bad = "Nowhere,A practice,They did it.,2026,A page,javascript:x,2026-06,It,nothing,,"
    with pytest.raises(WorkbookError, match="has more than 2,000 rows") as raised:
        read_example_table(_table(tmp_path, *[bad] * (MOST_ROWS + 1)), None, "imported")
    assert raised.value.problems == ()


def test_a_file_without_an_end_is_refused() -> None:
    with pytest.raises(WorkbookError, match="larger than 5 MB"):
        read_example_table(Path("/dev/zero"), None, "imported")


def test_a_pack_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    table = read_example_table(_table(tmp_path, ROW), None, "imported")
    (tmp_path / "content").write_text("a file where the folder belongs", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be written"):
        save_examples(table, tmp_path / "content", "imported")


def test_the_commands_import_once_more_and_list(tmp_path: Path) -> None:
    register()
    home = ["--home", str(tmp_path)]
    dry = CliRunner().invoke(app, ["examples", "import", str(_table(tmp_path, ROW)), "--dry-run", *home])
    assert "has no problems: 1 example. Nothing was changed." in dry.output
    assert not (tmp_path / "content").exists()
    for _ in range(2):
        done = CliRunner().invoke(app, ["examples", "import", str(_table(tmp_path, ROW)), *home])
        assert done.exit_code == 0, done.output
    shown = json.loads(
        CliRunner().invoke(app, ["examples", "import", str(_table(tmp_path, ROW)), "--json", *home]).stdout
    )
    assert (shown["examples"], shown["dry_run"], shown["series"]) == (1, False, None)
    assert [Path(file).is_file() for file in shown["files"]] == [True]
    listed = CliRunner().invoke(app, ["examples", "list", "--area", "communications", "--series", "2026", *home])
    assert "OH: A practice (as of June 2026)" in listed.output
    assert "https://example.org/a" in listed.output
    assert "WA: Two approval windows" not in listed.output


def test_the_columns_are_the_keys_of_an_example() -> None:
    from cluster_kit.content.examples import PublishedExample

    assert set(COLUMNS) == set(PublishedExample.model_fields)
