"""The roster page: by keyboard with axe-core, two facilitators at once, import and export, and who may not see it."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from cluster_kit.server.auth.cookies import find_xsrf_token
from cluster_kit.server.roster.import_handlers import COLUMN_LABELS, LARGEST_LIST, TOO_LARGE
from cluster_kit.store import Person, Store
from tests.browser import check_at_both_widths, press
from tests.roster.test_exports import save_sheets
from tests.serving import FAY, GUS, TASI, Server, send_token

pytestmark = pytest.mark.browser
STATE = "ND"
LIST = (
    'State,Name,Email,Phone\nPW,Wren Sample,wren@pw.example,555\nPW,"Sample, Ivo",ivo@pw.example,556\n'
    "Wyomming,Lee Sample,lee@pw.example,557\n"
)


@pytest.fixture
def store(server: Server) -> Iterator[Store]:
    with Store.open(server.settings.db_url) as store:
        yield store


def version_on(page: str) -> str:
    """What the forms of a person's page are based on."""
    return page.partition('name="version" value="')[2].partition('"')[0]


@pytest.fixture
def fay(server: Server, context: BrowserContext) -> Page:
    """A facilitator's browser, on the start page."""
    page = context.new_page()
    page.goto(server.link(FAY, session=None))
    page.get_by_role("link", name="Roster: people, links, and lists").wait_for()
    return page


def changes_of(store: Store, state: str) -> list[tuple[str, str]]:
    """What was recorded about a state's people, oldest first."""
    return [(one.action, one.by) for one in store.roster_changes("demo")[::-1] if one.jurisdiction == state]


def test_two_facilitators_at_once_and_a_link_to_send(server: Server, store: Store, fay: Page) -> None:
    fay.get_by_role("link", name="Roster: people, links, and lists").click()
    fay.get_by_label("Name").fill("Rowan Sample")
    fay.get_by_label("Email address").fill("rowan@nd.example")
    fay.get_by_role("form", name="Add a person").get_by_label("State or territory").select_option(STATE)
    press(fay, "Add the person")
    expect(fay.get_by_role("status").first).to_have_text("Added to the roster.")
    expect(fay.locator("body")).not_to_contain_text("saved as you type")  # a form is saved when its button is pressed
    check_at_both_widths(fay)
    (rowan,) = store.people("demo", STATE)
    assert (rowan.name, rowan.email) == ("Rowan Sample", "rowan@nd.example")
    with server.client(GUS) as gus:  # another facilitator has the same page open, and saves first
        version = version_on(gus.get(f"/roster/{rowan.id}").text)
        form = {"action": "change", "version": version, "jurisdiction": STATE, "name": "Rowan B. Sample"}
        form |= {"_xsrf": find_xsrf_token(gus.cookies), "email": "rowan@nd.example"}
        assert gus.post(f"/roster/{rowan.id}", data=form).status_code == 303
        assert gus.post(f"/roster/{rowan.id}", data={**form, "name": "Rowan X. Sample"}).status_code == 409
    fay.get_by_label("Name", exact=True).fill("Rowan C. Sample")
    press(fay, "Save")
    told = "Gus Sample changed this entry after you opened it (changed: name from Rowan Sample to Rowan B. Sample)."
    expect(fay.get_by_role("alert")).to_contain_text(told)
    expect(fay.get_by_label("Name", exact=True)).to_have_value("Rowan B. Sample")
    check_at_both_widths(fay)
    assert [one.name for one in store.people("demo", STATE)] == ["Rowan B. Sample"]
    press(fay, "Make a personal link to send")
    link = fay.get_by_label("Personal link").input_value()
    expect(fay.get_by_role("link", name="Write the invitation to rowan@nd.example")).to_be_visible()
    check_at_both_widths(fay)
    with server.client() as client:
        assert send_token(client, link.partition("#")[2]).status_code == 200
    assert changes_of(store, STATE) == [("added", "Fay Sample"), ("changed", "Gus Sample"), ("link", "Fay Sample")]


