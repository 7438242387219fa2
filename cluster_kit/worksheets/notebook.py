"""A worksheet as a notebook: text to read, and cells to write in.

Answers are in Markdown cells, the only kind of cell that every notebook program can show and edit. A line with a label
and a mark (see ``marks``) starts each answer, which extends to the next such line or the end of the cell. Answers
therefore survive when cells are moved, when outputs and metadata are stripped, and when a program reformats the file.
The notebook is parsed as data and never executed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import nbformat
from nbformat import NotebookNode

from cluster_kit.content.models import ChoicePrompt, PersonPrompt, RatingPrompt
from cluster_kit.content.prompt_kinds import NAME_LABEL, OTHER_PREFIX, ROLE_LABEL
from cluster_kit.documents.markdown import markdown_text
from cluster_kit.worksheets.sheet import Activity, Blank, Worksheet, WorksheetGroup, WorksheetPart
from cluster_kit.worksheets.values import OTHER_LABEL, write_value

KEY = "cluster_kit"
FICTIONAL = "Everything in this document is made up. It is for trying out the workshop."
ALONE = "Answer for yourself, before you hear what colleagues think. Each colleague fills out their own copy."
SEVERAL = (
    "Your team has written several versions, and what you write below replaces them; leave it empty to keep them all:"
)
_MARKUP = re.compile(r"([\\`*_{}\[\]<>|~$&#!])")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def escape_markdown(typed: str) -> str:
    """Escape text for Markdown; ``unescape_markdown`` reverses it."""
    return _MARKUP.sub(r"\\\1", typed)


def unescape_markdown(markdown: str) -> str:
    """Unescape Markdown."""
    return _ESCAPED.sub(r"\1", markdown)


def write_notebook(sheet: Worksheet, seed: str = "") -> NotebookNode:
    """The worksheet as a notebook without outputs. ``seed`` is the initial state of the forms (see ``forms_here``)."""
    cells = list(_cells(sheet, seed))
    for number, cell in enumerate(cells):
        cell["id"] = f"ws-{number:03}"
    metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
        "title": f"{sheet.state}: worksheet for {sheet.title}",
        KEY: {"worksheet": str(sheet.head), "content": sheet.content_version},
    }
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)  # type: ignore[no-untyped-call, no-any-return]


def _cells(sheet: Worksheet, seed: str) -> Iterator[NotebookNode]:
    yield _prose(_opening(sheet))
    yield _answers(WorksheetGroup("Who fills this in", (sheet.name, sheet.role)), 2)
    if seed:
        yield _prose(_USE_FORMS)
        yield _code(
            PERSON_CELL.format(name=json.dumps(sheet.name.value or "", ensure_ascii=False)), tags=["parameters"]
        )
        yield _code(FORMS_CELL.format(seed=seed), tags=["forms"])
    for activity in sheet.activities:
        yield _prose(_activity(activity))
        for part in activity.parts:
            if part.title or part.alone:
                yield _prose(_part(part))
            for group in part.groups:
                yield _answers(group, 4)
    yield _prose(_CLOSING)


_USE_FORMS = """## With forms, if the kit is installed

If the workshop kit is installed where you opened this notebook, you can fill in forms instead of the cells below:
write your name between the quotation marks, and run the next two cells. What you type in the forms is kept beside this
notebook, and in it when you save it. Without the kit, pass this part over: nothing here has to be run."""
PERSON_CELL = "person: str = {name}  # your name, for the forms"
FORMS_CELL = """from cluster_kit.worksheets.forms_here import show_forms

# What your state said before this notebook was made. Leave it as it is.
SO_FAR = "{seed}"
show_forms(SO_FAR, person)"""
_CLOSING = """## Done?

Save the notebook and send it back as you were asked to. You may rename it. Whatever you left empty stays as it is."""


def _opening(sheet: Worksheet) -> str:
    made_up = f"\n\n**{FICTIONAL}**" if sheet.fictional else ""
    return f"""<!-- keep this line: {sheet.head} -->
# {markdown_text(sheet.state)}: worksheet for {markdown_text(sheet.title)}

{markdown_text(sheet.series_title)}{made_up}

{markdown_text(sheet.about)}

