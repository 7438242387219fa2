"""What a facilitator does in the console, from the page's message to the reply. No widget, no thread."""

from __future__ import annotations

import logging

from pydantic import ConfigDict, Field, ValidationError

from cluster_kit.errors import ClusterKitError
from cluster_kit.meeting import Journal, NotAllowedError
from cluster_kit.meeting.doing import kinds
from cluster_kit.models import FrozenModel, Json
from cluster_kit.responses import Person, Store, StoreError

log = logging.getLogger(__name__)


AWAY = "The answers' store cannot be reached just now, so this was not done. Try again in a moment."
NOT_UNDERSTOOD = "The page sent something that this console does not understand. Load the page again."
NO_LONGER = "You are no longer a facilitator of this series. Ask whoever runs it."
# What is wrong with what somebody typed, by the field and the kind of problem, in words for facilitators.
SENTENCES = {
    ("text", "string_too_short"): "Write a few words first.",
    ("text", "string_too_long"): "That is too long. Shorten it, or share a link to the rest.",
    ("title", "string_too_short"): "Give it a name first.",
    ("url", ""): "That is not a web address. Copy it from the browser: it begins with https://",
    ("minutes", ""): "Give or take between 1 and 60 minutes at a time.",
}


class Ask(FrozenModel):
    """Something that the page asks to be done. ``id`` is minted there: asked twice, it is done once."""

    model_config = ConfigDict(extra="ignore")

    id: str = Field(min_length=1, max_length=64)
    kind: str = Field(max_length=64)
    subject: str = Field(default="", max_length=200)
    jurisdiction: str = Field(default="", max_length=2)
    value: Json = Field(default_factory=dict)


class Doer:
    """Does what one facilitator asks for, and asks each time whether they still are one."""

    def __init__(self, store: Store, journal: Journal, person: Person) -> None:
        self._store, self._journal, self.person = store, journal, person

    def do(self, ask: Ask) -> Json:
        """``done`` once it is kept for good, ``refused`` for what cannot be, ``trouble`` when the store is away."""
        try:
            return self._do(ask)
        except ValidationError as error:
            return {"type": "refused", "id": ask.id, "sentence": _in_words(error)}
        except StoreError:
            log.exception("console: %s was not kept", ask.kind)
            return {"type": "trouble", "id": ask.id, "sentence": AWAY}
        except ClusterKitError as error:
            return {"type": "refused", "id": ask.id, "sentence": str(error)}

    def _do(self, ask: Ask) -> Json:
        known = self._store.find_person(self.person.id)
        if known is None or not known.is_facilitator:
            raise NotAllowedError(NO_LONGER)
        kind = kinds().get(ask.kind)
        if kind is None:
            return {"type": "refused", "id": ask.id, "sentence": NOT_UNDERSTOOD}
        doing = kind.model_validate(ask.value)
        event = self._journal.do(known, doing, subject=ask.subject, jurisdiction=ask.jurisdiction, event_id=ask.id)
        return {"type": "done", "id": ask.id, "at": event.at.isoformat()}


def _in_words(error: ValidationError) -> str:
    first = error.errors()[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    return SENTENCES.get((name, first["type"])) or SENTENCES.get((name, "")) or NOT_UNDERSTOOD
