"""The walk through a session in "For staff", with its own commands: from a Zoom export to a packet and a message."""

from __future__ import annotations

import csv
import datetime as dt
import re
import shlex
from pathlib import Path

import pytest
from pypdf import PdfReader
from typer.testing import CliRunner, Result

from cluster_kit.cli.app import app
from cluster_kit.cli.commands import register
from cluster_kit.cli.demo import MESSAGE_VALUES
from cluster_kit.content import load_content
from cluster_kit.roster.people import ensure_person
from cluster_kit.sessions import SessionLog
from cluster_kit.sessions.facilitation import BeginSegment, EndSession
from cluster_kit.settings import Settings
from cluster_kit.store import NewResponse, Person, Presence, Store
from cluster_kit.store.models import utc_now
from tests.answers import new_answer

register()
PAGE = (Path(__file__).parents[1] / "docs/how-to/staff.md").read_text("utf-8")
SECTION = PAGE.split("## From a Zoom export to packets")[1].split("\n## ")[0]
STEPS = [
    [shlex.split(line)[1:] for line in block.split("\n") if line.strip()]
    for block in re.findall(r"```sh\n(.*?)```", SECTION, re.DOTALL)
]
CONTENT = load_content("2026")
REGISTRATION = """\
Registration Report
Report Generated:,"02/16/2026 09:12:33 AM"
Topic,Webinar ID,Scheduled Time,Duration (minutes),# Registered,# Cancelled,# Approved,# Denied
"Session 1",912 3456 7890,"Feb 17, 2026 02:00 PM",120,9,1,8,0
Host Details
Name,Email
"Robin Sample",robin.sample@example.org
Attendee Details
First Name,Last Name,Email,Registration Time,Approval Status,Job Title,State/Province,"Which state do you represent?",
"Ana","Reyes","ana@ohio.example","01/27/2026 10:02:11 AM","approved","State CTE Director","OH","Ohio",
"O'Neil, Sam","","sam@ohio.example","01/27/2026 10:05:40 AM","approved","Analyst","OH","Ohio",
"Lee (she/her)","Okafor","LEE@ohio.example","01/28/2026 01:15:02 PM","approved","","Ohio","Ohio",
"Tasi","Cruz","tasi@guam.example","01/28/2026 05:45:02 AM","approved","","GU","Guam",
"Mary","Begay","mary@azed.example","01/29/2026 11:20:00 AM","approved","","AZ","Arizona",
"MARY","BEGAY","mary@azed.example","02/02/2026 09:00:00 AM","approved","","AZ","Arizona",
"Lou","Gone","lou@ohio.example","02/03/2026 02:14:00 PM","cancelled","","OH","Ohio",
"""
PARTICIPANTS = """\
Topic,ID,Host name,Host email,Start time,End time,Participants,Duration (minutes)
"Session 1",912 3456 7890,Robin Sample,robin.sample@example.org,02/17/2026 01:00:00 PM,02/17/2026 02:30:00 PM,7,90

Name (original name),Email,Join time,Leave time,Duration (minutes),Guest,Recording disclaimer response,In waiting room
Robin Sample,robin.sample@example.org,01:00:00 PM,02:30:00 PM,90,No,OK,No
OH - Ana Reyes (she/her),ana@ohio.example,01:00:30 PM,01:40:00 PM,40,Yes,OK,No
OH - Ana Reyes (she/her),ana@ohio.example,01:41:30 PM,02:30:00 PM,49,Yes,OK,No
"O'Neil, Sam (Ohio)",,01:00:00 PM,02:30:00 PM,90,Yes,OK,No
Tasi Cruz | Guam (Tasi Cruz),,01:00:00 PM,02:30:00 PM,90,Yes,OK,No
"Jo Walker, AZ (they/them)",,01:00:00 PM,02:30:00 PM,90,Yes,OK,No
Kim Late (AZ),kim@azed.example,01:00:00 PM,02:30:00 PM,90,Yes,OK,No
iPhone,,01:00:00 PM,01:01:00 PM,1,Yes,,Yes
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A new home, and Zoom's files in the current folder."""
    for name, text in (("registration", REGISTRATION), ("participants", PARTICIPANTS)):
        (tmp_path / f"{name}.csv").write_text(text.replace("\n", "\r\n"), "utf-8-sig", newline="")
    settings = Settings(tmp_path / "home")
    (settings.home / "content").mkdir(parents=True)
    (settings.home / "content" / "message_values.yaml").write_text(MESSAGE_VALUES, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLUSTER_KIT_HOME", str(settings.home))
    return settings


def run(step: int, *, ends: int = 0) -> list[Result]:
    """Run the commands of a step of the guide. ``ends`` is the exit code of those that import a list."""
    results = []
    for words in STEPS[step]:
        result = CliRunner().invoke(app, words)
        assert result.exit_code == (ends if "import" in words else 0), result.output
        results.append(result)
    return results


def hold_session(home: Settings) -> None:
    """Three people of three states take part, and Sam and Kim watch a colleague's screen."""
    session, began = CONTENT.get_session(1), utc_now()
    with Store.open(home.db_url) as store:
        people = {person.name: person for person in store.people("2026")}
        people["Jo Walker"] = ensure_person(store, "2026", "AZ", "Jo Walker")
        log = SessionLog(store, "2026", session)
        log.do(people["Robin Sample"], BeginSegment(), subject=session.segments[0].kind.value)
        for name in ("Ana Reyes", "Tasi Cruz", "Jo Walker"):
            one = people[name]
            times = {"joined_at": began, "active_at": began, "seen_at": began + dt.timedelta(minutes=80)}
            seen = Presence(series="2026", session=1, person=one.id, jurisdiction=one.jurisdiction, **times)
            store.note_presence([seen])
            store.append([_goal(one)])
        log.do(people["Robin Sample"], EndSession())


def _goal(person: Person) -> NewResponse:
    about = {"jurisdiction": person.jurisdiction, "author": person.id, "row": "a", "id": f"goal-{person.id}"}
    return new_answer("goals.goals.statement", f"A goal of {person.name}", **about)


def test_the_guide_leads_from_a_zoom_export_to_a_packet_in_hand(home: Settings, tmp_path: Path) -> None:
    assert [len(step) for step in STEPS] == [3, 2, 3, 3]
    first, second, _ = run(0)
    assert "5 new, 0 changed, 0 same. Nothing was changed." in first.stderr
    assert "O'Neil, Sam was read as Sam O'Neil." in second.stderr
    run(1)
    with (tmp_path / "messages/session-1-invitation.csv").open(encoding="utf-8-sig") as file:
        assert {row["email"] for row in csv.DictReader(file)} == {
            "ana@ohio.example",
            "sam@ohio.example",
            "LEE@ohio.example",
            "tasi@guam.example",
            "mary@azed.example",
        }
    hold_session(home)
    attendance, imported, again = run(2, ends=1)
    assert "4 people came, from 3 of 3 expected states" in attendance.stdout
    assert (
        "5 people of the series were in it, 1 of them without the page; 1 other is not on the roster"
        in attendance.stdout
    )
    assert "| 11 | Kim Late | Arizona | kim@azed.example | 90 |" in attendance.stdout
    assert imported.stdout.split() == ["new", "AZ", "Kim", "Late"]
    assert "line 12: The state is missing" in imported.stderr, "the phone without a name"
    assert "Robin Sample is a facilitator of the series" in imported.stderr
    assert "5 people of 3 states came to session 1." in again.stderr
    packets, _, thanks = run(3)
    assert packets.stderr.startswith("3 packets, 3 to make. None for those that answered nothing: ")
    assert "Not included, because they have no email address: Jo Walker (AZ)." in thanks.stderr
    with (tmp_path / "messages/session-1-thank_you.csv").open(encoding="utf-8-sig") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    assert [*rows] == ["Kim Late", "Tasi Cruz", "Ana Reyes", "Sam O'Neil"], (
        "with Kim and Sam, who were only in the call"
    )
    ana = rows["Ana Reyes"]
    packet = tmp_path / "packets-out/2026-session-1-after-OH.pdf"
    assert str(packet) in ana["attachments"]
    assert "A goal of Ana Reyes" in PdfReader(packet).pages[0].extract_text()
    assert (tmp_path / "brief/session-1-brief-publishable.pdf").is_file()
