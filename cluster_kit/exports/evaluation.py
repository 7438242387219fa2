"""The summary of a session's evaluation, for the association and its funders, and its numbers for exports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cluster_kit.content import Content, load_content
from cluster_kit.content.evaluation import load_evaluation
from cluster_kit.documents.model import (
    Attributed,
    Block,
    Bullets,
    Document,
    Figure,
    Paragraph,
    Section,
    Table,
    one_text,
)
from cluster_kit.exports.document_files import (
    describe_source,
    fictional_notice,
    format_today,
    write_documents,
)
from cluster_kit.insights.evaluation import (
    ChoiceResult,
    ConfidenceResult,
    EvaluationSummary,
    LabelCount,
    OutcomeResult,
    summarize_evaluations,
)
from cluster_kit.insights.session_states import find_attending
from cluster_kit.sessions import SessionLog
from cluster_kit.settings import Settings
from cluster_kit.store import Store
from cluster_kit.store.deployment import open_deployment_store
from cluster_kit.text import join_words

if TYPE_CHECKING:
    import pandas as pd

TOO_FEW_EVALUATIONS = "Fewer than five evaluations have been received. Results are reported for five or more."
TOO_FEW_ANSWERS = "Fewer than five people answered this question."
NO_COMMENTS = "Comments are reported when there are five or more."
METHOD = (
    "Evaluations are anonymous and optional. Each participant could send one. Answers are stored without name, state, "
    "role, or time, and are reported for groups of five or more.",
    "Confidence before the session was asked after it (a retrospective pretest), so that people compare the two with "
    "the same understanding of the topic. It depends on memory and on what people think is expected, and it tends to "
    "show larger gains than a test before and after. It says nothing about what states did afterward.",
)
COLUMNS = ["session", "question", "question_text", "outcome", "outcome_text", "when", "answer", "label", "people", "of"]


def read_summaries(
    settings: Settings, content: Content, store: Store, session: int | None = None
) -> list[EvaluationSummary]:
    """The results of one session, or of each session. Raises ``UnknownSessionError``, ``ContentError``."""
    evaluation, series = load_evaluation(settings.content), content.series.id
    sessions = content.sessions if session is None else [content.get_session(session)]
    found = []
    for one in sessions:
        came = find_attending(SessionLog(store, series, one).state(), store.presence(series, one.number))
        received = store.evaluations(series, one.number)
        found.append(summarize_evaluations(evaluation, one, received, len(came)))
    return found


def evaluation_frame(summaries: Sequence[EvaluationSummary]) -> pd.DataFrame:
    """One row for each option, and for each outcome, time, and point: how many people chose it. ``COLUMNS``."""
    import pandas as pd

    rows = [row for summary in summaries for result in summary.questions for row in _rows(summary.session, result)]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.astype({name: "int64" if name in ("session", "people", "of") else "str" for name in COLUMNS})


def _rows(session: int, result: ChoiceResult | ConfidenceResult) -> Iterator[tuple[object, ...]]:
    head = (session, result.id, result.text)
    if isinstance(result, ChoiceResult):
        for one in result.counts:
            yield (*head, "", "", "", one.id, one.label, one.count, result.answered)
        return
    for outcome in result.outcomes:
        for when, counts in (("before", outcome.before), ("now", outcome.now)):
            for one in counts:
                yield (*head, outcome.id, outcome.text, when, one.id, one.label, one.count, outcome.answered)


def write_evaluation_summary(
    settings: Settings, series: str, session: int, out: Path, *, publishable: bool = False
) -> tuple[Path, ...]:
    """Write the summary of a session to a folder as HTML, Word, and PDF, and return the files.

    ``publishable`` leaves out comments, in which people may have identified themselves. Files are written atomically.

    Raises ``UsageError`` if the folder is not writable, and the errors of content and store.
    """
    content = load_content(series, overlay=settings.content)
    with open_deployment_store(settings) as store:
        [summary] = read_summaries(settings, content, store, session)
    document = show_evaluation(content, summary, publishable=publishable)
    name = f"evaluation-session-{session}" + ("-publishable" if publishable else "")
    return write_documents({name: document}, ("html", "docx", "pdf"), out)


def show_evaluation(content: Content, summary: EvaluationSummary, *, publishable: bool) -> Document:
    """The summary as a document. ``publishable`` leaves out comments."""
    has_comments = not publishable and any(getattr(result, "comments", None) for result in summary.questions)
    comments = " It has participants' comments: share it with the organizers only." if has_comments else ""
    return Document(
        title=f"Evaluation of session {summary.session}: {content.series.title}",
        heading=f"Evaluation of session {summary.session}",
        subtitle=summary.title,
        series=content.series.title,
        when=f"As of {format_today()}",
        notice=fictional_notice(content),
        opening=tuple(_opening(summary)),
        parts=tuple(_part(result, publishable=publishable) for result in _order_parts(summary)),
        about=(*METHOD, f"{describe_source(content)}{comments}"),
        about_title="About this summary",
    )


def as_section(content: Content, summary: EvaluationSummary, *, publishable: bool) -> Section:
    """The summary as one section, to print as Markdown."""
    document = show_evaluation(content, summary, publishable=publishable)
    about = Section(document.about_title, tuple(Paragraph(text) for text in document.about))
    notice = (Paragraph(document.notice),) if document.notice else ()
    title = f"{document.heading}: {document.subtitle}"
    return Section(title, (*notice, Paragraph(document.when), *document.opening, *document.parts, about))


def without_comments(summary: EvaluationSummary) -> EvaluationSummary:
    """The summary without what people wrote."""
    questions = (
        replace(question, comments=None) if isinstance(question, ChoiceResult) else question
        for question in summary.questions
    )
    return replace(summary, questions=tuple(questions))


def _opening(summary: EvaluationSummary) -> Iterator[Block]:
    if summary.received is None:
        yield Paragraph(TOO_FEW_EVALUATIONS, "lead")
        return
    sentence = f"{summary.received} participants sent an evaluation."
    if summary.present >= summary.received:
        share = round(100 * summary.received / summary.present)
        sentence = (
            f"Of {summary.present} participants in the session, {summary.received} sent an evaluation ({share}%)."
        )
    yield Paragraph(sentence, "lead")
    yield Bullets(tuple(Attributed(sentence) for sentence in _highlights(summary)))


def _highlights(summary: EvaluationSummary) -> Iterator[str]:
    """The main results, one sentence for each question with enough answers."""
    for result in _order_parts(summary):
        if isinstance(result, ConfidenceResult):
            shown = [outcome for outcome in result.outcomes if outcome.answered is not None]
            rose = [one for one in shown if one.mean_now > one.mean_before]
            if shown:
                yield f"{result.short}: the mean rose in {len(rose)} of {len(shown)} learning outcomes."
        elif result.answered:
            yield f"{result.short}: most often {_format_most_often(result.most_often, result.answered)}."


def _format_most_often(options: Sequence[LabelCount], answered: int) -> str:
    """The options with the highest count, which they share, as the end of a sentence."""
    names = join_words([f"“{one.label}”" for one in options])
    count, each = options[0].count, " each" if len(options) > 1 else ""
    return f"{names} ({count} of {answered} people{each}, {round(100 * count / answered)}%)"


def _order_parts(summary: EvaluationSummary) -> list[ChoiceResult | ConfidenceResult]:
    """The questions with options first: their short charts fill pages that a long chart would leave half empty."""
    return sorted(summary.questions, key=lambda one: isinstance(one, ConfidenceResult))


def _part(result: ChoiceResult | ConfidenceResult, *, publishable: bool) -> Section:
    if isinstance(result, ConfidenceResult):
        return Section(result.short, tuple(_confidence_blocks(result)))
    return Section(result.short, tuple(_choice_blocks(result, publishable=publishable)))


def _choice_blocks(result: ChoiceResult, *, publishable: bool) -> Iterator[Block]:
    from cluster_kit.insights.charts.evaluation import choice_picture, format_share

    yield Paragraph(result.text)
    if result.answered is None:
        yield Paragraph(TOO_FEW_ANSWERS, "quiet")
    else:
        rows = tuple(
            (one_text(count.label), one_text(str(count.count)), one_text(format_share(count.count, result.answered)))
            for count in result.ordered
        )
        caption = f"{result.short}: people, and share of those who answered"
        yield Figure(replace(choice_picture(result), table=Table(caption, ("Answer", "People", "Share"), rows)))
    if result.comment and not publishable:
        yield Section(f"Comments: {result.comment}", (_comments(result),))


def _comments(result: ChoiceResult) -> Block:
    if result.comments is None:
        return Paragraph(NO_COMMENTS, "quiet")
    return Bullets(tuple(Attributed(comment) for comment in result.comments))


def _confidence_blocks(result: ConfidenceResult) -> Iterator[Block]:
    from cluster_kit.insights.charts.evaluation import confidence_picture

    yield Paragraph(result.text)
    shown = [outcome for outcome in result.outcomes if outcome.answered is not None]
    if not shown:
        yield Paragraph(TOO_FEW_ANSWERS, "quiet")
        return
    yield Figure(confidence_picture(result))
    columns = ("Learning outcome", "People", "Mean before", "Mean now", "More confident now")
    yield Table("Mean confidence by learning outcome", columns, tuple(_mean_row(one) for one in shown))
    labels = tuple(f"{point} {label}" for point, label in result.scale)
    rows = tuple((one_text(one.text), *_changes(one)) for one in shown)
    caption = f"People by answer: {result.before.lower()} → {result.now.lower()}"
    yield Table(caption, ("Learning outcome", *labels), rows)


def _mean_row(result: OutcomeResult) -> tuple[tuple[Attributed, ...], ...]:
    numbers = (str(result.answered), f"{result.mean_before:.1f}", f"{result.mean_now:.1f}", str(result.rose))
    return (one_text(result.text), *map(one_text, numbers))


def _changes(result: OutcomeResult) -> Iterator[tuple[Attributed, ...]]:
    return (one_text(f"{before.count} → {now.count}") for before, now in zip(result.before, result.now, strict=True))
