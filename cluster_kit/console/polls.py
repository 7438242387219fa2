"""Polls panel: ask everyone one question, follow the answers, and show the results to participants."""

from __future__ import annotations

from cluster_kit.console.panel import PanelKind
from cluster_kit.console.snapshot import EVENTS, PEOPLE, Snapshot
from cluster_kit.console.views.polls import AskedPollView, OptionCountView, PollsView
from cluster_kit.errors import ClusterKitError
from cluster_kit.insights.poll_results import count_votes, describe_answered, explain_withheld, publish_poll
from cluster_kit.insights.suppression import read_published
from cluster_kit.sessions.facilitation import ShowPicture
from cluster_kit.sessions.polls import GONE, LONGEST_OPTION, LONGEST_QUESTION, MOST_OPTIONS, PICTURE
from cluster_kit.sessions.requests import CommandRequest
from cluster_kit.sessions.state import Poll


class WithheldPollError(ClusterKitError):
    """The results of a poll cannot be shown to participants. The message says why."""


def polls_view(snapshot: Snapshot) -> PollsView:
    """The polls of the session, newest first."""
    polls = reversed(snapshot.session_state.polls.values())
    return PollsView(
        longest_question=LONGEST_QUESTION,
        longest_option=LONGEST_OPTION,
        most_options=MOST_OPTIONS,
        polls=[_poll(snapshot, poll) for poll in polls],
    )


def _poll(snapshot: Snapshot, poll: Poll) -> AskedPollView:
    counts = count_votes(poll)
    is_shown = f"{PICTURE}{poll.id}" in snapshot.session_state.shown
    return AskedPollView(
        id=poll.id,
        text=poll.text,
        at=poll.at.isoformat(),
        is_open=poll.closed_at is None,
        is_rating=poll.is_rating,
        options=[OptionCountView(label=one.label, people=one.people, states=one.states) for one in counts],
        people=len(poll.votes),
        answered=describe_answered(poll),
        is_shown=is_shown,
        reason="" if is_shown else explain_withheld(poll),
    )


def put_poll_picture(snapshot: Snapshot, ask: CommandRequest) -> CommandRequest:
    """The command with the results computed on the server, never taken from the page.

    Raises ``WithheldPollError`` if the poll is gone, or has too few votes to be shown.
    """
    if ask.kind != ShowPicture.kind:
        return ask
    if not ask.value.get("shown", True):
        return ask.model_copy(update={"value": {"shown": False}})
    poll = snapshot.session_state.polls.get(ask.subject.removeprefix(PICTURE))
    if poll is None or not ask.subject.startswith(PICTURE):
        raise WithheldPollError(GONE)
    if reason := explain_withheld(poll):
        raise WithheldPollError(reason)
    picture = publish_poll(poll, read_published(snapshot.session_state.record))
    return ask.model_copy(update={"value": {"shown": True, "picture": picture.model_dump(mode="json")}})


KIND = PanelKind(
    "polls",
    polls_view,
    (EVENTS, PEOPLE),
    commands=("poll", "poll_close", "show", "undo"),
    prepare=put_poll_picture,
)
