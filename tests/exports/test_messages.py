"""Messages for mail merge: recipients, local times, days, links, and text that stays text."""

from __future__ import annotations

import csv
import datetime as dt
import json
import stat
from pathlib import Path

import openpyxl
import pytest
from bs4 import BeautifulSoup
from typer.testing import CliRunner

from cluster_kit.cli.app import app
from cluster_kit.cli.commands import register
from cluster_kit.content import load_content
from cluster_kit.content.messages import MessagePack, load_messages
from cluster_kit.content.models import When
from cluster_kit.errors import UsageError
from cluster_kit.exports.message_attachments import AttachmentChoice
from cluster_kit.exports.message_fields import JoinDetails, find_first_name, one_line
from cluster_kit.exports.message_sheets import write_message_files
from cluster_kit.exports.message_text import keep_filled, write_message
from cluster_kit.exports.messages import (
    MessageBatch,
    MessagePlan,
    MessageRequest,
    get_message,
    is_too_late,
    list_messages,
    plan_messages,
    send_day,
)
from cluster_kit.packets.jobs import Job
from cluster_kit.packets.manifest import PacketResult, write_files, write_manifest
from cluster_kit.settings import Settings
from cluster_kit.store import Person, Presence, Registration, Store
from tests.exports.conftest import FORMULAS, Say

register()
CONTENT = load_content("2026")
PACK = load_messages("2026")
VALUES = {
    "organization": "Sample Association",
    "sender_name": "Robin Sample",
    "contact_email": "robin@example.org",
    "access_contact": "access@example.org",
    "call_link": "https://call.example.org/1",
}
SERVER = "https://workshop.example.org"
NASTY = "<img src=x onerror=alert(1)> [x](javascript:alert(1)) {link} **b** https://evil.example"


@pytest.fixture
def people(settings: Settings) -> Settings:
    with Store.open(settings.db_url) as store:
        for number, (code, name, email, role, sessions) in enumerate(
            (
                ("OH", "Ana Ruiz", "ana@ohio.example", "state_director", ()),
                ("GU", "Mora, Cy", "cy@guam.example", "data", ()),
                ("TN", "Di Neal", "di@tn.example", "", (1,)),
                ("TN", "Later Person", "later@tn.example", "", (3,)),
                ("PR", "No Address", "", "", ()),
                ("", "Robin Sample", "robin@example.org", "facilitator", ()),
            )
        ):
            store.add_person(
                Person(
                    id=f"p{number}",
                    series="2026",
                    jurisdiction=code,
                    name=name,
                    email=email,
                    role=role,
                    sessions=sessions,
                )
            )
    return settings


def _plan(settings: Settings, message: str, session: int = 1, pack: MessagePack = PACK, **rest: object) -> MessagePlan:
    join = JoinDetails(
        lambda person: f"{SERVER}/join#{person.id}-secret",
        {"OH": "KDR-4927"},
        SERVER,
        f"{SERVER}/join",
        lambda person: f"{SERVER}/register/withdraw?registration={person.id}-secret",
        f"{SERVER}/primer",
    )
    values, content = rest.pop("values", VALUES), rest.pop("content", CONTENT)
    request = MessageRequest(message, session, values, **rest)  # type: ignore[arg-type]
    with Store.open(settings.db_url) as store:
        return plan_messages(content, pack, store, request, None, join)


def _texts(plan: MessagePlan) -> dict[str, str]:
    """The text of each person's message, by email address, of the first day."""
    return {one.person.email: one.written.text for one in plan.batches[0].messages}


# --- recipients ---------------------------------------------------------------------------------------------------


def test_an_invitation_goes_to_the_people_of_states_who_are_invited_and_have_an_address(people: Settings) -> None:
    plan = _plan(people, "invitation")
    assert list(_texts(plan)) == ["cy@guam.example", "ana@ohio.example", "di@tn.example"]
    assert plan.without_email == ("No Address (PR)",)
    assert all(f"\n{SERVER}/primer\n" in text for text in _texts(plan).values())
    assert "later@tn.example" in _texts(_plan(people, "invitation", 3))


