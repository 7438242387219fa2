"""Agendas of the meetings between sessions, minute by minute, filled with what states have answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cluster_kit.content.models import Content, Jurisdiction, MeetingAgenda, TablePrompt, TextPrompt
from cluster_kit.content.rating_values import OffScale, count_ratings
from cluster_kit.content.times import format_session_time
from cluster_kit.documents.model import (
    Attributed,
    Block,
    Bullets,
    Fact,
    Facts,
    Paragraph,
    Section,
    Table,
    Texts,
    one_text,
)
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.labels import AnswerFormatter, format_date
from cluster_kit.exercises.prompts import prompts_of
from cluster_kit.exercises.rows import read_answer_table
from cluster_kit.insights.assignments import Assignment, items_to_rate, read_area_plans, unsettled_items
from cluster_kit.insights.brief import SessionBrief
from cluster_kit.insights.look_back import actions_table
from cluster_kit.insights.national import TeamView, read_state
from cluster_kit.insights.peers import ANONYMOUS, ANONYMOUS_STATE, MAY_SHARE, NAMED, hide_identity
from cluster_kit.insights.progress import read_steps
from cluster_kit.insights.roadmap import BLANK, open_actions
from cluster_kit.text import count_of

if TYPE_CHECKING:
    from cluster_kit.store import Person, Response

PEER_DISCUSSION, QUESTION, CAN_HELP = "peer_discussion", "question", "can_help"
CHECK_IN, BRING = "check_in", "bring"
MOST_NEEDS = 6
NOTHING_OPEN = "Nothing is open here. Use the time for the next item."
ASK_FIRST = "Before you read a question aloud, ask the state whether you may, and whether you may name it."


@dataclass(frozen=True)
class TeamRecord:
    """One state's answers in the series, for the agenda of its team."""

    state: Jurisdiction
    responses: Sequence[Response]
    answers: Answers


@dataclass(frozen=True)
class SharedText:
    """Something that a state brings to the community of practice. ``state`` is empty if it is anonymous."""

    state: str
    text: str


def team_agenda(
    content: Content, assignment: Assignment, record: TeamRecord
) -> tuple[tuple[Block, ...], tuple[Section, ...]]:
    """The opening, and a section for each agenda item, of a state team's meeting. The content must have a meeting."""
    assert content.between is not None  # noqa: S101 - an assignment comes from it
    meeting = content.between.team_meeting
    facts = [Fact("Ratings are due", one_text(format_date(assignment.due.isoformat())))]
    if assignment.following is not None:
        facts.append(Fact("Next session", one_text(format_session_time(content, assignment.following, record.state))))
    facts.append(Fact("Facilitator, timekeeper, and typist", one_text(BLANK)))
    team = _Team(content, assignment, record)
    return _opening(meeting, facts), _items(meeting, {name: make for name, make in team.materials().items()})


def community_agenda(
    content: Content, brief: SessionBrief, answers: Mapping[str, Answers], people: Sequence[Person], *, for_staff: bool
) -> tuple[tuple[Block, ...], tuple[Section, ...]]:
    """The community of practice's agenda after a session. Only the version for staff has what states did not share
    with other states: questions, the parking lot, and requests."""
    assert content.between is not None  # noqa: S101 - the caller has found an assignment in it
    meeting = content.between.community
    community = _Community(content, brief, answers, people)
    return _opening(meeting, []), _items(meeting, community.materials(for_staff=for_staff))


def _opening(meeting: MeetingAgenda, facts: Sequence[Fact]) -> tuple[Block, ...]:
    rows = tuple(
        (one_text(time), one_text(item.title)) for time, item in zip(_times(meeting), meeting.agenda, strict=True)
    )
    overview = Table(f"{meeting.minutes} minutes", ("Minutes", "Item"), rows)
    return Paragraph(meeting.purpose, "lead"), *([Facts(tuple(facts))] if facts else []), overview


def _items(meeting: MeetingAgenda, materials: Mapping[str, tuple[Block, ...]]) -> tuple[Section, ...]:
    sections = []
    for time, item in zip(_times(meeting), meeting.agenda, strict=True):
        steps: Block = Bullets(tuple(Attributed(step) for step in item.steps), ordered=True)
        if len(item.steps) == 1:
            steps = Paragraph(item.steps[0])
        shown = tuple(block for name in item.shows for block in materials.get(name, ()))
        sections.append(Section(f"{item.title}: minutes {time}", (steps, *shown)))
    return tuple(sections)


