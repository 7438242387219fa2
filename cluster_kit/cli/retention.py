"""``cluster-kit retention``: delete what is older than the retention period."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from cluster_kit.cli.app import app, print_json
from cluster_kit.cli.options import Db, Home, Json, open_store, read_home_settings
from cluster_kit.text import count_of

if TYPE_CHECKING:
    from cluster_kit.maintenance.retention import RetentionPlan

# By table of the store: one and several.
KINDS = {
    "responses": ("answer, with earlier versions", "answers, with earlier versions"),
    "events": ("post or other action", "posts and other actions"),
    "people": ("name", "names"),
    "presence": ("record of attendance", "records of attendance"),
    "evaluations": ("evaluation", "evaluations"),
    "evaluation_ballots": ("record of an opened evaluation form", "records of opened evaluation forms"),
    "team_codes": ("team code", "team codes"),
    "merges": ("record of a merge", "records of merges"),
    "identity_requests": ("request to be signed in", "requests to be signed in"),
    "registrations": ("registration", "registrations"),
    "files": ("uploaded file", "uploaded files"),
}


@app.command("retention")
def retention_command(
    *,
    apply: Annotated[bool, typer.Option("--apply", help="Delete what is due. Without it, nothing is changed.")] = False,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """List or delete what is older than the retention period.

    The period is days in [retention] of settings.toml, counted from the last session of each series. Answers, names,
    attendance, uploaded files, and evaluations of such a series are deleted permanently, and so are older logs and
    exports in the home folder. The record of erasures stays, so that a restored backup does not bring them back.
    """
    from cluster_kit.maintenance.retention import apply_retention, plan_retention

    settings = read_home_settings(home, db, creates=False)
    with open_store(settings) as store:
        plan = plan_retention(settings, store, dt.datetime.now(dt.UTC).date())
        if apply and not plan.is_nothing:
            apply_retention(settings, store, plan)
    is_done = apply and not plan.is_nothing
    if as_json:
        print_json(_as_json(plan, is_done=is_done))
        return
    _show(plan)
    if plan.days is None:
        example = f"write into {settings.file}: [retention] and, below it, days = 1095"
        typer.echo(f"No retention period is set, so nothing is due. To set one, {example}", err=True)
    elif plan.is_nothing:
        typer.echo("Nothing is due.", err=True)
    elif is_done:
        typer.echo("Deleted. Backups still have it until they are deleted: cluster-kit backup --keep-days.", err=True)
    else:
        typer.echo("Nothing was deleted. To delete this permanently, add --apply.", err=True)


def _show(plan: RetentionPlan) -> None:
    for one in plan.due:
        typer.echo(f"Series {one.rows.series} ended on {one.ended}. It was to be kept until {one.due}.")
        for kind, count in one.counts.items():
            typer.echo(f"  {count:7,}  {KINDS[kind][count != 1]}")
    for files, noun in ((plan.logs, "log file"), (plan.exports, "exported file")):
        if files:
            typer.echo(f"{count_of(len(files), noun)} not changed for {plan.days:,} days, such as {files[0]}.")
    for one in plan.kept:
        typer.echo(f"Series {one.rows.series} is kept until {one.due}.", err=True)


def _as_json(plan: RetentionPlan, *, is_done: bool) -> dict[str, object]:
    return {
        "days": plan.days,
        "deleted": is_done,
        "series": [
            {"series": one.rows.series, "ended": str(one.ended), "due": str(one.due), "counts": one.counts}
            for one in plan.due
        ],
        "kept": [{"series": one.rows.series, "due": str(one.due)} for one in plan.kept],
        "logs": [str(path) for path in plan.logs],
        "exports": [str(path) for path in plan.exports],
    }