def test_the_letter_goes_to_directors_and_names_the_states_without_one(people: Settings) -> None:
    plan = _plan(people, "letter_to_directors")
    assert list(_texts(plan)) == ["ana@ohio.example"]
    assert plan.states_without == ("GU", "PR", "TN")


def test_a_thank_you_goes_to_those_who_attended(people: Settings) -> None:
    with pytest.raises(UsageError, match="No one is on record as having attended session 1"):
        _plan(people, "thank_you")
    with Store.open(people.db_url) as store:
        store.note_presence([_presence("p1", "GU")])
    assert list(_texts(_plan(people, "thank_you"))) == ["cy@guam.example"]


def test_only_states_without_a_next_step_are_reminded(people: Settings, say: Say) -> None:
    say("next_steps", "actions.action", "Call the board", "s", code="OH")
    say("next_steps", "actions.action", "   ", "s", code="GU", by="cy")
    assert sorted(_texts(_plan(people, "next_steps_nudge"))) == ["cy@guam.example", "di@tn.example"]


def test_a_request_needs_a_state_and_asks_the_questions_of_the_session(people: Settings) -> None:
    values = {**VALUES, "example": "its shared course list"}
    with pytest.raises(UsageError, match="Add --jurisdiction OH"):
        _plan(people, "example_request", values=values)
    text = _texts(_plan(people, "example_request", values=values, states=("OH",)))["ana@ohio.example"]
    assert "Would Ohio present its shared course list?" in text
    assert "- Which two systems came together?" in text
    assert (
        "I would ask you"
        not in _texts(_plan(people, "example_request", 3, values=values, states=("OH",)))["ana@ohio.example"]
    )


def test_a_message_that_would_say_nothing_is_refused(people: Settings) -> None:
    last = CONTENT.get_session(4)
    in_room = tuple(one.model_copy(update={"when": When.SESSION, "prework_minutes": 0}) for one in last.exercises)
    sessions = (*CONTENT.sessions[:3], last.model_copy(update={"exercises": in_room}))
    content = CONTENT.model_copy(update={"sessions": sessions})
    with pytest.raises(UsageError, match="has nothing to say about session 4: prework is empty"):
        _plan(people, "prework_reminder", 4, content=content)