def _times(meeting: MeetingAgenda) -> list[str]:
    """For example ``5 to 20``."""
    start, times = 0, []
    for item in meeting.agenda:
        times.append(f"{start} to {start + item.minutes}")
        start += item.minutes
    return times


class _Team:
    """What is printed in the agenda of one state's team."""

    def __init__(self, content: Content, assignment: Assignment, record: TeamRecord) -> None:
        self._content, self._assignment, self._record = content, assignment, record
        self._plans = read_area_plans(content, record.answers)
        self._views = read_state(content, record.responses)

    def materials(self) -> dict[str, tuple[Block, ...]]:
        """The blocks of each material, by its name in the content."""
        return {
            "assignment": self._assigned(),
            "unsettled": self._unsettled(),
            "open_exercises": self._open_exercises(),
            "next_steps": self._next_steps(),
            "check_in": (Bullets(tuple(Attributed(question) for question in self._assignment.check_in)),),
        }

    def _assigned(self) -> tuple[Block, ...]:
        rows = []
        for assigned in self._assignment.areas:
            plan = self._plans.get(assigned.area.id)
            items = items_to_rate(assigned.area, plan)
            rated = sum(item in self._views for item in items)
            lead, depth = (plan.lead, plan.depth_label) if plan else ("", "")
            where = f"Session {assigned.session}, “{assigned.exercise}”"
            cells = (
                assigned.area.title,
                lead or "No lead yet",
                depth or "Not chosen",
                f"{rated} of {len(items)}",
                where,
            )
            rows.append(tuple(one_text(cell) for cell in cells))
        columns = ("Policy area", "Lead", "Depth", "Statements rated", "Where to rate")
        return Paragraph(self._assignment.text), Table("The assignment", columns, tuple(rows))

    def _unsettled(self) -> tuple[Block, ...]:
        texts = {item.id: item.text for item in self._content.instrument.items}
        rows = tuple(
            (one_text(texts[item]), self._spread(self._views[item]), one_text(BLANK))
            for assigned in self._assignment.areas
            for item in unsettled_items(assigned.area, self._views)
        )
        columns = ("Statement", "What people chose", "Our team rating")
        return (
            (Table("Rated by two or more people, without a team rating", columns, rows),)
            if rows
            else (Paragraph(NOTHING_OPEN, "quiet"),)
        )

    def _spread(self, view: TeamView) -> Texts:
        """For example ``2 Getting started (2); 3 In place (1)``; without names."""
        scale = self._content.instrument.scale
        counted = count_ratings(view.ratings, (anchor.value for anchor in scale))
        counts = [(f"{anchor.value} {anchor.label}", counted.points[anchor.value]) for anchor in scale]
        counts += [(choice.label, counted.off_scale[choice]) for choice in OffScale]
        return one_text("; ".join(f"{label} ({count})" for label, count in counts if count))

    def _open_exercises(self) -> tuple[Block, ...]:
        session = self._content.get_session(self._assignment.after)
        steps = read_steps(self._content, session.number, self._record.responses)
        closed = steps.done | steps.spared | {CHECK_IN}  # check-ins are an agenda item of their own
        still_open = [exercise for exercise in session.exercises if exercise.id not in closed]
        rows = tuple(
            (
                one_text(exercise.title),
                one_text("Started" if exercise.id in steps.begun else "Not started"),
                one_text(count_of(exercise.about_minutes or exercise.minutes, "minute")),
                one_text(BLANK),
            )
            for exercise in still_open
        )
        columns = ("Exercise", "Progress", "Takes about", "Who completes it")
        return (
            (Table(f"Exercises of session {session.number} that are open", columns, rows),)
            if rows
            else (Paragraph(NOTHING_OPEN, "quiet"),)
        )

    def _next_steps(self) -> tuple[Block, ...]:
        actions = open_actions(self._content, self._record.answers)
        return (
            (actions_table(actions),)
            if actions
            else (Paragraph("Your team has no open next step. Agree on one.", "quiet"),)
        )


