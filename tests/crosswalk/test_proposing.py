from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import pytest

from cluster_kit.crosswalk import ClusterProposals, propose_clusters, read_inventory_from
from cluster_kit.crosswalk.calibration import Calibration
from cluster_kit.crosswalk.decisions import Decision
from cluster_kit.crosswalk.grouping import decision_key
from cluster_kit.crosswalk.places import Placement
from cluster_kit.crosswalk.proposing import CLEAR, ClusterProposal
from cluster_kit.crosswalk.reference import CodeEntry, CodeTable, Reference
from tests.crosswalk.samples import HEADER, as_csv, make_rows

TEAM = Placement("management_entrepreneurship", "leadership_operations")


def run(
    rows: Sequence[Sequence[object]],
    reference: Reference,
    calibration: Calibration,
    decisions: dict[str, tuple[Decision, ...]] | None = None,
) -> ClusterProposals:
    return propose_clusters(read_inventory_from("p.csv", as_csv([HEADER, *rows])), reference, calibration, decisions)


def one(proposals: ClusterProposals) -> ClusterProposal:
    assert len(proposals.proposals) == 1
    return proposals.proposals[0]


def test_a_code_in_one_cluster_is_proposed_at_once(reference: Reference, calibration: Calibration) -> None:
    found = one(run([["52.0301", "Accounting", "Finance", "", "", "", "A"]], reference, calibration))
    assert found.status == "proposed"
    assert found.place == Placement("financial_services", "accounting")
    assert found.reasons[0] == "CIP 52.0301 is in Financial Services: Accounting."
    assert found.reasons[1] == "The former Cluster, Finance, became Financial Services."


def test_a_code_in_two_clusters_comes_to_the_team(reference: Reference, calibration: Calibration) -> None:
    found = one(run([["01.0101", "Agricultural Business", "", "", "", "", "A"]], reference, calibration))
    assert found.status == "review"
    assert found.place is None
    assert found.candidates[0].confidence < CLEAR
    assert {c.place.cluster for c in found.candidates} == {"agriculture", "management_entrepreneurship"}


def test_the_former_cluster_makes_a_proposal_surer(reference: Reference, calibration: Calibration) -> None:
    without = one(run([["01.0101", "Agricultural Business", "", "", "", "", "A"]], reference, calibration))
    former = "Agriculture, Food & Natural Resources"
    found = one(run([["01.0101", "Agricultural Business", former, "", "", "", "A"]], reference, calibration))
    assert found.candidates[0].place.cluster == "agriculture"
    assert found.candidates[0].confidence > without.candidates[0].confidence


def test_an_unknown_code_rests_on_its_series_and_says_so(reference: Reference, calibration: Calibration) -> None:
    proposals = run([["51.3999", "Practical Nursing", "", "", "", "", "A"]], reference, calibration)
    assert one(proposals).candidates[0].place.cluster == "healthcare_human_services"
    assert "begin with 51.39" in one(proposals).reasons[0]
    assert "code_unknown" in {finding.kind for finding in proposals.findings}


def test_a_retired_code_is_moved_on_and_reported(reference: Reference, calibration: Calibration) -> None:
    proposals = run([["51.0808", "Veterinary Assistant", "", "", "", "", "A"]], reference, calibration)
    assert one(proposals).group.code == "01.8301"
    assert one(proposals).candidates[0].place.cluster == "agriculture"
    assert "took its place" in one(proposals).reasons[0]
    assert "code_retired" in {finding.kind for finding in proposals.findings}


def test_without_a_code_the_title_speaks(reference: Reference, calibration: Calibration) -> None:
    found = one(run([["", "Culinary Arts II", "Hospitality & Tourism", "", "", "", "A"]], reference, calibration))
    assert found.candidates[0].place == Placement("hospitality_events_tourism", "culinary_food_services")
    assert found.group.key == "no-code/culinary arts"


def test_nothing_to_go_by_is_the_teams_to_decide(reference: Reference, calibration: Calibration) -> None:
    found = one(run([["", "Zzyzx", "", "", "", "", "A"]], reference, calibration))
    assert (found.status, found.candidates, found.place) == ("none", (), None)


def test_a_decision_holds_for_every_program_with_the_code(reference: Reference, calibration: Calibration) -> None:
    decided = {"01.0101": (Decision("01.0101", TEAM, "As we fund it."),)}
    rows = [["01.0101", "Agricultural Business", "", "", "", "", "A"], ["01.0101", "Farm Finance", "", "", "", "", "B"]]
    found = run(rows, reference, calibration, decided)
    assert [(p.status, p.place) for p in found.proposals] == [("decided", TEAM)] * 2


def test_where_titles_share_a_code_each_may_be_decided_alone(reference: Reference, calibration: Calibration) -> None:
    rows = [["01.0101", "Agricultural Business", "", "", "", "", "A"], ["01.0101", "Farm Finance", "", "", "", "", "B"]]
    key = decision_key("01.0101", "Farm Finance II")
    found = run(rows, reference, calibration, {key: (Decision(key, TEAM),)})
    assert {p.group.key: p.status for p in found.proposals} == {
        "01.0101/agricultural business": "review",
        "01.0101/farm finance": "decided",
    }


def test_a_decision_that_was_taken_back_leaves_the_proposal(reference: Reference, calibration: Calibration) -> None:
    row = ["52.0301", "Accounting", "Finance", "", "", "", "A"]
    assert one(run([row], reference, calibration, {"52.0301": ()})).status == "proposed"