def test_a_confirmation_goes_to_those_whose_registration_is_confirmed(people: Settings, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No registration is confirmed"):
        _plan(people, "confirmation")
    with Store.open(people.db_url) as store:
        _register(store, "p3")  # who is not invited to session 1
    plan = _plan(people, "confirmation")
    (text,) = _texts(plan).values()
    assert f"{SERVER}/register/withdraw?registration=p3-secret" in text
    written = write_message_files(plan.batches, tmp_path, ("csv",))
    shown = next(one for one in written if "preview" in one.name and one.suffix == ".txt")
    assert "p3-secret" not in shown.read_text("utf-8")


# --- what a message says ------------------------------------------------------------------------------------------


def test_everyone_sees_the_time_in_the_zones_of_their_own_state(people: Settings) -> None:
    texts = _texts(_plan(people, "invitation"))
    assert "Tuesday, February 17, 2026, 1:00 to 2:30 p.m. Eastern Standard Time" in texts["ana@ohio.example"]
    assert "Wednesday, February 18, 2026, 4:00 to 5:30 a.m. Chamorro Standard Time" in texts["cy@guam.example"]
    both = "12:00 to 1:30 p.m. Central Standard Time (1:00 to 2:30 p.m. Eastern Standard Time)"
    assert both in texts["di@tn.example"]


def test_every_shipped_message_can_be_written_without_a_field_left(people: Settings, say: Say) -> None:
    say("next_steps", "actions.action", "Call the board", "s", code="OH")
    say("next_steps", "actions.due", "2026-03-05", "s", code="OH")
    with Store.open(people.db_url) as store:
        store.note_presence([_presence("p0", "OH")])
        _register(store, "p0")
    given = {
        **VALUES,
        "example": "a form",
        "what_happened": "the call dropped",
        "what_next": "We meet again on Friday.",
        "community_when": "Tuesday, March 24, 2:00 p.m. Eastern Daylight Time",
    }
    for message in PACK.messages:
        plan = _plan(people, message.id, values=given, states=("OH",) if message.id == "example_request" else ())
        for batch in plan.batches:
            for one in batch.messages:
                assert "{" not in one.written.subject + one.written.text + one.written.html, message.id
                assert "  " not in one.written.subject
                assert one.written.text.rstrip().endswith("robin@example.org")


def test_a_check_in_lists_the_open_steps_of_the_team_on_each_of_its_days(people: Settings, answered: None) -> None:
    plan = _plan(people, "check_in", states=("OH",))
    assert [batch.day for batch in plan.batches] == [dt.date(2026, 3, 19), dt.date(2026, 4, 20), dt.date(2026, 5, 18)]
    text = plan.batches[1].messages[0].written.text
    assert "It has been 60 days since" in text
    assert "- Call the board (Dana Whit, Director, due March 5, 2026)" in text
    assert "Ask the college" not in text, "it is done"


def test_days_on_a_weekend_move_away_from_the_session(people: Settings) -> None:
    assert send_day(CONTENT, 1, -2) == dt.date(2026, 2, 13), "two days before a Tuesday is a Sunday"
    assert send_day(CONTENT, 1, 60) == dt.date(2026, 4, 20), "60 days after is a Saturday"
    assert send_day(CONTENT, 1, 0) == dt.date(2026, 2, 17)


def test_only_a_message_for_before_the_session_comes_too_late() -> None:
    after = dt.datetime(2026, 2, 17, 20, tzinfo=dt.UTC)  # the session ends at 19:30
    for days, now, late in (
        (-21, after, True),
        (-21, after - dt.timedelta(hours=1), False),
        (0, after, False),
        (0, after + dt.timedelta(days=1), True),
        (2, after + dt.timedelta(days=90), False),
    ):
        batch = MessageBatch(PACK.messages[0], 1, after.date(), days, ())
        assert is_too_late(CONTENT, batch, now) is late, (days, now)


def test_a_part_without_a_value_is_left_out_with_the_line_before_it() -> None:
    body = "Hello.\n\nPlease bring:\n\n{prepare}\n\n- **Call:** {call}\n- **Phone:** {phone}\n\nAlso {phone}.\n\nBye."
    values = {"prepare": (), "call": "https://call.example.org", "phone": ""}
    assert keep_filled(body, values) == "Hello.\n\n- **Call:** {call}\n\nBye."
    assert keep_filled("Bring:\n\n{prepare}", {"prepare": ("a", "b")}) == "Bring:\n\n- {prepare.0}\n- {prepare.1}"


def test_markdown_becomes_text_and_html_with_the_same_words() -> None:
    body = "**When:** {when}\nsoft\n\n1. one\n2. [our page]({link})\n\n[{link}]({link})"
    written = write_message("{when}", body, {"when": "now", "link": "https://a.example/?a=1&b=2"}, {"link"})
    assert written.text == (
        "When: now soft\n\n1. one\n2. our page (https://a.example/?a=1&b=2)\n\nhttps://a.example/?a=1&b=2\n"
    )
    page = BeautifulSoup(written.html, "html.parser")
    assert [link["href"] for link in page.find_all("a")] == ["https://a.example/?a=1&b=2"] * 2
    assert page.strong
    assert page.strong.text == "When:"
    assert len(page.find_all("li")) == 2


def test_a_link_that_runs_a_script_is_refused() -> None:
    with pytest.raises(UsageError, match="cannot be a link in a message"):
        write_message("s", "[x]({link})", {"link": "javascript:alert(1)"}, {"link"})


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Ana Ruiz", "Ana"), ("Ruiz, Ana Maria", "Ana"), ("Dr. Ruiz", "Dr. Ruiz"), ("Cher", "Cher"),
        ("Ruiz,", "Ruiz"), ("José-Luis Peña", "José-Luis"), ("", ""),
    ],
)  # fmt: skip
def test_the_first_name_is_found_in_the_usual_spellings(name: str, first: str) -> None:
    assert find_first_name(name) == first


def test_every_address_of_the_organization_is_a_link(people: Settings) -> None:
    written = _plan(people, "invitation").batches[0].messages[0].written
    links = {link["href"] for link in BeautifulSoup(written.html, "html.parser").find_all("a")}
    addresses = {word.strip(".,;()") for word in written.text.split() if "://" in word or "@" in word}
    assert {address if "://" in address else f"mailto:{address}" for address in addresses} == links
    assert f"{SERVER}/primer" in links