class _Community:
    """What is printed in the agenda of the community of practice."""

    def __init__(
        self, content: Content, brief: SessionBrief, answers: Mapping[str, Answers], people: Sequence[Person]
    ) -> None:
        self._content, self._brief, self._answers, self._people = content, brief, answers, people

    def materials(self, *, for_staff: bool) -> dict[str, tuple[Block, ...]]:
        """The blocks of each material, by its name in the content."""
        shared = self._brought()
        public = {"needs": self._needs(for_staff=for_staff), "questions": shared, "examples": self._examples()}
        if not for_staff:
            return public
        return {
            **public,
            "questions": (*shared, *self._questions()),
            "parking_lot": self._parking_lot(),
            "assistance": self._requests(),
        }

    def _needs(self, *, for_staff: bool) -> tuple[Block, ...]:
        topics = self._brief.topics[:MOST_NEEDS]
        reasons = [topic.reason if for_staff else topic.aloud for topic in topics]
        if len(reasons) > 1 and len(set(reasons)) == 1:  # one sentence for all says nothing of each
            statements = Bullets(tuple(Attributed(topic.text) for topic in topics))
            return Paragraph("Statements with the greatest need:"), statements
        rows = tuple((one_text(topic.text), one_text(why)) for topic, why in zip(topics, reasons, strict=True))
        return (Table("Statements with the greatest need", ("Statement", "Why"), rows),) if rows else ()

    def _brought(self) -> tuple[Block, ...]:
        """What states bring to the community of practice and share with other states."""
        texts = tuple(Attributed(shared.text, shared.state or ANONYMOUS_STATE) for shared in self._shared_texts())
        return (Section("What states bring", (Bullets(texts),)),) if texts else ()

    def _shared_texts(self) -> Iterator[SharedText]:
        for code, answers in self._answers.items():
            for session, exercise, prompt in prompts_of(self._content, TablePrompt, [self._brief.session]):
                if exercise.id != CHECK_IN or not {MAY_SHARE, BRING} <= {column.id for column in prompt.columns}:
                    continue
                for row in read_answer_table(self._content, session, exercise, prompt, answers):
                    sharing, text = row.value(MAY_SHARE), row.text(BRING)
                    authors = {response.author for response in row.responses[BRING]}
                    if text and sharing == NAMED:
                        yield SharedText(self._brief.name(code), text)
                    elif text and sharing == ANONYMOUS:
                        yield SharedText("", hide_identity(self._content, code, text, self._people, authors))

    def _questions(self) -> tuple[Block, ...]:
        """What states wrote for other states after their discussion, for staff."""
        rows = []
        for code, answers in self._answers.items():
            asked, offered = (self._answers_of(answers, prompt) for prompt in (QUESTION, CAN_HELP))
            if asked or offered:
                rows.append((one_text(self._brief.name(code)), asked, offered))
        columns = ("State", "Asks", "Can be asked about")
        table = Table("Questions from the peer discussion", columns, tuple(rows))
        return (Section("What states asked", (Paragraph(ASK_FIRST), table)),) if rows else ()

    def _answers_of(self, answers: Answers, prompt_id: str) -> Texts:
        texts: list[Attributed] = []
        for session, exercise, prompt in prompts_of(self._content, TextPrompt, [self._brief.session]):
            if exercise.id == PEER_DISCUSSION and prompt.id == prompt_id:
                formatter = AnswerFormatter(self._content, answers, session)
                responses = answers.at(session, exercise.id, prompt.id)
                texts += [Attributed(formatter.format(prompt, response.value)) for response in responses]
        return tuple(texts)

    def _parking_lot(self) -> tuple[Block, ...]:
        items = tuple(Attributed(item, state) for state, item in self._brief.room.parked)
        return (Section("Still in the parking lot", (Bullets(items),)),) if items else ()

    def _examples(self) -> tuple[Block, ...]:
        rows = tuple(
            (one_text(example.title), one_text(example.state or ANONYMOUS_STATE)) for example in self._brief.shared
        )
        return (Table("Examples that states share", ("Example", "From"), rows),) if rows else ()

    def _requests(self) -> tuple[Block, ...]:
        rows = tuple(
            (
                one_text(self._brief.name(code)),
                *(one_text(value) if value else () for value in (r.need, r.kind, format_date(r.by), r.contact)),
            )
            for code, found in self._brief.requests.items()
            for r in found
        )
        columns = ("State", "What for", "Kind", "By", "Contact")
        return (Table("Requests for technical assistance", columns, rows),) if rows else ()
