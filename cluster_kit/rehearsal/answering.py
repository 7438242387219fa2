"""Scripted answers of a fictional person, based on the form's schema and the person only.

Each field's answer is a function of the script's seed, the team or person, and the field's address. It is independent
of order, of earlier answers, and of the session's speed.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cluster_kit.content.models import Depth
from cluster_kit.content.prompt_kinds import PROMPT_KINDS
from cluster_kit.content.rates import TYPING_WORDS_A_MINUTE
from cluster_kit.content.rating_values import OffScale
from cluster_kit.models import Json
from cluster_kit.rehearsal.cast import FIRST_NAMES, LAST_NAMES, Actor
from cluster_kit.rehearsal.opinions import choose_rating
from cluster_kit.rehearsal.plan import seeded_random
from cluster_kit.rehearsal.script import Script

CLICK_MINUTES = 0.15
BOTH_AT_ONCE = 0.02
NEVER = object()


@dataclass(frozen=True)
class ScriptedAnswer:
    """The value for one field, and the minutes that it takes to enter."""

    prompt: str
    row: str
    scope: str
    value: Any
    minutes: float = CLICK_MINUTES

    @property
    def key(self) -> str:
        """Equal for equal values in the same field."""
        return json.dumps([self.prompt, self.row, self.value], sort_keys=True)


@dataclass(frozen=True)
class FormField:
    """One field of a form: its schema, its address, and a number for its row."""

    asks: Json
    prompt: str
    row: str
    number: int = 0


def answers_to(script: Script, actor: Actor, schema: Json) -> list[ScriptedAnswer]:
    """This person's answers to this form, in order. File prompts are skipped."""
    pen = _Pen(script, actor, schema)
    return list(pen.write())


