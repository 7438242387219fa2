"""The follow-up report as a document."""

from __future__ import annotations

from cluster_kit.content.models import Content
from cluster_kit.documents.model import Attributed, Block, Fact, Paragraph, Record, Records, Section, Table, one_text
from cluster_kit.exercises.labels import format_date
from cluster_kit.exports.follow_up import FollowUp, Note
from cluster_kit.insights.plans import CLOSED, STATUSES
from cluster_kit.text import count_of

RUNGS = {"team": "Staff only", "anonymous": "To other states, without the name", "named": "To other states"}
NO_TEXT = "No description"  # of a step that has only a date


def show_follow_up(content: Content, found: FollowUp) -> Section:
    """The summary as a document."""
    blocks: list[Block] = []
    if content.series.fictional:
        blocks.append(Paragraph("Everything in this document is made up.", "lead"))
    blocks.append(Paragraph(_about(found)))
    if found.standings:
        closed = sum(found.counts[status] for status in CLOSED)
        blocks += [_table(found), Paragraph(f"{closed} of {sum(found.counts.values())} steps are closed.")]
        blocks += _weighed(found)
    blocks += _named_without(found)
    if found.steps:
        blocks.append(_steps_table(found))
    if found.notes:
        blocks.append(Records("What states let us see", "", tuple(map(_record, found.notes))))
    return Section(f"Follow-up: {content.series.title}", tuple(blocks))


def _about(found: FollowUp) -> str:
    if not found.sessions:
        return f"As of {format_date(found.day.isoformat())}, no session has begun, and no state has a next step."
    if not found.is_held:
        return (
            f"As of {format_date(found.day.isoformat())}, session {found.sessions[0]} has not begun, and no state has a"
            " next step."
        )
    sessions = ", ".join(map(str, found.sessions))
    states = count_of(len(found.standings), "state")
    which = f"session{'s' * (len(found.sessions) > 1)} {sessions}"
    return (
        f"Next steps of {which} as of {format_date(found.day.isoformat())}, from {states}."
        " For the staff of the series: counts hold every state; words are there only where the state lets staff see"
        " them."
    )


def _named_without(found: FollowUp) -> list[Block]:
    """The states without a next step, those that came apart from those that were only invited."""
    came = ", ".join(one.state for one in found.without if one.came)
    invited = ", ".join(one.state for one in found.without if not one.came)
    blocks: list[Block] = [Paragraph(f"Came, and have no next step: {came}.")] if came else []
    absent = "Were invited, did not come, and have" if found.has_begun else "Are invited, and have"
    return [*blocks, Paragraph(f"{absent} no next step: {invited}.")] if invited else blocks


def _steps_table(found: FollowUp) -> Table:
    """Every step by due date, with its owner and contact."""
    rows = []
    for step in found.steps:
        status = f"{step.status} (overdue)" if step.overdue else step.status
        cells = (step.state, step.step or NO_TEXT, step.owner, format_date(step.due), status, step.contact)
        rows.append(tuple(one_text(cell) if cell else () for cell in cells))
    columns = ("State", "Step", "Owner", "By", "Status", "Contact")
    return Table("Next steps by date", columns, tuple(rows))


def _table(found: FollowUp) -> Table:
    """One row per state, and a total."""
    rows = [(s.state, s.counts, s.overdue) for s in found.standings]
    rows.append(("All states", found.counts, sum(s.overdue for s in found.standings)))
    cells = tuple(
        (one_text(state), *(one_text(str(counts.get(status, 0))) for status in STATUSES), one_text(str(late)))
        for state, counts, late in rows
    )
    return Table("Where next steps stand", ("State", *STATUSES.values(), "Open after its day"), cells)


def _weighed(found: FollowUp) -> list[Block]:
    """Open steps by effort and effect; empty if no step has both."""
    efforts, effects = found.weights.efforts, found.weights.effects
    total = {(a, b): sum(s.weighing(a, b) for s in found.standings) for a in efforts for b in effects}
    weighed = sum(total.values())
    if not weighed:
        return []
    cells = tuple(
        (one_text(label), *(one_text(str(total[effort, effect])) for effort in efforts))
        for effect, label in effects.items()
    )
    head = ("How much they change for learners", *efforts.values())
    open_ones = sum(count for status, count in found.counts.items() if status not in CLOSED)
    sentence = f"{weighed} of {open_ones} open steps have an estimate of their work and of how much they change."
    return [Table("How much work the open steps are", head, cells), Paragraph(f"{sentence} {_first_ones(found)}")]


def _first_ones(found: FollowUp) -> str:
    """The states with steps of most effect and least effort, to follow up with first."""
    least, most = next(iter(found.weights.efforts)), list(found.weights.effects)[-1]
    there = [(s.state, s.weighing(least, most)) for s in found.standings if s.weighing(least, most)]
    if not there:
        return "None of them promises the greatest change for the least work."
    states = ", ".join(f"{state} ({count})" for state, count in there)
    return f"Ask first about those that promise the greatest change for the least work: {states}."


def _record(note: Note) -> Record:
    title = f"{note.state}, session {note.session}, {note.round.lower()}"
    facts = (Fact(label, one_text(text)) for label, text in note.answers)
    return Record((Attributed(title),), (*facts, Fact("May travel", one_text(RUNGS[note.rung]))))
