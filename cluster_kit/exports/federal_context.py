"""The federal context sheet of a session: questions that facilitators are asked, and the facts behind the answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from cluster_kit.content.claims import FederalQuestion, SourcedClaim, format_as_of
from cluster_kit.content.models import Content
from cluster_kit.documents.model import (
    Attributed,
    Bullets,
    Document,
    Paragraph,
    Section,
    Table,
    Texts,
    one_text,
)
from cluster_kit.errors import UsageError
from cluster_kit.exercises.labels import format_date
from cluster_kit.exports.document_files import FORMATS, choose_formats, describe_source, write_documents
from cluster_kit.text import inflect, join_words

USE = (
    "For facilitators. Say the answers as they are written here. Check the live page, or ask your Perkins Regional "
    "Coordinator, before you say more."
)
NOT_SETTLED = "Not settled: say that you do not know more than this, and write down who asked."
DATES = "The date is that of the text, or the month in which a page without a date was read."
FICTIONAL_SHEET = "The series is fictional. The federal facts on this sheet are not."


def federal_context(content: Content, session: int) -> Document:
    """The federal context sheet of a session.

    Raises ``UnknownSessionError``, or ``UsageError`` if the content has no federal questions for it.
    """
    chosen, meeting = content.get_session(session), content.get_meeting(session)
    owned = content.facts.questions_of(session)
    if not owned:
        raise UsageError(
            f"There are no federal questions for session {session}. Add them to a file in facts/ of your content."
        )
    questions = [one.question for one in owned]
    claims = _claims(content, questions)
    numbers = {one.claim.id: number for number, one in enumerate(claims, start=1)}
    return Document(
        title=f"Federal context for session {session}: {chosen.title}",
        heading="Federal context",
        subtitle=f"Session {session}: {chosen.title}",
        series=content.series.title,
        when=format_date(meeting.date.isoformat()),
        notice=FICTIONAL_SHEET if content.series.fictional else "",
        opening=(Paragraph(USE, "lead"), Paragraph(_owned_line(questions, [one.owner for one in owned]))),
        parts=(
            Section(
                "Questions and objections you may hear", tuple(_answer(question, numbers) for question in questions)
            ),
            *_unsettled(claims),
            Section("The facts behind the answers", (Paragraph(DATES), _facts(claims))),
        ),
        about=_about(content, claims),
        about_title="About this sheet",
    )


def write_federal_context(
    content: Content, session: int, out: Path, formats: Sequence[str] = FORMATS
) -> tuple[Path, ...]:
    """Write the sheet as ``federal_context_<session>`` in each format to a folder, and return the files.

    Raises what ``federal_context``, ``choose_formats``, and ``write_documents`` raise.
    """
    chosen = choose_formats(formats)
    return write_documents({f"federal_context_{session}": federal_context(content, session)}, chosen, out)


def _claims(content: Content, questions: Sequence[FederalQuestion]) -> list[SourcedClaim]:
    """The claims behind the answers, each once, in the order in which the answers use them."""
    found = {claim.claim.id: claim for question in questions for claim in content.facts.of_question(question)}
    return list(found.values())


def _owned_line(questions: Sequence[FederalQuestion], owners: Sequence[str]) -> str:
    oldest = min(question.as_of for question in questions)
    names = list(dict.fromkeys(owners))
    noun = inflect(len(names), "Owner")
    return f"{noun}: {'; '.join(names)}. Answers checked {format_as_of(oldest)}."


def _answer(question: FederalQuestion, numbers: Mapping[str, int]) -> Section:
    used = [str(numbers[claim]) for claim in question.claims if claim in numbers]
    noun = inflect(len(used), "Fact")
    checked = f"{_capital(format_as_of(question.as_of))}. {noun} {join_words(used)} below."
    return Section(question.question, (Paragraph(question.answer), Paragraph(checked, "quiet")))


def _unsettled(claims: Sequence[SourcedClaim]) -> list[Section]:
    """What may change soon, as a list; no section if everything is settled."""
    lines = tuple(
        Attributed(f"{claim.claim.statement.removesuffix('.')} ({format_as_of(claim.as_of)}).")
        for claim in claims
        if not claim.is_settled
    )
    return [Section("What is not settled", (Paragraph(NOT_SETTLED), Bullets(lines)))] if lines else []


def _facts(claims: Sequence[SourcedClaim]) -> Table:
    rows: list[tuple[Texts, ...]] = []
    named: set[str] = set()
    for number, one in enumerate(claims, start=1):
        source = _source(one, again=one.source.title in named)
        rows.append(tuple(map(one_text, (str(number), one.claim.statement, source, _date(one)))))
        named.add(one.source.title)
    return Table("Statements, with their sources", ("Fact", "Statement", "Source", "As of"), tuple(rows))


def _source(claim: SourcedClaim, *, again: bool) -> str:
    """The citation, the source, and its address. A source that was named before is in full with its first fact."""
    title, cited = claim.source.title, claim.claim.citation
    if again:
        return f"{cited or title}: {claim.source.address}"
    return f"{f'{cited}. ' if cited else ''}{title} ({claim.source.published}): {claim.source.address}"


def _date(claim: SourcedClaim) -> str:
    return f"{claim.as_of:%b %Y}{'' if claim.is_settled else ', not settled'}"


def _about(content: Content, claims: Sequence[SourcedClaim]) -> tuple[str, ...]:
    owners = "; ".join(dict.fromkeys(claim.owner for claim in claims))
    return (
        f"The facts are kept up to date by: {owners}.",
        "Made from the files in facts/ of the content folder. Correct a fact there, change its date, and make the "
        "sheet again.",
        describe_source(content),
    )


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
