"""The editor in a real browser: wording, options, order, minutes, saving, undo, two editors, and accessibility."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from cluster_kit.content import load_content
from cluster_kit.content.models import ChoicePrompt, Exercise, TablePrompt
from cluster_kit.sessions import SessionLog
from cluster_kit.sessions.facilitation import BeginSegment
from cluster_kit.settings import Settings
from cluster_kit.store import Person, Store
from tests.answers import new_answer
from tests.browser import DESK, PHONE, check_at_both_widths, find_violations
from tests.editor.conftest import SERIES, run_editor_process
from tests.server.browsing import SEEN, walk

DRAFT_KEPT = re.compile(r"\d+ unsaved changes?.*Kept as a draft")
HOSTILE = "<img src=x onerror=\"document.title='run'\"><b>bold</b>"


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, str]]:
    """One editor for all tests, and its address."""
    settings = Settings(tmp_path_factory.mktemp("editor") / "home")
    with run_editor_process(settings) as running:
        yield settings, running.rstrip("/")


@pytest.fixture
def edited(editor: tuple[Settings, str]) -> Settings:
    """The home of the running editor, without the files and drafts of earlier tests."""
    settings, _ = editor
    for folder in (settings.content, settings.content_history, settings.content_drafts):
        shutil.rmtree(folder, ignore_errors=True)
    return settings


@pytest.fixture
def address(editor: tuple[Settings, str], edited: Settings) -> str:
    return editor[1]


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    """The editor of session 1, in which no script may fail."""
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    show(opened, address)
    yield opened
    assert errors == []


def show(page: Page, address: str, name: str = "session_1", what: str = "organizing_structure") -> None:
    page.goto(f"{address}/{name}#{what}")
    expect(page.locator(".ck-edit-form .ck-form")).to_be_visible()


def state(page: Page) -> Locator:
    return page.locator(".ck-edit-state")


def preview(page: Page) -> Locator:
    return page.locator(".ck-edit-form .ck-form")


def save(page: Page) -> None:
    """Save what was changed, and wait for it. A save before says "Saved" until the change is seen."""
    expect(state(page)).to_contain_text("Kept as a draft")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(state(page)).to_contain_text("Saved")


def exercise(settings: Settings, name: str) -> Exercise:
    found = load_content(SERIES, settings.content).get_session(1).find_exercise(name)
    assert found is not None
    return found


def order(settings: Settings) -> list[str]:
    return [one.id for one in load_content(SERIES, settings.content).get_session(1).exercises]


def test_a_facilitator_changes_a_session_and_undoes_it(page: Page, edited: Settings) -> None:
    """Change a label, add an option, reorder by keyboard, see the minutes change, save, and undo."""
    expect(state(page)).to_contain_text("No unsaved changes")
    question = page.get_by_label("Question", exact=True).last
    question.fill("Why should every system use Clusters?")
    expect(preview(page)).to_contain_text("Why should every system use Clusters?")
    expect(state(page)).to_contain_text(DRAFT_KEPT)

    columns = page.get_by_text("Columns (4)")
    columns.click()
    page.get_by_role("button", name="Add an option").first.click()
    option = page.get_by_label("Option 7")
    expect(option).to_be_focused()
    option.fill("A list of the governor's office")
    expect(preview(page).get_by_text("A list of the governor's office").first).to_be_attached()

    segment = page.locator(".ck-edit-budget", has_text="Segment")
    expect(segment).to_contain_text("27.5 minutes of 28")
    page.get_by_label("Minutes in the room").fill("6")
    expect(segment).to_contain_text("26.5 minutes of 28")

    down = page.get_by_role("button", name="Move down: Career Clusters in your systems today")
    down.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Move down: Career Clusters in your systems today")).to_have_attribute(
        "aria-disabled", "true"
    )
    expect(page.get_by_role("button", name="Move down: Career Clusters in your systems today")).to_be_focused()
    expect(page.get_by_text("Career Clusters in your systems today: now 2 of 2.")).to_be_attached()

    before = order(edited)
    save(page)
    assert order(edited)[:2] == [before[1], before[0]]
    changed = exercise(edited, "organizing_structure")
    table = changed.prompts[0]
    assert isinstance(table, TablePrompt)
    choice = table.columns[0]
    assert isinstance(choice, ChoicePrompt)
    assert (choice.options[-1].id, choice.options[-1].label) == (
        "a_list_of_the_governor_s_office",
        "A list of the governor's office",
    )
    assert changed.minutes == 6
    assert changed.prompts[1].label == "Why should every system use Clusters?"

    page.get_by_role("button", name="Undo the last save").click()
    dialog = page.get_by_role("dialog", name="Undo the last save?")
    expect(dialog).to_contain_text("A list of the governor's office")
    dialog.get_by_role("button", name="Undo the save").click()
    expect(page.get_by_label("Minutes in the room")).to_have_value("7")
    assert order(edited) == before
    assert exercise(edited, "organizing_structure").minutes == 7


def test_an_id_stays_when_its_label_changes(page: Page, edited: Settings) -> None:
    page.get_by_role("button", name="Add a question").last.click()
    page.get_by_label("Question", exact=True).last.fill("What else?")
    save(page)
    assert exercise(edited, "organizing_structure").prompts[-1].id == "what_else"
    page.get_by_label("Question", exact=True).last.fill("Anything more to say?")
    save(page)
    last = exercise(edited, "organizing_structure").prompts[-1]
    assert (last.id, last.label) == ("what_else", "Anything more to say?")


def test_a_problem_is_shown_beside_its_field_and_stops_the_save(page: Page, edited: Settings) -> None:
    field = page.get_by_label("Minutes in the room")
    field.fill("seven")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("must be a whole number"))
    announced = page.locator("#editor > [role=status]")
    expect(announced).to_have_text("1 problem to solve.")
    expect(page.locator("[data-key='exercises.organizing_structure.minutes'] > .ck-edit-problem")).to_contain_text(
        "must be a whole number"
    )
    expect(state(page)).to_contain_text("1 problem to solve")
    page.get_by_role("button", name=re.compile("Our statewide goals.*min")).click()
    expect(announced).to_have_text("The fields of “Our statewide goals” are shown.")
    there = page.get_by_role("button", name=re.compile("Go there: .*must be a whole number"))
    there.focus()
    there.evaluate("(el) => el.setAttribute('data-drawn', 'before')")
    page.get_by_label("Title of the exercise").evaluate("(el) => el.dispatchEvent(new Event('input'))")
    expect(there).not_to_have_attribute("data-drawn", "before")  # the next check draws the problems again
    expect(there).to_be_focused()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(field).to_be_focused()
    assert not edited.content.exists()
    field.fill("7")
    expect(state(page)).to_contain_text("No unsaved changes")
    expect(announced).to_have_text("No problems to solve.")


def test_a_problem_of_a_group_describes_it(page: Page) -> None:
    """A choice with too few options has no single field that is wrong."""
    page.get_by_label("Kind of the new question").select_option("choice")
    page.get_by_role("button", name="Add a question").press("Enter")
    question = page.get_by_role("group", name="A new question")
    expect(question.get_by_label("Question", exact=True)).to_be_focused()
    question.get_by_role("button", name="Remove: A new option").first.press("Enter")
    expect(question.get_by_role("button", name="Add an option")).to_be_focused()
    question.get_by_label("Option 1").fill("Yes")
    question.get_by_label("Question", exact=True).fill("Is there a list?")
    options = question.get_by_role("group", name="Options")
    expect(options).to_have_accessible_description(re.compile("at least two options"))


def test_the_skip_link_leads_to_the_fields_of_what_is_selected(page: Page, address: str) -> None:
    show(page, address, what="goals")
    heading = page.locator("#fields > h2")
    selected = heading.inner_text()
    skip = page.get_by_role("link", name="Skip to the fields")
    skip.focus()
    expect(skip).to_be_in_viewport(ratio=1)
    assert skip.evaluate("(el) => parseFloat(getComputedStyle(el).outlineWidth)") >= 2
    skip.press("Enter")
    expect(heading).to_be_focused()
    expect(heading).to_have_text(selected)
    assert page.url.endswith("#goals")


def test_hostile_text_is_text_in_the_page_and_in_the_form(page: Page, edited: Settings) -> None:
    page.get_by_label("Title of the exercise").fill(HOSTILE)
    expect(preview(page).get_by_role("heading").first).to_have_text(HOSTILE)
    save(page)
    page.reload()
    expect(page.get_by_role("heading", name=HOSTILE).first).to_be_visible()
    page.get_by_role("button", name="Earlier versions").click()
    expect(page.get_by_role("dialog")).to_contain_text(HOSTILE)
    assert page.title() != "run"
    assert exercise(edited, "organizing_structure").title == HOSTILE


def test_the_preview_is_the_real_form(page: Page) -> None:
    """It takes answers, and the form's own server-side check replies."""
    box = preview(page).get_by_label(re.compile("Why should a system"))
    box.fill("Stakeholders leverage synergies.")
    expect(preview(page)).to_contain_text(re.compile("Saved|saved"))


