from __future__ import annotations

import io
import random
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from cluster_kit.content import load_instrument, load_roles
from cluster_kit.content import models as m
from cluster_kit.content.errors import WorkbookError
from cluster_kit.content.instrument_files import save_instrument
from cluster_kit.content.workbook.layout import from_lines, to_lines
from cluster_kit.content.workbook.reading import read_workbook
from cluster_kit.content.workbook.template import write_template
from cluster_kit.errors import UsageError
from tests.content.conftest import SMALL_PACK

ROLES = load_roles(SMALL_PACK)
SMALL = load_instrument(SMALL_PACK)
ITEMS, AREAS, SCALE = "Part 2 Items", "Part 2 Areas", "Scale"


def official(instrument: m.Instrument) -> m.Instrument:
    return instrument.model_copy(update={"wording": "official"})


def written(folder: Path, instrument: m.Instrument = SMALL, roles: m.Roles = ROLES) -> Path:
    path = folder / "instrument.xlsx"
    write_template(instrument, roles.roles, path)
    return path


def edited(folder: Path, edit: Callable[[Workbook], None]) -> Path:
    """The small instrument's workbook, changed and saved as by a spreadsheet program."""
    path = written(folder)
    book = load_workbook(path)
    edit(book)
    book.save(path)
    return path


def problems(path: Path) -> list[str]:
    with pytest.raises(WorkbookError) as caught:
        read_workbook(path, ROLES)
    return [str(problem) for problem in caught.value.problems]


# --- there and back --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("overlay", [SMALL_PACK, None])
def test_the_template_comes_back_as_the_same_instrument(tmp_path: Path, overlay: Path | None) -> None:
    instrument, roles = load_instrument(overlay), load_roles(overlay)
    assert read_workbook(written(tmp_path, instrument, roles), roles) == official(instrument)


PIECES = [
    "plain words", "=1+1", "+1", "-2", "@SUM(A1)", "'quoted", '"twice"', "two\nlines", "a\n\nb", "a\n  indented",
    "😀", "ملتقى", "日本語", "é", "#N/A", "TRUE", "007", "1.10", "2027-02-16", "13:00", "null", "yes", "a: b", "- list",
    "# no", "{x}", "[y]", "<script>", "&amp;", "_x0041_", "a;b", "a,b", "tab\tin", "%", "|", ">-", "*x", "&x", "!t",
    "\u2028x", "\u00a0y\u00a0z",
]  # fmt: skip


def odd_instrument(seed: int) -> tuple[m.Instrument, m.Roles]:
    """An instrument and roles with unusual text in every field."""
    chance = random.Random(seed)

    def text() -> str:
        return " ".join(chance.choices(PIECES, k=chance.randint(1, 3))).strip()

    def texts() -> tuple[str, ...]:
        return tuple(text() for _ in range(chance.randint(1, 4)))

    def questions(part: str) -> tuple[m.Question, ...]:
        return tuple(
            m.Question(id=f"{part}_{i}", text=text(), help=chance.choice(["", text()]), words=i + 1)
            for i in range(chance.randint(0, 3))
        )

    roles = tuple(m.Role(id=f"role_{i}", title=text(), description=text()) for i in range(4))
    points = chance.choice([0, 5, 5])
    scale = tuple(m.Anchor(value=i + 1, label=text(), text=chance.choice(["", text()])) for i in range(points))
    areas = tuple(
        m.PolicyArea(
            schema_version=1,
            id=f"area_{a}",
            title=text(),
            intro=text(),
            items=tuple(
                m.Item(
                    id=f"item_{a}_{i}",
                    text=text(),
                    guiding_questions=chance.choice([(), texts()]),
                    anchors=chance.choice([(), tuple(text() for _ in scale)]),
                    evidence=chance.choice([(), texts()]),
                    strategies=chance.choice([(), texts()]),
                    depth=chance.choice(list(m.Depth)),
                    roles=chance.choice([(), tuple(chance.sample([role.id for role in roles], k=2))]),
                    transition=chance.random() < 0.3,
                )
                for i in range(3)
            ),
        )
        for a in range(3)
    )
    instrument = m.Instrument(
        title=text(), version=text(), wording="official", about=text(), rule=chance.choice(["", text()]),
        scale=scale,
        goals=questions("goal"), areas=areas, plan=questions("plan"),
    )  # fmt: skip
    return instrument, m.Roles(schema_version=1, roles=roles)


@pytest.mark.parametrize("seed", range(12))
def test_odd_text_survives_workbook_and_files(tmp_path: Path, seed: int) -> None:
    instrument, roles = odd_instrument(seed)
    assert read_workbook(written(tmp_path, instrument, roles), roles) == instrument
    save_instrument(instrument, tmp_path / "content")
    (tmp_path / "content/roles.yaml").write_text(
        "schema_version: 1\nroles:\n"
        + "".join(f"  - {{id: {role.id}, title: x, description: x}}\n" for role in roles.roles),
        encoding="utf-8",
    )
    assert load_instrument(tmp_path / "content") == instrument