# --- hostile text -------------------------------------------------------------------------------------------------


def test_names_and_next_steps_are_never_markup_or_fields(people: Settings, say: Say) -> None:
    with Store.open(people.db_url) as store:
        store.add_person(Person(id="n", series="2026", jurisdiction="OH", name=NASTY, email="n@x.example"))
    say("next_steps", "actions.action", NASTY, "s", code="OH")
    plan = _plan(people, "check_in", states=("OH",))
    page = BeautifulSoup(plan.batches[0].messages[0].written.html, "html.parser")
    assert page.find_all(["img", "strong", "script"]) == []
    assert [link["href"] for link in page.find_all("a")] == [
        f"{SERVER}/join#{plan.batches[0].messages[0].person.id}-secret",
        f"mailto:{VALUES['contact_email']}",
    ]
    assert NASTY in page.text
    assert NASTY in plan.batches[0].messages[0].written.text


def test_no_cell_of_a_sheet_is_a_formula_and_sheets_are_private(people: Settings, tmp_path: Path) -> None:
    with Store.open(people.db_url) as store:
        for number, formula in enumerate(FORMULAS):
            store.add_person(
                Person(
                    id=f"f{number}",
                    series="2026",
                    jurisdiction="AK",
                    name=formula.strip(),
                    email=f"{formula.strip()}@x",
                )
            )
    own = {**VALUES, "organization": "=1+1"}
    pack = PACK.model_copy(
        update={"messages": tuple(m.model_copy(update={"subject": "{organization}"}) for m in PACK.messages)}
    )
    files = write_message_files(_plan(people, "invitation", pack=pack, values=own).batches, tmp_path, ["csv", "xlsx"])
    table = next(path for path in files if path.suffix == ".csv")
    book = next(path for path in files if path.suffix == ".xlsx")
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3 + len(FORMULAS)
    risky = {cell for row in rows for cell in row.values() if cell and cell[0] in "=+-@\t\r"}
    assert risky <= {"+1", "-1"}, "a number is no formula"
    sheet = openpyxl.load_workbook(book).active
    assert sheet
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_previews_show_the_message_without_a_personal_link(people: Settings, tmp_path: Path) -> None:
    files = write_message_files(_plan(people, "invitation").batches, tmp_path, ["csv"])
    previews = [path for path in files if "preview" in path.name]
    assert {path.suffix for path in previews} == {".txt", ".html"}
    assert len(previews) == 6
    for path in previews:
        text = path.read_text(encoding="utf-8")
        assert "-secret" not in text
        assert f"{SERVER}/join#your-personal-link" in text
    (page,) = [path for path in previews if path.name == "session-1-invitation-preview-GU.html"]
    parsed = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    assert parsed.html
    assert parsed.html["lang"] == "en"
    assert parsed.h1
    assert parsed.h1.text.startswith("Invitation: ")
    assert "Send on" in parsed.text


# --- packets, values, and the command -----------------------------------------------------------------------------


def test_the_files_of_a_states_packet_are_named_beside_its_people_only(people: Settings, tmp_path: Path) -> None:
    with Store.open(people.db_url) as store:
        store.note_presence([_presence("p0", "OH")])
        store.note_presence([_presence("p1", "GU")])
    job = Job(series="2026", session=1, jurisdiction="OH")
    made = write_files(tmp_path, {f"{job.name}.pdf": b"x"})
    result = PacketResult(job=job, status="made", files=made, made_at=dt.datetime.now(dt.UTC))
    write_manifest(tmp_path, CONTENT, [result])
    plan = _plan(people, "thank_you", files=AttachmentChoice(packets=tmp_path))
    named = {one.person.jurisdiction: [file.path for file in one.attachments] for one in plan.batches[0].messages}
    assert named == {"OH": [tmp_path / f"{job.name}.pdf"], "GU": []}
    assert plan.states_without_files == ("GU",)
    (tmp_path / f"{job.name}.pdf").write_bytes(b"changed")
    with pytest.raises(UsageError, match=r"is missing or was changed. Make it again"):
        _plan(people, "thank_you", files=AttachmentChoice(packets=tmp_path))
    with pytest.raises(UsageError, match=r"has no packets.*--jurisdiction all --out"):
        _plan(people, "thank_you", files=AttachmentChoice(packets=tmp_path / "none"))