def test_two_editors_at_once_keep_both_changes(page: Page, browser: Browser, address: str, edited: Settings) -> None:
    with browser.new_context() as elsewhere:
        other = elsewhere.new_page()
        show(other, address)
        other.get_by_label("Title of the exercise").fill("Their title")
        other.get_by_label("Minutes in the room").fill("6")
        save(other)
    page.get_by_label("Title of the exercise").fill("My title")
    page.get_by_label("“Your state keeps …”").fill("what I wrote")
    page.get_by_role("button", name="Save", exact=True).click()
    dialog = page.get_by_role("dialog", name="Someone else saved this, too")
    expect(dialog).to_contain_text("Their title")
    assert find_violations(page) == []
    for name in ("Their changes", "Your changes"):
        dialog.get_by_text(re.compile(f"{name} \\(")).click()  # open, they fill a small window
    for height in range(300, 640, 20):
        page.set_viewport_size({"width": PHONE["width"], "height": height})
        assert [stop["html"] for stop in walk(page, "Tab", SEEN) if not stop["seen"]] == []
    page.set_viewport_size(DESK)
    dialog.get_by_label(re.compile("Yours")).check()
    dialog.get_by_role("button", name="Save both together").click()
    expect(state(page)).to_contain_text("Saved")
    merged = exercise(edited, "organizing_structure")
    assert (merged.title, merged.minutes, merged.keeps) == ("My title", 6, "what I wrote")
    expect(page.get_by_label("Minutes in the room")).to_have_value("6")


