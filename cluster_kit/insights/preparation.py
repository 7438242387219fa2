"""What a state needs before a session: date, attendees, materials, and prework."""

from __future__ import annotations

from dataclasses import dataclass

from cluster_kit.content.budget import sum_prework
from cluster_kit.content.models import Content, Depth, Exercise, Jurisdiction, Prompt, TablePrompt, When
from cluster_kit.content.times import local_times
from cluster_kit.documents.model import Attributed, Block, Bullets, Fact, Facts, Paragraph, Section, one_text
from cluster_kit.exercises.answers import Answers
from cluster_kit.insights.views import render_exercise, what_is_asked
from cluster_kit.store import Person

NOTHING_BEFORE = "Nothing has to be filled in before this session. Reading this is enough."
TOTAL = "One person who does all of it needs about {minutes} minutes. A team that divides it needs less."


PAGE = "Open your personal link."
PAGE_OR_CODE = "{page}: open your personal link, or enter your team's code there."


@dataclass(frozen=True)
class MeetingPlace:
    """Where a session takes place, and the people of the state's roster.

    ``page`` is the address of the join page, and ``call_link`` that of the video call; empty if not known.
    """

    page: str = ""
    call_link: str = ""
    people: tuple[Person, ...] = ()

    def list_invited(self, session: int) -> list[Person]:
        """The people who are invited to the session, by name. Those without an address joined without being invited."""
        invited = [person for person in self.people if person.email and not person.is_removed]
        return sorted((one for one in invited if not one.sessions or session in one.sessions), key=lambda one: one.name)


def build_preparation(
    content: Content, session: int, jurisdiction: Jurisdiction, answers: Answers, place: MeetingPlace | None = None
) -> Section:
    """The session's question, time, place, attendees, materials, and prework exercises."""
    place = place or MeetingPlace()
    chosen = content.get_session(session)
    times = tuple(Attributed(str(time)) for time in local_times(content, session, jurisdiction))
    roles = [role for role in content.roles if role.id in chosen.who]
    people = tuple(Attributed(f"{role.title}: {role.description}") for role in roles)
    outcomes = tuple(Attributed(outcome.text) for outcome in chosen.outcomes)
    before = [exercise for exercise in chosen.exercises if exercise.has_prework]
    blocks: tuple[Block, ...] = (
        Paragraph(chosen.purpose, "lead"),
        Facts(
            (
                Fact("When", times),
                Fact("How long", one_text(f"{chosen.minutes} minutes")),
                Fact("Your team's page", one_text(PAGE_OR_CODE.format(page=place.page) if place.page else PAGE)),
                *((Fact("Video call", one_text(place.call_link)),) if place.call_link else ()),
            )
        ),
        Section("What it is for", (Bullets(outcomes),)),
        Section("Who should come", (Bullets(people), *_invited(content, place.list_invited(session)))),
        Section("What to bring", (Bullets(tuple(Attributed(line) for line in chosen.prepare)),)),
        Section("What to do before", _before(content, session, before, answers)),
    )
    return Section(chosen.question, blocks)


def _invited(content: Content, people: list[Person]) -> tuple[Block, ...]:
    """The names of those who are invited, with their roles."""
    if not people:
        return ()
    titles = content.role_titles
    named = (", ".join(filter(None, (person.name, titles.get(person.role, "")))) for person in people)
    return (Section("Who is invited from your state", (Bullets(tuple(map(Attributed, named))),)),)


def _before(content: Content, session: int, exercises: list[Exercise], answers: Answers) -> tuple[Block, ...]:
    if not exercises:
        return (Paragraph(NOTHING_BEFORE),)
    total = Paragraph(TOTAL.format(minutes=sum_prework(exercises)))
    return (total, *(_prework(content, session, exercise, answers) for exercise in exercises))


def _prework(content: Content, session: int, exercise: Exercise, answers: Answers) -> Section:
    """A prework exercise, followed by the team's answers to date."""
    asked = what_is_asked(content, _keep_prework(exercise))
    minutes: tuple[Block, ...] = ()
    if about := exercise.prework_minutes or exercise.about_minutes:
        later = " Your team continues it in the session." if exercise.prework_minutes else ""
        minutes = (Paragraph(f"About {about} minutes.{later}", "quiet"),)
    written: tuple[Block, ...] = ()
    if answers.has(session, exercise.id):
        given = render_exercise(content, session, exercise, answers)
        written = (Section("What your team has written already", given.blocks),)
    return Section(asked.title, (*minutes, *asked.blocks, *written))


def _keep_prework(exercise: Exercise) -> Exercise:
    """The exercise with what is asked before the session at the essential depth: what its minutes are counted for."""
    whole = exercise.when is When.PREWORK
    prompts = [kept for prompt in exercise.prompts if (kept := _keep_prompt(prompt, whole=whole or prompt.before))]
    return exercise.model_copy(update={"prompts": tuple(prompts)})


def _keep_prompt(prompt: Prompt, *, whole: bool) -> Prompt | None:
    if not Depth.ESSENTIAL.includes(prompt.depth):
        return None
    if not isinstance(prompt, TablePrompt):
        return prompt if whole else None
    essential = [cell for cell in prompt.columns if Depth.ESSENTIAL.includes(cell.depth)]
    columns = tuple(cell for cell in essential if whole or cell.before)
    return prompt.model_copy(update={"columns": columns}) if columns else None
