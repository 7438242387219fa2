"""The values of the fields in messages: of the session, of a person's state, and of the person."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cluster_kit.content.facilitation import Facilitation
from cluster_kit.content.messages import MessageTemplate
from cluster_kit.content.models import Content, Exercise, Jurisdiction, Session, TablePrompt, When
from cluster_kit.content.times import LocalTime, format_time, local_times
from cluster_kit.documents.typed_text import visible_text
from cluster_kit.exercises.answers import Answers
from cluster_kit.exports.follow_up import CHECK_IN
from cluster_kit.exports.message_text import Value
from cluster_kit.insights.plans import Action, is_action_table, read_actions
from cluster_kit.store import Person, Store
from cluster_kit.text import number_words

EXAMPLES = "examples"
LONGEST_STEP = 300
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")
ANSWER_DAYS, ACCESS_DAYS = 7, 14
_TITLES = {"dr", "mr", "mrs", "ms", "mx", "prof", "rev", "hon"}


@dataclass(frozen=True)
class JoinDetails:
    """How people join: each person's link, each state's team code, and the addresses.

    ``primer_page`` is empty if the organization has removed the primer.
    ``withdrawal_of``: the link to withdraw a person's registration, or an empty string if they did not register.
    """

    link_of: Callable[[Person], str]
    codes: Mapping[str, str]
    server: str
    join_page: str
    withdrawal_of: Callable[[Person], str] = lambda _: ""
    primer_page: str = ""


class MessageFields:
    """Computes the fields of one message. What depends on the state only is computed once."""

    def __init__(
        self, content: Content, store: Store, facilitation: Facilitation | None, message: MessageTemplate, session: int
    ) -> None:
        self._content, self._store, self._facilitation, self._message = content, store, facilitation, message
        self._session = content.get_session(session)
        self._by_state: dict[str, dict[str, Value]] = {}
        self._actions: dict[str, list[Action]] = {}

    def of_person(self, person: Person, join: JoinDetails | None, day: dt.date, days: int) -> dict[str, Value]:
        """Every field of a person for a message on this day, ``days`` after the session. Without ``join``, no links."""
        code = person.jurisdiction
        if code not in self._by_state:
            self._by_state[code] = self._of_state(self._content.get_jurisdiction(code))
        name = one_line(person.name)
        roles = self._content.role_titles
        met = self._content.get_meeting(self._session.number).date
        latest = nearest_weekday(met - dt.timedelta(days=1), forward=False)
        reply = nearest_weekday(day + dt.timedelta(days=ANSWER_DAYS), forward=True)
        return {
            **self._by_state[code],
            "first_name": find_first_name(name),
            "name": name,
            "role": roles.get(person.role, ""),
            "link": join.link_of(person) if join else "",
            "withdraw_link": join.withdrawal_of(person) if join else "",
            "team_code": join.codes.get(code, "") if join else "",
            "server": join.server if join else "",
            "join_page": join.join_page if join else "",
            "primer_page": join.primer_page if join else "",
            "send_date": format_long_date(day),
            "reply_by": format_long_date(min(reply, latest) if day < latest else reply),
            "access_by": format_long_date(nearest_weekday(met - dt.timedelta(days=ACCESS_DAYS), forward=False)),
            "days_after": str(max(days, 0)),
        }

    def actions_of(self, code: str) -> list[Action]:
        """The state's next steps, with text, of all sessions."""
        if code not in self._actions:
            series = self._content.series.id
            store = self._store
            answers = Answers(store.current(series, code), store.people(series, code), store.history(series, code))
            found = read_actions(self._content, answers)
            self._actions[code] = [action for action in found if one_line(action.action)]
        return self._actions[code]

    def _of_state(self, state: Jurisdiction) -> dict[str, Value]:
        content, session = self._content, self._session
        numbers = [session.number for session in content.sessions]
        open_steps = [action for action in self.actions_of(state.code) if action.is_open]
        here = [action for action in open_steps if action.session == session.number]
        return {
            "state": state.name,
            "series_title": content.series.title,
            "session_count": number_words(len(numbers)),
            "session_list": tuple(self._line(session, state) for session in content.sessions),
            "first_date": local_times(content, min(numbers), state)[0].day,
            "last_date": local_times(content, max(numbers), state)[0].day,
            **self._of_session(session, state),
            **self._of_next(state),
            "next_steps": tuple(map(_format_step, open_steps)),
            "session_next_steps": tuple(map(_format_step, here)),
        }

    def _of_session(self, session: Session, state: Jurisdiction) -> dict[str, Value]:
        times = local_times(self._content, session.number, state)
        prework = [e for e in session.exercises if e.has_prework]
        after = [e for e in session.exercises if e.when is When.FOLLOW_UP and e.id != CHECK_IN]
        steps = _find_exercise(
            session, lambda e: any(isinstance(p, TablePrompt) and is_action_table(p) for p in e.prompts)
        )
        check_in, example = session.find_exercise(CHECK_IN), session.find_exercise(EXAMPLES)
        facilitation = self._facilitation
        questions = facilitation.get_session_steps(session.number).example_questions if facilitation else ()
        return {
            "session_number": str(session.number),
            "session_title": session.title,
            "session_question": session.question,
            "session_purpose": session.purpose,
            "session_minutes": str(session.minutes),
            "session_date": times[0].day,
            "session_start": f"{format_time(times[0].start)} {times[0].zone}",
            "session_when": format_session_times(times),
            "prepare": session.prepare,
            "outcomes": tuple(outcome.text for outcome in session.outcomes),
            "agenda": tuple(_agenda(session, times[0])),
            "prework": tuple(f"{e.title}, about {e.about_minutes + e.prework_minutes} minutes" for e in prework),
            "prework_minutes": str(sum(e.about_minutes + e.prework_minutes for e in prework) or ""),
            "follow_up": tuple(f"{e.title}, about {e.about_minutes} minutes" for e in after),
            "examples_title": example.title if example else "",
            "example_questions": questions,
            "next_steps_title": steps.title if steps else "",
            "next_steps_minutes": str((steps.minutes or steps.about_minutes) if steps else ""),
            "check_in_title": check_in.title if check_in else "",
            "check_in_minutes": str(check_in.about_minutes if check_in else ""),
        }

    def _of_next(self, state: Jurisdiction) -> dict[str, Value]:
        later = [session for session in self._content.sessions if session.number > self._session.number]
        names = ("number", "title", "question", "date", "when", "roles")
        if not later:
            return {f"next_session_{name}": "" for name in names}
        session = min(later, key=lambda one: one.number)
        times = local_times(self._content, session.number, state)
        values = (
            str(session.number),
            session.title,
            session.question,
            times[0].day,
            format_session_times(times),
            self._roles(session),
        )
        return {f"next_session_{name}": value for name, value in zip(names, values, strict=True)}

    def _line(self, session: Session, state: Jurisdiction) -> str:
        when = format_session_times(local_times(self._content, session.number, state))
        return f"Session {session.number}, “{session.title}”: {when}. Roles: {self._roles(session)}."

    def _roles(self, session: Session) -> str:
        titles = self._content.role_titles
        return ", ".join(titles[role] for role in session.who)


