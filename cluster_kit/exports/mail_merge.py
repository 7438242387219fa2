"""Mail merge table: each person's link, team code, and sessions in local time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from cluster_kit.content.models import Content
from cluster_kit.content.times import local_times
from cluster_kit.exports.message_fields import find_first_name
from cluster_kit.exports.tables import guard_formulas
from cluster_kit.files import PRIVATE, report_write_errors, write_atomically
from cluster_kit.roster.people import find_role_title
from cluster_kit.store import Person


@dataclass(frozen=True)
class MailMergeSources:
    """What the table has besides the roster.

    ``codes`` are team codes by state; ``registered``: by person, the day on which their registration was confirmed;
    ``withdrawal_of``: the link to withdraw it, or an empty string.
    """

    link_of: Callable[[Person], str]
    join_page: str
    codes: Mapping[str, str]
    registered: Mapping[str, str]
    withdrawal_of: Callable[[Person], str]


def write_mail_merge(content: Content, people: Sequence[Person], out: Path, sources: MailMergeSources) -> None:
    """Write a CSV file with one row per person. It contains credentials, so only its owner can read it.

    Columns: ``person`` (id), ``jurisdiction``, ``state``, ``first_name``, ``name``, ``email``, ``role`` (its title),
    ``sessions``, ``link``, ``team_code``, ``join_page``, ``registered``, ``withdraw_link``, and for each session
    ``session_N`` (its title) and ``time_N`` (in the state's zones), empty if the person is not invited to it. No cell
    is read as a formula. Raises ``OutputError`` if the file cannot be written.
    """
    rows = [
        {
            **describe_person(content, person),
            "link": sources.link_of(person),
            "team_code": sources.codes.get(person.jurisdiction, ""),
            "join_page": sources.join_page,
            "registered": sources.registered.get(person.id, ""),
            "withdraw_link": sources.withdrawal_of(person),
            **_times(content, person),
        }
        for person in people
    ]
    text = guard_formulas(pd.DataFrame(rows, dtype="string")).to_csv(index=False, lineterminator="\r\n")
    with report_write_errors(out):
        write_atomically(out, text.encode("utf-8-sig"), mode=PRIVATE)


def describe_person(content: Content, person: Person) -> dict[str, str]:
    """The columns about a person in lists that ``roster import`` reads again, without anything secret."""
    state = content.get_jurisdiction(person.jurisdiction).name if person.jurisdiction else ""
    return {
        "person": person.id,
        "jurisdiction": person.jurisdiction,
        "state": state,
        "first_name": find_first_name(person.name),
        "name": person.name,
        "email": person.email,
        "role": find_role_title(content, person),
        "sessions": ", ".join(map(str, person.sessions)) or "all",
    }


def _times(content: Content, person: Person) -> dict[str, str]:
    state = content.get_jurisdiction(person.jurisdiction) if person.jurisdiction else None
    columns = {}
    for session in content.sessions:
        is_invited = not person.sessions or session.number in person.sessions
        times = map(str, local_times(content, session.number, state)) if is_invited else ()
        columns[f"session_{session.number}"] = session.title if is_invited else ""
        columns[f"time_{session.number}"] = "; ".join(times)
    return columns