def test_unsaved_changes_outlive_the_page(page: Page, browser: Browser, address: str) -> None:
    page.get_by_label("Title of the exercise").fill("Not saved")
    expect(state(page)).to_contain_text(DRAFT_KEPT)
    page.reload()
    expect(page.get_by_label("Title of the exercise")).to_have_value("Not saved")
    with browser.new_context() as elsewhere:  # another browser: the draft is on the editor's side
        other = elsewhere.new_page()
        show(other, address)
        other.get_by_role("button", name="Continue with them").press("Enter")
        expect(other.get_by_role("heading", name="Not saved", level=2)).to_be_focused()  # the button is gone
        expect(other.get_by_label("Title of the exercise")).to_have_value("Not saved")
        expect(state(other)).to_contain_text(DRAFT_KEPT)


def test_changes_stay_in_the_browser_when_the_editor_stops(context: BrowserContext, settings: Settings) -> None:
    with run_editor_process(settings, "--port", "0") as running:
        port = running.split(":")[2].partition("/")[0]
        page = context.new_page()
        show(page, running.rstrip("/"))
    page.get_by_label("Title of the exercise").fill("Typed after the stop")
    expect(state(page)).to_contain_text("program has stopped")
    with run_editor_process(settings, "--port", port) as running:
        again = context.new_page()
        show(again, running.rstrip("/"))
        again.get_by_role("button", name="Continue with them").click()
        expect(again.get_by_label("Title of the exercise")).to_have_value("Typed after the stop")


