"""Draft of a request for technical assistance from a state's answers, for its director to edit and sign."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from cluster_kit.content import load_content
from cluster_kit.content.models import Content, TablePrompt
from cluster_kit.content.rating_values import format_mean
from cluster_kit.documents.docx import write_docx
from cluster_kit.documents.markdown import to_markdown
from cluster_kit.documents.model import (
    NOT_DESCRIBED,
    Attributed,
    Block,
    Bullets,
    Document,
    Fact,
    Facts,
    Paragraph,
    Section,
    one_text,
)
from cluster_kit.documents.typed_text import visible_text
from cluster_kit.errors import ClusterKitError, UsageError
from cluster_kit.exercises.answers import Answers, is_empty
from cluster_kit.exercises.fields import PAGE_PROMPTS
from cluster_kit.exercises.labels import format_date
from cluster_kit.exercises.prompts import prompts_of
from cluster_kit.exports.document_files import fictional_notice, format_today
from cluster_kit.exports.ladder import keep_for_staff, read_rungs
from cluster_kit.files import report_write_errors, write_atomically
from cluster_kit.insights.assistance import AssistanceRequest, read_requests
from cluster_kit.insights.plans import is_goals_table, read_actions, read_goals
from cluster_kit.insights.ratings import latest_ratings, read_ratings, summarize_ratings
from cluster_kit.settings import Settings
from cluster_kit.store import Person, Response
from cluster_kit.store.deployment import open_deployment_store

TITLE = "Request for technical assistance"
DIRECTOR = "state_director"
IN_THE_WAY = "in_the_way"
BLANK = "[to be filled in]"
NONE_LOW = (
    "Your team rated no policy area below {threshold} of {top}, so none is listed as a need. Write here what you need"
    " help with, or leave the part out."
)
NOTHING = "Your team has not said anything about this yet: write it here, or leave the part out."
DRAFT = (
    "A draft, put together from what the state's team wrote in the series. Nothing in it has been sent to anyone. The"
    " State CTE Director edits it, fills in the parts in brackets, and decides whether it goes out."
)
KINDS = (
    "An assessment of where the state stands against the modernized Framework",
    "Help with the decision what to adopt, what to adapt, and when",
    "Help with putting it into practice: rules, forms, data, communications",
    "A place among the early adopters of the next year",
)
MOST = 5


class NothingToDraftError(ClusterKitError):
    """A state has written nothing that staff may read. The message names the state."""


def draft_request(content: Content, jurisdiction: str, answers: Answers, people: Iterable[Person]) -> Document:
    """The request as a document: the state's goals, needs, and previous attempts, and what it asks for.

    Uses only the state's own answers, with ratings as team means, never an individual's. ``people`` are those of the
    state, among whom its director is named.
    """
    state = content.get_jurisdiction(jurisdiction)
    requests = read_requests(content, answers)
    directors = [person.name for person in people if person.role == DIRECTOR and not person.is_removed]
    who = {
        "State CTE Director": "; ".join(directors) or BLANK,
        "Contact": _contacts(requests),
        "Partners who will take part": BLANK,
        "By when": BLANK,
    }
    return Document(
        title=f"{TITLE}: {state.name}",
        heading=TITLE,
        subtitle=state.name,
        series=content.series.title,
        when=f"Draft of {format_today()}",
        notice=fictional_notice(content),
        opening=(Paragraph(DRAFT, "quiet"),),
        parts=(
            _named("Who asks, and by when", who),
            _listed("What we want to reach", _goals(content, answers)),
            _listed("Where we need help most", _needs(content, answers)),
            _listed("What we have begun, and where it stands", _steps(content, answers)),
            _listed("What stands in our way", _obstacles(content, answers)),
            _listed(*_asked(requests)),
        ),
        about=(),
    )


def low_mean(content: Content) -> float:
    """The mean rating below which a policy area is a need: the middle of the scale, 2.5 on a scale of 1 to 4."""
    points = content.instrument.points
    return (min(points) + max(points)) / 2


def write_request(settings: Settings, series: str, jurisdiction: str, out: Path) -> Path:
    """Write the draft to a new file: DOCX or Markdown, depending on the extension.

    Raises ``UsageError`` if the file exists (a director may have edited it) or for another extension, and
    ``NothingToDraftError`` if the state has written nothing that a draft could be made from.
    """
    if out.suffix.lower() not in (".docx", ".md"):
        raise UsageError(f"{out.name} must end in .docx or .md.")
    if out.exists():
        raise UsageError(f"{out} exists already, and someone may have edited it. Name another file.")
    content = load_content(series, overlay=settings.content)
    code = content.get_jurisdiction(jurisdiction).code
    with open_deployment_store(settings) as store:
        current = store.current(series, code)
        of_all = store.current(series)
        rungs = read_rungs(content, current, store.erased_choices(series), of_all)
        for_staff = keep_for_staff(current, rungs)
        _require_answers(content, code, for_staff)
        people = store.people(series, code)
        answers = Answers(for_staff, people, store.history(series, code))
    draft = draft_request(content, code, answers, people)
    with report_write_errors(out):
        is_word = out.suffix.lower() == ".docx"
        write_atomically(out, write_docx(draft) if is_word else _markdown(draft))
    return out


def _markdown(draft: Document) -> bytes:
    notice = (Paragraph(draft.notice),) if draft.notice else ()
    section = Section(draft.title, (*notice, Paragraph(draft.when), *draft.opening, *draft.parts))
    return f"{to_markdown(section, level=1)}\n".encode()


def _require_answers(content: Content, code: str, for_staff: Sequence[Response]) -> None:
    if not any(response.prompt not in PAGE_PROMPTS and not is_empty(response.value) for response in for_staff):
        name = content.get_jurisdiction(code).name
        raise NothingToDraftError(
            f"{name} has written nothing that staff may read, so there is no draft. Make one when it has answered on"
            " its page."
        )


def _named(title: str, values: Mapping[str, str]) -> Section:
    return Section(title, (Facts(tuple(Fact(label, one_text(value)) for label, value in values.items())),))


def _listed(title: str, lines: Iterable[str]) -> Section:
    """A list of the lines, each once."""
    items = tuple(Attributed(line) for line in dict.fromkeys(lines))
    blocks: tuple[Block, ...] = (Bullets(items),) if items else (Paragraph(NOTHING),)
    return Section(title, blocks)


def _contacts(requests: Sequence[AssistanceRequest]) -> str:
    """The contacts that the state named on its page, each once."""
    return "; ".join(dict.fromkeys(request.contact for request in requests if request.contact)) or BLANK


def _asked(requests: Sequence[AssistanceRequest]) -> tuple[str, list[str]]:
    """What the state asked for on its page; if it asked for nothing there, what it could ask for."""
    if not requests:
        return "What we ask for (keep what fits)", [*KINDS, f"Something else: {BLANK}"]
    lines = []
    for request in requests:
        about = f" ({request.area_title})" if request.area_title else ""
        due = f", by {format_date(request.by)}" if request.by else ""
        asked = ": ".join(filter(None, (request.kind, request.need)))
        lines.append(f"{_open_end(asked) if about or due else asked}{about}{due}")
    return "What we ask for", lines


def _goals(content: Content, answers: Answers) -> list[str]:
    found = []
    for session, exercise, prompt in prompts_of(content, TablePrompt, None):
        if is_goals_table(prompt):
            found += read_goals(content, session, exercise, prompt, answers)
    return list(dict.fromkeys(goal.statement for goal in found if goal.statement))[:MOST]


def _needs(content: Content, answers: Answers) -> list[str]:
    """The policy areas with the lowest mean of the team's latest ratings, of those that are rated low."""
    rated = summarize_ratings(content, latest_ratings(read_ratings(content, answers)))
    means = sorted((s.mean, s.area.title) for s in rated if s.mean is not None)
    if not means:
        return []
    top, threshold = max(content.instrument.points), low_mean(content)
    low = [
        f"{title}: our team's mean rating is {format_mean(mean)} of {top}" for mean, title in means if mean < threshold
    ]
    return low[:MOST] or [NONE_LOW.format(threshold=format_mean(threshold), top=top)]


def _steps(content: Content, answers: Answers) -> list[str]:
    lines = []
    for action in read_actions(content, answers):
        due = f", by {format_date(action.due)}" if action.due else ""
        step = _open_end(action.action) or NOT_DESCRIBED
        lines.append(f"{step}{due}: {action.status_label or 'not reviewed yet'}")
    return lines[: 2 * MOST]


def _obstacles(content: Content, answers: Answers) -> list[str]:
    """The team's entries in columns named ``in_the_way``, newest first."""
    responses: list[Response] = []
    for session, exercise, prompt in prompts_of(content, TablePrompt, None):
        if any(column.id == IN_THE_WAY for column in prompt.columns):
            for row in answers.row_ids(session, exercise.id, prompt.id):
                responses += answers.at(session, exercise.id, f"{prompt.id}.{IN_THE_WAY}", row)
    newest = sorted(responses, key=lambda response: -response.seq)
    return list(dict.fromkeys(visible_text(str(response.value)) for response in newest))[:MOST]


def _open_end(sentence: str) -> str:
    """The sentence without its final period, to continue it."""
    return sentence.rstrip().removesuffix(".")
