"""A team's summary on a running server, without a browser: the page, the files, and who may have them."""

from __future__ import annotations

import asyncio
import io
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from urllib.parse import parse_qs, unquote, urlparse

import docx
import httpx
import icalendar
import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from cluster_kit.content.models import Scope
from cluster_kit.demo.sample_answers import add_sample_answers
from cluster_kit.documents.pdf_rules import find_pdf_problems
from cluster_kit.server.summary.handlers import DIRECTOR, NOTHING_YET, OTHER_STATE, TEAMS_ONLY, TOO_OFTEN
from cluster_kit.server.summary.service import DOWNLOADS_OF_A_PERSON
from cluster_kit.server.summary.short_text import LONGEST_ADDRESS, ShortText
from cluster_kit.server.summary.worker import DocumentWorker, TooManyDocumentsError
from cluster_kit.sessions.facilitation import BeginSegment, EndSession, Reveal
from cluster_kit.store import NewResponse, Person, Store
from tests.asyncs import run
from tests.server.facilitator import SERIES, Facilitator
from tests.serving import AVERY, FAY, JORDAN, TASI, Server, run_server

FILES = ("pdf", "docx", "ics")
SECRET = "Only Ohio may read these words"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on which Ohio's team has worked in session 1, and Guam's has not."""
    with run_server(tmp_path_factory.mktemp("summary") / "home") as server:
        with Store.open(server.settings.db_url) as store:
            avery = store.find_person(AVERY)
            assert avery
            add_sample_answers(store, server.content, avery)
            store.append([step("secret", "OH", AVERY, SECRET)])
        yield server


def step(name: str, code: str, author: str, words: str) -> NewResponse:
    return NewResponse(
        id=name,
        series=SERIES,
        session=1,
        exercise="next_steps",
        prompt="actions.action",
        row=name,
        jurisdiction=code,
        scope="team",
        author=author,
        value=words,
    )


def read_page(client: httpx.Client, session: int = 1) -> BeautifulSoup:
    answer = client.get(f"/session/{session}/summary")
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


def words_of(soup: BeautifulSoup) -> str:
    return " ".join(soup.get_text(" ").split())


def headings_of(word: bytes) -> list[str]:
    return [line.text for line in docx.Document(io.BytesIO(word)).paragraphs]


def test_a_team_reads_its_goals_and_steps_and_downloads_both_documents(server: Server) -> None:
    with server.client(AVERY) as client:
        page = words_of(read_page(client))
        assert "Our goals By July 2029, no student who moves from a high school program" in page
        assert SECRET in page
        for form, kind in (("pdf", "application/pdf"), ("docx", "wordprocessingml"), ("ics", "text/calendar")):
            answer = client.get(f"/session/1/summary/OH.{form}")
            assert answer.status_code == 200
            assert kind in answer.headers["content-type"]
            name = f"Ohio session 1 summary.{form}" if form != "ics" else "Ohio next steps.ics"
            assert f'attachment; filename="{name}"' in answer.headers["content-disposition"]
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_documents_say_what_the_page_says_and_are_accessible(server: Server) -> None:
    with server.client(AVERY) as client:
        pdf = client.get("/session/1/summary/OH.pdf").content
        word = client.get("/session/1/summary/OH.docx").content
    assert find_pdf_problems(pdf) == []
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    assert "Our goals" in pages[0]
    assert SECRET in " ".join(pages)
    document = docx.Document(io.BytesIO(word))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert SECRET in cells


def test_the_calendar_has_the_states_next_steps(server: Server) -> None:
    with server.client(JORDAN) as client:
        events = icalendar.Calendar.from_ical(client.get("/session/1/summary/OH.ics").content).walk("VEVENT")
    assert any("Send the college our course list" in str(event["SUMMARY"]) for event in events)


@pytest.mark.parametrize("form", FILES)
def test_no_one_gets_the_file_of_another_state(server: Server, form: str) -> None:
    for person in (TASI, FAY):
        with server.client(person) as client:
            answer = client.get(f"/session/1/summary/OH.{form}")
            assert answer.status_code == 403
            assert OTHER_STATE in unescape(answer.text)
            assert SECRET not in answer.text
    with server.client() as client:
        assert client.get(f"/session/1/summary/OH.{form}").status_code == 403


def test_each_person_sees_the_page_of_their_own_state_only(server: Server) -> None:
    with server.client(TASI) as client:
        assert SECRET not in words_of(read_page(client))
    with server.client(FAY) as client:
        answer = client.get("/session/1/summary")
        assert (answer.status_code, TEAMS_ONLY in unescape(answer.text)) == (404, True)
    with server.client() as client:
        answer = client.get("/session/1/summary")
        assert answer.status_code == 403
        assert "Ohio" not in answer.text


def test_a_team_that_has_not_begun_reads_so_and_what_to_do_next(server: Server) -> None:
    with server.client(TASI) as client:
        page = read_page(client)
        assert "No one in Guam has written anything in this session yet." in words_of(page)
        first = server.content.get_session(1).exercises[0]
        assert page.select_one(f'a[href="/session/1#step-{first.id}"]')
        assert not page.select("a[download]")
        answer = client.get("/session/1/summary/GU.pdf")
        assert (answer.status_code, NOTHING_YET in answer.text) == (404, True)


def test_an_unknown_session_or_form_is_not_found(server: Server) -> None:
    with server.client(AVERY) as client:
        for address in ("9/summary", "9/summary/OH.pdf", "1/summary/OH.exe", "1/summary/ohio.pdf"):
            assert client.get(f"/session/{address}").status_code == 404


def test_a_message_to_the_director_has_no_ratings_and_no_link(server: Server) -> None:
    with server.client(AVERY) as client:
        page = read_page(client)
    (address,) = [str(link["href"]) for link in page.select('a[href^="mailto:"]')]
    asked = parse_qs(urlparse(address).query)
    assert asked["subject"][0].startswith("Ohio: what our team made in session 1")
    body = asked["body"][0]
    assert "Our goals:" in body
    assert "attached" in body
    for part in (address, str(page.select_one("#ck-summary-text"))):
        said = unquote(part)
        assert "http" not in said
        assert "#" not in said
        assert "Taking shape" not in said


def test_a_long_message_is_cut_to_whole_lines() -> None:
    text = ShortText("Subject", "\n".join(f"- step {n} with some more words" for n in range(100)))
    address = text.mail_address
    assert len(address) <= LONGEST_ADDRESS
    lines = parse_qs(urlparse(address).query)["body"][0].split("\r\n")
    assert lines[-1].startswith("Please see the attached")
    assert all(line.endswith("words") for line in lines[:-2])


def test_ratings_appear_only_once_the_team_has_seen_them(server: Server) -> None:
    """A teammate who has not rated yet must not learn how the others rated."""
    texas = [Person(id=f"tx{n}", series=SERIES, jurisdiction="TX", name=f"Kim {n}", depth="essential") for n in (1, 2)]
    area = next(area for area in server.content.instrument.areas if area.id == "systems_alignment")
    with Store.open(server.settings.db_url) as store:
        for n, person in enumerate(texas, start=1):
            store.add_person(person)
            rating = step(f"rating{n}", "TX", person.id, "")
            place = {"exercise": "rate_systems", "prompt": "ratings.rating", "row": area.items[0].id}
            store.append([rating.model_copy(update={**place, "scope": Scope.PERSON, "value": n + 1})])
    with server.client("tx1") as client:
        assert "Where we stand" not in words_of(read_page(client))
        assert "Where we stand" not in headings_of(client.get("/session/1/summary/TX.docx").content)
        fay = Facilitator(server.settings)
        fay.do(Reveal(), "rate_systems")
        fay.store.close()
        page = read_page(client)
        assert "Where we stand" in words_of(page)
        assert [one.get_text() for one in page.select(".ck-mean-value strong")] == ["2.0"]
        assert "Where we stand" in headings_of(client.get("/session/1/summary/TX.docx").content)


def test_a_latecomer_reads_what_the_team_settled_on_once_they_have_rated(server: Server) -> None:
    """Until the session ends, the page and the documents withhold it from the same people as the forms do."""
    area = next(area for area in server.content.instrument.areas if area.id == "systems_alignment")
    place = {"exercise": "rate_systems", "row": area.items[0].id}
    words = "We chose this point together"
    people = [
        Person(id=f"ut{n}", series=SERIES, jurisdiction="UT", name=f"Lou {n}", depth="essential") for n in (1, 2, 3)
    ]
    with Store.open(server.settings.db_url) as store:
        for n, person in enumerate(people, start=1):
            store.add_person(person)
            rating = step(f"ut-rating{n}", "UT", person.id, "")
            if n < 3:
                given = {**place, "prompt": "ratings.rating", "scope": Scope.PERSON, "value": n + 1}
                store.append([rating.model_copy(update=given)])
        for column, value in (("consensus", 3), ("rationale", words), ("dissent", f"{words}, but one")):
            said = step(f"ut-{column}", "UT", "ut1", "")
            store.append([said.model_copy(update={**place, "prompt": f"ratings.{column}", "value": value})])
    fay = Facilitator(server.settings)
    fay.do(Reveal(), "rate_systems")
    fay.store.close()

    def read(client: httpx.Client) -> tuple[str, str]:
        document = docx.Document(io.BytesIO(client.get("/session/1/summary/UT.docx").content))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return words_of(read_page(client)), " ".join([*cells, *(line.text for line in document.paragraphs)])

    with server.client("ut1") as client:
        assert all(words in text for text in read(client))
    with server.client("ut3") as client:
        assert not any(words in text or "Where we stand" in text for text in read(client))
        with Store.open(server.settings.db_url) as store:
            rated = step("ut-rating3-late", "UT", "ut3", "")
            given = {**place, "prompt": "ratings.rating", "scope": Scope.PERSON, "value": 2}
            store.append([rated.model_copy(update=given)])
        assert all(words in text for text in read(client))


def test_after_the_end_the_page_thanks_and_offers_the_evaluation(server: Server) -> None:
    fay = Facilitator(server.settings)
    with server.client(AVERY) as client:
        assert "Thank you" not in words_of(read_page(client))
        fay.do(BeginSegment(), "framing")
        fay.do(EndSession())
        page = read_page(client)
    fay.store.close()
    assert "Thank you, Avery Sample" in words_of(page)
    assert page.h1
    assert page.h1.text == "What your team made today"  # on the day on which it ended, whatever day was planned
    assert page.select_one('a[href="/session/1/evaluation"]')


def test_a_new_answer_is_in_the_next_download(server: Server) -> None:
    with server.client(AVERY) as client:
        before = client.get("/session/1/summary/OH.pdf").content
        assert client.get("/session/1/summary/OH.pdf").content == before  # kept
        with Store.open(server.settings.db_url) as store:
            store.append([step("late", "OH", AVERY, "A step written late")])
        after = client.get("/session/1/summary/OH.pdf").content
    words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(after)).pages)
    assert "A step written late" in words


def test_a_person_who_downloads_without_end_is_asked_to_wait(server: Server) -> None:
    with server.client(JORDAN) as client:
        answers = [client.get("/session/1/summary/OH.ics") for _ in range(DOWNLOADS_OF_A_PERSON.most + 1)]
    assert answers[-1].status_code == 429
    assert TOO_OFTEN in answers[-1].text
    with server.client(AVERY) as client:
        assert client.get("/session/1/summary/OH.ics").status_code == 200


def test_many_people_of_a_team_get_one_and_the_same_document(server: Server) -> None:
    with server.client(AVERY) as client, ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(client.get, "/session/1/summary/OH.docx") for _ in range(8)]
        assert len({one.result().content for one in asked}) == 1


# --- the worker -------------------------------------------------------------------------------------------------


def test_requests_for_one_document_share_its_making() -> None:
    made: list[str] = []

    def make() -> str:
        time.sleep(0.05)
        made.append(threading.current_thread().name)
        return "document"

    async def ask() -> list[str]:
        worker = DocumentWorker()
        found = await asyncio.gather(*(worker.get("OH", 1, make) for _ in range(5)))
        found.append(await worker.get("OH", 1, make))
        found.append(await worker.get("OH", 2, make))  # another version
        worker.close()
        return found

    assert run(ask()) == ["document"] * 7
    assert len(made) == 2
    assert all(name.startswith("summaries") for name in made)


def test_more_documents_than_can_be_made_are_refused_and_later_ones_are_made() -> None:
    async def ask() -> None:
        worker, go = DocumentWorker(most_waiting=2), threading.Event()
        waiting = [asyncio.create_task(worker.get(n, 1, go.wait)) for n in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(TooManyDocumentsError):
            await worker.get("third", 1, go.wait)
        go.set()
        assert await asyncio.gather(*waiting) == [True, True]
        assert await worker.get("third", 1, go.wait)
        worker.close()

    run(ask())


def test_a_failure_is_told_to_all_who_wait_and_tried_again() -> None:
    results = iter((ValueError("broken"), "document"))

    def make() -> str:
        result = next(results)
        if isinstance(result, Exception):
            raise result
        return result

    async def ask() -> None:
        worker = DocumentWorker()
        failed = await asyncio.gather(*(worker.get("OH", 1, make) for _ in range(2)), return_exceptions=True)
        assert [str(one) for one in failed] == ["broken", "broken"]
        assert await worker.get("OH", 1, make) == "document"
        worker.close()

    run(ask())


def test_only_so_many_documents_are_kept() -> None:
    made: list[int] = []

    async def ask() -> None:
        worker = DocumentWorker(most_kept=2)
        for n in (1, 2, 3, 3, 1):
            await worker.get(n, 1, lambda n=n: made.append(n))  # type: ignore[misc]
        worker.close()

    run(ask())
    assert made == [1, 2, 3, 1]


def test_a_director_is_not_asked_to_forward_the_summary_to_the_director(server: Server) -> None:
    with Store.open(server.settings.db_url) as store:
        store.add_person(Person(id="dee", series=SERIES, jurisdiction="OH", name="Dee Dean", role=DIRECTOR))
    with server.client(AVERY) as client:
        assert "Forward to your director" in words_of(read_page(client))
    with server.client("dee") as client:
        page = words_of(read_page(client))
    assert "Forward to colleagues" in page
    assert "your director" not in page