class _Pen:
    def __init__(self, script: Script, actor: Actor, schema: Json) -> None:
        self._script, self._actor, self._schema = script, actor, schema
        self._exercise: str = schema["exercise"]

    def write(self) -> Iterator[ScriptedAnswer]:
        if self._schema["depths"] and self._actor.depth.value != self._schema["depth"]:
            yield ScriptedAnswer("depth", "", "person", self._actor.depth.value)
        fields = [
            field for prompt in self._schema["prompts"] if self._goes_for(prompt) for field in self._fields(prompt)
        ]
        mine = [field for field in fields if self._is_mine(field)]
        if self._actor.stuck:
            mine = mine[: len(mine) // 3]
        for field in mine:
            value = self._value(field)
            if value is not NEVER:
                yield ScriptedAnswer(field.prompt, field.row, field.asks["scope"], value, _minutes(value))

    def _goes_for(self, asked: Json) -> bool:
        return self._actor.depth.includes(Depth(asked["depth"]))

    # --- fields ----------------------------------------------------------------------------------------------

    def _fields(self, prompt: Json) -> Iterator[FormField]:
        match prompt["kind"]:
            case "items":
                for area in prompt["areas"]:
                    for item in filter(self._goes_for, area["items"]):
                        known = {**prompt, **item, "area": area["id"], "scope": prompt["scope"]}
                        if not prompt["rated"]:
                            yield FormField({**known, "kind": "text"}, f"{prompt['id']}.answer", item["id"])
                            continue
                        yield FormField({**known, "kind": "item"}, f"{prompt['id']}.rating", item["id"])
                        yield FormField({**known, "kind": "note"}, f"{prompt['id']}.note", item["id"])
            case "questions":
                for question in filter(self._goes_for, prompt["questions"]):
                    asked = {**prompt, **question, "kind": "text"}
                    yield FormField(asked, f"{prompt['id']}.answer", question["id"])
            case "table":
                for number, row in enumerate(self._rows(prompt)):
                    for column in filter(self._goes_for, prompt["columns"]):
                        yield FormField(column, f"{prompt['id']}.{column['id']}", row, number)
            case _:
                yield FormField(prompt, prompt["id"], "")

    def _rows(self, table: Json) -> list[str]:
        if table["rows"] is not None:
            return [row["id"] for row in table["rows"] if not row["gone"]]
        chance = seeded_random(self._script.plan.seed, self._actor.jurisdiction, self._exercise, table["id"])
        most = min(table["max_rows"], table["expected_rows"])
        rows = range(1, chance.randint(max(1, most - 1), most) + 1)
        return [f"rehearsal-{self._schema['session']}-{number}" for number in rows]

    def _is_mine(self, field: FormField) -> bool:
        """True for a person's own fields; a team divides table rows and other questions among its people."""
        chance = seeded_random(self._script.plan.seed, self._actor.id, self._exercise, field.prompt, field.row)
        if chance.random() > self._actor.diligence:
            return False
        if field.asks["scope"] == "person":
            return True
        unit = field.row or field.prompt
        whose = seeded_random(self._script.plan.seed, self._actor.jurisdiction, self._exercise, unit).randrange(
            self._actor.team
        )
        return whose == self._actor.place or chance.random() < BOTH_AT_ONCE

    # --- values ----------------------------------------------------------------------------------------------

    def _value(self, field: FormField) -> Any:
        chance = self._chance(field)
        match field.asks["kind"]:
            case "item":
                return self._rate(field)
            case "note" if self._rate(field) == OffScale.DOES_NOT_APPLY:
                return self._script.phrases.choose(
                    "consensus", ["does_not_apply"], chance, {"state": self._actor.state}
                )
            case "note":
                return (
                    self._choose_phrase(field, chance, field.asks["area"], "evidence")
                    if chance.random() < 0.35
                    else NEVER
                )
            case "text":
                return self._choose_phrase(field, chance)
            case "choice":
                return self._choose(field, chance)
            case "rating":
                return chance.choice([point["value"] for point in field.asks["scale"]])
            case "number":
                return field.number + 1
            case "date":
                return self._day(chance)
            case "person":
                return {"name": self._name(chance), "role": chance.choice(self._schema["roles"])}
            case kind:  # files and programs need a file from the state
                example = dict(PROMPT_KINDS.items())[kind].example if kind in PROMPT_KINDS.names() else None
                return NEVER if example is None else example

    def _rate(self, field: FormField) -> int | str:
        points = [point["value"] for point in field.asks["scale"]]
        return choose_rating(self._script.plan.seed, self._actor, field.asks["area"], field.row, points)

    def _chance(self, field: FormField) -> random.Random:
        who = self._actor.id if field.asks["scope"] == "person" else f"{self._actor.jurisdiction}/{self._actor.place}"
        return seeded_random(self._script.plan.seed, who, self._exercise, field.prompt, field.row)

    def _choose_phrase(self, field: FormField, chance: random.Random, *keys: str) -> str:
        own = {"state": self._actor.state, "name": self._name(chance)}
        known = (*keys, field.row, field.prompt, field.asks["id"])
        return self._script.phrases.choose(self._exercise, [key for key in known if key], chance, own)

    def _choose(self, field: FormField, chance: random.Random) -> Any:
        asked = field.asks
        options = [option["id"] for option in asked["options"] if not option["gone"]]
        if not options:
            return NEVER
        weights = self._script.phrases.weigh(asked["id"], options)
        if not asked["many"]:
            return chance.choices(options, weights)[0]
        wanted = chance.randint(1, min(3, len(options)))
        return sorted(set(chance.choices(options, weights, k=wanted)), key=options.index)

    def _day(self, chance: random.Random) -> str:
        """A weekday in the coming weeks."""
        day = self._script.today + dt.timedelta(days=chance.randint(5, 80))
        return (day + dt.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)).isoformat()

    def _name(self, chance: random.Random) -> str:
        team = self._script.teams.get(self._actor.jurisdiction, [])
        if team and chance.random() < 0.7:
            return chance.choice(team).name
        return f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}"


def _minutes(value: Any) -> float:
    return len(value.split()) / TYPING_WORDS_A_MINUTE if isinstance(value, str) and " " in value else CLICK_MINUTES
