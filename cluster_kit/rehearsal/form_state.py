"""Client-side state of a form: its definition merged with the opening, and the current answers."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from cluster_kit.models import Json
from cluster_kit.rehearsal.answering import ScriptedAnswer


def merge_opening(definition: Json, opening: Json) -> Json:
    """A form's schema for one person: the static definition with the opening's ``depth``, ``depths``, and sources.

    The shared definition is not modified.
    """
    schema = {**definition, "depth": opening["depth"], "depths": opening["depths"]}
    return replace_sources(schema, opening["sources"])


def replace_sources(schema: Json, sources: Mapping[str, Json]) -> Json:
    """The schema with these rows and options, by prompt address. Unaffected parts are shared."""
    prompts = []
    for prompt in schema["prompts"]:
        address = prompt["id"]
        changed = {**prompt, **sources.get(address, {})}
        if any(source.startswith(f"{address}.") for source in sources):
            columns = prompt["columns"]
            changed["columns"] = [{**one, **sources.get(f"{address}.{one['id']}", {})} for one in columns]
        prompts.append(changed)
    return {**schema, "prompts": prompts}


class FormState:
    """An open form. ``schema`` is as ``merge_opening`` has it; ``live`` is the session's state of the exercise."""

    def __init__(self, definition: Json, opening: Json) -> None:
        answers = opening["answers"]
        self.key: str = opening["key"]
        self.schema = merge_opening(definition, opening)
        self.live: Json = answers["exercise_state"] or {}
        self.have: Json = {"seq": answers["seq"], "erased": answers["erased"]}
        self._current: dict[tuple[str, str], list[str]] = {}
        self._receive_fields(answers["fields"])

    def enter(self, answer: ScriptedAnswer) -> Json:
        """The page's message for an answer, which supersedes what the field shows."""
        where = {"prompt": answer.prompt, "row": answer.row, "scope": answer.scope, "value": answer.value}
        return {"id": uuid.uuid4().hex, **where, "base": self._current.get((answer.prompt, answer.row), [])}

    def receive_receipt(self, entry: Json, receipt: Json) -> None:
        """Record a saved answer as current in its field, beside conflicting ones."""
        others = [other["id"] for other in receipt["others"]] if receipt["status"] == "conflict" else []
        self._current[entry["prompt"], entry["row"]] = [entry["id"], *others]

    def receive(self, message: Json) -> bool:
        """Apply teammates' answers, changed rows and options, and session state. True if the exercise was unlocked."""
        was_locked = self.live.get("locked")
        match message["type"]:
            case "changes":
                if message.get("whole"):
                    self._current.clear()
                self._receive_fields(message["fields"])
                self.have = {"seq": max(self.have["seq"], message["seq"]), "erased": message["erased"]}
            case "sources":
                self.schema = replace_sources(self.schema, message["prompts"])
            case "exercise_state":
                self.live = message
        return bool(was_locked and not self.live.get("locked"))

    def _receive_fields(self, fields: Sequence[Json]) -> None:
        for one in fields:
            self._current[one["prompt"], one["row"]] = [answer["id"] for answer in one["answers"]]
