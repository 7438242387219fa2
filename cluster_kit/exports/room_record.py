"""What was said in the sessions: posts on boards, questions from the room, the parking lot, and polls.

Names are left out, as in all exports of answers: a row has its state. Posts that facilitators hid are included, because
this is the archive for staff.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from cluster_kit.content.models import Content, Session
from cluster_kit.documents.typed_text import visible_text
from cluster_kit.insights.poll_results import count_votes
from cluster_kit.sessions import SessionLog, SessionState
from cluster_kit.sessions.board import QUESTIONS, Reaction, board_title
from cluster_kit.sessions.state import Post
from cluster_kit.store import Store

COLUMNS = {
    "session": "int64",
    "kind": "string",
    "board": "string",
    "id": "string",
    "reply_to": "string",
    "jurisdiction": "string",
    "state": "string",
    "at": "datetime64[us, UTC]",
    "words": "string",
    "option": "string",
    "status": "string",
    "same_here": "Int64",
    "helpful": "Int64",
    "tell_more": "Int64",
    "people": "Int64",
}
"""The columns and their types. A poll has a row for each option, with the number of people who chose it."""
Row = dict[str, object]


def read_room_record(content: Content, store: Store, jurisdictions: Sequence[str] | None = None) -> pd.DataFrame:
    """Everything said in the series' sessions, in order of time within a session. Columns: ``COLUMNS``.

    With ``jurisdictions``: what these states posted and parked, without polls, which count all states.
    """
    rows: list[Row] = []
    for session in content.sessions:
        state = SessionLog(store, content.series.id, session).state()
        found = [*_posts(content, session, state), *_parked(content, session, state), *_polls(session, state)]
        rows += sorted(found, key=lambda row: str(row["at"]))
    if jurisdictions is not None:
        wanted = {code.upper() for code in jurisdictions}
        rows = [row for row in rows if row.get("jurisdiction") in wanted]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame["at"] = pd.to_datetime(frame["at"], utc=True, format="ISO8601")
    return frame.astype(COLUMNS)


def _posts(content: Content, session: Session, state: SessionState) -> Iterator[Row]:
    names = content.jurisdiction_names
    for post in state.posts.values():
        kind = "question" if post.segment == QUESTIONS else "post"
        yield {
            "session": session.number,
            "kind": "reply" if post.parent else kind,
            "board": board_title(session, post.segment),
            "id": post.id,
            "reply_to": post.parent or None,
            "jurisdiction": post.jurisdiction or None,
            "state": names.get(post.jurisdiction, "Facilitators"),
            "at": post.at.isoformat(),
            "words": visible_text(post.text),
            "status": _status(post),
            **{reaction.value: len(post.reactions.get(reaction.value, ())) for reaction in Reaction},
        }


def _status(post: Post) -> str:
    if post.hidden:
        return "removed"
    return "not posted" if post.waiting else post.status.value


def _parked(content: Content, session: Session, state: SessionState) -> Iterator[Row]:
    names = content.jurisdiction_names
    for item in state.parked.values():
        yield {
            "session": session.number,
            "kind": "parked",
            "board": "Parking lot",
            "id": item.id,
            "jurisdiction": item.jurisdiction or None,
            "state": names.get(item.jurisdiction, "Facilitators"),
            "at": item.at.isoformat(),
            "words": visible_text(item.text),
            "status": "done" if item.done else "open",
        }


def _polls(session: Session, state: SessionState) -> Iterator[Row]:
    for poll in state.polls.values():
        for option in count_votes(poll):
            yield {
                "session": session.number,
                "kind": "poll",
                "board": "Poll",
                "id": poll.id,
                "state": "Facilitators",
                "at": poll.at.isoformat(),
                "words": visible_text(poll.text),
                "option": visible_text(option.label),
                "status": "closed" if poll.closed_at else "open",
                "people": option.people,
            }
