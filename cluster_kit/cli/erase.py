"""``cluster-kit erase``: what a privacy request asks for."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.content import Content, load_content
from cluster_kit.content.errors import UnknownExerciseError
from cluster_kit.errors import UsageError
from cluster_kit.settings import Settings
from cluster_kit.store import NewErasure

if TYPE_CHECKING:
    from cluster_kit.store import Erasure, Person, Store
    from cluster_kit.store.erasure_preview import ErasurePreview

WHAT_STAYS = (
    "Backups, packets, exports and words of others stay as they are: docs/privacy.md says what to do about them."
)


@app.command()
def erase(  # noqa: PLR0913  (each is an option of the command)
    *,
    jurisdiction: Annotated[str, typer.Option(help="The state that gave the answers: its postal code.")],
    asked_by: Annotated[str, typer.Option(help="Who asked for it, for the record.")],
    why: Annotated[str, typer.Option(help="Why, for the record. Nothing of what is to be removed.")],
    person: Annotated[str, typer.Option(help="Only what this person wrote: an id, an email address or a name.")] = "",
    session: Annotated[int | None, typer.Option(help="Only this session.")] = None,
    exercise: Annotated[str, typer.Option(help="Only this exercise of the session.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be removed, and remove nothing.")] = False,
    series: Annotated[str, typer.Option(help="The series.")] = "2026",
    home: Annotated[Path | None, typer.Option(help="The kit's home folder.", show_default="cluster-kit-home")] = None,
    db: Annotated[str | None, typer.Option(help="The store's URL, where it is not in the home.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write the result as JSON.")] = False,
) -> None:
    """Remove for good what a person or a state has written, with its files, and keep a record of the request.

    Says first what that is, and asks. May run again at any time: it finishes what was cut off.
    """
    from cluster_kit.cli.serve import open_store
    from cluster_kit.store.erasure_preview import erase as take_away
    from cluster_kit.store.erasure_preview import finish, foresee
    from cluster_kit.store.files import find_shelf

    settings = Settings.read(home, db)
    content = load_content(series, overlay=settings.content)
    state = content.get_jurisdiction(jurisdiction).code
    where = _where(content, session, exercise)
    with open_store(settings) as store:
        shelf = find_shelf(settings.files, series, state)
        finished = 0 if dry_run else finish(store, shelf, series, state)
        if finished:
            typer.echo(f"Finished an erasure that was cut off: {finished} file{_s(finished)} removed.", err=True)
        whose = _whose(store, series, state, person)
        said = {"asked_by": _said(asked_by, "--asked-by"), "why": _said(why, "--why")}
        request = NewErasure(series=series, jurisdiction=state, person=whose, **where, **said)
        going, record = foresee(store, shelf, request), None
        if not as_json:
            _show(content, request, going, store.find_person(whose) if whose else None)
        is_agreed = not (dry_run or going.is_nothing) and (yes or _ask())
        if is_agreed:
            record, going = take_away(store, shelf, request)
    if as_json:
        typer.echo(json.dumps(_as_json(request, going, record, is_done=is_agreed), indent=2, ensure_ascii=False))
    elif is_agreed:
        typer.echo(f"Removed{f', as number {record.id} of the record' if record else ''}. {WHAT_STAYS}", err=True)
    else:
        typer.echo("Nothing was removed.", err=True)
    if not (is_agreed or dry_run or going.is_nothing):
        raise typer.Exit(1)


def _where(content: Content, number: int | None, exercise: str) -> dict[str, object]:
    if number is None:
        if exercise:
            raise UsageError("Say which session the exercise is in: --session.")
        return {}
    session = content.get_session(number)
    if exercise and session.find_exercise(exercise) is None:
        raise UnknownExerciseError(exercise, [known.id for known in session.exercises])
    return {"session": number, "exercise": exercise or None}


def _whose(store: Store, series: str, state: str, named: str) -> str | None:
    """The person's id. Who is not known any more may still have answers under it."""
    from cluster_kit.roster.people import UnknownPersonError, get_person

    if not named:
        return None
    try:
        return get_person(store, series, named).id
    except UnknownPersonError as error:
        removed = {one.person for one in store.erasures(series, state)}
        if named in removed or any(r.author == named for r in store.history(series, state)):
            return named
        if not removed - {None}:
            raise
        raise UnknownPersonError(f"{error} Who was removed is in the record: cluster-kit erasures.") from error


def _said(words: str, option: str) -> str:
    if not words.strip():
        raise UsageError(f"The record needs a few words: {option}.")
    return words.strip()


def _ask() -> bool:
    if not sys.stdin.isatty():
        raise UsageError("Nobody can be asked here, so nothing was removed. To do it without a question: --yes.")
    return typer.confirm("Remove this for good?", err=True)


def _show(content: Content, request: NewErasure, going: ErasurePreview, person: Person | None) -> None:
    state = content.get_jurisdiction(request.jurisdiction).name
    who = f"{person.name} ({person.id})" if person else request.person or "anybody"
    typer.echo(f"{state}, series {request.series}: what {who} wrote")
    if person and person.jurisdiction != request.jurisdiction:
        typer.echo(f"  The name stays: {person.name} is on the team of {person.jurisdiction or 'facilitators'} now.")
    if going.is_nothing:
        typer.echo("  There is nothing to remove.")
    for (session, exercise), count in going.answers.items():
        title = _title(content, session, exercise)
        typer.echo(f"  {count:5}  answer{_s(count)} to “{title}” in session {session}")
    others = (
        (going.posts, f"post{_s(going.posts)} on boards and in the parking lot"),
        (going.doings, f"reaction{_s(going.doings)} and the like in sessions"),
        (going.files, f"file{_s(going.files)}"),
        (len(going.people), f"name{_s(len(going.people))}: {', '.join(one.name for one in going.people)}"),
    )
    for count, what in others:
        if count:
            typer.echo(f"  {count:5}  {what}")


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def _title(content: Content, session: int, exercise: str) -> str:
    """The exercise's title; its id where the series does not have it any more."""
    asked = (one for known in content.sessions if known.number == session for one in known.exercises)
    return next((one.title for one in asked if one.id == exercise), exercise)


def _as_json(request: NewErasure, going: ErasurePreview, record: Erasure | None, *, is_done: bool) -> dict[str, object]:
    return {
        "removed": is_done,
        "record": record.id if record else None,
        "request": request.model_dump(mode="json"),
        "answers": [
            {"session": session, "exercise": exercise, "count": count}
            for (session, exercise), count in going.answers.items()
        ],
        "posts": going.posts,
        "doings": going.doings,
        "files": going.files,
        "people": [{"id": one.id, "name": one.name} for one in going.people],
    }
