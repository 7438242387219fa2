"""Counters of a rehearsal, and its final report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Tally:
    """Counters shared by all participants. Ids are those of answers and of events."""

    came: set[str] = field(default_factory=set)
    got_in: set[str] = field(default_factory=set)
    here: set[str] = field(default_factory=set)
    open_s: list[float] = field(default_factory=list)
    sent: set[str] = field(default_factory=set)
    acknowledged: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)
    declined: set[str] = field(default_factory=set)
    save_s: list[float] = field(default_factory=list)
    conflicts: int = 0
    reconnects: int = 0
    server_starts: int = 0
    evaluations: int = 0
    errors: Counter[str] = field(default_factory=Counter)

    def note_error(self, what: str, error: BaseException) -> None:
        """Count an error by its kind."""
        self.errors[f"{what}: {str(error) or type(error).__name__}"] += 1

    @property
    def waiting(self) -> int:
        """Number of answers sent and neither saved nor refused."""
        return len(self.sent - self.acknowledged - self.refused)


@dataclass(frozen=True)
class Report:
    """The figures of a rehearsal. ``answers_found`` and ``events_found``: what the store has of what was acknowledged.

    ``got_in`` counts people whose page opened before the session was over. ``answers_held`` were never
    acknowledged: their pages keep them, because an exercise stayed locked or the rehearsal was stopped.
    ``events_refused`` also happen in a session without problems, such as a reaction to a post that the facilitator has
    just hidden. ``finished`` is False if it was stopped early. Times are in milliseconds, None if there are none.
    """

    invited: int
    came: int
    got_in: int
    answers_sent: int
    answers_acknowledged: int
    answers_found: int
    answers_refused: int
    answers_held: int
    answers_in_conflict: int
    events_sent: int
    events_acknowledged: int
    events_refused: int
    events_found: int
    open_p50_ms: int | None
    open_max_ms: int | None
    save_p50_ms: int | None
    save_p99_ms: int | None
    reconnects: int
    server_starts: int
    errors: dict[str, int]
    finished: bool
    evaluations_acknowledged: int = 0
    evaluations_found: int = 0

    @property
    def lost(self) -> int:
        """Number of acknowledged answers, events, and evaluations missing from the store."""
        answers, events = self.answers_acknowledged - self.answers_found, self.events_acknowledged - self.events_found
        return answers + events + self.evaluations_acknowledged - self.evaluations_found

    @property
    def is_good(self) -> bool:
        """True if everyone got in and everything sent is stored; for a stopped rehearsal, everything acknowledged."""
        left_out = self.answers_held + self.answers_refused + self.came - self.got_in
        return not self.lost and not (self.finished and left_out)

    def as_json(self) -> dict[str, Any]:
        """The report as JSON data."""
        return {**asdict(self), "lost": self.lost, "good": self.is_good}


def report_on(
    tally: Tally,
    invited: int,
    answers: Collection[str],
    events: Collection[str],
    *,
    finished: bool,
    evaluations: int = 0,
) -> Report:
    """The report, given the ids of all answers and events that the store holds, and the number of evaluations."""
    saves, opens = sorted(tally.save_s), sorted(tally.open_s)
    return Report(
        invited=invited,
        came=len(tally.came),
        got_in=len(tally.got_in),
        answers_sent=len(tally.sent),
        answers_acknowledged=len(tally.acknowledged),
        answers_found=len(tally.acknowledged.intersection(answers)),
        answers_refused=len(tally.refused),
        answers_held=tally.waiting,
        answers_in_conflict=tally.conflicts,
        events_sent=len(tally.asked),
        events_acknowledged=len(tally.done),
        events_refused=len(tally.declined),
        events_found=len(tally.done.intersection(events)),
        open_p50_ms=_quantile_ms(opens, 0.5),
        open_max_ms=_quantile_ms(opens, 1),
        save_p50_ms=_quantile_ms(saves, 0.5),
        save_p99_ms=_quantile_ms(saves, 0.99),
        reconnects=tally.reconnects,
        server_starts=tally.server_starts,
        errors=dict(tally.errors.most_common()),
        finished=finished,
        evaluations_acknowledged=tally.evaluations,
        evaluations_found=evaluations,
    )


def _quantile_ms(ordered: Sequence[float], part: float) -> int | None:
    return round(1000 * ordered[min(len(ordered) - 1, int(part * len(ordered)))]) if ordered else None
