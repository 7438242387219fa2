"""A colleague who is invited, returns a worksheet, and reviews a workbook is one person in the store."""

from __future__ import annotations

from pathlib import Path

from cluster_kit.content import Content
from cluster_kit.crosswalk.decisions import NewDecision
from cluster_kit.crosswalk.places import Placement
from cluster_kit.exercises.typed_answers import WorksheetId
from cluster_kit.programs.decision_log import DecisionLog
from cluster_kit.roster.importing import import_roster
from cluster_kit.roster.lists.staff_list import read_roster
from cluster_kit.roster.people import ensure_person
from cluster_kit.store import Person, Store
from cluster_kit.worksheets.authors import find_author, keep_author
from cluster_kit.worksheets.returned import Submission

HEAD = WorksheetId(series="2026", session=1, jurisdiction="OH", seq=0)


def test_by_whatever_way_a_name_comes_it_is_one_person(content: Content, store: Store, tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("name,email,state\nAna Reyes,ana@ohio.gov,OH\n")
    roster = read_roster(content, path)
    import_roster(content, store, roster)
    [ana] = store.people("2026")

    reviewer = ensure_person(store, "2026", "OH", "ana\u00a0reyes")
    DecisionLog(store, ["2026"], "OH").keep(
        [NewDecision("01.0101", Placement("agriculture", "agribusiness"))], reviewer
    )
    author: Person = keep_author(store, find_author(store, Submission(HEAD), "ANA REYES"))
    import_roster(content, store, roster)

    assert reviewer.id == author.id == ana.id
    assert [person.id for person in store.people("2026")] == [ana.id]