def test_lines_of_a_cell_are_entries_and_indented_lines_go_on() -> None:
    entries = ["one", "two\nand more", "three\n\n  deep"]
    assert from_lines(to_lines(entries)) == entries
    assert from_lines("\n  one\n\n\ntwo\n") == ["  one", "two"]


# --- what people see and edit ------------------------------------------------------------------------------------


def test_the_workbook_has_its_sheets_with_headers_that_stay_in_view(tmp_path: Path) -> None:
    book = load_workbook(written(tmp_path))
    assert book.sheetnames == [
        "About", "Scale", "Part 1 Goals", "Part 2 Areas", "Part 2 Items", "Part 3 Plan", "Roles (for reference)",
        "How to",
    ]  # fmt: skip
    assert {sheet.freeze_panes for sheet in book.worksheets} == {"A2"}
    assert [cell.value for cell in book[ITEMS][1]][-3:] == [
        "Anchor 1: Not yet",
        "Anchor 2: Started",
        "Anchor 3: In place",
    ]
    lists = {str(rule.sqref): rule.formula1 for rule in book[ITEMS].data_validations.dataValidation}
    assert lists["F2:F504"] == '"essential,standard,full"'
    assert lists["B2:B504"] == "'Part 2 Areas'!$B$2:$B$500"


def test_text_that_looks_like_a_formula_is_text_in_the_file(tmp_path: Path) -> None:
    item = SMALL.areas[1].items[0].model_copy(update={"text": '=HYPERLINK("http://x")'})
    area = SMALL.areas[1].model_copy(update={"items": (item,)})
    path = written(tmp_path, SMALL.model_copy(update={"areas": (SMALL.areas[0], area)}))
    cell = load_workbook(path)[ITEMS]["C4"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ('=HYPERLINK("http://x")', "s", True)
    with zipfile.ZipFile(path) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist() if "worksheets" in name)