def test_a_field_without_a_value_is_named_with_the_way_to_set_it(people: Settings) -> None:
    with pytest.raises(UsageError, match=r"needs call_link \(the web address of the meeting\). Add --field call_link="):
        _plan(people, "invitation", values={**VALUES, "call_link": " "})
    with pytest.raises(UsageError, match="--field cannot set 'state'"):
        _plan(people, "invitation", values={**VALUES, "state": "x"})


def test_the_overview_says_when_each_message_goes_and_what_it_needs() -> None:
    listed = list_messages(CONTENT, PACK, 2)
    assert [one.days[0] for one in listed] == sorted(one.days[0] for one in listed)
    by_id = {one.id: one for one in listed}
    assert by_id["invitation"].days == (dt.date(2026, 4, 21),)
    assert by_id["letter_to_directors"].session == 1
    assert by_id["outage_apology"].missing == (
        *("organization", "sender_name", "contact_email"),
        *("what_happened", "what_next"),
    )


def _run(settings: Settings, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["messages", *words, "--home", str(settings.home), "--series", "2026"])
    return done.exit_code, done.stdout


def test_the_commands_write_files_and_json(people: Settings, tmp_path: Path) -> None:
    values = [part for name, value in VALUES.items() for part in ("--field", f"{name}={value}")]
    common = ["write", "invitation", "--session", "1", "--address", SERVER, "--out", str(tmp_path / "out"), *values]
    code, shown = _run(people, *common, "--json", "--dry-run")
    planned = json.loads(shown[shown.index("{") : shown.rindex("}") + 1])
    assert (code, planned["files"], planned["batches"][0]["people"]) == (0, [], 3)
    assert (planned["home"], planned["series"]) == (str(people.home), "2026")
    assert not (tmp_path / "out").exists()
    code, shown = _run(people, *common, "--formats", "csv", "--calendar")
    assert code == 0
    calendars = [one.read_bytes().replace(b"\r\n ", b"").decode() for one in (tmp_path / "out").rglob("*.ics")]
    assert calendars
    assert all(f"Video call: {VALUES['call_link']}" in one for one in calendars), "as in the text"
    text = (tmp_path / "out" / "session-1-invitation.csv").read_text(encoding="utf-8-sig")
    assert text.count(f"{SERVER}/join#") == 3 * 3, "in the text, and twice in the HTML, of three people"
    code, shown = _run(people, "list", "--session", "1", "--json")
    assert {one["id"] for one in json.loads(shown)} == {message.id for message in PACK.messages}
    code, shown = _run(people, "fields", "--json")
    fields = json.loads(shown)
    assert "first_name" in fields["kit"]
    assert (fields["home"], fields["series"]) == (str(people.home), "2026")


def _register(store: Store, person: str) -> None:
    """A confirmed registration of a person on the roster."""
    found = store.find_person(person)
    assert found
    place = {"series": "2026", "jurisdiction": found.jurisdiction, "name": found.name, "email": found.email}
    one = Registration.model_validate({"id": f"{person}-form", **place})
    store.add_registration(one)
    done = {"status": "confirmed", "person": person, "decided_by": "Robin", "decided_at": dt.datetime.now(dt.UTC)}
    store.decide_registration(one.model_copy(update=done))


def _presence(person: str, code: str) -> Presence:
    now = dt.datetime.now(dt.UTC)
    return Presence(
        series="2026", session=1, person=person, jurisdiction=code, joined_at=now, active_at=now, seen_at=now
    )


def test_typed_text_does_not_reverse_the_rest_of_a_message() -> None:
    assert one_line("pay \u202eraey\u2067 \tlate\x00") == "pay raey late␀"


def test_a_message_that_is_misspelled_is_suggested() -> None:
    with pytest.raises(UsageError, match=r"no message 'thankyou'\. Did you mean 'thank_you'\? The messages are"):
        get_message(PACK, "thankyou")
    with pytest.raises(UsageError, match=r"no message 'xyz'\. The messages are"):
        get_message(PACK, "xyz")
