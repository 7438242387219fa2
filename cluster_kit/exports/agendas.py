"""Agendas of the meetings between two sessions: one for each state's team, and the community of practice's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from cluster_kit.content import load_content
from cluster_kit.content.models import Content
from cluster_kit.documents.model import Block, Document, Section
from cluster_kit.errors import UsageError
from cluster_kit.exercises.answers import Answers
from cluster_kit.exports.document_files import (
    ReportProgress,
    choose_formats,
    describe_source,
    fictional_notice,
    format_today,
    write_documents,
)
from cluster_kit.exports.session_records import read_session_record
from cluster_kit.insights.agendas import TeamRecord, community_agenda, team_agenda
from cluster_kit.insights.assignments import Assignment, find_assignment
from cluster_kit.insights.brief import read_brief
from cluster_kit.settings import Settings
from cluster_kit.store import Store
from cluster_kit.store.deployment import open_deployment_store

AGENDA_FORMATS = ("docx", "pdf")
FOR_TEAM = "For the team of {state}. It holds what the team wrote, and ratings as counts, without names."
FOR_STAFF = (
    "For the staff of the series only. It has questions and requests that states have not shared with other states: do"
    " not send it to states."
)
FOR_STATES = "May be sent to every state. It has only what states share with other states, as they share it."


def write_agendas(  # noqa: PLR0913, PLR0917  (the last is for progress)
    settings: Settings,
    series: str,
    after: int,
    out: Path,
    jurisdictions: Sequence[str] | None = None,
    formats: Sequence[str] = AGENDA_FORMATS,
    report: ReportProgress = lambda made, total: None,  # noqa: ARG005
) -> tuple[Path, ...]:
    """Write ``OH-team-meeting.docx`` for each state, and the community of practice's agenda for staff and for states.

    ``jurisdictions`` None: all states with people or answers; otherwise only theirs, without the community of practice.
    Raises ``UsageError`` if the content has no assignment after the session, and the errors of content, store, and
    documents.
    """
    chosen = choose_formats(formats)
    content = load_content(series, overlay=settings.content)
    number = content.get_session(after).number
    assignment = find_assignment(content, number)
    if assignment is None:
        raise UsageError(
            f"The content has nothing between sessions after session {number}. Add it to between_sessions.yaml."
        )
    wanted = None if jurisdictions is None else [content.get_jurisdiction(code).code for code in jurisdictions]
    with open_deployment_store(settings) as store:
        teams = _read_teams(content, store, wanted)
        record = read_session_record(content, store, number)
    private = {f"{t.state.code}-team-meeting": _team_document(content, assignment, t) for t in teams}
    public: dict[str, Document] = {}
    if wanted is None:
        brief, name = read_brief(record), "community-of-practice"
        staff, states = (
            community_agenda(content, brief, record.answers, record.people, for_staff=for_staff)
            for for_staff in (True, False)
        )
        private[f"{name}-staff"] = _community_document(content, assignment, staff, FOR_STAFF)
        public[name] = _community_document(content, assignment, states, FOR_STATES)
    total = len(private) + len(public)
    files = write_documents(private, chosen, out, private=True, report=lambda made, _: report(made, total))
    return (*files, *write_documents(public, chosen, out, report=lambda made, _: report(len(private) + made, total)))


def _read_teams(content: Content, store: Store, wanted: Sequence[str] | None) -> list[TeamRecord]:
    series = content.series.id
    if wanted is None:
        people = {person.jurisdiction for person in store.people(series)}
        known = people | {response.jurisdiction for response in store.current(series)}
        wanted = [jurisdiction.code for jurisdiction in content.jurisdictions if jurisdiction.code in known]
    teams = []
    for code in wanted:
        current = store.current(series, code)
        answers = Answers(current, store.people(series, code), store.history(series, code))
        teams.append(TeamRecord(content.get_jurisdiction(code), current, answers))
    return teams


def _team_document(content: Content, assignment: Assignment, team: TeamRecord) -> Document:
    assert content.between is not None  # noqa: S101 - the assignment comes from it
    about = FOR_TEAM.format(state=team.state.name)
    written = team_agenda(content, assignment, team)
    return _document(content, assignment, (content.between.team_meeting.title, team.state.name), written, about)


def _community_document(
    content: Content, assignment: Assignment, written: tuple[tuple[Block, ...], tuple[Section, ...]], about: str
) -> Document:
    assert content.between is not None  # noqa: S101 - the assignment comes from it
    document = _document(content, assignment, (content.between.community.title, ""), written, about)
    return replace(document, layout="compact")  # one page, if states have shared little


def _document(
    content: Content,
    assignment: Assignment,
    names: tuple[str, str],
    written: tuple[tuple[Block, ...], tuple[Section, ...]],
    about: str,
) -> Document:
    (title, state), (opening, parts) = names, written
    gap = f"After session {assignment.after}"
    gap += f", before session {assignment.following}" if assignment.following else ""
    notices = (fictional_notice(content), about if about == FOR_STAFF else "")
    return Document(
        title=f"{f'{state}: ' if state else ''}{title}, {gap[0].lower()}{gap[1:]}",
        heading=state or title,
        subtitle=f"{title}. {gap}" if state else gap,
        series=content.series.title,
        when=f"Answers as of {format_today()}",
        notice=" ".join(filter(None, notices)),
        opening=opening,
        parts=parts,
        about=(about, describe_source(content)),
        about_title="About this agenda",
    )
