"""Where a team stands in a session, on half a page."""

from __future__ import annotations

from collections import Counter

from cluster_kit.content.models import Content, Exercise, ItemsPrompt, TablePrompt
from cluster_kit.documents.model import Fact, Facts, Paragraph, Section, Words, text
from cluster_kit.documents.typed_text import clean
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.applicability import asks_anything
from cluster_kit.exercises.labels import spell_date, vocabulary
from cluster_kit.exercises.prompts import prompts_of
from cluster_kit.insights.plans import Goal, is_goals_table, read_actions, read_goals
from cluster_kit.insights.ratings import AreaSummary, read_ratings, summarize_ratings
from cluster_kit.insights.ratings_view import count, count_people

UNKNOWN_ROLE = "Role not given"


def at_a_glance(content: Content, session: int, answers: Answers) -> Section:
    """The session's result in a few lines: who took part, the first goal, the greatest need, the next date, open items.

    People are counted by role and not named.
    """
    exercises = [e for e in content.get_session(session).exercises if asks_anything(content, session, e, answers)]
    answered = [e for e in exercises if answers.has(session, e.id)]
    if not answered:
        nothing = "Nobody has answered yet. This document shows what the session asks, so that you can prepare."
        return Section("At a glance", (Paragraph(nothing),))
    facts = [Fact("Took part", took_part(content, session, answers)), Fact("Answered", _answered(exercises, answered))]
    facts += _first_goal(content, session, answers)
    facts += _lowest_area(content, session, answers)
    facts += _settled(content, session, answers)
    facts += _next_step(content, session, answers)
    still_open = [e.title for e in exercises if e not in answered]
    if still_open:
        facts.append(Fact("Not answered yet", text("; ".join(still_open))))
    return Section("At a glance", (Facts(tuple(facts)),))


def took_part(content: Content, session: int, answers: Answers) -> Words:
    """How many people answered in a session, by role and without names."""
    titles = vocabulary(content, "roles")
    roles = Counter(clean(titles.get(role, role)) or UNKNOWN_ROLE for role in answers.roles(session))
    named = "; ".join(role if times == 1 else f"{role} ({times})" for role, times in roles.items())
    return text(f"{count_people(roles.total())}: {named}")


def _answered(exercises: list[Exercise], answered: list[Exercise]) -> Words:
    return text(f"{len(answered)} of {count(len(exercises), 'exercise')}")


def _first_goal(content: Content, session: int, answers: Answers) -> list[Fact]:
    goals: list[Goal] = []
    for number, exercise, prompt in prompts_of(content, TablePrompt, [session]):
        if is_goals_table(prompt):
            goals += read_goals(content, number, exercise, prompt, answers)
    first = next((goal for goal in goals if goal.ranks and goal.statement), None)
    return [Fact("Goal in first place", text(first.statement))] if first else []


def _lowest_area(content: Content, session: int, answers: Answers) -> list[Fact]:
    rated = [s for s in summarize_ratings(content, read_ratings(content, answers, [session])) if s.mean is not None]
    if len(rated) < 2:
        return []

    def mean(summary: AreaSummary) -> float:
        return summary.mean or 0.0

    low, high = min(rated, key=mean), max(rated, key=mean)
    if mean(low) == mean(high):
        return []
    words = f"Lowest {low.area.title} ({mean(low):.1f}), highest {high.area.title} ({mean(high):.1f})"
    return [Fact("Mean ratings", text(f"{words}, of {content.instrument.scale[-1].value}"))]


def _settled(content: Content, session: int, answers: Answers) -> list[Fact]:
    """How much of what two or more people rated the team has settled."""
    rated = summarize_ratings(content, read_ratings(content, answers, [session]))
    settled, open_ = sum(sum(s.settled.values()) for s in rated), sum(s.unsettled for s in rated)
    if not settled and not open_:
        return []
    words = f"{settled} of {count(settled + open_, 'statement')}"
    differs = sum(
        bool(answers.at(number, exercise.id, f"{prompt.id}.dissent", item.id))
        for number, exercise, prompt in prompts_of(content, ItemsPrompt, [session])
        for item in content.instrument.items
    )
    words += f", {differs} with a view that differs" if differs else ""
    return [Fact("Settled together", text(words + (f"; {open_} still to settle" if open_ else "")))]


def _next_step(content: Content, session: int, answers: Answers) -> list[Fact]:
    dated = [a for a in read_actions(content, answers, [session]) if a.is_open and a.due]
    if not dated:
        return []
    first = min(dated, key=lambda action: action.due)
    return [Fact("First next step due", text(f"{spell_date(first.due)}: {first.action or 'no words yet'}"))]
