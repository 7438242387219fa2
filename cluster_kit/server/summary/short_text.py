"""A short text about a team's session, to send to a director: goals and next steps, without ratings or links."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from cluster_kit.content.models import Content, Jurisdiction
from cluster_kit.documents.model import NOT_DESCRIBED
from cluster_kit.exercises.labels import format_date
from cluster_kit.insights.session_summary import SessionSummary
from cluster_kit.text import count_of

LONGEST, MOST = 140, 4
LONGEST_ADDRESS = 1900  # characters: some mail programs cut longer addresses
ATTACH = "Please see the attached summary."
FICTIONAL = "(Fictional demonstration: everything in this message is made up.)"


@dataclass(frozen=True)
class ShortText:
    """The subject and the text of a message."""

    subject: str
    body: str

    @property
    def mail_address(self) -> str:
        """A ``mailto:`` address without a recipient. Of a text that is too long for one, it has the first lines."""
        lines = [*self.body.split("\n"), "", ATTACH]
        while len(lines) > 3 and len(self._encode(lines)) > LONGEST_ADDRESS:
            del lines[-3]
        return self._encode(lines)

    def _encode(self, lines: list[str]) -> str:
        body = "\r\n".join(lines)
        return f"mailto:?subject={quote(self.subject, safe='')}&body={quote(body, safe='')}"


def write_short_text(content: Content, state: Jurisdiction, summary: SessionSummary) -> ShortText:
    """The text for one state's team."""
    session = summary.session
    subject = f"{state.name}: what our team made in session {session.number}, {session.title}"
    return ShortText(subject, "\n".join(_lines(content, state, summary)).strip())


def _lines(content: Content, state: Jurisdiction, summary: SessionSummary) -> Iterator[str]:
    session = summary.session
    if content.series.fictional:
        yield FICTIONAL
    day = format_date(content.get_meeting(session.number).date.isoformat())
    held = f"session {session.number}, {session.title}, of {content.series.title}"
    yield f"{state.name}'s team took part in {held} ({day})."
    if summary.goals:
        yield from ("", "Our goals:", *(f"{n}. {_shorten(goal)}" for n, goal in enumerate(summary.goals[:MOST], 1)))
    settled = sum(not item.is_proposal for item in summary.settled)
    if settled:
        yield from ("", f"We agreed on {count_of(settled, 'team rating')}.")
    if summary.steps:
        yield from ("", "Our next steps:")
        for step in summary.steps[:MOST]:
            known = (step.lead or "no lead yet", f"by {format_date(step.due)}" if step.due else "no day yet")
            yield f"- {_shorten(step.action) or NOT_DESCRIBED} ({', '.join(known)})"
    left_out = max(len(summary.goals) - MOST, 0) + max(len(summary.steps) - MOST, 0)
    if left_out:
        yield from ("", f"The summary has {left_out} more.")


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[:LONGEST].rsplit(" ", 1)[0] + "…"
