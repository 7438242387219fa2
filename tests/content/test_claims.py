"""Every statement of law, federal guidance, or state practice in shipped content is traceable to a claim."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import yaml

from cluster_kit.content import check_content, load_content
from cluster_kit.content.claims import SourcedClaim
from cluster_kit.content.errors import group_notices
from cluster_kit.content.facts_checks import is_old
from cluster_kit.content.folders import SHIPPED
from cluster_kit.content.loading import find_content_notices

ROOT = Path(__file__).parents[2]
CONTENT = load_content("2026")
CLAIMS = CONTENT.facts.claims
TODAY = dt.date(2026, 6, 30)

# Words that are statements of law, guidance, the Framework, or a state's practice wherever they are used. A claim
# covers a mention if its own text or its source has the words, too.
TOPICS = {
    "DOL": r"\bDOL\b|Department of Labor",
    "combined plan": r"[Cc]ombined (?:State )?[Pp]lan",
    "SCED": r"\bSCED\b",
    "14 Clusters": r"\b14 (?:Career )?Clusters",
    "Groupings": r"\b(?:[Ff]ive|[Ss]ix|5|6) (?:Cluster )?Groupings",
    "Sub-Clusters": r"\b7[12] Sub-Clusters",
    "ADA": r"\bADA\b",
    "FERPA": r"\bFERPA\b",
    "EDFacts": r"\bEDFacts\b",
    "OMB": r"\bOMB\b",
    "TEGL": r"\bTEGL\b",
    "wage records rule": r"20 CFR part 603",
    "civil rights rule": r"34 CFR part 100",
    "special populations": r"[Nn]ine special populations",
    "concentrator": r"concentrator (?:after|differently)|(?:two|2) courses in a single program",
    "Tennessee": r"\bTennessee\b",
    "Wisconsin": r"\bWisconsin\b",
    "federal date": r"federal date",
    "needs assessment": r"(?:needs assessment|requires one) [^.]*every two years|requires one at least every two years",
}
CITED = re.compile(r"\bsec(?:tion|\.)\s+((?:\d{1,3}(?:\([A-Za-z0-9]+\))*(?:,\s+and\s+|,\s+|\s+and\s+)?)+)")
PLACE = re.compile(r"(\d{1,3})((?:\([A-Za-z0-9]+\))*)")


@dataclass(frozen=True)
class Passage:
    """A text, and the claims that are listed for its place."""

    place: str
    text: str
    claims: tuple[SourcedClaim, ...]


def passages() -> Iterator[Passage]:
    """Every item, area, session, guide, and notebook that ships."""
    for area in CONTENT.instrument.areas:
        for item in area.items:
            of_area = [found for found in CLAIMS if area.id in found.claim.areas]
            yield Passage(item.id, str(item.model_dump()), (*CONTENT.facts.of_item(item.id), *of_area))
        of_area = [found for found in CLAIMS if area.id in found.claim.areas]
        yield Passage(area.id, f"{area.title} {area.intro}", tuple(of_area))
    for session in CONTENT.sessions:
        claims = CONTENT.facts.of_session(session.number)
        yield Passage(f"session {session.number}", str(session.model_dump()), claims)
        files = [ROOT / "facilitator_guide" / f"session_{session.number}.md"]
        files += (ROOT / "notebooks").glob(f"session_{session.number}_*.ipynb")
        for path in files:
            yield Passage(path.name, path.read_text(encoding="utf-8"), claims)
    for name in ("instrument/instrument.yaml", "framework.yaml", "plain_language.yaml"):
        listed = tuple(found for found in CLAIMS if name in found.claim.files)
        yield Passage(name, str(yaml.safe_load((SHIPPED / name).read_text(encoding="utf-8"))), listed)


PASSAGES = list(passages())
each_passage = pytest.mark.parametrize("passage", PASSAGES, ids=lambda passage: passage.place)


def _words(text: str) -> str:
    return " ".join(text.replace("\\n", " ").split())


def _of(found: SourcedClaim) -> str:
    return _words(f"{found.claim.statement} {found.claim.citation} {found.source.title}")


def sections(text: str) -> set[str]:
    """The sections of Perkins V that a text cites, with their first letter: ``122(c)``, ``3(41)``, ``211``."""
    periods_left_out = re.sub(r"\d+ days", "", _words(text))
    found = (place for run in CITED.findall(periods_left_out) for place in PLACE.findall(run))
    return {number + "".join(re.findall(r"^\([^)]*\)", letters)) for number, letters in found}


def uncited_topics(text: str, claims: Iterable[SourcedClaim]) -> list[str]:
    """The topics that a text mentions and that no listed claim is about."""
    known = [_of(found) for found in claims]
    mentioned = [(topic, pattern) for topic, pattern in TOPICS.items() if re.search(pattern, _words(text))]
    return [topic for topic, pattern in mentioned if not any(re.search(pattern, one) for one in known)]


def uncited_sections(text: str, claims: Iterable[SourcedClaim]) -> set[str]:
    """The sections that a text cites and that no listed claim cites, in whole or in part."""
    known = {section for found in claims for section in sections(found.claim.citation)}
    known |= {section.split("(")[0] for section in known}
    return sections(text) - known


@each_passage
def test_what_a_passage_says_about_law_and_practice_has_a_claim(passage: Passage) -> None:
    assert uncited_topics(passage.text, passage.claims) == []


@each_passage
def test_each_section_of_the_law_that_a_passage_cites_has_a_claim(passage: Passage) -> None:
    assert uncited_sections(passage.text, passage.claims) == set()


def test_a_mention_without_a_claim_is_found() -> None:
    assert uncited_topics("Since 2025, DOL runs it.", ()) == ["DOL"]
    assert uncited_topics("It is in sec. 122(c) and 134(d)(2), and section 3(41)(B).", ()) == []
    assert uncited_sections("It is in sec. 122(c) and 134(d)(2), and section 3(41)(B).", ()) == {
        "122(c)",
        "134(d)",
        "3(41)",
    }
    assert len([passage for passage in PASSAGES if sections(passage.text)]) > 25
    assert len([passage for passage in PASSAGES if uncited_topics(passage.text, ())]) > 20


def test_every_claim_is_used_and_has_an_owner() -> None:
    answers = {claim for owned in CONTENT.facts.questions for claim in owned.question.claims}
    unused = [
        found.claim.id
        for found in CLAIMS
        if not (found.claim.sessions or found.claim.areas or found.claim.items or found.claim.files)
        and found.claim.id not in answers
    ]
    assert unused == []
    assert all(found.owner for found in CLAIMS)


def test_statements_older_than_a_year_are_a_notice() -> None:
    notices = find_content_notices(TODAY)
    old = {found.claim.id for found in CLAIMS if is_old(found.as_of, TODAY)}
    named = {notice.key.removeprefix("claims.") for notice in notices if notice.key.startswith("claims.")}
    assert named == old
    assert "concentrator" in old
    assert "ada_web_rule" not in old
    assert is_old(dt.date(2025, 6, 29), TODAY)
    assert not is_old(dt.date(2025, 6, 30), TODAY)


def test_notices_that_say_the_same_are_one_line() -> None:
    notices = find_content_notices(TODAY)
    lines = group_notices(notices)
    assert len(lines) == len({notice.sentence for notice in notices}) < len(notices)
    of_code = [notice for notice in notices if "uscode.house.gov" in notice.sentence]
    [line] = [line for line in lines if "uscode.house.gov" in line]
    assert line == str(replace(of_code[0], key=f"{of_code[0].key} and {len(of_code) - 1} more"))


def test_long_prework_is_a_notice(tmp_path: Path) -> None:
    (tmp_path / "series").mkdir()
    shutil.copytree(SHIPPED / "series" / "2026", tmp_path / "series" / "2026")
    file = tmp_path / "series" / "2026" / "session_2.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("about_minutes: 4\n", "about_minutes: 25\n", 1), "utf-8")
    assert not [n for n in find_content_notices(TODAY) if "prework" in n.sentence]
    [notice] = [n for n in find_content_notices(TODAY, tmp_path) if "prework" in n.sentence]
    assert notice.sentence.startswith("the prework takes one person 51 minutes, more than 30: ")
    assert notice.file.endswith("session_2.yaml")


def test_what_ships_refers_to_nothing_that_does_not_exist() -> None:
    assert [str(notice) for notice in find_content_notices(TODAY) if "there is no" in notice.sentence] == []


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    """A pack that replaces the file of federal facts."""
    (tmp_path / "facts").mkdir()
    shutil.copy(SHIPPED / "facts" / "federal.yaml", tmp_path / "facts")
    return tmp_path


def _change(overlay: Path, before: str, after: str) -> None:
    path = overlay / "facts" / "federal.yaml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_a_dangling_item_is_a_notice_and_not_an_error(overlay: Path) -> None:
    _change(overlay, "items: [ca_nontraditional]", "items: [ca_nontradition]")
    assert check_content(overlay) == []
    found = [notice for notice in find_content_notices(TODAY, overlay) if "there is no" in notice.sentence]
    assert [notice.sentence for notice in found] == [
        "there is no item 'ca_nontradition': did you mean 'ca_nontraditional'?"
    ]
    assert found[0].key == "claims.nontraditional_field.items.1"


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("source: ada_dates", "source: ada_date", "there is no source 'ada_date' in the folder of facts"),
        ("- id: edfacts_dropped", "- id: car_revised", "there is another claim 'car_revised': each needs its own"),
        ("as_of: 2026-04-20", "as_of: April 2026", "must be a month or a day such as 2026-06 or 2026-06-15"),
        (
            "https://uscode.house.gov/view.xhtml?path=/prelim@title20/chapter44&edition=prelim",
            "javascript:alert(1)",
            "must be a web address such as https://www.example.org",
        ),
        ("status: unsettled", "status: open", "status must be one of settled, unsettled, not 'open'"),
    ],
)
def test_a_broken_file_of_facts_is_an_error(overlay: Path, before: str, after: str, sentence: str) -> None:
    _change(overlay, before, after)
    assert any(sentence in problem.sentence for problem in check_content(overlay)), check_content(overlay)


def test_an_area_and_a_lever_without_an_example_are_named(tmp_path: Path) -> None:
    (tmp_path / "examples").mkdir()
    text = (SHIPPED / "examples" / "published.yaml").read_text(encoding="utf-8")
    changed = text.replace("who_teaches", "shared_delivery").replace("career_advising", "communications")
    (tmp_path / "examples" / "published.yaml").write_text(changed, encoding="utf-8")
    sentences = [notice.sentence for notice in find_content_notices(TODAY, tmp_path)]
    assert "no published example is about the area 'career_advising'" in sentences
    assert "no published example is about the policy lever 'who_teaches'" in sentences
    assert "no published example is about the policy lever 'shared_delivery'" not in sentences
