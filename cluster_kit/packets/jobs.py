"""Kinds of packets, and the jobs of a batch."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from cluster_kit.content.models import Content
from cluster_kit.models import FrozenModel


class PacketKind(StrEnum):
    """Purpose of a packet: preparation, results of a session, or the whole series."""

    PREWORK = "prework"
    AFTER = "after"
    SERIES = "series"


class Job(FrozenModel):
    """One packet for one jurisdiction. For a packet of the whole series, ``session`` is its last session."""

    kind: PacketKind = PacketKind.AFTER
    series: str
    session: int
    jurisdiction: str

    @property
    def name(self) -> str:
        """File name without extension."""
        part = PacketKind.SERIES if self.kind is PacketKind.SERIES else f"session-{self.session}-{self.kind}"
        return f"{self.series}-{part}-{self.jurisdiction}"


def plan_jobs(
    content: Content,
    sessions: Sequence[int] | None = None,
    jurisdictions: Sequence[str] | None = None,
    kind: PacketKind = PacketKind.AFTER,
) -> list[Job]:
    """One job for each session and jurisdiction, without duplicates, session by session. None means all.

    A packet of the whole series is made once per jurisdiction, whatever the sessions.

    Raises
    ------
    UnknownSessionError, UnknownJurisdictionError
        If the series has no such session or jurisdiction.
    """
    numbers = [s.number for s in content.sessions] if sessions is None else list(dict.fromkeys(sessions))
    for number in numbers:
        content.get_session(number)
    if kind is PacketKind.SERIES:
        numbers = [max(s.number for s in content.sessions)]
    wanted = [j.code for j in content.jurisdictions] if jurisdictions is None else jurisdictions
    codes = dict.fromkeys(content.get_jurisdiction(code).code for code in wanted)
    series = content.series.id
    return [Job(kind=kind, series=series, session=n, jurisdiction=code) for n in numbers for code in codes]
