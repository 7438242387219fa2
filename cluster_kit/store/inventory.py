"""The inventory of the store's data: for each table and column, what it has, about which people, and how it is removed.

``docs/reference/data-inventory.md`` is written from it, and a test compares it with the schema.
"""

from __future__ import annotations

from dataclasses import dataclass

_WITH_PERSON = "with the person, or the state"
_BY_RETENTION = "by `cluster-kit retention`"


@dataclass(frozen=True)
class TableInventory:
    """One table: what a row is, its columns, and when it is removed.

    ``persons``: the columns with ids of people. Rows with one of a person's ids are in the export of what is held about
    them, if ``is_exported``.
    """

    what: str
    columns: dict[str, str]
    removed: str
    persons: tuple[str, ...] = ()
    is_exported: bool = True


_PLACE = {"series": "the series", "jurisdiction": "the state's two-letter abbreviation, empty for facilitators"}
_RESPONSE_PLACE = {
    "session": "the session's number",
    "exercise": "the exercise",
    "prompt": "the question",
    "row": "the row of a table of questions, such as a statement",
}

INVENTORY: dict[str, TableInventory] = {
    "responses": TableInventory(
        "an answer, with every earlier version",
        {
            "seq": "the order of arrival",
            "id": "random, from the browser",
            **_PLACE,
            **_RESPONSE_PLACE,
            "scope": "whether it is the team's answer or one person's",
            "author": "the id of the person who gave it",
            "value": "the answer: text, a rating, a choice, or the name and checksum of an uploaded file",
            "base": "the ids of the answers that it replaced",
            "content_version": "the version of the questions",
            "at": "the time of arrival",
        },
        f"{_WITH_PERSON}, the session, or the exercise; {_BY_RETENTION}",
        ("author",),
    ),
    "supersedes": TableInventory(
        "that one answer replaced another",
        {"earlier_id": "the earlier answer's id", "response_id": "the later answer's id"},
        "kept: random ids, which identify no one once the answers are removed",
        is_exported=False,
    ),
    "people": TableInventory(
        "a person on the roster, or who joined with a team code",
        {
            "id": "random, or from the organization's list",
            **_PLACE,
            "name": "the name",
            "role": "the role in the team",
            "email": "the email address, if the roster has one",
            "at": "when the person was added",
            "sessions": "the sessions that the person is invited to",
            "depth": "how many questions the person chose to be asked",
            "links_since": "the time since which links work; the year 9000 for people who were removed",
        },
        f"{_WITH_PERSON}; {_BY_RETENTION}",
        ("id",),
    ),
    "team_codes": TableInventory(
        "a code with which a state's people join",
        {"code": "the code", **_PLACE, "at": "when it was made", "ended_at": "when it was replaced"},
        _BY_RETENTION,
        is_exported=False,
    ),
    "events": TableInventory(
        "a post, a reaction, a vote, a parked item, or a command of a facilitator",
        {
            "seq": "the order of arrival",
            "id": "random, from the browser",
            **_PLACE,
            "session": "the session's number",
            "kind": "what was done",
            "subject": "to what it was done, such as a board or a post",
            "author": "the id of the person who did it",
            "value": "the text, or the choice",
            "at": "the time of arrival",
        },
        f"{_WITH_PERSON}, or the session; {_BY_RETENTION}. Notices of erasures, which have no details, are kept",
        ("author",),
    ),
    "presence": TableInventory(
        "that a person was in a session",
        {
            **_PLACE,
            "session": "the session's number",
            "person": "the person's id",
            "exercise": "the last exercise that had the focus",
            "joined_at": "when they joined",
            "active_at": "when they last typed",
            "seen_at": "when their page was last connected",
        },
        f"{_WITH_PERSON}, or the session; {_BY_RETENTION}",
        ("person",),
    ),
    "erasures": TableInventory(
        "the record of an erasure, which is also in `erasures.json`",
        {
            "id": "a number",
            **_PLACE,
            "person": "the id of the person whose data was erased, if it was one person's",
            **_RESPONSE_PLACE,
            "asked_by": "who asked for it",
            "why": "the reason",
            "at": "when",
            "count": "how many answers were removed",
        },
        "kept, so that a restored backup does not bring the data back",
        ("person",),
    ),
    "erased": TableInventory(
        "the id of an erased answer, so that a page cannot send it again",
        {
            "id": "the answer's random id",
            "seq": "its order of arrival",
            **_PLACE,
            "at": "when it had arrived",
            "erasure_id": "the erasure",
        },
        "kept: it has neither the answer nor its author",
        is_exported=False,
    ),
    "erased_choices": TableInventory(
        "that erased answers were choices of who may see a row, so that the table's rows stay private",
        {
            "series": "the series",
            "session": "the session's number",
            "exercise": "the exercise",
            "prompt": "the question",
            "content_version": "the version of the questions",
            "seq": "the last choice's order of arrival",
        },
        "with the whole series: it has neither a state, nor a person, nor a choice",
        is_exported=False,
    ),
    "evaluation_ballots": TableInventory(
        "that a person opened the form to evaluate a session",
        {"series": "the series", "session": "the session's number", "person": "the person's id"},
        f"{_WITH_PERSON}, or the session; {_BY_RETENTION}",
        ("person",),
    ),
    "evaluations": TableInventory(
        "an anonymous evaluation of a session",
        {
            "id": "random",
            "series": "the series",
            "session": "the session's number",
            "answers": "the answers: no person, state, role, or time",
        },
        f"{_BY_RETENTION} only: no one can tell whose it is",
        is_exported=False,
    ),
    "merges": TableInventory(
        "that two records of people were one person",
        {
            "id": "a number",
            **_PLACE,
            "kept": "the id that remains",
            "merged": "the id that now means the other",
            "asked_by": "who decided it",
            "at": "when",
            "undone_by": "who undid it, or empty",
            "undone_at": "when it was undone",
        },
        f"{_WITH_PERSON}; {_BY_RETENTION}",
        ("kept", "merged"),
    ),
    "aliases": TableInventory(
        "the person that an id means since a merge",
        {"person": "the merged id", "series": "the series", "kept": "the id that remains"},
        f"{_WITH_PERSON}; {_BY_RETENTION}",
        ("person", "kept"),
    ),
    "identity_requests": TableInventory(
        "that someone with the team's code asked to be signed in as a person, and the answer",
        {
            "id": "random",
            **_PLACE,
            "person": "the id of the person",
            "number": "the number that both screens show",
            "at": "when",
            "expires_at": "when the request ends",
            "answer": "yes, no, or empty",
            "answered_by": "the id of the person who answered",
            "used": "whether the new device was signed in",
        },
        f"after 30 days, when the next request is made; {_WITH_PERSON}; {_BY_RETENTION}",
        ("person", "answered_by"),
    ),
    "roster_changes": TableInventory(
        "a change of the roster by staff",
        {
            "seq": "the order of the changes",
            **_PLACE,
            "person": "the id of the person who was changed",
            "action": "what was done, such as added or replaced",
            "details": "which fields changed, with their values before and after",
            "by": "the name of the facilitator, or that it was a command",
            "at": "when",
        },
        f"{_WITH_PERSON}; {_BY_RETENTION}",
        ("person",),
    ),
    "registrations": TableInventory(
        "a registration on the public page",
        {
            "id": "random",
            **_PLACE,
            "name": "the name",
            "email": "the email address",
            "role": "the role in the team",
            "sessions": "the sessions to which the person would like to come",
            "needs": "what the person needs to take part, for staff only; emptied when declined or withdrawn",
            "status": "pending, confirmed, or withdrawn",
            "person": "the id of the person on the roster once the registration is confirmed, or empty",
            "decided_by": "the name of the facilitator, or that it was the person, a command, or a rule",
            "decided_at": "when it was decided",
            "at": "when the form arrived",
        },
        f"declined and withdrawn ones after 30 days, when the next registration arrives; {_WITH_PERSON}, also if only "
        f"the email address is the person's; {_BY_RETENTION}",
        ("person",),
    ),
    "ended_sessions": TableInventory(
        "a session cookie that was signed out",
        {"digest": "a digest of the cookie's random key", "expires_at": "when the cookie would have expired"},
        "when the cookie would have expired",
        is_exported=False,
    ),
}