def test_replace_remove_restore_and_import(server: Server, store: Store, fay: Page, tmp_path: Path) -> None:
    store.add_person(Person(id="kit-w", series="demo", jurisdiction="PW", name="Kit Sample"))
    fay.goto(f"{server.address}/roster/kit-w")
    fay.get_by_label("The colleague's name").fill("Ash Sample")
    fay.get_by_label("The colleague's email address").fill("ash@pw.example")
    press(fay, "Replace Kit Sample")
    expect(fay.get_by_role("heading", name="Ash Sample", exact=True)).to_be_visible()
    press(fay, "Take Ash Sample off the roster")
    press(fay, "Put Ash Sample back on the roster")
    expect(fay.get_by_role("status").first).to_contain_text("Back on the roster")
    people = {one.name: one.is_removed for one in store.people("demo", "PW")}
    assert people == {"Kit Sample": True, "Ash Sample": False}
    (tmp_path / "people.csv").write_text(LIST, encoding="utf-8")
    fay.goto(f"{server.address}/roster/import")
    fay.get_by_label("The list", exact=True).set_input_files(tmp_path / "people.csv")
    press(fay, "Show what it would do")
    main = fay.get_by_role("main")
    expect(main).to_contain_text("2 new, 0 changed, 0 as before, 1 left out.")
    expect(main).to_contain_text("Not imported: Phone.")
    expect(main).to_contain_text("Sample, Ivo was read as Ivo Sample.")
    expect(main).to_contain_text("There is no state 'Wyomming'. Did you mean")
    check_at_both_widths(fay)
    assert len(store.people("demo", "PW")) == 2
    expect(fay.get_by_label("Email address")).to_have_value("Email")
    fay.get_by_label("Email address").select_option("Phone")
    press(fay, "Import the list")  # not what was shown
    expect(fay.get_by_role("alert")).to_contain_text("You changed what is read, so nothing was imported yet.")
    expect(main).to_contain_text("0 new, 0 changed, 0 as before, 3 left out.")
    assert len(store.people("demo", "PW")) == 2
    fay.get_by_label("Email address").select_option("Email")
    press(fay, "Look again with these choices")
    expect(main).to_contain_text("2 new, 0 changed")
    press(fay, "Import the list")
    expect(fay.get_by_role("heading", name="people.csv is imported")).to_be_visible()
    expect(main).to_contain_text("Columns: State or territory from “State”, Name from “Name”")
    fay.goto(f"{server.address}/roster")
    fay.get_by_label("Search", exact=True).fill("ivo palau")
    press(fay, "Search")
    expect(fay.get_by_text("1 person, 1 state.")).to_be_visible()
    expect(fay.locator(".ck-roster-list a")).to_have_text(["Ivo Sample"])
    check_at_both_widths(fay)
    done = [action for action, by in changes_of(store, "PW") if by == "Fay Sample"]
    assert done == ["added", "replaced", "removed", "restored", "added", "added"]


def test_a_list_that_is_too_large_is_not_sent_and_one_that_is_unclear_asks_for_its_columns(
    server: Server, fay: Page
) -> None:
    fay.goto(f"{server.address}/roster/import")
    chosen = fay.get_by_label("The list", exact=True)
    chosen.set_input_files({"name": "large.csv", "mimeType": "text/csv", "buffer": b"x" * (LARGEST_LIST + 1)})
    expect(fay.get_by_role("alert")).to_have_text(TOO_LARGE)
    expect(chosen).to_have_attribute("aria-invalid", "true")
    check_at_both_widths(fay)
    press(fay, "Show what it would do")
    expect(chosen).to_be_focused()
    expect(fay).to_have_title(re.compile("^Import a list"))  # nothing was sent
    unclear = b"Attending for;Badge line;Reach at\nMP;Lani Sample;lani@mp.example"
    chosen.set_input_files({"name": "badges.csv", "mimeType": "text/csv", "buffer": unclear})
    expect(chosen).to_have_attribute("aria-invalid", "false")
    press(fay, "Show what it would do")
    expect(fay.get_by_role("heading", name="badges.csv cannot be read yet")).to_be_visible()
    expect(fay.get_by_role("alert")).to_contain_text("there is no column")
    check_at_both_widths(fay)


def test_columns_of_a_list_are_named_on_the_page_and_remembered(server: Server, store: Store, tmp_path: Path) -> None:
    rows = [b"Attending for;Badge line;Reach at", b"MP;Lani Sample;lani@mp.example", b"MP;Noa Sample;noa@mp.example"]
    with server.client(FAY) as fay:

        def send(raw: bytes, **fields: str) -> str:
            xsrf = {"_xsrf": find_xsrf_token(fay.cookies)}
            if fields:
                data = {"name": "badges.csv", "data": base64.b64encode(raw).decode(), **fields}
                return fay.post("/roster/import", data=xsrf | data).text
            return fay.post("/roster/import", data=xsrf, files={"list": ("badges.csv", raw)}).text

        fay.get("/roster/import")
        unclear = send(b"\n".join(rows))
        assert "badges.csv, line 1: there is no column" in unclear
        assert "--column" not in unclear
        assert unclear.count('<option value="Badge line">') == len(COLUMN_LABELS)
        wanted = {"column-name": "Badge line", "column-jurisdiction": "Attending for", "column-email": "Reach at"}
        assert "2 new" in send(b"\n".join(rows), **wanted)
        assert not store.people("demo", "MP")
        assert not server.settings.columns.exists() or "Badge" not in server.settings.columns.read_text("utf-8")
        shown = {name.replace("column", "shown"): header for name, header in wanted.items()}
        assert "badges.csv is imported" in send(b"\n".join(rows), apply="yes", **wanted, **shown)
        again = send(b"\n".join([rows[0], b"MP;Kai Sample;kai@mp.example"]))
        assert "1 new" in again
        assert "As chosen for an earlier list: State or territory, Name, Email address." in again
        sheets = {
            "Badges": [row.decode().split(";") for row in rows],
            "Staff": [["State", "Name"], ["MP", "Jo Day"]],
        }
        book = save_sheets(tmp_path / "badges.xlsx", sheets, hidden="Staff").read_bytes()
        first = send(book, name="badges.xlsx")
        assert "Read from the sheet “Badges”." in first
        assert '<option value="Staff">Staff (hidden)</option>' in first
        other = send(book, name="badges.xlsx", sheet="Staff", apply="yes", **{"shown-sheet": "Badges"})
        assert "You changed what is read" in other
        assert "Read from the hidden sheet “Staff”." in other
        assert "Jo Day, MP: new" in other
        without = {"column-name": "Name", "found-name": "Name", "shown-name": "Name", "found-jurisdiction": "State"}
        same = {"sheet": "Staff", "shown-sheet": "Staff"}
        assert "there is no column jurisdiction" in send(book, name="badges.xlsx", **same, **without)
        one_state = b"Your full name;Your role on the team\nAri Sample;Data and reporting\n"
        assert '<label class="ck-join-label" for="state">' in send(one_state)
        changed = send(one_state, state="MP", apply="yes")
        assert "You changed what is read" in changed
        assert "Ari Sample, MP: new" in changed
        assert '<option value="MP" selected>' in changed
        found = {"name": "Your full name", "role": "Your role on the team"}
        kept = {f"{kind}-{role}": header for kind in ("column", "found", "shown") for role, header in found.items()}
        state = {"state": "MP", "shown-state": "MP"}
        assert "badges.csv is imported" in send(one_state, apply="yes", **state, **kept)
    assert [(one.name, one.email) for one in store.people("demo", "MP")] == [
        ("Lani Sample", "lani@mp.example"),
        ("Noa Sample", "noa@mp.example"),
        ("Ari Sample", ""),
    ]