def nearest_weekday(day: dt.date, *, forward: bool) -> dt.date:
    """The day, or the next or previous weekday if it is on a weekend."""
    while day.isoweekday() > 5:
        day += dt.timedelta(days=1 if forward else -1)
    return day


def format_long_date(day: dt.date) -> str:
    """``Tuesday, February 17, 2026``."""
    return f"{day:%A, %B} {day.day}, {day.year}"


def format_session_times(times: tuple[LocalTime, ...]) -> str:
    """The first zone's date and time, and in parentheses those of the state's other zones."""
    others = (f"{time.hours} {time.zone}" if time.day == times[0].day else str(time) for time in times[1:])
    listed = ", ".join(others)
    return f"{times[0]} ({listed})" if listed else str(times[0])


def find_first_name(name: str) -> str:
    """The first name in ``Ana Reyes`` or ``Reyes, Ana``; the whole name after a title, as in ``Dr. Reyes``."""
    last, comma, first = name.partition(",")
    words = (first if comma and first.strip() else last).split()
    if not words or words[0].rstrip(".").casefold() in _TITLES:
        return name
    return words[0]


def one_line(typed: str) -> str:
    """Typed text in one line, with invisible characters made visible.

    Characters that reverse the text after them go: they would also reverse the rest of the message's line.
    """
    return " ".join(_OVERRIDES.sub("", visible_text(typed)).split())


def _agenda(session: Session, time: LocalTime) -> list[str]:
    clock, lines = time.start, []
    for segment in session.segments:
        lines.append(f"{format_time(clock)}: {segment.title}, {segment.minutes} minutes")
        clock += dt.timedelta(minutes=segment.minutes)
    return lines


def _format_step(action: Action) -> str:
    step = one_line(action.action)
    step = step if len(step) <= LONGEST_STEP else step[:LONGEST_STEP].rstrip() + " …"
    about = [one_line(action.lead)[:LONGEST_STEP]] if action.lead else []
    try:
        due = dt.date.fromisoformat(action.due)
        about.append(f"due {due:%B} {due.day}, {due.year}")
    except ValueError:
        pass
    return f"{step} ({', '.join(about)})" if about else step


def _find_exercise(session: Session, is_it: Callable[[Exercise], bool]) -> Exercise | None:
    return next((exercise for exercise in session.exercises if is_it(exercise)), None)
