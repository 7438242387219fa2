"""What the store has about a session, as staff may read it."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from cluster_kit.content.models import Content
from cluster_kit.exercises.answers import Answers
from cluster_kit.exports.ladder import keep_for_staff, read_rungs
from cluster_kit.insights.brief import SessionRecord
from cluster_kit.roster.call_attendance import read_call_attendance
from cluster_kit.sessions import SessionLog
from cluster_kit.store import Response, Store


def read_session_record(content: Content, store: Store, session: int, report: Path | None = None) -> SessionRecord:
    """The session's record, with states in the order of the jurisdictions. Rows that a state keeps to its own team are
    not in ``readable`` and ``answers``. ``report`` is the one of the video call's participants.

    Raises ``UnreadableRosterError`` for a report that cannot be read, and ``StoreError``.
    """
    series = content.series.id
    current = store.current(series)
    of_state: defaultdict[str, list[Response]] = defaultdict(list)
    for response in keep_for_staff(current, read_rungs(content, current, store.erased_choices(series))):
        of_state[response.jurisdiction].append(response)
    readable = {j.code: of_state[j.code] for j in content.jurisdictions if j.code in of_state}
    people = store.people(series)
    return SessionRecord(
        content=content,
        session=session,
        responses=current,
        readable=readable,
        answers={code: Answers(given, people, store.history(series, code)) for code, given in readable.items()},
        people=people,
        presence=store.presence(series, session),
        state=SessionLog(store, series, content.get_session(session)).state(),
        in_call=read_call_attendance(content, people, report).minutes if report else {},
    )
