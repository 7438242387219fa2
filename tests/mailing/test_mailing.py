"""Sending messages over a real mail server: everyone once, whatever happens to the server and the run."""

from __future__ import annotations

import datetime as dt
import json
import threading
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cluster_kit.cli.app import app
from cluster_kit.cli.commands import register
from cluster_kit.content import load_content
from cluster_kit.content.messages import load_messages
from cluster_kit.errors import UsageError
from cluster_kit.exports.message_attachments import Attachment, AttachmentChoice
from cluster_kit.exports.message_fields import JoinDetails
from cluster_kit.exports.message_sheets import write_message_files
from cluster_kit.exports.messages import MessageBatch, MessageRequest, plan_messages
from cluster_kit.files import OutputError
from cluster_kit.insights.calendar_events import CalendarHistory
from cluster_kit.mail_account import PASSWORD_VARIABLE, MailAccount, parse_mailbox
from cluster_kit.mail_log import MailLog, MailLogError
from cluster_kit.mailing.connection import MailConnection, MailServerError
from cluster_kit.mailing.delivery import MOST_FAILURES, RETRY_WAITS_S, MailingResult, hold_mailings, send_mailing
from cluster_kit.mailing.plan import Delivery, Mailing, RepeatChoice, plan_mailing, plan_test
from cluster_kit.packets.jobs import Job
from cluster_kit.packets.manifest import PacketResult, write_files, write_manifest
from cluster_kit.settings import Settings
from cluster_kit.store import NewErasure, Store
from cluster_kit.store.erasure_log import update_erasure_log
from tests.commands import PATIENCE_S, Command
from tests.mailing.conftest import PASSWORD, SENDER, USERNAME, MailServer, Serve, account_of, add_people

register()
CONTENT = load_content("2026")
PACK = load_messages("2026")
SERVER = "https://workshop.example.org"
VALUES = {
    "organization": "Sample Association",
    "sender_name": "Robin Sample",
    "contact_email": "robin@example.org",
    "access_contact": "access@example.org",
    "call_link": "https://call.example.org/1",
}
ADDRESSES = ["cy@guam.example", "ana@ohio.example", "di@tn.example"]
NAME = "session-1-invitation"


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    settings = Settings(tmp_path / "home")
    add_people(settings)
    return settings


def _batch(settings: Settings, files: AttachmentChoice | None = None, **values: str) -> MessageBatch:
    join = JoinDetails(lambda person: f"{SERVER}/join#{person.id}-secret", {}, SERVER, f"{SERVER}/join")
    request = MessageRequest("invitation", 1, {**VALUES, **values}, (), files or AttachmentChoice())
    with Store.open(settings.db_url) as store:
        return plan_messages(CONTENT, PACK, store, request, None, join).batches[0]


def _plan(settings: Settings, account: MailAccount, batch: MessageBatch | None = None, **repeat: bool) -> Mailing:
    log = MailLog.load(settings.home, "2026")
    with Store.open(settings.db_url) as store:
        return plan_mailing(batch or _batch(settings), account, log, store, RepeatChoice(**repeat))


def _send(
    settings: Settings, account: MailAccount, mailing: Mailing, waits: list[float] | None = None
) -> MailingResult:
    log = MailLog.load(settings.home, "2026")
    return send_mailing(mailing, account, log, lambda one: None, (waits if waits is not None else []).append)


def _outcome(result: MailingResult | Mailing) -> dict[str, str]:
    mailing = result.mailing if isinstance(result, MailingResult) else result
    return {one.message.person.id: str(one.delivery) for one in mailing.emails}


def _run(settings: Settings, *words: str) -> Result:
    values = [part for name, value in VALUES.items() for part in ("--field", f"{name}={value}")]
    where = ["--session", "1", "--address", SERVER, "--series", "2026", "--home", str(settings.home)]
    return CliRunner().invoke(app, ["messages", "send", "invitation", *where, *values, *words])


def _write_settings(settings: Settings, port: int, *lines: str) -> None:
    first = ["[mail]", 'server = "localhost"', f"port = {port}", f'from = "Workshop team <{USERNAME}>"']
    settings.file.write_text("\n".join([*first, "per_minute = 600", *lines]), encoding="utf-8")


# --- the command --------------------------------------------------------------------------------------------------


