"""Check an exercise's prompts: their keys must be consistent, and their references must exist."""

from __future__ import annotations

from cluster_kit.content import models as m
from cluster_kit.content.documents import LocatedMapping
from cluster_kit.content.findings import Findings, Path
from cluster_kit.content.parts import Located, Parts, SessionParts
from cluster_kit.content.source_checks import check_source
from cluster_kit.content.validation_errors import did_you_mean


def check_prompts(parts: Parts, part: SessionParts, located: Located[m.Exercise], found: Findings) -> None:
    """Every prompt of the exercise."""
    prompts, data = located.model.prompts, located.data
    found.unique(data, ((("prompts", i, "id"), prompt.id) for i, prompt in enumerate(prompts)), "prompt")
    if all(prompt.depth != m.Depth.ESSENTIAL for prompt in prompts):
        found.add(data, ("prompts",), "asks nothing at essential depth: at least one prompt must be essential")
    for index, prompt in enumerate(prompts):
        path: Path = ("prompts", index)
        if isinstance(prompt, m.TablePrompt):
            _check_table(data, path, prompt, found)
            _check_path(data, path, prompt, found)
            for j, cell in enumerate(prompt.columns):
                _check_cell(data, (*path, "columns", j), cell, found)
                if isinstance(cell, m.NumberPrompt) and cell.rank:
                    _check_rank(data, (*path, "columns", j), prompt, cell, found)
        elif isinstance(prompt, m.ItemsPrompt):
            _check_items(parts, data, path, prompt, found)
        elif isinstance(prompt, m.QuestionsPrompt):
            _check_questions(parts, data, path, prompt, found)
        elif isinstance(prompt, m.ExtensionPrompt):
            _check_extension(part, located, path, prompt, found)
        else:
            _check_cell(data, path, prompt, found)
            if isinstance(prompt, m.NumberPrompt) and prompt.rank:
                found.add(data, (*path, "rank"), "only a column of a table can rank: it puts the table's rows in order")
        check_source(parts, part, located, index, found)


def check_scale(scale: tuple[m.Anchor, ...], data: LocatedMapping, path: Path, found: Findings) -> None:
    """A scale has at least two points, and their values rise."""
    if len(scale) < 2:
        found.add(data, path, "a scale needs at least two points")
    for index in range(1, len(scale)):
        if scale[index].value <= scale[index - 1].value:
            found.add(data, (*path, index, "value"), "the values of a scale must rise from point to point")


def _check_table(data: LocatedMapping, path: Path, table: m.TablePrompt, found: Findings) -> None:
    found.unique(data, (((*path, "columns", i, "id"), c.id) for i, c in enumerate(table.columns)), "column")
    found.unique(data, (((*path, "rows", i), row.id) for i, row in enumerate(table.rows)), "row")
    texts = [column.id for column in table.columns if isinstance(column, m.TextPrompt)]
    for i, column in enumerate(table.columns):
        if isinstance(column, m.RatingPrompt) and column.because is not None and column.because not in texts:
            sentence = f"there is no text column {column.because!r} in this table{did_you_mean(column.because, texts)}"
            found.add(data, (*path, "columns", i, "because"), sentence)
    if table.rows and table.rows_from:
        found.add(data, (*path, "rows_from"), "give rows or rows_from, not both")
    if table.expected_rows > table.max_rows:
        sentence = f"expected_rows ({table.expected_rows}) is more than max_rows ({table.max_rows})"
        found.add(data, (*path, "expected_rows"), sentence)
    if table.rows_each and table.rows_each > len(table.rows):
        sentence = f"rows_each ({table.rows_each}) divides fixed rows, and the table has {len(table.rows)}"
        found.add(data, (*path, "rows_each"), sentence)
    if len(table.rows) > table.max_rows:
        found.add(data, (*path, "rows"), f"has {len(table.rows)} rows, more than max_rows ({table.max_rows})")
    if not table.depth.includes(table.columns[0].depth):
        sentence = f"the first column names the row, so it must be asked at the table's own depth, {table.depth}"
        found.add(data, (*path, "columns", 0, "depth"), sentence)


def _check_path(data: LocatedMapping, path: Path, table: m.TablePrompt, found: Findings) -> None:
    """A path leads from one choice column to another, and both choose among the same systems."""
    if table.path is None:
        return
    choices = {
        column.id: tuple(option.id for option in column.options)
        for column in table.columns
        if isinstance(column, m.ChoicePrompt) and column.options and not column.many
    }
    missing = next((name for name in table.path if name not in choices), None)
    if missing is not None:
        sentence = (
            f"there is no choice column {missing!r} with options of its own{did_you_mean(missing, list(choices))}"
        )
        found.add(data, (*path, "path"), sentence)
    elif choices[table.path[0]] != choices[table.path[1]]:
        found.add(data, (*path, "path"), "the two columns of a path must have the same options in the same order")
    elif table.rows or table.rows_from:
        found.add(data, (*path, "path"), "a path is drawn of rows that people add: remove rows and rows_from")