def test_a_decision_for_a_place_that_is_no_more_is_passed_over_and_reported(
    reference: Reference, calibration: Calibration
) -> None:
    row = ["52.0301", "Accounting", "Finance", "", "", "", "A"]
    gone = run([row], reference, calibration, {"52.0301": (Decision("52.0301", Placement("alchemy")),)})
    assert one(gone).status == "proposed"
    assert "52.0301" in next(f.sentence for f in gone.findings if f.kind == "decision_lost")
    odd = {"52.0301": (Decision("52.0301", Placement("agriculture", "accounting")),)}
    assert one(run([row], reference, calibration, odd)).place == Placement("agriculture")


def test_two_answers_of_the_team_come_back_to_it(reference: Reference, calibration: Calibration) -> None:
    two = (Decision("52.0301", TEAM, author="Ana"), Decision("52.0301", Placement("financial_services"), author="Ben"))
    found = one(run([["52.0301", "Accounting", "", "", "", "", "A"]], reference, calibration, {"52.0301": two}))
    assert (found.status, found.place, found.needs_review) == ("unsettled", None, True)


def test_occupation_codes_speak_where_their_crosswalk_was_imported(
    reference: Reference, calibration: Calibration
) -> None:
    nurses = CodeEntry(code="29-1141", places=(Placement("healthcare_human_services", "physical_health"),))
    soc = CodeTable(kind="soc", source="s", imported_at=reference.cip.imported_at, entries=(nurses,))
    rows = as_csv([["Program", "SOC Code"], ["Zzyzx", "29-1141"]])
    found = one(
        propose_clusters(read_inventory_from("p.csv", rows), dataclasses.replace(reference, soc=soc), calibration)
    )
    assert found.candidates[0].place == Placement("healthcare_human_services", "physical_health")


@pytest.mark.parametrize(("written", "is_known"), [("111", True), (111998, True), ("11", True), ("31-33", False)])
def test_industry_codes_speak_where_their_crosswalk_was_imported(
    reference: Reference, calibration: Calibration, written: str | int, is_known: bool
) -> None:
    farms = CodeEntry(code="111", places=(Placement("agriculture", "agribusiness"),))
    clinics = CodeEntry(code="62-63", places=(Placement("healthcare_human_services"),))
    naics = CodeTable(kind="naics", source="s", imported_at=reference.cip.imported_at, entries=(farms, clinics))
    industries = dataclasses.replace(reference, naics=naics)
    assert [entry.code for entry in industries.find_industries("6221")] == ["62-63"]
    rows = as_csv([["Program", "NAICS Code"], ["Zzyzx", written]])
    found = one(propose_clusters(read_inventory_from("p.csv", rows), industries, calibration))
    assert [reason for reason in found.reasons if "industry" in reason] == (
        [f"The industry code {written} is in Agriculture: Agribusiness."] if is_known else []
    )
    if is_known:
        assert found.candidates[0].place == Placement("agriculture", "agribusiness")


def test_an_occupation_weighs_more_than_an_industry(reference: Reference, calibration: Calibration) -> None:
    nurses = CodeEntry(code="29-1141", places=(Placement("healthcare_human_services", "physical_health"),))
    farms = CodeEntry(code="111", places=(Placement("agriculture", "agribusiness"),))
    moment = reference.cip.imported_at
    both = dataclasses.replace(
        reference,
        soc=CodeTable(kind="soc", source="s", imported_at=moment, entries=(nurses,)),
        naics=CodeTable(kind="naics", source="s", imported_at=moment, entries=(farms,)),
    )
    rows = as_csv([["Program", "SOC Code", "NAICS"], ["Zzyzx", "29-1141", "111"]])
    found = one(propose_clusters(read_inventory_from("p.csv", rows), both, calibration))
    assert [one.place.cluster for one in found.candidates[:2]] == ["healthcare_human_services", "agriculture"]


def test_disagreements_are_findings_with_a_question(reference: Reference, calibration: Calibration) -> None:
    rows = [
        ["52.0301", "Welding Technology", "Finance", "", "", "", "A"],
        ["52.0301", "Accounting", "Manufacturing", "", "", "", "B"],
        ["52.0302", "Accounting", "Old Stuff", "", "", "", "C"],
    ]
    found = {finding.kind: finding for finding in run(rows, reference, calibration).findings}
    assert found["title_differs"].rows == (2,)
    assert found["former_differs"].rows == (3,)
    assert found["former_unknown"].rows == (4,)
    assert found["one_title_many_codes"].rows == (3, 4)
    assert all(found[kind].question for kind in ("title_differs", "former_differs", "one_title_many_codes"))
    assert "260 codes" in found["sample_crosswalk"].sentence


def test_every_program_of_a_generated_list_has_its_proposal(reference: Reference, calibration: Calibration) -> None:
    rows = make_rows(reference, 500)
    proposals = run(rows[1:], reference, calibration)
    assert set(proposals.by_row) == {program.row for program in proposals.inventory.programs}
    assert sum(proposals.counts.values()) == len(proposals.inventory.programs)
    assert all(
        0 < c.sub_confidence <= c.confidence < 1 or not c.sub_confidence
        for p in proposals.proposals
        for c in p.candidates
    )
