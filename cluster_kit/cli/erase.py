"""``cluster-kit erase``: erase answers for a privacy request."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.cli.options import Db, DryRun, Home, Json, Jurisdiction, Series, open_store, read_settings
from cluster_kit.cli.results import print_object
from cluster_kit.content import Content, load_content
from cluster_kit.content.errors import UnknownExerciseError
from cluster_kit.errors import UsageError
from cluster_kit.store import NewErasure
from cluster_kit.text import count_of, inflect

if TYPE_CHECKING:
    from cluster_kit.store import Erasure, Person, Store
    from cluster_kit.store.erasure_preview import ErasurePreview

WHAT_STAYS = "Backups, packets, exports, and text by other people are not changed. See docs/how-to/privacy.md."


@app.command("erase")
def erase_command(  # noqa: PLR0913  (each is an option of the command)
    *,
    jurisdiction: Jurisdiction,
    asked_by: Annotated[str, typer.Option(help="Who asked for the erasure, for the record.")],
    why: Annotated[str, typer.Option(help="The reason, for the record. Do not quote what is erased.")],
    person: Annotated[str, typer.Option(help="Only what this person wrote: an id, an email address, or a name.")] = "",
    session: Annotated[int | None, typer.Option(help="Only this session.")] = None,
    exercise: Annotated[str, typer.Option(help="Only this exercise of the session.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
    dry_run: DryRun = False,
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Permanently erase what a person or state wrote.

    Uploaded files are erased too, and the request is recorded. The command first shows what will be erased, and asks
    for confirmation. It can be repeated at any time, and completes an erasure that was interrupted.
    """
    from cluster_kit.store.erasure_log import update_erasure_log
    from cluster_kit.store.erasure_preview import erase, preview_erasure, remove_leftover_files
    from cluster_kit.store.files import open_file_store

    settings, chosen = read_settings(series, home, db)
    content = load_content(chosen, overlay=settings.content)
    state = content.get_jurisdiction(jurisdiction).code
    where = _where(content, session, exercise)
    with open_store(settings) as store:
        file_store = open_file_store(settings.files, chosen, state)
        finished = 0 if dry_run else remove_leftover_files(store, file_store, chosen, state)
        if finished:
            typer.echo(f"Completed an interrupted erasure: {count_of(finished, 'file')} removed.", err=True)
        whose = _whose(store, chosen, state, person)
        reasons = {"asked_by": _require(asked_by, "--asked-by"), "why": _require(why, "--why")}
        request = NewErasure(series=chosen, jurisdiction=state, person=whose, **where, **reasons)
        preview, record = preview_erasure(store, file_store, request), None
        if not as_json:
            chosen_person = store.find_person(whose) if whose else None
            _show(content, request, preview, chosen_person)
            _show_similar(store, chosen_person, person)
        is_agreed = not (dry_run or preview.is_nothing) and (yes or _ask())
        if is_agreed:
            record, preview = erase(store, file_store, request)
            update_erasure_log(settings.home, store)
    if as_json:
        print_object(_as_json(request, preview, record, is_done=is_agreed), settings, chosen)
    elif is_agreed:
        typer.echo(f"Erased{f' (number {record.id} in the record)' if record else ''}. {WHAT_STAYS}", err=True)
    else:
        typer.echo("Nothing was erased.", err=True)
    if not (is_agreed or dry_run or preview.is_nothing):
        raise typer.Exit(1)


def _where(content: Content, number: int | None, exercise: str) -> dict[str, object]:
    if number is None:
        if exercise:
            raise UsageError("An exercise needs its session. Add --session.")
        return {}
    session = content.get_session(number)
    if exercise and session.find_exercise(exercise) is None:
        raise UnknownExerciseError(exercise, [known.id for known in session.exercises])
    return {"session": number, "exercise": exercise or None}


def _whose(store: Store, series: str, state: str, named: str) -> str | None:
    """The person's id. A person who is no longer on the roster may still have answers under it."""
    from cluster_kit.roster.people import UnknownPersonError, get_person

    if not named:
        return None
    try:
        return get_person(store, series, named, state).id
    except UnknownPersonError as error:
        removed = {erasure.person for erasure in store.erasures(series, state)}
        if named in removed or any(r.author == named for r in store.history(series, state)):
            return named
        if not removed - {None}:
            raise
        raise UnknownPersonError(f"{error} To list the people who were erased: cluster-kit erasures.") from error


def _require(text: str, option: str) -> str:
    if not text.strip():
        raise UsageError(f"{option} cannot be empty, because it goes into the record.")
    return text.strip()


def _ask() -> bool:
    if not sys.stdin.isatty():
        raise UsageError("Confirmation needs a terminal, so nothing was erased. To skip the confirmation, add --yes.")
    return typer.confirm("Erase this permanently?", err=True)


def _show(content: Content, request: NewErasure, preview: ErasurePreview, person: Person | None) -> None:
    state = content.get_jurisdiction(request.jurisdiction).name
    who = f"{person.name} ({person.id})" if person else request.person or "anyone"
    typer.echo(f"{state}, series {request.series}: what {who} wrote")
    if person and person.jurisdiction != request.jurisdiction:
        typer.echo(f"  The name is kept: {person.name} is now on the team of {person.jurisdiction or 'facilitators'}.")
    if preview.is_nothing:
        typer.echo("  There is nothing to erase.")
    for (session, exercise), count in preview.answers.items():
        title = _title(content, session, exercise)
        typer.echo(f"  {count:5}  {inflect(count, 'answer')} to “{title}” in session {session}")
    names = ", ".join(person.name for person in preview.people)
    others = (
        (preview.posts, f"{inflect(preview.posts, 'post')} on boards and in the parking lot"),
        (preview.other_events, f"{inflect(preview.other_events, 'reaction')} and similar actions in sessions"),
        (preview.visits, f"{inflect(preview.visits, 'record')} of attendance in sessions"),
        (preview.ballots, f"{inflect(preview.ballots, 'record')} of having opened an evaluation form"),
        (preview.files, f"{inflect(preview.files, 'file')}"),
        (len(preview.people), f"{inflect(len(preview.people), 'name')}: {names}"),
    )
    for count, what in others:
        if count:
            typer.echo(f"  {count:5}  {what}")


def _show_similar(store: Store, person: Person | None, named: str) -> None:
    """Name the people who may be the same person, and are not part of the request."""
    from cluster_kit.roster.names.similar_names import find_similar_to

    others = find_similar_to(store.people(person.series), person, named) if person else []
    for one in others:
        where = one.jurisdiction or "facilitator"
        typer.echo(f"  Not included, with a similar name: {one.name} ({one.id}, {where}).")


def _title(content: Content, session: int, exercise: str) -> str:
    """The exercise's title; its id if the series no longer has the exercise."""
    exercises = (one for known in content.sessions if known.number == session for one in known.exercises)
    return next((one.title for one in exercises if one.id == exercise), exercise)


def _as_json(
    request: NewErasure, preview: ErasurePreview, record: Erasure | None, *, is_done: bool
) -> dict[str, object]:
    return {
        "removed": is_done,
        "record": record.id if record else None,
        "request": request.model_dump(mode="json"),
        "answers": [
            {"session": session, "exercise": exercise, "count": count}
            for (session, exercise), count in preview.answers.items()
        ],
        "posts": preview.posts,
        "events": preview.other_events,
        "visits": preview.visits,
        "ballots": preview.ballots,
        "files": preview.files,
        "people": [{"id": person.id, "name": person.name} for person in preview.people],
    }
