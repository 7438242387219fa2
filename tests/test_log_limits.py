"""Events that could repeat without limit are logged once."""

from __future__ import annotations

import logging

import pytest

from cluster_kit.log_limits import MAX_KINDS, FailureLog, FirstOfKind

LOG = logging.getLogger("a-test")


def test_the_first_of_each_kind_is_logged_and_no_more_kinds_than_there_is_room_for(
    caplog: pytest.LogCaptureFixture,
) -> None:
    warnings = FirstOfKind(LOG)
    for number in range(1000):
        warnings.warning("same", "the number %d", number)
    assert [record.getMessage() for record in caplog.records] == ["the number 0"]
    for number in range(1000):
        warnings.warning(f"kind {number}", "a kind")
    assert len(caplog.records) == MAX_KINDS


def test_a_failure_that_is_not_ours_comes_with_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    failures = FailureLog(LOG, "It failed")
    failures.note(ValueError("a bug"))
    assert caplog.records[0].exc_info
    assert "a bug" in caplog.text
