"""The program list exercise in a real browser with a real server: from the list to the next step."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from cluster_kit.crosswalk.reference import open_reference
from cluster_kit.settings import Settings
from tests.browser import PATIENCE_MS
from tests.crosswalk.samples import as_csv, make_rows
from tests.server.browsing import find_violations_in
from tests.serving import AVERY, JORDAN, TASI, Server, run_server

pytestmark = pytest.mark.browser
Join = Callable[..., Page]
SESSION = 3
TITLE = "Code your program list"
MANY = 2500  # enough for more than 500 codes and titles to decide on
FEW = 60
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for this module only: its people upload lists and decide."""
    with run_server(tmp_path_factory.mktemp("home"), "--grace", "2") as server:
        yield server


@pytest.fixture(scope="module")
def program_list(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state's complete list."""
    words = (f"{chr(97 + n % 26) * 4}{chr(97 + n // 26) * 3}" for n in range(600))
    titles = [["52.0201", f"Business {word}", "", "", "", "", ""] for word in words]
    return write_list(tmp_path_factory.mktemp("lists"), MANY, titles)


@pytest.fixture(scope="module")
def short_list(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short list with an example of everything."""
    return write_list(tmp_path_factory.mktemp("lists"), FEW, [])


def write_list(folder: Path, programs: int, titles: list[list[str]]) -> Path:
    rows: list[Sequence[object]] = [*make_rows(open_reference(Settings(folder).crosswalk), programs), *titles]
    rows += [["52.0201", HOSTILE, "", "Secondary", 9, 2, HOSTILE]] * 30
    path = folder / f"{HOSTILE}.csv"
    path.write_bytes(as_csv(rows))
    return path


@pytest.fixture
def others(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context() as context:
        context.set_default_timeout(PATIENCE_MS)
        yield context


def open_exercise(page: Page) -> Locator:
    form = page.locator(".ck-form").filter(has=page.get_by_role("heading", name=TITLE))
    form.locator("summary").first.click()
    return form


def give(form: Locator, path: Path) -> None:
    form.locator("input[type=file]").set_input_files(path)
    expect(form.get_by_text("The file has arrived.")).to_be_visible(timeout=PATIENCE_MS)


def expect_rows(form: Locator) -> None:
    expect(form.locator(".ck-row").first).to_be_visible(timeout=PATIENCE_MS)


def test_from_the_list_to_the_next_step(
    server: Server, context: BrowserContext, others: BrowserContext, join: Join, program_list: Path
) -> None:
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    context.on("dialog", lambda dialog: errors.append(dialog.message))
    page = join(server, context, AVERY, SESSION)
    form = open_exercise(page)
    give(form, program_list)
    expect_rows(form)
    expect(form.get_by_text("Do not report anything made with them.")).to_be_visible()
    expect(form.locator(".ck-file-name")).to_contain_text(f"Given: {HOSTILE}.csv")
    expect(form.locator(".ck-row")).to_have_count(25)

    # The team's decisions appear live for a teammate with the same row in view.
    other = open_exercise(join(server, others, JORDAN, SESSION))
    expect_rows(other)
    first = form.locator(".ck-row").first
    first.get_by_role("button", name="Choose this").first.click()
    expect(first.get_by_text("Decided", exact=True)).to_be_visible()
    expect(other.locator(".ck-row").first.get_by_text("Decided by Avery Sample")).to_be_visible(timeout=PATIENCE_MS)
    note = other.locator(".ck-row").first.locator("textarea")
    note.fill("As we fund it.")
    expect(first.locator("textarea")).to_have_value("As we fund it.")

    # Accept clear proposals with one button.
    form.get_by_role("button", name="Take the").click()
    expect(form.get_by_text("taken over")).to_be_visible(timeout=PATIENCE_MS)
    expect(form.get_by_text("Every clear proposal is decided.")).to_be_visible()
    expect(other.get_by_text("Every clear proposal is decided.")).to_be_visible(timeout=PATIENCE_MS)

    # A question becomes a next step, and appears in the other exercise.
    question = form.locator(".ck-questions > li").first
    words = question.locator("span").first.inner_text()
    question.get_by_role("button", name="Make it a next step").click()
    expect(question.get_by_text("Among your next steps")).to_be_visible(timeout=PATIENCE_MS)
    steps = page.locator(".ck-form").filter(has=page.get_by_role("heading", name="Our next steps"))
    expect(steps.locator("textarea").first).to_have_value(f"Find out: {words}")

    # Charts and the coded list.
    form.get_by_text("Show pictures and tables").click()
    expect(form.get_by_role("img", name="Advanced Manufacturing").first).to_be_visible(timeout=PATIENCE_MS)
    with page.expect_download() as coming:
        form.get_by_role("button", name="Download the coded list (CSV)").click()
    text = Path(coming.value.path()).read_text("utf-8-sig")
    assert coming.value.suggested_filename == "demo-OH-coded-inventory.csv"
    assert len(text.splitlines()) > MANY
    assert "Decided by the team" in text

    # Everything persists after a reload.
    page.reload()
    form = open_exercise(page)
    expect_rows(form)
    expect(form.locator(".ck-questions").get_by_text("Among your next steps")).to_be_visible()
    form.get_by_label("Show", exact=True).select_option("decided")
    expect(form.locator(".ck-programs-where")).to_contain_text("1 to 25 of")
    turn_to_the_next_rows(form)
    assert errors == []
    assert form.locator("img").count() == 0


def turn_to_the_next_rows(form: Locator) -> None:
    """Hundreds of rows come 25 at a time, and are reached by keyboard."""
    show, where = form.get_by_label("Show", exact=True), form.locator(".ck-programs-where")
    count = show.locator("option[value=all]").inner_text().removeprefix("All (").removesuffix(")")
    assert int(count.replace(",", "")) > 500
    show.select_option("all")
    expect(where).to_contain_text(f"1 to 25 of {count}")
    onward = form.get_by_role("button", name="Next 25")
    onward.focus()
    onward.press("Enter")
    expect(where).to_contain_text("26 to 50 of")
    expect(form.locator(".ck-row")).to_have_count(25)
    expect(form.locator(".ck-row").first.locator(":focus")).to_have_count(1)


def test_what_is_refused_is_a_sentence_and_leaves_no_trace(
    server: Server, context: BrowserContext, join: Join, tmp_path: Path
) -> None:
    form = open_exercise(join(server, context, TASI, SESSION))
    cases = {
        "students.csv": (b"Student Name,CIP Code\nAna,01.0101\n", "takes lists of programs only. Nothing was kept."),
        "empty.csv": (b"", "is empty"),
        "large.csv": (b"x" * 10_000_001, "up to 10.0 MB can be taken"),
        "notes.docx": (b"PK", "must end in one of .xlsx"),
        "broken.xlsx": (b"PK\x03\x04broken", "is damaged"),
        "words.csv": (b"\x00\x01\x02\x03", "words.csv"),
    }
    for name, (raw, words) in cases.items():
        path = tmp_path / name
        path.write_bytes(raw)
        form.locator("input[type=file]").set_input_files(path)
        expect(form.locator(".ck-file-status")).to_contain_text(words)
        expect(form.get_by_text("No file given yet.")).to_be_visible()
    assert not (server.settings.files / "demo" / "GU").exists()


def test_a_list_lies_on_the_states_side_is_shown_accessibly_and_is_gone_when_it_is_taken_away(
    server: Server, context: BrowserContext, others: BrowserContext, join: Join, short_list: Path
) -> None:
    page = join(server, context, AVERY, SESSION)
    form = open_exercise(page)
    give(form, short_list)
    expect_rows(form)
    (kept,) = (server.settings.files / "demo" / "OH").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    stranger = open_exercise(join(server, others, TASI, SESSION))
    expect(stranger.get_by_text("No file given yet.")).to_be_visible()

    form.get_by_text("Show pictures and tables").click()
    form.locator(".ck-programs-report svg").first.wait_for()
    assert find_violations_in(form) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") == 320

    form.get_by_role("button", name="Remove this file").click()
    expect(form.get_by_text("After you upload your list")).to_be_visible(timeout=PATIENCE_MS)
    assert not kept.exists()
