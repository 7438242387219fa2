"""The opening of a later session: what the state said in earlier sessions."""

from __future__ import annotations

from collections.abc import Iterator

from cluster_kit.content.models import Content, ItemsPrompt, LookBack, Session, TablePrompt
from cluster_kit.documents.model import NOT_DESCRIBED, Block, Paragraph, Section, Table, one_text
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.labels import format_date
from cluster_kit.exercises.prompts import prompts_of
from cluster_kit.exercises.rows import read_answer_table
from cluster_kit.insights.plans import Action, is_goals_table, read_actions, read_goals, worded_actions
from cluster_kit.insights.ratings import latest_ratings, read_ratings, summarize_ratings
from cluster_kit.insights.ratings_view import scale_sentence, settled_sentence, summary_table
from cluster_kit.insights.views import render_exercise, table_block

TITLE = "What your state has said so far"
NOTHING_YET = "Your state has not answered anything in the earlier sessions. Nothing is lost: start here."
FIRST_SESSION = "This is the first session. What your state says here opens the next ones."


def build_look_back(content: Content, session: int, answers: Answers) -> Section:
    """The section that opens a session: the earlier answers that it names, ratings to date, and open next steps.

    Only answers from earlier sessions are shown. If there are none, one sentence says so.
    """
    earlier = [s.number for s in content.sessions if s.number < session]
    if not earlier:
        return Section(TITLE, (Paragraph(FIRST_SESSION, "quiet"),))
    blocks: list[Block] = []
    for wanted in content.get_session(session).opens_with:
        if wanted.session in earlier:
            blocks += _wanted(content, wanted, answers)
    blocks += _ratings(content, earlier, answers)
    blocks += _open_actions(content, earlier, answers)
    if not blocks:
        return Section(TITLE, (Paragraph(NOTHING_YET, "quiet"),))
    return Section(TITLE, (*_summary(content, earlier, answers), *blocks))


def _summary(content: Content, earlier: list[int], answers: Answers) -> list[Paragraph]:
    """The first goal and the next step that is due first, in a sentence each; empty if the state has neither."""
    sentences = [*_first_goal(content, earlier, answers), *_next_due(content, earlier, answers)]
    return [Paragraph(" ".join(sentences), "lead")] if sentences else []


def _first_goal(content: Content, earlier: list[int], answers: Answers) -> Iterator[str]:
    goals = [
        goal
        for number, exercise, prompt in prompts_of(content, TablePrompt, earlier)
        if is_goals_table(prompt)
        for goal in read_goals(content, number, exercise, prompt, answers)
        if goal.statement
    ]
    if len(goals) > 1:
        yield f"Your team set {len(goals)} goals, the first of them “{_bare(goals[0].statement)}”."
    elif goals:
        yield f"Your team set the goal “{_bare(goals[0].statement)}”."


def _next_due(content: Content, earlier: list[int], answers: Answers) -> Iterator[str]:
    steps = [step for step in worded_actions(content, answers, earlier) if step.is_open and step.action]
    if not steps:
        return
    first = min(steps, key=lambda step: step.due or "9")
    due = f", due {format_date(first.due)}" if first.due else ""
    step = f"“{_bare(first.action)}”{due}"
    yield (
        f"Its next step {step} is open." if len(steps) == 1 else f"{len(steps)} next steps are open, the first {step}."
    )


def _bare(sentence: str) -> str:
    return sentence.strip().rstrip(".")


def _wanted(content: Content, wanted: LookBack, answers: Answers) -> list[Block]:
    session = content.get_session(wanted.session)
    exercise = session.find_exercise(wanted.exercise)
    prompt = next((p for p in exercise.prompts if p.id == wanted.prompt), None) if exercise else None
    if exercise is None or prompt is None or isinstance(prompt, ItemsPrompt):
        return []
    if isinstance(prompt, TablePrompt):
        rows = read_answer_table(content, session.number, exercise, prompt, answers)
        columns = [c for c in prompt.columns if not wanted.columns or c.id in wanted.columns]
        columns = [c for c in columns if any(row.texts[c.id] for row in rows)]
        blocks: tuple[Block, ...] = (table_block(prompt, rows, columns),) if columns else ()
    else:
        only = exercise.model_copy(update={"prompts": (prompt,)})
        place = (session.number, exercise.id, prompt.id)
        is_answered = answers.at(*place) or answers.row_ids(*place)
        blocks = render_exercise(content, session.number, only, answers).blocks if is_answered else ()
    return [Section(wanted.title, (_source_line(session), *blocks))] if blocks else []


def _ratings(content: Content, earlier: list[int], answers: Answers) -> list[Block]:
    latest = latest_ratings(read_ratings(content, answers, earlier))
    summaries = summarize_ratings(content, latest, is_alone=answers.is_by_one(earlier))
    if not summaries:
        return []
    table = summary_table(content, summaries)
    return [Section("Ratings so far", (Paragraph(scale_sentence(content)), table, *settled_sentence(summaries)))]


def _open_actions(content: Content, earlier: list[int], answers: Answers) -> list[Block]:
    is_open = [action for action in read_actions(content, answers, earlier) if action.is_open]
    return [Section("Next steps that are still open", (actions_table(is_open),))] if is_open else []


def actions_table(actions: list[Action]) -> Table:
    """Next steps with their lead, due date, and status, in the order given."""
    rows = tuple(
        (
            one_text(action.action or NOT_DESCRIBED),
            one_text(action.lead) if action.lead else (),
            one_text(format_date(action.due)) if action.due else (),
            one_text(action.status_label or "Not reviewed yet"),
        )
        for action in actions
    )
    return Table("Next steps", ("Next step", "Who leads", "By when", "Where it stands"), rows)


def _source_line(session: Session) -> Paragraph:
    return Paragraph(f"From session {session.number}, {session.title}.", "quiet")
