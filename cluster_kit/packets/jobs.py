"""What there is to make, and what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from cluster_kit.content.models import Content


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Job(_Model):
    """One packet: a session, for one jurisdiction."""

    series: str
    session: int
    jurisdiction: str

    @property
    def name(self) -> str:
        """What its files are called, without their ending."""
        return f"{self.series}-session-{self.session}-{self.jurisdiction}"


class Result(_Model):
    """What became of a job: the names of its ``files``, or the ``error`` in a sentence.

    ``answered`` counts the session's exercises that hold an answer.
    """

    job: Job
    status: Literal["made", "failed"]
    files: tuple[str, ...] = ()
    answered: int = 0
    seconds: float = 0.0
    error: str = ""


class Manifest(_Model):
    """Every packet of one run, in the order of the jobs."""

    series: str
    content_version: str
    made_at: dt.datetime
    results: tuple[Result, ...]

    @property
    def failed(self) -> tuple[Result, ...]:
        """The packets that could not be made."""
        return tuple(result for result in self.results if result.status == "failed")


def plan_jobs(
    content: Content, sessions: Sequence[int] | None = None, jurisdictions: Sequence[str] | None = None
) -> list[Job]:
    """One job for each session and jurisdiction, each once, session by session. None means all of them.

    Raises ``UnknownSessionError`` or ``UnknownJurisdictionError`` before anything is made.
    """
    numbers = [s.number for s in content.sessions] if sessions is None else list(dict.fromkeys(sessions))
    for number in numbers:
        content.get_session(number)
    wanted = [j.code for j in content.jurisdictions] if jurisdictions is None else jurisdictions
    codes = dict.fromkeys(content.get_jurisdiction(code).code for code in wanted)
    return [Job(series=content.series.id, session=number, jurisdiction=code) for number in numbers for code in codes]