**How to fill it in.** Go to a cell with empty space under a label, press Enter (or double-click it), and write
below the label. To choose an answer of a list, put an x between its parentheses: `(x)`. Leave the lines that end in
`-->` as they are: they say which question your words belong to. You may move cells, delete cells that you do not need,
and write in any order. What your team has written so far is already filled in. Change what is no longer right."""


def _activity(activity: Activity) -> str:
    steps = "".join(f"\n{number}. {markdown_text(step, ' ')}" for number, step in enumerate(activity.steps, start=1))
    return (
        f"## {markdown_text(activity.title)}\n\n*{activity.time}* {markdown_text(activity.intent, ' ')}\n{steps}\n\n"
        f"Your state keeps {markdown_text(activity.keeps, ' ')}."
    )


def _part(part: WorksheetPart) -> str:
    lines = [f"### {markdown_text(part.title, ' ')}" if part.title else "", markdown_text(part.help, " ")]
    lines.append(f"**{ALONE}**" if part.alone else "")
    lines.append("" if part.groups else part.nothing)
    return "\n\n".join(filter(None, lines))


def _answers(group: WorksheetGroup, level: int) -> NotebookNode:
    head = [f"{'#' * level} {markdown_text(group.title, ' ')}"] if group.title else []
    notes = [markdown_text(note, " ") for note in group.notes]
    versions = [_versions(blank) for blank in group.blanks if blank.versions]
    cell = _prose("\n\n".join([*head, *notes, *versions, *map(_blank, group.blanks)]))
    cell["metadata"][KEY]["marks"] = [str(blank.mark) for blank in group.blanks]
    return cell


def _blank(blank: Blank) -> str:
    asks = blank.asks
    hint = f" {_hint(blank)}" if _hint(blank) else ""
    help_ = f" {markdown_text(asks.help, ' ')}" if asks.help else ""
    label = f"**{markdown_text(asks.label, ' ')}**{help_}{hint} <!-- keep this line: {blank.mark} -->"
    return f"{label}\n\n{_filled(blank)}".rstrip() + "\n"


def _versions(blank: Blank) -> str:
    """Several versions of an answer, side by side above the first label of their cell, so that they are not parsed."""
    quotes = [f"> {escape_markdown(version)}".replace("\n", "\n> ") for version in blank.versions]
    return "\n\n".join([f"{SEVERAL} **{markdown_text(blank.asks.label, ' ')}**", *quotes])


def _hint(blank: Blank) -> str:
    if isinstance(blank.asks, PersonPrompt):
        return ""  # the labels are already in the cell
    if not isinstance(blank.asks, ChoicePrompt | RatingPrompt):
        return f"({blank.asks.hint})" if blank.asks.hint else ""
    many = isinstance(blank.asks, ChoicePrompt) and blank.asks.many
    if blank.is_list:
        return "(mark every one that fits)" if many else "(mark one)"
    return "(write their names, one on each line)" if many else "(write its name)"


def _filled(blank: Blank) -> str:
    if isinstance(blank.asks, PersonPrompt) and blank.value is None:
        return f"{NAME_LABEL} \n\n{ROLE_LABEL} "
    if not blank.is_list:
        text = escape_markdown(write_value(blank.asks, blank.value, blank.choices))
        return text.replace("\n", "\n\n") if isinstance(blank.asks, PersonPrompt) else text
    chosen = blank.value if isinstance(blank.value, list) else [blank.value]
    ids = {str(one) for one in chosen if one is not None}
    lines = []
    for choice in blank.choices:
        more = f": {escape_markdown(choice.help)}" if choice.help else ""
        lines.append(f"- {_mark(choice.id in ids)} {escape_markdown(choice.label)}{more}".replace("\n", " "))
    if isinstance(blank.asks, ChoicePrompt) and blank.asks.other:
        own = [one.removeprefix(OTHER_PREFIX) for one in ids if one.startswith(OTHER_PREFIX)]
        lines.append(f"- {_mark(bool(own))} {OTHER_LABEL} {escape_markdown(own[0]) if own else ''}".rstrip())
    return "\n".join(lines)


def _mark(is_chosen: bool) -> str:
    """Plain text: a task list's ``[x]`` is shown as a check box without a name, which cannot be changed."""
    return "(x)" if is_chosen else "( )"


def _prose(source: str) -> NotebookNode:
    cell: NotebookNode = nbformat.v4.new_markdown_cell(source.strip())  # type: ignore[no-untyped-call]
    cell["metadata"][KEY] = {}
    return cell


def _code(source: str, tags: list[str]) -> NotebookNode:
    cell: NotebookNode = nbformat.v4.new_code_cell(source)  # type: ignore[no-untyped-call]
    cell["metadata"] |= {KEY: {}, "tags": tags}
    return cell
