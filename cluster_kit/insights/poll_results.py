"""The results of a poll: counts for facilitators, and what participants may see of them.

Participants see how many people chose an option if these people belong to ``FEWEST`` or more states. Other options are
left out, and no total is given, so that nothing can be derived. Results are released only once a poll is closed, and a
later release repeats the first one, so two releases never differ by a single answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cluster_kit.insights.suppression import FEWEST, BarPart, BarRow, Published
from cluster_kit.sessions.polls import PICTURE
from cluster_kit.sessions.state import Poll, Vote
from cluster_kit.text import count_of, inflect

LEFT_OUT = "Options that people from fewer than five states chose are left out."
STILL_OPEN = "Close the poll first. Results that change while people answer would disclose individual answers."
TOO_FEW = "People from fewer than five states have answered. Participants see counts of five or more states only."
ROUNDED = 10
FEWEST_SHOWN = 2
"""With one option shown, readers would know how nearly everyone answered."""
ONE_OPTION = (
    "Fewer than two options were chosen by people from five or more states. A chart would disclose how nearly everyone "
    "answered."
)


@dataclass(frozen=True)
class OptionCount:
    """An option with the number of people who chose it, and of their states."""

    label: str
    people: int
    states: int


def count_votes(poll: Poll) -> tuple[OptionCount, ...]:
    """The counts of all options, in order."""
    chosen = [[vote for vote in poll.votes.values() if vote.choice == place] for place in range(len(poll.options))]
    return tuple(
        OptionCount(label, len(votes), count_states(votes)) for label, votes in zip(poll.options, chosen, strict=True)
    )


def count_states(votes: Iterable[Vote]) -> int:
    """The number of states whose people gave these answers."""
    return len({vote.jurisdiction for vote in votes})


def explain_withheld(poll: Poll) -> str:
    """Why participants cannot see the results now; empty if they can."""
    if poll.closed_at is None:
        return STILL_OPEN
    if count_states(poll.votes.values()) < FEWEST:
        return TOO_FEW
    return ONE_OPTION if sum(one.states >= FEWEST for one in count_votes(poll)) < FEWEST_SHOWN else ""


def publish_poll(poll: Poll, earlier: Iterable[Published]) -> Published:
    """The results as participants may see them. ``earlier``: everything that they have seen (``read_published``).

    Call it only if ``explain_withheld`` gives no reason.
    """
    subject = f"{PICTURE}{poll.id}"
    before = next((one for one in earlier if one.subject == subject), None)
    if before:
        return before
    counts = count_votes(poll)
    shown = [count for count in counts if count.states >= FEWEST]
    parts = tuple(BarPart(label=one.label, count=one.people) for one in shown)
    note = LEFT_OUT if len(shown) < len(counts) else ""
    row = BarRow(id=subject, label=poll.text, parts=parts, note=note)
    return Published(subject=subject, title=poll.text, counts="people", rows=(row,), bands={})


def describe_answered_roughly(poll: Poll) -> str:
    """How many people have answered, for participants: in tens, for example ``10 or more people have answered``.

    With the exact number, they could derive how many people chose an option that is left out.
    """
    least = len(poll.votes) // ROUNDED * ROUNDED
    return f"{least} or more people have answered" if least else f"Fewer than {ROUNDED} people have answered"


def describe_answered(poll: Poll) -> str:
    """How many people have answered, for facilitators, for example ``12 people from 7 states have answered``."""
    number = len(poll.votes)
    states = count_of(count_states(poll.votes.values()), "state")
    return f"{count_of(number, 'person', 'people')} from {states} {inflect(number, 'has', 'have')} answered"