def test_ids_are_kept_and_a_new_row_gets_one_from_its_words(tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        sheet = book[ITEMS]
        sheet["C2"] = "Quite other words."
        sheet.append(
            [
                None,
                "data",
                "Données: 2 sources agree!",
                "Why?",
                "A list",
                "FULL",
                "data; director",
                None,
                None,
                "a",
                "b",
                "c",
            ]
        )
        sheet.append(
            [
                None,
                "Data",
                "Données: 2 sources agree!",
                "Why?",
                "A list",
                "full",
                "State cte director",
                None,
                None,
                "a",
                "b",
                "c",
            ]
        )
        book["Part 1 Goals"].append([None, "日本", None, None, "essential"])
        book[AREAS].append([None, "Shared vision", "New."])
        sheet.append(["x_1", "Shared vision", "X", "Why?", "A list", "full", "data", None, None, "a", "b", "c"])

    instrument = read_workbook(edited(tmp_path, edit), ROLES)
    assert instrument.areas[0].items[0].id == "shared_vision"
    assert instrument.areas[0].items[0].text == "Quite other words."
    new, again = instrument.areas[1].items[1:]
    assert (new.id, again.id) == ("donnees_2_sources_agree", "donnees_2_sources_agree_2")
    assert (new.depth, new.roles, again.roles) == (m.Depth.FULL, ("data", "director"), ("director",))
    assert (instrument.goals[1].id, instrument.goals[1].words) == ("question", 40)
    assert instrument.areas[2].id == "shared_vision"


def test_columns_may_be_moved_added_and_numbers_stand_for_text(tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        book["About"]["B3"] = 2.5
        sheet = book[ITEMS]
        sheet.move_range("B1:B4", cols=14)
        sheet["B1"], sheet["B2"] = "Our notes", "=1+1"
        sheet["C3"] = 7

    instrument = read_workbook(edited(tmp_path, edit), ROLES)
    assert (instrument.version, instrument.areas[0].items[1].text) == ("2.5", "7")


def test_an_area_that_is_merged_over_its_items_is_that_of_each(tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        sheet = book[ITEMS]
        (column,) = (cell.column_letter for cell in sheet[1] if cell.value == "Area")
        areas = [sheet[f"{column}{row}"].value for row in range(2, sheet.max_row + 1)]
        last = max(row for row, area in enumerate(areas, start=2) if area == areas[0])
        assert last > 2
        sheet.merge_cells(f"{column}2:{column}{last}")

    assert read_workbook(edited(tmp_path, edit), ROLES) == official(SMALL)


def test_what_an_item_need_not_have_may_be_empty_or_without_a_column(tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        sheet = book[ITEMS]
        for cell in ("D2", "E2", "F2", "G2", "J2", "K2", "L2"):
            sheet[cell] = None
        sheet["H2"], sheet["I3"] = "Name a team.\nMeet monthly.", "Yes"
        book[AREAS]["C2"] = None
        book["About"]["A5"], book["About"]["B5"] = "Decision rule", "Choose the lower one."

    instrument = read_workbook(edited(tmp_path, edit), ROLES)
    first, second = instrument.areas[0].items[:2]
    assert (first.guiding_questions, first.evidence, first.roles, first.anchors) == ((), (), (), ())
    assert (first.depth, first.transition) == (m.Depth.ESSENTIAL, False)
    assert first.strategies == ("Name a team.", "Meet monthly.")
    assert [point.label for point in first.describe_points(instrument.scale)] == ["Not yet", "Started", "In place"]
    assert (second.transition, second.label) == (True, f"{second.text} [transition item]")
    assert (instrument.areas[0].intro, instrument.rule) == ("", "Choose the lower one.")


def test_a_workbook_without_a_scale_asks_open_questions(tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        del book[SCALE]
        for column in ("L", "K", "J"):
            for row in range(1, 5):
                book[ITEMS][f"{column}{row}"] = None

    instrument = read_workbook(edited(tmp_path, edit), ROLES)
    assert instrument.points == ()
    columns = m.ItemsPrompt(kind="items", id="x", label="X", areas=()).as_columns(instrument.scale, m.Scope.PERSON)
    assert [column.id for column in columns] == ["answer"]
    save_instrument(instrument, tmp_path / "content")
    shutil.copy(SMALL_PACK / "roles.yaml", tmp_path / "content")
    assert load_instrument(tmp_path / "content") == instrument


def test_a_scale_may_grow_with_its_anchor_columns(tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        book[SCALE].append([4, "Kept current"])
        for row, text in enumerate(["ANCHOR 4", "w", "x", "y"], start=1):
            book[ITEMS].cell(row, 20, text)

    instrument = read_workbook(edited(tmp_path, edit), ROLES)
    assert [item.anchors[3] for item in instrument.items] == ["w", "x", "y"]


# --- what is wrong -------------------------------------------------------------------------------------------------


def test_every_problem_is_reported_at_once_with_sheet_row_and_column(tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        book[SCALE]["A3"] = 1
        book[AREAS].append(["alignment", "Twice", "Again."])
        sheet = book[ITEMS]
        sheet["A2"], sheet["B2"] = "Shared Vision", "Systems alignement"
        sheet["A3"], sheet["C3"], sheet["D3"], sheet["F3"], sheet["G3"] = "Joint plan", None, None, "deep", "directer"
        sheet["K4"] = None

    assert problems(edited(tmp_path, edit)) == [
        "Scale, row 3, column Value: the values of a scale must rise from point to point",
        "Part 2 Areas, row 4: no statement on the sheet Part 2 Items names this area",
        "Part 2 Areas, row 4: there is another area 'alignment' above: each needs its own",
        "Part 2 Items, row 2, column Area: there is no area 'Systems alignement' on the sheet Part 2 Areas: "
        "did you mean 'systems alignment'?",
        "Part 2 Items, row 2, column Id (keep): 'Shared Vision' is not an id: use small letters, digits and "
        "underscores, and begin with a letter",
        "Part 2 Items, row 3, column Depth: must be one of essential, standard, full, not 'deep'",
        "Part 2 Items, row 3, column Id (keep): 'Joint plan' is not an id: use small letters, digits and underscores, "
        "and begin with a letter",
        "Part 2 Items, row 3, column Roles (one per line): there is no role 'directer': did you mean 'director'?",
        "Part 2 Items, row 3, column Statement: is empty: write something there",
        "Part 2 Items, row 4, column Anchor 2: Started: is empty: write something there",
    ]


@pytest.mark.parametrize(
    ("cell", "value", "problem"),
    [
        ("A3", "Joint plan", "row 3, column Id (keep): 'Joint plan' is not an id: use small letters, digits and "
         "underscores, and begin with a letter"),
        ("A3", "shared_vision", "row 3, column Id (keep): there is another item 'shared_vision' in the instrument"),
        ("B3", None, "row 3, column Area: is empty"),
        ("C3", None, "row 3, column Statement: is empty: write something there"),
        ("C3", " \n ", "row 3, column Statement: is empty: write something there"),
        ("F3", "deep", "row 3, column Depth: must be one of essential, standard, full, not 'deep'"),
        ("I3", "perhaps", "row 3, column Transition (yes or empty): must be true or false, not 'perhaps'"),
        ("G3", "directer", "row 3, column Roles (one per line): there is no role 'directer': did you mean 'director'?"),
        ("G3", "data\nData", "row 3, column Roles (one per line): role 'data' is listed 2 times: once is enough"),
        ("K3", None, "row 3, column Anchor 2: Started: is empty: write something there"),
        ("K3", "=A1", "row 3, column Anchor 2: Started: is a formula: write the text itself"),
        ("C3", "#REF!", "row 3, column Statement: shows an error (#REF!): write the text itself"),
        ("C1", "Sentence", "row 1, column Statement: this column is missing: row 1 must have its name"),
        ("L1", None, "row 2, column Anchor: needs 3 anchors, one for each point of the scale, and has 2"),
    ],
)  # fmt: skip
def test_a_cell_that_is_wrong_is_named(tmp_path: Path, cell: str, value: str | None, problem: str) -> None:
    def edit(book: Workbook) -> None:
        book[ITEMS][cell] = value

    assert problem in [line.removeprefix("Part 2 Items, ") for line in problems(edited(tmp_path, edit))]


def test_the_sheets_of_the_head_name_their_cells(tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        book["About"]["B2"] = None
        book[SCALE]["B3"] = None
        book["Part 1 Goals"]["D2"] = "many"
        book["Part 3 Plan"]["B2"] = None

    assert problems(edited(tmp_path, edit)) == [
        "About, row 2, column Text: title is empty: write something there",
        "Scale, row 3, column Label: is empty: write something there",
        "Part 1 Goals, row 2, column Words to aim at: must be a whole number, not 'many'",
        "Part 3 Plan, row 2, column Question: is empty: write something there",
    ]


def test_an_area_that_no_statement_names_is_a_problem(tmp_path: Path) -> None:
    path = edited(tmp_path, lambda book: book[AREAS].append(["extra", "Extra", "More."]))
    assert problems(path) == ["Part 2 Areas, row 4: no statement on the sheet Part 2 Items names this area"]


def without_sheets(book: Workbook) -> None:
    del book[ITEMS]
    del book[AREAS]


def test_missing_sheets_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match="has no sheet Part 2 Areas and no sheet Part 2 Items: begin with"):
        read_workbook(edited(tmp_path, without_sheets), ROLES)


def test_empty_sheets_are_said_column_by_column(tmp_path: Path) -> None:
    assert "Scale, row 1, column Value: this column is missing: row 1 must have its name" in problems(
        edited(tmp_path, lambda book: book[SCALE].delete_rows(1, 10))
    )


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 70_000_000)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"Id,Area,Statement\n", "is a table of text. Bring an .xlsx file instead"),
        (b"%PDF-1.7", "is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook\0".encode("utf-16-le"), "old .xls format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "protected with a password"),
        (zipped("xl/workbook.xml", "xl/vbaProject.bin"), "holds macros"),
        (zipped("mimetype", "content.xml"), "OpenDocument"),
        (zipped("word/document.xml"), "is a Word document"),
        (zipped("xl/workbook.xml"), "is damaged"),
        (bomb(), "unpacks to more than 60 MB"),
    ],
)
def test_what_is_no_workbook_is_one_clear_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "in.xlsx"
    path.write_bytes(content)
    with pytest.raises(WorkbookError, match=words) as caught:
        read_workbook(path, ROLES)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match=r"in.xlsx cannot be read: No such file"):
        read_workbook(tmp_path / "in.xlsx", ROLES)


def test_a_workbook_cut_short_is_damaged(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(WorkbookError, match=r"is no Excel workbook|is damaged"):
        read_workbook(path, ROLES)


def test_the_template_overwrites_nothing_and_has_the_right_ending(tmp_path: Path) -> None:
    path = written(tmp_path)
    before = path.read_bytes()
    with pytest.raises(UsageError, match="exists already"):
        write_template(SMALL, ROLES.roles, path)
    with pytest.raises(UsageError, match=r"must end in .xlsx"):
        write_template(SMALL, ROLES.roles, tmp_path / "out.csv")
    with pytest.raises(UsageError, match=r"cannot be written: (Not a directory|File exists)"):
        write_template(SMALL, ROLES.roles, path / "out.xlsx")
    assert path.read_bytes() == before


def test_a_text_too_long_for_a_cell_is_not_cut(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="a cell holds 32767"):
        written(tmp_path, SMALL.model_copy(update={"about": "x" * 40_000}))


# --- into the organization's pack --------------------------------------------------------------------------------


def test_saving_replaces_the_whole_instrument_and_leaves_nothing_else(tmp_path: Path) -> None:
    overlay = tmp_path / "content"
    save_instrument(official(load_instrument()), overlay)
    save_instrument(official(SMALL), overlay)
    assert sorted(path.name for path in overlay.rglob("*")) == [
        "alignment.yaml", "areas", "data.yaml", "instrument", "instrument.yaml",
    ]  # fmt: skip
