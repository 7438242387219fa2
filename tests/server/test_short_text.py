"""The short text of a summary, which people forward by email: one line for each goal and step, whatever they wrote."""

from __future__ import annotations

from urllib.parse import parse_qs, urlparse

from cluster_kit.insights.calendar_dates import read_dates, write_calendar
from cluster_kit.insights.session_summary import TeamAnswers, read_summary
from cluster_kit.server.summary.short_text import write_short_text
from tests.insights.saying import PEOPLE, Talk
from tests.samples import small_content

CONTENT = small_content()
HOSTILE = "Eve\r\n\r\nBcc: evil@example.org\u2028END:VEVENT\nBEGIN:VEVENT"


def test_line_breaks_in_what_people_wrote_add_no_lines_to_the_message_or_the_calendar() -> None:
    talk = Talk()
    talk.say("next_steps.actions.action", f"Call {HOSTILE}", row="x").say(
        "next_steps.actions.due", "2027-03-05", row="x"
    )
    talk.say("next_steps.actions.lead", {"name": HOSTILE, "role": HOSTILE}, row="x")
    talk.say("goals.goals.statement", HOSTILE, row="g")
    state = CONTENT.get_jurisdiction("OH")
    summary = read_summary(CONTENT, 1, TeamAnswers("OH", talk.current, PEOPLE, [*talk.history, *talk.current]))
    text = write_short_text(CONTENT, state, summary)
    (step,) = [line for line in text.body.splitlines() if line.startswith("- ")]
    assert step.endswith("by March 5, 2027)")
    assert not any(line.startswith(("Bcc", "END", "BEGIN")) for line in text.body.splitlines())
    assert set(parse_qs(urlparse(text.mail_address).query)) == {"subject", "body"}
    dates = read_dates(CONTENT, "OH", summary.answers)
    lines = write_calendar(CONTENT, "OH", dates).decode().splitlines()
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == len(dates)