def test_the_command_shows_first_and_sends_only_with_a_flag_once_to_each_person(
    home: Settings, serve: Serve, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve("starttls")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    shown = _run(home)
    assert (shown.exit_code, server.inbox) == (0, [])
    assert [line.split()[2] for line in shown.stdout.splitlines()] == ["GU", "OH", "TN"]
    assert "Zoë “Di” Neal <di@tn.example>" in shown.stdout
    assert "no mail server is set" in shown.stderr
    assert "Warning: session 1 is over: it was on Tuesday, February 17, 2026." in shown.stderr
    assert _run(home, "--send").exit_code == 1
    _write_settings(home, server.port, f'username = "{USERNAME}"')
    missing = _run(home, "--send")
    assert f"set the environment variable {PASSWORD_VARIABLE}" in missing.output + str(missing.exception)
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    assert "To send, add --send" in _run(home).stderr
    assert (server.inbox, server.logins) == ([], [])

    done = _run(home, "--send", "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert (found["home"], found["series"]) == (str(home.home), "2026")
    assert [(one["to"], one["status"]) for one in found["people"]] == [(to, "sent") for to in ADDRESSES]
    assert server.recipients == ADDRESSES
    assert server.logins == [USERNAME.encode()]
    assert set(server.senders) == {USERNAME}
    assert PASSWORD not in done.output + repr(home.mail_account())
    again = _run(home, "--send")
    assert (again.exit_code, len(server.inbox)) == (0, 3)
    assert "has it" in again.stderr
    listed = CliRunner().invoke(app, ["messages", "sent", "--series", "2026", "--home", str(home.home), "--json"])
    assert [(one["person"], one["status"]) for one in json.loads(listed.stdout)] == [
        (person, status) for person in ("p1", "p2", "p3") for status in ("sending", "sent")
    ]
    tested = _run(home, "--test-to", "robin@example.org")
    assert tested.exit_code == 0, tested.output
    assert server.recipients[3:] == ["robin@example.org"] * 3
    assert server.inbox[3]["Subject"].startswith("[Test, Guam] ")
    assert "your-personal-link" in server.raw[3].decode()
    assert len(MailLog.load(home.home, "2026").entries) == 6


def test_a_run_that_is_killed_sends_the_rest_later_and_asks_about_the_one_in_between(
    home: Settings, serve: Serve
) -> None:
    server, second, release = serve(), threading.Event(), threading.Event()
    _write_settings(home, server.port, 'security = "none"')

    def hold(count: int) -> None:
        if count == 2:
            second.set()
            release.wait(PATIENCE_S)

    server.on_data = hold
    values = [part for name, value in VALUES.items() for part in ("--field", f"{name}={value}")]
    where = ["--session", "1", "--address", SERVER, "--series", "2026", "--home", str(home.home)]
    words = ["messages", "send", "invitation", *where, *values, "--send"]
    command = Command(words, home.home, home.home / "said", home.home / "said")
    assert second.wait(PATIENCE_S)
    command.kill()
    command.wait()
    release.set()
    account = account_of(server)
    mailing = _plan(home, account)
    assert _outcome(mailing) == {"p1": "already_sent", "p2": "unconfirmed", "p3": "waiting"}
    assert _outcome(_send(home, account, mailing)) == {"p1": "already_sent", "p2": "unconfirmed", "p3": "sent"}
    assert server.recipients == ADDRESSES
    retried = _send(home, account, _plan(home, account, unconfirmed=True))
    assert _outcome(retried) == {"p1": "already_sent", "p2": "sent", "p3": "already_sent"}
    assert server.inbox[1]["Message-ID"] == server.inbox[3]["Message-ID"], "mail servers see that it is the same"


# --- what is sent -------------------------------------------------------------------------------------------------


def test_an_email_has_text_html_the_packet_and_the_calendar_file(home: Settings, serve: Serve, tmp_path: Path) -> None:
    folder = tmp_path / "packets"
    made = {f"{Job(series='2026', session=1, jurisdiction='OH').name}.{end}": end.encode() for end in ("pdf", "ipynb")}
    job = Job(series="2026", session=1, jurisdiction="OH")
    result = PacketResult(job=job, status="made", files=write_files(folder, made), made_at=dt.datetime.now(dt.UTC))
    write_manifest(folder, CONTENT, [result])
    choice = AttachmentChoice(folder, (".pdf",), CalendarHistory.load(home.home), f"{SERVER}/join")
    server = serve()
    account = account_of(server, reply_to=parse_mailbox("Robin", "robin@example.org"))
    batch = _batch(home, choice)
    mailing = _plan(home, account, batch)
    _send(home, account, mailing)
    email = server.inbox[1]
    assert {name: str(email[name]) for name in ("From", "To", "Reply-To")} == {
        "From": f"Workshop team <{USERNAME}>",
        "To": "Ana Ruiz <ana@ohio.example>",
        "Reply-To": "Robin <robin@example.org>",
    }
    assert email["Date"].datetime.utcoffset() is not None
    assert email["Message-ID"].endswith("@example.org>")
    text, page = email.get_body(("plain",)), email.get_body(("html",))
    assert text
    assert page
    assert "Dear Ana" in text.get_content()
    assert f"{SERVER}/join#p2-secret" in page.get_content()
    kinds = {part.get_filename(): part.get_content_type() for part in email.iter_attachments()}
    assert kinds == {f"{job.name}.pdf": "application/pdf", "2026-session-1-OH.ics": "text/calendar"}
    (calendar,) = (part for part in email.iter_attachments() if part.get_content_type() == "text/calendar")
    assert b"BEGIN:VCALENDAR" in calendar.get_payload(decode=True)  # type: ignore[operator]
    assert [part.get_filename() for part in server.inbox[0].iter_attachments()] == ["2026-session-1-GU.ics"]
    for raw, one in zip(server.raw, mailing.emails, strict=True):
        assert abs(len(raw) - one.size) < 900, "the size that was shown"
    zipped = _batch(home, AttachmentChoice(folder, (), choice.calendar, choice.join_page, zipped=True))
    assert [[file.name for file in one.attachments] for one in zipped.messages][1] == ["2026-session-1-OH.zip"]
    files = write_message_files([zipped], tmp_path / "mail", ["csv", "eml"])
    assert (tmp_path / "mail" / "files" / "2026-session-1-OH.zip") in files
    assert "files/2026-session-1-OH.zip" in (tmp_path / "mail" / f"{NAME}.csv").read_text("utf-8-sig")


def test_a_draft_opens_for_sending_and_has_the_files(home: Settings, tmp_path: Path) -> None:
    choice = AttachmentChoice(calendar=CalendarHistory.load(home.home), join_page=f"{SERVER}/join")
    written = write_message_files([_batch(home, choice)], tmp_path, ["eml"], SENDER)
    drafts = [path for path in written if path.suffix == ".eml"]
    assert [path.name for path in drafts] == ["GU-mora-cy-p1.eml", "OH-ana-ruiz-p2.eml", "TN-zoë-di-neal-p3.eml"]
    raw = drafts[2].read_bytes()
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    email = message_from_bytes(raw, policy=default)
    assert isinstance(email, EmailMessage)
    assert (email["X-Unsent"], email["Date"], email["Message-ID"]) == ("1", None, None)
    (to,) = email["To"].addresses
    assert (to.display_name, to.addr_spec) == ("Zoë “Di” Neal", "di@tn.example")
    assert [part.get_content_type() for part in email.walk()] == [
        *("multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar"),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "Eve\r\nBcc: all@evil.example",
        "Eve\nSubject: x\n\nbody",
        "Eve\u2028Bcc: x@evil.example",
        '"Eve" <all@evil.example>, Bob',
        "=?utf-8?q?Eve=0D=0ABcc:_x@evil.example?=",
        "Zoë\x00 \u202eeve, Ñandú; Иван 山田太郎 " * 7,
        ".\r\n.\r\nMAIL FROM:<x@evil.example>",
    ],
)
def test_no_name_or_subject_adds_a_header_a_recipient_or_a_command(home: Settings, serve: Serve, name: str) -> None:
    add_people(home, (("evil", "AK", name, "eve@ak.example"),))
    server = serve()
    account = account_of(server)
    batch = _batch(home, organization=name)
    hostile = MessageBatch(**{**vars(batch), "messages": batch.messages[:1]})
    one = hostile.messages[0]
    written = type(one.written)(f"Hi {name}", f".\n..\n{name}\n.hidden\n", f"<p>.</p>\n.{len(name)}")
    message = type(one)(one.person, one.state, written)
    mailing = _plan(home, account, MessageBatch(**{**vars(batch), "messages": (message,)}))
    assert _outcome(_send(home, account, mailing)) == {"evil": "sent"}
    assert server.recipients == ["eve@ak.example"]
    (email,) = server.inbox
    expected = ["From", "To", "Subject", "Content-Language", "MIME-Version", "Content-Type", "Message-ID", "Date"]
    assert sorted(email.keys()) == sorted(expected)
    (to,) = email["To"].addresses
    assert to.addr_spec == "eve@ak.example"
    text = email.get_body(("plain",))
    assert text
    lines = text.get_content().splitlines()
    assert (lines[:2], lines[-1]) == ([".", ".."], ".hidden"), "dots at the beginning of lines arrive"


@pytest.mark.parametrize(
    ("address", "read"),
    [
        (" ana@ohio.example ", "ana@ohio.example"),
        ("ana@schüle.example", "ana@xn--schle-mva.example"),
        ("aña@ohio.example", None),
        ("ana@ohio", None),
        ("ana@ohio.example, bo@ohio.example", None),
        ("ana@ohio.example\r\nRCPT TO:<x@evil.example>", None),
        ("<ana@ohio.example>", None),
        ("ana", None),
        ("a@" + "b" * 70 + ".example", None),
    ],
)
def test_an_address_is_one_mailbox_or_none(address: str, read: str | None) -> None:
    found = parse_mailbox("Ana", address)
    assert (found.addr_spec if found else None) == read


# --- a server that misbehaves ---------------------------------------------------------------------------------------


def test_one_bad_address_does_not_stop_the_rest_and_is_tried_again_later(home: Settings, serve: Serve) -> None:
    add_people(home, (("bad", "AK", "No Mailbox", "no mailbox@x"),))
    server = serve()
    server.refused = {"ana@ohio.example": "550 no such user", "cy@guam.example": "451 try later"}
    account = account_of(server)
    result = _send(home, account, _plan(home, account))
    assert _outcome(result) == {"bad": "not_valid", "p1": "deferred", "p2": "refused", "p3": "sent"}
    assert result.stopped == ""
    assert [one.detail for one in result.mailing.emails][1:3] == ["451 try later", "550 no such user"]
    server.refused.clear()
    assert _outcome(_send(home, account, _plan(home, account))) == {
        "bad": "not_valid",
        **{"p1": "sent", "p2": "sent", "p3": "already_sent"},
    }
    assert sorted(server.recipients) == sorted(ADDRESSES)
    before = [one["Message-ID"] for one in server.inbox]
    _send(home, account, _plan(home, account, sent=True))
    assert set(before).isdisjoint(one["Message-ID"] for one in server.inbox[3:]), "asked for: a new message"


def test_a_lost_connection_is_opened_again_and_nothing_is_sent_twice(home: Settings, serve: Serve) -> None:
    server, waits = serve(), []
    server.drops = 2
    account = account_of(server)
    result = _send(home, account, _plan(home, account), waits)
    assert _outcome(result) == dict.fromkeys(("p1", "p2", "p3"), "sent")
    assert (server.recipients, waits) == (ADDRESSES, list(RETRY_WAITS_S[:2]))
    server.silences = 1
    result = _send(home, account, _plan(home, account, sent=True))
    assert _outcome(result) == {"p1": "unconfirmed", "p2": "sent", "p3": "sent"}
    assert len(server.inbox) == 6


def test_a_server_that_stays_away_ends_the_run_and_a_later_one_continues(home: Settings, serve: Serve) -> None:
    server = serve()
    server.on_data = lambda count: setattr(server, "drops", 99)
    account = account_of(server)
    result = _send(home, account, _plan(home, account))
    assert _outcome(result) == {"p1": "sent", "p2": "waiting", "p3": "waiting"}
    assert "The connection was lost" in result.stopped
    server.drops, server.on_data = 0, lambda count: None
    assert _outcome(_send(home, account, _plan(home, account)))["p2"] == "sent"
    assert server.recipients == ADDRESSES
    nowhere = account_of(MailServer(1))
    waits: list[float] = []
    result = _send(home, nowhere, _plan(home, nowhere, sent=True), waits)
    assert "127.0.0.1:1 cannot be reached" in result.stopped
    assert waits == [], "a wrong address is said at once"


def test_a_server_that_accepts_nothing_is_not_asked_for_everyone(home: Settings, serve: Serve) -> None:
    add_people(home, tuple((f"x{n:02}", "TX", f"Person {n:02}", f"p{n}@tx.example") for n in range(12)))
    server = serve()
    server.answers = ["554 looks like spam"] * 99
    account = account_of(server)
    result = _send(home, account, _plan(home, account))
    assert f"did not accept {MOST_FAILURES} messages in a row" in result.stopped
    assert result.mailing.count(Delivery.WAITING) == 15 - MOST_FAILURES


def test_the_pace_is_kept(home: Settings, serve: Serve) -> None:
    waits: list[float] = []
    account = account_of(serve(), per_minute=30)
    _send(home, account, _plan(home, account), waits)
    assert len(waits) == 2
    assert 1 < waits[0] <= 2


@pytest.mark.parametrize(
    ("security", "trusts", "problem"),
    [
        (("none", "starttls"), True, "STARTTLS extension not supported"),
        (("starttls", "starttls"), False, "over TLS: self-signed certificate"),
        (("ssl", "ssl"), False, "over TLS: self-signed certificate"),
        (("ssl", "ssl"), True, "refuses the login: 535"),
    ],
)
def test_no_login_is_sent_without_a_certificate_that_is_trusted(
    serve: Serve,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
    security: tuple[str, str],
    trusts: bool,
    problem: str,
) -> None:
    server = serve(security[0])
    if trusts:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    login: dict[str, Any] = {"username": USERNAME, "password": "wrong-password"}
    account = account_of(server, server="localhost", security=security[1], **login)
    with pytest.raises(MailServerError, match=problem) as raised:
        MailConnection.open(account)
    assert "wrong-password" not in str(raised.value)
    assert set(server.logins) == ({USERNAME.encode()} if "login" in problem else set())


def test_a_message_that_is_too_large_is_named_before_anything_is_sent(home: Settings, serve: Serve) -> None:
    account, batch = account_of(serve(), largest=1_000_000), _batch(home)
    large = Attachment("large.pdf", made=bytes(800_000))
    messages = tuple(type(one)(one.person, one.state, one.written, (large,)) for one in batch.messages)
    mailing = _plan(home, account, MessageBatch(**{**vars(batch), "messages": messages}))
    assert set(_outcome(mailing).values()) == {"not_valid"}
    assert "is more than" in mailing.emails[0].detail


# --- the log --------------------------------------------------------------------------------------------------------


def test_the_log_survives_a_torn_line_and_refuses_a_damaged_one(home: Settings, serve: Serve) -> None:
    account = account_of(serve())
    _send(home, account, _plan(home, account))
    path = home.home / "mailings" / "2026.jsonl"
    assert path.stat().st_mode & 0o077 == 0
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"at": "2026-')
    assert set(_outcome(_plan(home, account)).values()) == {"already_sent"}
    log = MailLog.load(home.home, "2026")
    log.add(log.entries[-1])
    assert path.read_bytes() == whole + whole.splitlines(keepends=True)[-1]
    path.write_bytes(b"{}\n" + whole)
    with pytest.raises(MailLogError, match=r"2026.jsonl, line 1, is damaged"):
        MailLog.load(home.home, "2026")
    with (
        hold_mailings(home.home),
        pytest.raises(OutputError, match="Another command is writing"),
        hold_mailings(home.home),
    ):
        pass


def test_a_merged_person_has_the_message_and_an_erased_one_leaves_the_log(home: Settings, serve: Serve) -> None:
    add_people(home, (("p4", "OH", "Ana R.", "ana@ohio.example"),))
    account = account_of(serve())
    mailing = _plan(home, account)
    assert mailing.shared_addresses == ("ana@ohio.example",)
    only = MessageBatch(**{**vars(mailing.batch), "messages": mailing.batch.messages[1:3]})
    _send(home, account, _plan(home, account, only))
    assert _outcome(_plan(home, account)) == {
        "p1": "waiting",
        "p2": "already_sent",
        "p4": "already_sent",
        "p3": "waiting",
    }
    with Store.open(home.db_url) as store:
        store.merge_people("p4", "p2", "Robin")
        assert _outcome(_plan(home, account))["p4"] == "already_sent"
        store.erase(NewErasure(series="2026", jurisdiction="OH", person="p4", asked_by="Ana", why="left"))
        update_erasure_log(home.home, store)
    assert MailLog.load(home.home, "2026").entries == ()


def test_a_test_goes_to_an_address_only(home: Settings) -> None:
    with pytest.raises(UsageError, match="is not an email address"):
        plan_test(_batch(home), "robin", None)