def test_unlocking_a_session_and_removing_a_question_with_answers_ask_first(
    context: BrowserContext, settings: Settings
) -> None:
    settings.home.mkdir(parents=True)
    with Store.open(settings.db_url) as store:
        store.append([new_answer("goals.left_out", state, id=state, jurisdiction=state) for state in ("OH", "GU")])
        facilitator = Person(id="fay", series=SERIES, jurisdiction="", name="Fay Sample")
        SessionLog(store, SERIES, load_content(SERIES).get_session(1)).do(
            facilitator, BeginSegment(), subject="framing"
        )
    with run_editor_process(settings) as running:
        page = context.new_page()
        show(page, running.rstrip("/"), what="goals")
        title = page.get_by_label("Title of the exercise")
        title.focus()  # text that is locked can be read with the keyboard
        expect(title).to_be_focused()
        expect(title).not_to_be_editable()
        expect(page.get_by_label("Kind of the new question")).to_be_disabled()
        page.get_by_role("button", name="Change it anyway").press("Enter")
        page.get_by_role("dialog").get_by_role("button", name="Change it anyway").press("Enter")
        expect(page.get_by_role("heading", name="Our statewide goals", level=2)).to_be_focused()
        expect(title).to_be_editable()
        remove = page.get_by_role("button", name="Remove: What did you deliberately leave out, and why?")
        remove.click()
        dialog = page.get_by_role("dialog", name=re.compile("Remove"))
        expect(dialog).to_contain_text("2 answers from 2 states")
        dialog.get_by_role("button", name="Keep it as it is").click()
        expect(remove).to_be_visible()
        remove.click()
        page.get_by_role("dialog").get_by_role("button", name="Remove it").click()
        expect(remove).to_have_count(0)
        save(page)
    assert [one.id for one in exercise(settings, "goals").prompts] == ["goals", "access_check"]
    with Store.open(settings.db_url) as store:
        assert len(store.current(SERIES)) == 2


def test_the_editor_is_accessible_and_fits_a_phone_and_a_desk(page: Page, address: str) -> None:
    page.get_by_label("Minutes in the room").fill("1")
    page.get_by_text("Columns (4)").click()
    expect(state(page)).to_contain_text("problem")
    check_at_both_widths(page)
    for what in ("goals", "rate_systems", "next_steps", "segments.1", "session"):
        page.goto(f"{address}/session_1#{what}")
        expect(page.locator(".ck-edit-fields .ck-edit-field").first).to_be_visible()
        check_at_both_widths(page)
    page.get_by_role("button", name="Earlier versions").click()
    expect(page.get_by_role("dialog", name="Earlier versions")).to_be_visible()
    check_at_both_widths(page)


def test_text_typed_while_a_check_runs_is_kept(page: Page, edited: Settings) -> None:
    """The check after a save finds no change in what it was sent. What was typed since then is a draft."""
    question = page.get_by_label("Question", exact=True).last
    question.fill("What should every system call it?")
    expect(state(page)).to_contain_text("1 unsaved change.")
    held: list[Route] = []

    def hold_first(route: Route) -> None:
        if held:
            route.continue_()
        held.append(route)

    page.route("**/check", hold_first)
    with page.expect_request("**/check"):
        page.get_by_role("button", name="Save", exact=True).click()
    question.fill("What should every agency call it?")
    with page.expect_response("**/check"):
        held[0].continue_()
    expect(state(page)).to_contain_text("1 unsaved change. Kept as a draft")
    expect(question).to_have_value("What should every agency call it?")
    save(page)
    assert exercise(edited, "organizing_structure").prompts[1].label == "What should every agency call it?"
