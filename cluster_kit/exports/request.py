"""A request for technical assistance, drafted from what a state has said, for its director to edit and sign."""

from __future__ import annotations

import io
from pathlib import Path

from docx import Document
from docx.document import Document as DocxDocument

from cluster_kit.content import load_content
from cluster_kit.content.models import Content, TablePrompt
from cluster_kit.documents.docx_parts import xml_text
from cluster_kit.documents.markdown import to_markdown
from cluster_kit.documents.model import Attributed, Block, Bullets, Paragraph, Section
from cluster_kit.documents.typed_text import clean
from cluster_kit.errors import UsageError
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.labels import spell_date
from cluster_kit.exercises.prompts import prompts_of
from cluster_kit.exports.ladder import keep_for_staff, read_rungs
from cluster_kit.insights.plans import is_goals_table, read_actions, read_goals
from cluster_kit.insights.ratings import latest_ratings, read_ratings, summarize_ratings
from cluster_kit.settings import Settings
from cluster_kit.store import Response, Store

IN_THE_WAY = "in_the_way"
BLANK = "[to be filled in]"
NOTHING = "Your team has not said anything about this yet: write it here, or leave the part out."
DRAFT = (
    "A draft, put together from what the state's team wrote in the series. Nothing in it has been sent to anybody. The"
    " State CTE Director edits it, fills in what stands in brackets, and decides whether it goes out."
)
KINDS = (
    "An assessment of where the state stands against the modernized Framework",
    "Help with the decision what to adopt, what to adapt, and when",
    "Help with putting it into practice: rules, forms, data, communications",
    "A place among the early adopters of the next year",
)
MOST = 5


def draft_request(content: Content, jurisdiction: str, answers: Answers) -> Section:
    """The request as a document: what the state wants, needs and has tried, and what it asks for.

    Only the state's own answers are in it, and ratings as means of the team, never one person's.
    """
    state = content.get_jurisdiction(jurisdiction)
    made_up = (Paragraph("Everything in this document is made up."),) if content.series.fictional else ()
    return Section(
        f"Request for technical assistance: {state.name}",
        (
            *made_up,
            Paragraph(DRAFT, "quiet"),
            _listed("Who asks", [f"State CTE Director: {BLANK}", f"Contact: {BLANK}", f"Date: {BLANK}"]),
            _listed("What we want to reach", _goals(content, answers)),
            _listed("Where we need help most", _needs(content, answers)),
            _listed("What we have begun, and where it stands", _steps(content, answers)),
            _listed("What stands in our way", _obstacles(content, answers)),
            _listed("What we ask for (keep what fits)", [*KINDS, f"Something else: {BLANK}"]),
            _listed("When, and with whom", [f"By when: {BLANK}", f"Partners who will take part: {BLANK}"]),
        ),
    )


def write_request(settings: Settings, series: str, jurisdiction: str, out: Path) -> Path:
    """Draft the request into a new file, DOCX or Markdown as its ending says.

    Raises ``UsageError`` where the file is there already (a director may have edited it), or has another ending.
    """
    if out.suffix.lower() not in (".docx", ".md"):
        raise UsageError(f"{out.name} must end in .docx or .md.")
    if out.exists():
        raise UsageError(f"{out} exists already, and somebody may have edited it. Name another file.")
    content = load_content(series, overlay=settings.content)
    code = content.get_jurisdiction(jurisdiction).code
    with Store.open(settings.db_url) as store:
        current = store.current(series, code)
        for_staff = keep_for_staff(current, read_rungs(content, current))
        answers = Answers(for_staff, store.people(series, code), store.history(series, code))
    section = draft_request(content, code, answers)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        is_word = out.suffix.lower() == ".docx"
        out.write_bytes(_docx(section) if is_word else f"{to_markdown(section, level=1)}\n".encode())
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}.") from error
    return out


def _listed(title: str, lines: list[str]) -> Section:
    blocks: tuple[Block, ...] = (
        (Bullets(tuple(Attributed(line) for line in lines)),) if lines else (Paragraph(NOTHING),)
    )
    return Section(title, blocks)


def _goals(content: Content, answers: Answers) -> list[str]:
    found = []
    for session, exercise, prompt in prompts_of(content, TablePrompt, None):
        if is_goals_table(prompt):
            found += read_goals(content, session, exercise, prompt, answers)
    return [goal.statement for goal in found if goal.statement][:MOST]


def _needs(content: Content, answers: Answers) -> list[str]:
    """The policy areas with the lowest mean of the team's newest ratings."""
    rated = summarize_ratings(content, latest_ratings(read_ratings(content, answers)))
    top = content.instrument.scale[-1].value
    low = sorted((s.mean, s.area.title) for s in rated if s.mean is not None and s.mean < top)
    return [f"{title}: our team's mean rating is {mean:.1f} of {top}" for mean, title in low[:MOST]]


def _steps(content: Content, answers: Answers) -> list[str]:
    lines = []
    for action in read_actions(content, answers):
        due = f", by {spell_date(action.due)}" if action.due else ""
        lines.append(f"{action.action or 'A step without words'}{due}: {action.status_label or 'not reviewed yet'}")
    return lines[: 2 * MOST]


def _obstacles(content: Content, answers: Answers) -> list[str]:
    """What the team wrote in columns called ``in_the_way``, newest first."""
    said: list[Response] = []
    for session, exercise, prompt in prompts_of(content, TablePrompt, None):
        if any(column.id == IN_THE_WAY for column in prompt.columns):
            for row in answers.row_ids(session, exercise.id, prompt.id):
                said += answers.at(session, exercise.id, f"{prompt.id}.{IN_THE_WAY}", row)
    return [clean(str(response.value)) for response in sorted(said, key=lambda r: -r.seq)[:MOST]]


def _docx(section: Section) -> bytes:
    document: DocxDocument = Document()
    document.core_properties.title, document.core_properties.author = section.title, "cluster-kit"
    document.core_properties.language = "en-US"
    _add(document, section, 1)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _add(document: DocxDocument, section: Section, level: int) -> None:
    document.add_heading(xml_text(section.title), level)
    for block in section.blocks:
        if isinstance(block, Section):
            _add(document, block, level + 1)
        elif isinstance(block, Bullets):
            for item in block.items:
                document.add_paragraph(xml_text(item.text), style="List Bullet")
        elif isinstance(block, Paragraph):
            document.add_paragraph(xml_text(block.text))
