"""A form as its notebook keeps it: the questions and the answers given so far, for readers who have no kernel.

Notebook programs save the outputs of cells. GitHub, nbconvert, and a notebook that is opened again without a kernel
show these formats instead of the form.
"""

from __future__ import annotations

from typing import Any

from cluster_kit.content.models import Exercise
from cluster_kit.documents.html import to_html
from cluster_kit.documents.markdown import to_markdown
from cluster_kit.documents.model import Paragraph, Section
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.context import FormContext
from cluster_kit.exercises.typed_answers import TYPED_MIME, WorksheetId, gather_typed
from cluster_kit.insights.views import NOT_ANSWERED, render_exercise, what_is_asked
from cluster_kit.store import Response

GO_ON = "Run all cells to continue where your team left off."
LEVEL = 3
# JupyterLab puts an error in place of a form whose kernel is gone. The answers are right below it, so the error is
# hidden. Programs that remove styles from untrusted notebooks show no form there, and so no error.
_STYLE = """<style>
.jp-OutputArea:has(.ck-saved) > .jp-OutputArea-child > .jupyter-widgets:not(:has(*)) { display: none; }
.ck-saved .ck-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.ck-saved dt { margin-top: .5em; font-weight: 600; }
.ck-saved dd { margin-inline-start: 0; }
</style>"""


def saved_form(context: FormContext, exercise: Exercise) -> dict[str, Any]:
    """The MIME bundle of a form's questions and answers: HTML, Markdown, plain text, and the typed answers as data.

    It has only what the form's person may see: the team's answers, and their own individual ones. Raises
    ``StoreError``.
    """
    place = (context.series, context.jurisdiction)
    people = context.store.people(*place)
    history = [response for response in context.store.history(*place) if context.may_see(response)]
    current = [response for response in context.store.current(*place) if context.may_see(response)]
    section = _section(context, exercise, Answers(current, people, history))
    here = [r for r in history if (r.session, r.exercise) == (context.session, exercise.id)]
    typed = gather_typed(
        WorksheetId(*(context.series, context.session, context.jurisdiction, 0)),
        (),
        here,
        {person.id: person.name for person in people},
    )
    markdown = to_markdown(section, level=LEVEL)
    return {
        "text/html": _html(section, here),
        "text/markdown": markdown,
        "text/plain": markdown,
        TYPED_MIME: typed.model_dump(mode="json"),
    }


def _section(context: FormContext, exercise: Exercise, answers: Answers) -> Section:
    """The answers so far, or what is asked; then how to go on."""
    if answers.has(context.session, exercise.id):
        section = render_exercise(context.content, context.session, exercise, answers)
    else:
        section = what_is_asked(context.content, exercise)
        section = Section(section.title, (*section.blocks, Paragraph(NOT_ANSWERED, "quiet")))
    return Section(section.title, (*section.blocks, Paragraph(GO_ON, "quiet")))


def _html(section: Section, responses: list[Response]) -> str:
    """The section as HTML without scripts. Dollar signs are not formulas, and ``data-seq`` is the latest answer."""
    seq = max((response.seq for response in responses), default=0)
    opening = f'<div class="ck-saved tex2jax_ignore mathjax_ignore" data-seq="{seq}">'
    return f"{_STYLE}\n{opening}\n{to_html(section, level=LEVEL)}\n</div>"
