from __future__ import annotations

from benchmarks.reliability import measure_reliability
from cluster_kit.crosswalk.calibration import Calibration, fit_curve, fit_trust, read_confidence
from cluster_kit.crosswalk.reference import Reference


def test_a_curve_never_falls_and_stays_below_certainty() -> None:
    cases = [(score / 100, float((score * 7) % 100 < score), 1.0) for score in range(100)]
    rates = [step.right for step in fit_curve(cases)]
    assert rates == sorted(rates)
    assert 0 < rates[0] < rates[-1] <= 0.99


def test_confidence_is_read_off_the_curve() -> None:
    curve = fit_curve([(0.2, 0.0, 50.0), (0.8, 1.0, 50.0)])
    assert read_confidence(curve, 0.1) == read_confidence(curve, 0.5) < 0.05
    assert read_confidence(curve, 0.8) == read_confidence(curve, 1.0) > 0.9
    assert read_confidence((), 1.0) < 1


def test_trust_is_the_share_that_evidence_and_not_chance_explains() -> None:
    cases = [(1.0, 1.0)] * 80 + [(0.0, 1.0)] * 20
    assert abs(fit_trust({"series": cases}, 1 / 14)["series"] - 0.785) < 0.01


def test_a_code_is_trusted_more_than_its_series_and_that_more_than_its_family(calibration: Calibration) -> None:
    trust = calibration.trust
    assert trust["exact"] > trust["series"] >= trust["family"] > 0.3
    assert trust["title_close"] > trust["title_near"] > trust["title_far"]


def test_confidence_holds_on_families_that_it_was_not_measured_on(reference: Reference) -> None:
    table = [row for row in measure_reliability(reference) if row.cases >= 20]
    assert len(table) >= 4
    assert all(abs(row.predicted - row.observed) < 0.12 for row in table)
    assert [row.observed for row in table] == sorted(row.observed for row in table)
