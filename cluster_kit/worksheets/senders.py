"""Who speaks in a returned worksheet: the state and the person of its signature, or those that staff name."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cluster_kit.content.models import Content
from cluster_kit.exercises.typed_answers import WorksheetId
from cluster_kit.roster.people import find_same_person, new_person
from cluster_kit.store import Person, Store
from cluster_kit.worksheets.errors import UnreadableWorksheetError
from cluster_kit.worksheets.returned import Submission
from cluster_kit.worksheets.signatures import is_signed, make_person_key
from cluster_kit.workshop import WORKSHEET_NAME


@dataclass(frozen=True)
class Sender:
    """Who sent the files, as staff say: a state's two-letter abbreviation, and a person's name, email address, or id.

    Both are optional.
    """

    jurisdiction: str = ""
    person: str = ""


def identify_sender(
    name: str, returned: Submission, sender: Sender, *, content: Content, store: Store, secret: str
) -> Submission:
    """The worksheet with its state, and with its author if it is one person's own.

    Raises ``UnreadableWorksheetError`` if neither the signature nor staff name them, and ``UnknownJurisdictionError``
    if staff name a state that the series does not have.
    """
    head = _identify_state(name, returned.head, sender, content, secret)
    returned = replace(returned, head=head)
    author = _identify_person(name, returned, sender, content, store)
    if author is None:
        return returned
    typed = tuple(replace(answer, author=author.name) for answer in returned.typed)
    return replace(returned, author=author, typed=typed)


def _identify_state(name: str, head: WorksheetId, sender: Sender, content: Content, secret: str) -> WorksheetId:
    claimed = content.get_jurisdiction(head.jurisdiction).name
    named = content.get_jurisdiction(sender.jurisdiction) if sender.jurisdiction else None
    if is_signed(secret, head):
        if named and named.code != head.jurisdiction:
            raise UnreadableWorksheetError(name, f"was made for {claimed}, but --jurisdiction names {named.name}")
        return head
    if named:
        return replace(head, jurisdiction=named.code, person_key="", signature="")
    option = "if you know which state sent it, take it with --jurisdiction and that state's two-letter abbreviation"
    if head.signature:
        raise UnreadableWorksheetError(
            name,
            f"says that it is {claimed}'s, but its signature is another: it was changed, or made with another signing"
            f" key; {option}",
        )
    raise UnreadableWorksheetError(
        name, f"says that it is {claimed}'s, but has no signature, so anyone could have made it; {option}"
    )


def _identify_person(name: str, returned: Submission, sender: Sender, content: Content, store: Store) -> Person | None:
    """The person whose worksheet it is; None for a team's, whose name is as its author typed it."""
    head = returned.head
    team = store.people(head.series, head.jurisdiction)
    if sender.person:
        exact = (person for person in team if sender.person in (person.id, person.email))
        known = next(exact, None) or find_same_person(team, sender.person)
        return known or new_person(head.series, head.jurisdiction, sender.person, returned.role)
    if not head.person_key:
        return None
    option = "if you know who sent it, take it with --person and that person's name"
    ids = {person.id: person for person in team} | store.merged_people(head.series)
    person = next((person for one, person in ids.items() if make_person_key(one) == head.person_key), None)
    if person is None or person.is_removed or person.jurisdiction != head.jurisdiction:
        state = content.get_jurisdiction(head.jurisdiction).name
        raise UnreadableWorksheetError(name, f"was made for someone who is not on the team of {state} now; {option}")
    names = {returned.name, *(typed.author for typed in returned.typed)} - {"", WORKSHEET_NAME}
    if others := sorted(one for one in names if not find_same_person([person], one)):
        raise UnreadableWorksheetError(name, f"was made for {person.name}, and names {others[0]}; {option}")
    return person
