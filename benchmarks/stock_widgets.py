"""The session pages as anyone would build them from core ipywidgets: the stock side of the page benchmark.

``build_notebook(content, session)`` gives a notebook with the same prose and, for each exercise, a cell that makes
one core widget for each prompt, cell of a table, and rating. Nothing is saved: that is the stock page's advantage.
"""

from __future__ import annotations

import json

import nbformat

from cluster_kit.content import Content, Session
from cluster_kit.content.models import (
    AnswerSource,
    ChoicePrompt,
    DatePrompt,
    Exercise,
    ItemsPrompt,
    NumberPrompt,
    Option,
    PersonPrompt,
    Prompt,
    QuestionsPrompt,
    RatingPrompt,
    Source,
    TablePrompt,
    TextPrompt,
)
from cluster_kit.content.vocabularies import list_entries

# What a stock notebook's cell does with the plain description of an exercise.
CELL = """\
import json, ipywidgets as w
wide = w.Layout(width="98%")
style = {{"description_width": "initial"}}
made = []
for kind, label, options in json.loads({described!r}):
    if kind == "text":
        made += [w.Label(label), w.Textarea(layout=wide)]
    elif kind == "line":
        made += [w.Text(description=label, style=style, layout=wide)]
    elif kind == "number":
        made += [w.FloatText(description=label, style=style)]
    elif kind == "date":
        made += [w.DatePicker(description=label, style=style)]
    elif kind == "file":
        made += [w.Label(label), w.FileUpload()]
    elif kind == "many":
        made += [w.Label(label), *[w.Checkbox(description=o) for o in options]]
    elif kind == "rating":
        made += [w.HTML(label), w.RadioButtons(options=options, layout=wide)]
    else:
        made += [w.Dropdown(description=label, options=["", *options], style=style, layout=wide)]
w.VBox(made)
"""

Described = list[tuple[str, str, list[str]]]


def build_notebook(content: Content, session: Session, prose: list[str]) -> nbformat.NotebookNode:
    """A notebook of core ipywidgets that asks what the session asks; ``prose`` are Markdown cells before them."""
    cells = [nbformat.v4.new_markdown_cell(text) for text in prose]
    for exercise in session.exercises:
        cells.append(nbformat.v4.new_markdown_cell(f"### {exercise.title}\n\n{exercise.intent}"))
        described = json.dumps(describe_exercise(content, exercise))
        cells.append(nbformat.v4.new_code_cell(CELL.format(described=described)))
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec})


def describe_exercise(content: Content, exercise: Exercise) -> Described:
    """The fields of an exercise: for each its kind, its label, and its options."""
    return [one for prompt in exercise.prompts for one in _describe(content, prompt)]


def _describe(content: Content, prompt: Prompt) -> Described:
    match prompt:
        case TablePrompt():
            rows = len(_options(content, prompt.rows, prompt.rows_from)) or prompt.expected_rows
            return [one for _ in range(rows) for cell in prompt.columns for one in _describe(content, cell)]
        case ItemsPrompt():
            items = [i for area in content.instrument.areas if area.id in prompt.areas for i in area.items]
            return [
                one
                for i in items
                for one in (("rating", i.text, [*i.anchors, "Not sure yet"]), ("text", "Evidence", []))
            ]
        case QuestionsPrompt():
            return [("text", question, []) for question in prompt.questions]
        case ChoicePrompt():
            options = _options(content, prompt.options, prompt.options_from)
            return [("many" if prompt.many else "choice", prompt.label, options)]
        case RatingPrompt():
            return [("rating", prompt.label, [anchor.label for anchor in prompt.scale])]
        case PersonPrompt():
            return [("line", f"{prompt.label}: name", []), ("line", f"{prompt.label}: role", [])]
        case NumberPrompt():
            return [("number", prompt.label, [])]
        case DatePrompt():
            return [("date", prompt.label, [])]
        case TextPrompt():
            return [("text", prompt.label, [])]
        case _:  # a file, or what a extension asks once it has one
            return [("file", prompt.label, [])]


def _options(content: Content, given: tuple[Option, ...], source: Source | None) -> list[str]:
    if source is None or isinstance(source, AnswerSource):
        return [option.label for option in given]
    return [entry.label for entry in list_entries(content, source)]
