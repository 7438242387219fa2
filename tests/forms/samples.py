"""An exercise with every kind of prompt, and two people of one team."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from cluster_kit.content import models as m
from cluster_kit.exercises.context import FormContext
from cluster_kit.sessions import SessionLog
from cluster_kit.store import Person, Store
from tests.samples import SCALE, small_content

YES_NO = (m.Option(id="yes", label="Yes"), m.Option(id="no", label="No"))
STANDINGS = (
    m.Option(id="same", label="The same"),
    m.Option(id="differs", label="Differs"),
    m.Option(id="missing", label="Not collected"),
)

EVERYTHING = m.Exercise(
    id="everything",
    title="One of everything",
    segment=m.SegmentKind.POLICY_TOOL,
    minutes=12,
    talk_minutes=4,
    intent="To see every kind of prompt.",
    steps=("Talk for a while.", "Write it down."),
    keeps="one answer of every kind",
    prompts=(
        m.TextPrompt(kind="text", id="aim", label="What do you want?", help="Say it in one sentence.", words=25),
        m.TextPrompt(kind="text", id="news", label="What will you announce?", words=60, check="plain_language"),
        m.ChoicePrompt(kind="choice", id="ready", label="Are you ready?", options=YES_NO, other=True),
        m.ChoicePrompt(kind="choice", id="state", label="Which state?", options_from="jurisdictions", other=True),
        m.ChoicePrompt(kind="choice", id="many", label="Which of these?", options=STANDINGS, many=True, other=True),
        m.RatingPrompt(kind="rating", id="sure", label="How sure are you?", scale=SCALE),
        m.NumberPrompt(kind="number", id="share", label="What share?", minimum=0, maximum=100, unit="percent"),
        m.NumberPrompt(kind="number", id="cost", label="What does it cost?", whole=False),
        m.DatePrompt(kind="date", id="due", label="By when?"),
        m.PersonPrompt(kind="person", id="lead", label="Who leads?"),
        m.TextPrompt(kind="text", id="more", label="What else?", depth=m.Depth.STANDARD),
        m.TextPrompt(kind="text", id="mine", label="For yourself alone", scope=m.Scope.PERSON),
        m.TablePrompt(
            kind="table",
            id="matrix",
            label="Who counts what?",
            rows=tuple(m.Option(id=f"element_{n}", label=f"Element {n}") for n in range(1, 6)),
            columns=tuple(
                m.ChoicePrompt(kind="choice", id=system, label=label, options=STANDINGS)
                for system, label in (("schools", "K-12"), ("colleges", "Colleges"), ("work", "Workforce"))
            ),
        ),
        m.TablePrompt(
            kind="table",
            id="steps",
            label="Steps",
            row_name="step",
            expected_rows=2,
            max_rows=3,
            columns=(
                m.TextPrompt(kind="text", id="what", label="What", words=12),
                m.ChoicePrompt(kind="choice", id="done", label="Done?", options=YES_NO),
            ),
        ),
    ),
)


def everything_content() -> m.Content:
    """The sample workshop with that exercise."""
    content = small_content()
    session = content.sessions[0]
    session = session.model_copy(update={"exercises": (*session.exercises, EVERYTHING)})
    return content.model_copy(update={"sessions": (session,)})


def make_context(store: Store, person: str = "ana", name: str = "Ana Ruiz", jurisdiction: str = "OH") -> FormContext:
    """The context of a team member who is in the store."""
    content = everything_content()
    at = dt.datetime(2027, 2, 16, tzinfo=dt.UTC)
    known = Person(id=person, series="sample", jurisdiction=jurisdiction, name=name, role="director", at=at)
    return FormContext(content, store, 1, jurisdiction, store.add_person(known))


def replace_context(context: FormContext, **changes: Any) -> FormContext:
    """The same context with changes."""
    return dataclasses.replace(context, **changes)


def make_live(context: FormContext) -> FormContext:
    """The same context in a live session."""
    session = context.content.get_session(context.session)
    return replace_context(
        context, session_log=SessionLog(context.store, context.series, session, only=("lock", "reveal"))
    )