def test_calendar_files_are_those_of_the_command_line(server: Server, store: Store) -> None:
    store.add_person(Person(id="sol", series="demo", jurisdiction="AS", name="Sol Sample", email="sol@as.example"))
    with server.client(FAY) as fay, server.client(TASI) as tasi:
        assert "/roster/calendar/AS/2.ics" in fay.get("/roster/sol").text
        one = fay.get("/roster/calendar/AS/2.ics")
        assert 'filename="demo-session-2-AS.ics"' in one.headers["Content-Disposition"]
        assert f"LOCATION:{server.address}/join" in one.text
        sequence = one.text.partition("SEQUENCE:")[2].split()[0]
        packed = fay.get("/roster/calendar.zip", params={"state": "AS", "organizer": "Robin Hall <robin@example.org>"})
        with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
            names = archive.namelist()
            assert "demo-session-2-AS.ics" in names
            mine = next(name for name in names if "session-2-AS-sol-sample" in name)
            text = archive.read(mine).decode()
            assert "METHOD:REQUEST" in text
            assert f"SEQUENCE:{sequence}" in text
        for params in ({"state": "AS", "organizer": "Robin"}, {"state": "ZZ"}):
            assert fay.get("/roster/calendar.zip", params=params).status_code == 400
        assert fay.get("/roster/calendar/ZZ/1.ics").status_code == 404
        assert fay.get("/roster/calendar/AS/99.ics").status_code == 404
        assert tasi.get("/roster/calendar/GU/1.ics").status_code == 404


def test_no_one_else_sees_the_roster_and_entries_are_checked(server: Server, store: Store) -> None:
    paths = ("/roster", f"/roster/{TASI}", "/roster/import", "/roster/export.csv")
    with server.client(TASI) as tasi, server.client() as stranger, server.client(FAY) as fay:
        for path in paths:
            assert tasi.get(path).status_code == 404
            assert stranger.get(path).status_code == 404
            assert fay.get(path).status_code == 200
        tasi.get("/")
        forged = {"_xsrf": find_xsrf_token(tasi.cookies), "name": "Mal", "jurisdiction": "GU"}
        assert tasi.post("/roster", data=forged).status_code == 404
        xsrf = {"_xsrf": find_xsrf_token(fay.cookies)}
        for fields, says in (
            ({"name": "tasi SAMPLE", "jurisdiction": "GU"}, "is on this team already"),
            ({"name": "New Sample", "jurisdiction": "GU", "email": "new"}, "is no email address"),
            ({"name": "New Sample", "jurisdiction": "GU", "sessions": "9"}, "There is no session 9"),
            ({"name": "", "jurisdiction": "GU"}, "The name is missing"),
        ):
            refused = fay.post("/roster", data=xsrf | fields)
            assert refused.status_code == 400
            assert says in refused.text
        own = fay.get(f"/roster/{FAY}").text
        version = version_on(own)
        assert "Take Fay Sample off the roster" not in own
        kept = fay.post(f"/roster/{FAY}", data=xsrf | {"action": "remove", "version": version})
        assert "You cannot remove or replace yourself" in kept.text
        assert fay.get("/roster/export.csv").content.startswith(b"\xef\xbb\xbfperson,jurisdiction,state")
        assert fay.get("/roster/export.xlsx").content.startswith(b"PK")
    assert not [one for one in store.people("demo", "GU") if one.name in ("Mal", "New Sample")]
