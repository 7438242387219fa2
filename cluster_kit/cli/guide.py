"""``cluster-kit guide``: slides, run sheets, and the tables in the facilitator guide, made from the content."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cluster_kit.cli.app import CommandGroup, app
from cluster_kit.cli.options import Address, Home, Json, Series, SessionNumber, read_content_settings
from cluster_kit.cli.results import CommandOutcome, print_result
from cluster_kit.content import Content, load_content
from cluster_kit.content.facilitation import Facilitation, find_facilitation, find_items_to_read, load_facilitation
from cluster_kit.content.run_of_show import (
    cues_list,
    item_list,
    messages_tables,
    outcomes_table,
    questions_table,
    rating_rule,
    replace_block,
    run_of_show,
    series_table,
)
from cluster_kit.errors import UsageError
from cluster_kit.files import report_write_errors, write_atomically
from cluster_kit.settings import Settings
from cluster_kit.text import count_of

guide_app = typer.Typer(
    cls=CommandGroup,
    no_args_is_help=True,
    help="Make what a facilitator needs from the content.",
    rich_markup_mode=None,
)
app.add_typer(guide_app, name="guide")


@guide_app.command("tables")
def guide_tables_command(
    folder: Annotated[Path, typer.Argument(help="The folder with the Markdown files that have the markers.")],
    series: Series = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Update the tables between markers in Markdown files.

    There are tables of the series, each session's run of show, the outcomes, the rule for rating, the federal
    questions, the prepared messages of each step, statements to read aloud, and the cues of each exercise.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder. Name the one that holds the Markdown files: facilitator_guide.")
    settings, chosen = read_content_settings(series, home)
    content = load_content(chosen, overlay=settings.content)
    blocks = make_blocks(content, find_facilitation(content, settings.content))
    changed = [path for path in sorted(folder.glob("*.md")) if write_blocks(path, blocks)]
    summary = f"{count_of(len(changed), 'file')} changed."
    print_result(CommandOutcome(settings, chosen, changed, {"changed": len(changed)}, summary=summary), as_json=as_json)


@guide_app.command("slides")
def guide_slides_command(
    *,
    session: SessionNumber,
    out: Annotated[Path, typer.Option("--out", "-o", help="The presentation to write (.pptx).")],
    address: Address = "",
    series: Series = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Make slides for a session, with notes.

    They have the outcomes, the agenda, the questions, and the next steps. The notes say what to say, press, and listen
    for. With --address, a slide says where to join with a team code.
    """
    from cluster_kit.materials.slides import write_slides
    from cluster_kit.server.auth.tokens import join_page

    if out.suffix.lower() != ".pptx":
        raise UsageError(f"{out} must end in .pptx.")
    settings, content, facilitation = _read_facilitation(series, home)
    slides = write_slides(content, facilitation, session, join_page(address) if address else "")
    with report_write_errors(out):
        write_atomically(out, slides)
    print_result(CommandOutcome(settings, content.series.id, [out], {"session": session}), as_json=as_json)


@guide_app.command("run-sheet")
def guide_run_sheet_command(  # noqa: PLR0913  (each is an option of the command)
    *,
    session: SessionNumber,
    out: Annotated[Path, typer.Option("--out", "-o", help="The run sheet to write (.pdf or .docx).")],
    zone: Annotated[
        str, typer.Option(help="The facilitator's time zone, such as America/Chicago.", show_default="the series' zone")
    ] = "",
    messages: Annotated[
        bool, typer.Option("--messages", help="Make the full prepared messages instead, to send if the console fails.")
    ] = False,
    series: Series = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Make the run sheet of a session.

    It has two pages: the clock, what to say and press, what to listen for, and what to cut. With --messages, it has
    every prepared message in full instead, with its time.
    """
    from cluster_kit.materials.run_sheets import make_message_sheet, make_run_sheet, write_run_sheet

    settings, content, facilitation = _read_facilitation(series, home)
    make_sheet = make_message_sheet if messages else make_run_sheet
    write_run_sheet(make_sheet(content, facilitation, session, zone), out)
    print_result(CommandOutcome(settings, content.series.id, [out], {"session": session}), as_json=as_json)


def _read_facilitation(series: str | None, home: Path | None) -> tuple[Settings, Content, Facilitation]:
    settings, chosen = read_content_settings(series, home)
    content = load_content(chosen, overlay=settings.content)
    return settings, content, load_facilitation(content, settings.content)


def make_blocks(content: Content, facilitation: Facilitation | None) -> dict[str, str]:
    """Every table that can be between markers, by the markers' name. Without a facilitation file, none of messages."""
    blocks = {"series": series_table(content), "outcomes": outcomes_table(content), "rating-rule": rating_rule(content)}
    for number in (session.number for session in content.sessions):
        blocks[f"run-of-show {number}"] = run_of_show(content, facilitation, number)
        if asked := [owned.question for owned in content.facts.questions if number in owned.question.guides]:
            blocks[f"federal {number}"] = questions_table(asked)
        tables = messages_tables(content, facilitation, number) if facilitation else {}
        blocks |= {f"messages {number} {step}": table for step, table in tables.items()}
        to_read = find_items_to_read(content, facilitation, number) if facilitation else []
        blocks |= {f"statement {number} {one.id}": item_list(one, content.instrument.scale) for one in to_read}
    hosting = content.hosting.cues if content.hosting else ()
    return blocks | {f"cues {one.session} {one.exercise}": cues_list(one) for one in hosting}


def write_blocks(path: Path, blocks: dict[str, str]) -> bool:
    """Update every marked table of the file; True if that changed it."""
    before = path.read_text(encoding="utf-8")
    after = before
    for name, block in blocks.items():
        if f"<!-- {name} -->" in before:
            after = replace_block(after, name, block)
    if after != before:
        with report_write_errors(path):
            write_atomically(path, after.encode())
    return after != before
