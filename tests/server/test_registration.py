"""The public registration: without JavaScript, with axe-core, what it gives away, spam, and who decides."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from cluster_kit.content import load_content
from cluster_kit.roster.registrations import BY_PERSON, approve_registration
from cluster_kit.server.auth.cookies import find_xsrf_token
from cluster_kit.server.auth.tokens import make_withdrawal_link
from cluster_kit.server.roster.registration_handlers import LARGEST_FORM, LEAVE_EMPTY, TOO_LARGE
from cluster_kit.server.roster.registration_service import REGISTRATIONS_OF_A_NETWORK, WITHDRAWALS_OF_A_NETWORK
from cluster_kit.store import Person, Registration, Store
from tests.browser import check_at_both_widths, press
from tests.serving import FAY, TASI, Server, run_server, wait_until

SETTINGS = '[registration]\nopen = true\n[registration.domains]\nKY = ["ky.example"]\n'
FORM = {
    "name": "Wren Sample",
    "email": "wren@ky.example",
    "jurisdiction": "KY",
    "session": ["1", "2"],
    "needs": "Breaks",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with open registration, where people of one domain in Kentucky are confirmed at once."""
    home = tmp_path_factory.mktemp("registration") / "home"
    home.mkdir()
    (home / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    with run_server(home, "--grace", "2") as server:
        yield server


@pytest.fixture
def store(server: Server) -> Iterator[Store]:
    with Store.open(server.settings.db_url) as store:
        yield store


@pytest.fixture
def stranger(server: Server) -> Iterator[httpx.Client]:
    with server.client() as client:
        client.get("/register")
        yield client


def send(client: httpx.Client, **fields: object) -> httpx.Response:
    return client.post("/register", data={"_xsrf": find_xsrf_token(client.cookies), **FORM, **fields})


@pytest.mark.browser
def test_a_person_registers_without_javascript_and_a_facilitator_approves(
    server: Server, store: Store, browser: Browser
) -> None:
    with browser.new_context(java_script_enabled=False) as plain:
        page = plain.new_page()
        page.goto(server.address)
        page.get_by_role("link", name="Register for").click()
        page.get_by_label("Your name").fill("Rowan Sample")
        page.get_by_label("Email address").fill("rowan@nd")
        page.get_by_label("What do you need").fill("An interpreter")
        page.get_by_role("checkbox").nth(1).uncheck()
        press(page, "Register")
        expect(page).to_have_title(re.compile("^Not yet: "))
        summary = page.get_by_role("group", name="Your registration was not sent. Correct the following:")
        expect(summary).to_be_focused()
        problems = summary.get_by_role("link")
        expect(problems).to_have_text(
            ["Enter an email address, such as ana.reyes@state.gov.", "Choose your state or territory."]
        )
        expect(page.get_by_label("Your name")).to_have_value("Rowan Sample")
        expect(page.get_by_label("What do you need")).to_have_value("An interpreter")
        expect(page.get_by_role("checkbox").nth(1)).not_to_be_checked()
        expect(page.get_by_label("Email address")).to_have_attribute("aria-invalid", "true")
        expect(page.get_by_label("Email address")).to_have_accessible_description(re.compile("^Enter an email address"))
        problems.last.press("Enter")
        expect(page.get_by_label("State or territory")).to_be_focused()
        page.get_by_label("Email address").fill("rowan@nd.example")
        page.get_by_label("State or territory").select_option("ND")
        press(page, "Register")
        expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(server.link(FAY, session=None))
        expect(page.get_by_text(re.compile(r"\d registrations? waits? for you"))).to_be_visible()
        store.add_person(Person(id="rowan-nd", series="demo", jurisdiction="ND", name="Rowan Sampel"))
        page.goto(f"{server.address}/roster")
        expect(page.get_by_text("An interpreter")).to_be_visible()
        check_at_both_widths(page)
        press(page, "Approve Rowan Sample")
        expect(page.get_by_role("alert")).to_contain_text("may be someone who is known already: Rowan Sampel")
        page.get_by_label("Someone new").check()
        press(page, "Approve Rowan Sample")
        expect(page.get_by_role("status").first).to_have_text("The registration is confirmed. Make a link to send.")
        expect(page.get_by_text("Needs to take part, from the registration: An interpreter")).to_be_visible()
        check_at_both_widths(page)
    people = {one.name: (one.email, one.sessions) for one in store.people("demo", "ND")}
    assert people["Rowan Sample"][0] == "rowan@nd.example"
    assert 2 not in people["Rowan Sample"][1]


@pytest.mark.browser
def test_what_is_missing_has_the_focus_and_describes_its_fields(server: Server, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{server.address}/register")
    check_at_both_widths(page)
    assert "Leave this field empty" not in page.locator("body").aria_snapshot()  # the trap is for programs
    for session in page.get_by_role("checkbox").all():
        session.uncheck()
    press(page, "Register")
    expect(page.get_by_role("group", name="Your registration was not sent")).to_be_focused()
    session = page.get_by_role("checkbox").first
    expect(session).to_have_attribute("aria-invalid", "true")
    expect(session).to_have_accessible_description("Choose at least one session.")
    check_at_both_widths(page)


@pytest.mark.browser
def test_a_person_withdraws_while_the_registration_waits(server: Server, store: Store, browser: Browser) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{server.address}/register")
        page.get_by_label("Your name").fill("Sky Sample")
        page.get_by_label("Email address").fill("sky@sd.example")
        page.get_by_label("State or territory").select_option("SD")
        page.get_by_label("What do you need").fill("A quiet room")
        press(page, "Register")
        expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
        check_at_both_widths(page)
        thanks = page.url
        page.get_by_role("link", name="withdraw your registration").click()
        expect(page.get_by_role("heading", name="Withdraw your registration?")).to_be_visible()
        check_at_both_widths(page)
        assert [one.status for one in store.registrations("demo") if one.jurisdiction == "SD"] == ["pending"]
        press(page, "Withdraw my registration")
        expect(page.get_by_role("heading", name="Your registration no longer waits")).to_be_visible()
        check_at_both_widths(page)
        sent = [one for one in store.registrations("demo") if one.jurisdiction == "SD"]
        assert [(one.status, one.needs, one.decided_by) for one in sent] == [("withdrawn", "", BY_PERSON)]
        page.goto(thanks)  # people may have kept its address
        expect(page.get_by_role("link", name="withdraw your registration")).to_be_visible()


def test_the_answer_is_the_same_whoever_is_registered(server: Server, store: Store, stranger: httpx.Client) -> None:
    answers = [send(stranger)]
    wait_until(lambda: store.people("demo", "KY"), "the rule has confirmed the first")
    answers += [send(stranger), send(stranger), send(stranger, name="Mal Sample"), send(stranger, name="Kit Sample")]
    assert {one.status_code for one in answers} == {303}
    addresses = [one.headers["Location"] for one in answers]
    assert len({len(one) for one in addresses}) == 1
    assert len({stranger.get(one).text.replace(one.partition("=")[2], "") for one in addresses}) == 1
    assert "Wren" not in stranger.get(addresses[0]).text
    # The link of the page withdraws a registration that waits, and no person. Its pages tell no one which it was.
    shown = set()
    for address in (addresses[0], addresses[4]):
        form = {"_xsrf": find_xsrf_token(stranger.cookies), "waiting": address.partition("=")[2]}
        done = stranger.post("/register/withdraw", data=form)
        assert done.status_code == 303
        shown.add(stranger.get(done.headers["Location"]).text.replace(form["waiting"], ""))
    assert len(shown) == 1
    assert [one.is_removed for one in store.people("demo", "KY")] == [False]
    assert stranger.post("/register/withdraw", data=form | {"waiting": "no.token"}).status_code == 403
    waiting = [one for one in store.registrations("demo", "pending") if one.jurisdiction == "KY"]
    assert [one.name for one in waiting] == ["Wren Sample", "Mal Sample"]
    with server.client(FAY) as fay, server.client(TASI) as tasi:
        assert "wren@ky.example" in fay.get("/roster").text
        tasi.get("/")
        decision = {"registration": waiting[1].id, "action": "decline"}
        for client, status in ((tasi, 404), (stranger, 404), (fay, 303), (fay, 409)):
            form = {**decision, "_xsrf": find_xsrf_token(client.cookies)}
            answer = client.post("/roster/registrations", data=form)
            assert answer.status_code == status, answer.text
        fay.post("/roster/registrations", data={**form, "registration": waiting[0].id, "action": "approve"})
        assert "Declined." in fay.get("/roster?done=declined").text
    assert [one.name for one in store.people("demo", "KY")] == ["Wren Sample"]


@pytest.mark.browser
def test_a_person_withdraws_by_the_link_in_the_confirmation(server: Server, store: Store, browser: Browser) -> None:
    one = Registration(id="w" * 16, series="demo", jurisdiction="OR", name="Ivy Sample", email="ivy@or.example")
    store.add_registration(one)
    approve_registration(load_content("demo", server.settings.content), store, one, "Fay Sample")
    link = make_withdrawal_link(server.settings, one.id, address=server.address)
    with browser.new_context(java_script_enabled=False) as plain:
        page = plain.new_page()
        page.goto(link)
        expect(page.get_by_role("heading", name="Withdraw your registration?")).to_be_visible()
        assert "Ivy" not in page.content()
        assert [each.is_removed for each in store.people("demo", "OR")] == [False]  # opening it changes nothing
        press(page, "Withdraw my registration")
        expect(page.get_by_role("heading", name="Your registration is withdrawn")).to_be_visible()
        page.goto(link)
        expect(page.get_by_role("link", name="register again")).to_be_visible()
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(link)
        check_at_both_widths(page)
        page.goto(make_withdrawal_link(server.settings, "unknown", address=server.address))
        expect(page.get_by_role("heading", name="Your registration is withdrawn")).to_be_visible()
        page.goto(server.link(FAY, session=None))
        page.get_by_role("link", name="Roster: people, links, and lists").click()
        expect(page.get_by_text("Ivy Sample (Oregon), withdrawn by the person")).to_be_visible()
        check_at_both_widths(page)
    assert [each.is_removed for each in store.people("demo", "OR")] == [True]


def test_withdrawals_are_limited_and_need_the_links_token_and_the_forms(server: Server, store: Store) -> None:
    token = make_withdrawal_link(server.settings, "unknown", address=server.address).partition("=")[2]
    other_network = httpx.HTTPTransport(local_address="127.0.0.3")
    with httpx.Client(base_url=server.address, transport=other_network) as script:
        assert script.get("/register/withdraw").status_code == 403
        broken = script.get("/register/withdraw", params={"registration": token[:-1]})
        assert (broken.status_code, "This link is not complete" in broken.text) == (403, True)
        assert script.post("/register/withdraw", data={"registration": token}).status_code == 403
        form = {"_xsrf": find_xsrf_token(script.cookies)}
        assert script.post("/register/withdraw", data=form).status_code == 403
        form["registration"] = token
        sent = [script.post("/register/withdraw", data=form) for _ in range(WITHDRAWALS_OF_A_NETWORK.most + 1)]
    assert [one.status_code for one in sent] == [303] * WITHDRAWALS_OF_A_NETWORK.most + [429]
    assert "Many people have withdrawn their registrations within an hour." in sent[-1].text


def test_spam_is_stopped_and_what_was_typed_is_kept(server: Server, store: Store) -> None:
    form = {"jurisdiction": "ID", "email": "wren@id.example"}
    other_network = httpx.HTTPTransport(local_address="127.0.0.2")
    with httpx.Client(base_url=server.address, transport=other_network) as script:
        script.get("/register")
        trapped = send(script, **form, **{"leave-empty": "https://spam.example"})
        assert (trapped.status_code, LEAVE_EMPTY in trapped.text) == (400, True)
        assert 'value="Wren Sample"' in trapped.text
        large = send(script, **form, needs="x" * LARGEST_FORM)
        assert (large.status_code, TOO_LARGE in large.text) == (413, True)
        assert script.post("/register", data={**FORM, **form}).status_code == 403  # without the form's token
        assert not [one for one in store.registrations("demo") if one.jurisdiction == "ID"]
        sent = [send(script, **form) for _ in range(REGISTRATIONS_OF_A_NETWORK.most + 1)]
    assert [one.status_code for one in sent] == [303] * REGISTRATIONS_OF_A_NETWORK.most + [429]
    assert int(sent[-1].headers["Retry-After"]) > 0
    assert "Many people have registered within an hour." in sent[-1].text
    assert 'value="Wren Sample"' in sent[-1].text
    assert len([one for one in store.registrations("demo") if one.jurisdiction == "ID"]) == 1