def _check_cell(data: LocatedMapping, path: Path, cell: m.CellPrompt, found: Findings) -> None:
    if isinstance(cell, m.ChoicePrompt):
        named = (("options", cell.options), ("earlier_options", cell.earlier_options))
        ids = (((*path, key, i), o.id) for key, options in named for i, o in enumerate(options))
        found.unique(data, ids, "option")
        if cell.earlier_options and cell.options_from:
            found.add(data, (*path, "earlier_options"), "only a choice with options of its own has earlier ones")
        if bool(cell.options) == bool(cell.options_from):
            found.add(data, path, "a choice needs either options or options_from")
        if len(cell.options) == 1 and not cell.other:
            found.add(data, (*path, "options"), "a choice needs at least two options")
    elif isinstance(cell, m.RatingPrompt):
        check_scale(cell.scale, data, (*path, "scale"), found)
    elif isinstance(cell, m.NumberPrompt):
        low, high = cell.minimum, cell.maximum
        if low is not None and high is not None and low > high:
            found.add(data, (*path, "minimum"), f"minimum ({low:g}) is more than maximum ({high:g})")
    elif isinstance(cell, m.DatePrompt) and cell.minimum and cell.maximum and cell.minimum > cell.maximum:
        found.add(data, (*path, "minimum"), f"minimum ({cell.minimum}) is later than maximum ({cell.maximum})")


def _check_rank(
    data: LocatedMapping, path: Path, table: m.TablePrompt, column: m.NumberPrompt, found: Findings
) -> None:
    if not column.whole:
        found.add(data, (*path, "whole"), "a rank is a whole number")
    if (column.minimum or 1) != 1:
        found.add(data, (*path, "minimum"), f"ranks begin with 1, so the minimum cannot be {column.minimum:g}")
    if column.maximum is not None and column.maximum < table.max_rows:
        sentence = f"the table can have {table.max_rows} rows, so ranks go beyond the maximum ({column.maximum:g})"
        found.add(data, (*path, "maximum"), sentence)


def _check_items(parts: Parts, data: LocatedMapping, path: Path, prompt: m.ItemsPrompt, found: Findings) -> None:
    if not parts.head:
        return
    found.known(data, (*path, "areas"), prompt.areas, parts.head.model.areas, "area in the instrument")
    areas = [area.model for area in parts.areas if area.model.id in prompt.areas]
    asked = any(prompt.depth.includes(item.depth) for area in areas for item in area.items)
    if not prompt.areas or (len(areas) == len(prompt.areas) and not asked):
        found.add(data, (*path, "areas"), f"these areas have no item to rate at {prompt.depth} depth")


def _check_extension(
    part: SessionParts, located: Located[m.Exercise], path: Path, prompt: m.ExtensionPrompt, found: Findings
) -> None:
    if prompt.address and (part.number, located.model.id, prompt.id) != prompt.address:
        session, exercise, own = prompt.address
        sentence = (
            f"{prompt.kind} are decided on in session {session}, exercise {exercise!r}, prompt {own!r} only: "
            "decisions are kept and read there"
        )
        found.add(located.data, (*path, "id"), sentence)
    files = [other.id for other in located.model.prompts if isinstance(other, m.FilePrompt)]
    if prompt.file and prompt.file not in files:
        sentence = f"there is no prompt {prompt.file!r} of kind file in this exercise{did_you_mean(prompt.file, files)}"
        found.add(located.data, (*path, "file"), sentence)


def _check_questions(
    parts: Parts, data: LocatedMapping, path: Path, prompt: m.QuestionsPrompt, found: Findings
) -> None:
    if not parts.head:
        return
    questions = parts.head.model.goals if prompt.part == "goals" else parts.head.model.plan
    known = [question.id for question in questions]
    found.known(data, (*path, "questions"), prompt.questions, known, f"question in the instrument's {prompt.part}")
    asked = [q for q in questions if q.id in prompt.questions and prompt.depth.includes(q.depth)]
    if not asked and set(prompt.questions) <= set(known):
        found.add(data, (*path, "questions"), f"none of these questions is asked at {prompt.depth} depth")
