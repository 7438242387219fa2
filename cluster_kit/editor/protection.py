"""What an edit would separate from its answers, and whether a session has begun."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from cluster_kit.content.models import Content, Session
from cluster_kit.editor.yaml_edits import entry_name
from cluster_kit.editor.yaml_values import Tree
from cluster_kit.models import FrozenModel
from cluster_kit.sessions import SessionLog
from cluster_kit.store import Response, Store
from cluster_kit.text import count_of


class AnswerCount(FrozenModel):
    """How many answers of how many states."""

    answers: int
    states: int

    def __str__(self) -> str:
        return f"{count_of(self.answers, 'answer')} from {count_of(self.states, 'state')}"


class Risk(FrozenModel):
    """A change that separates answers from what was asked. ``key`` is the entry's path by ids."""

    key: str
    sentence: str


def find_sessions_using(content: Content, exercise_id: str) -> list[Session]:
    """The sessions that have an exercise with this id."""
    return [session for session in content.sessions if session.find_exercise(exercise_id)]


def find_begun(content: Content, store: Store, sessions: Iterable[Session]) -> list[int]:
    """The numbers of the sessions that a facilitator has begun, ended or not."""
    return [
        session.number
        for session in sessions
        if SessionLog(store, content.series.id, session).state().began_at is not None
    ]


class AnswerIndex:
    """The current answers of the sessions that an edited file is about."""

    def __init__(self, store: Store, series: str, sessions: Iterable[int]) -> None:
        self._responses: dict[str, list[Response]] = {}
        for number in sessions:
            for response in store.current(series, session=number):
                if response.value is not None:
                    self._responses.setdefault(response.exercise, []).append(response)

    def counts(self) -> dict[str, AnswerCount]:
        """The answers to each prompt and column, by ``exercise.prompt`` and ``exercise.prompt.column``."""
        keys = {
            f"{exercise}.{key}"
            for exercise, responses in self._responses.items()
            for response in responses
            for key in (response.prompt, response.prompt.partition(".")[0])
        }
        return {key: self.count(*key.split(".", 1)) for key in sorted(keys)}

    def count(self, exercise: str, prompt: str, *, option: str = "", row: str = "") -> AnswerCount:
        """The answers to a prompt with all its columns, or to one column; if given, with this option or row."""
        found = [
            response
            for response in self._responses.get(exercise, ())
            if (response.prompt == prompt or response.prompt.startswith(f"{prompt}."))
            and (not option or _has_option(response, option))
            and (not row or response.row == row)
        ]
        return AnswerCount(answers=len(found), states=len({response.jurisdiction for response in found}))

    def find_risks(self, old: Mapping[str, Tree], new: Mapping[str, Tree]) -> list[Risk]:
        """The changes between two versions of a file that separate answers from what was asked."""
        after = _entries(new.get("exercises"))
        return [
            risk
            for name, exercise in _entries(old.get("exercises")).items()
            for risk in self._risks_of_exercise(name, exercise, after.get(name, {}))
        ]

    def _risks_of_exercise(self, name: str, old: Mapping[str, Tree], new: Mapping[str, Tree]) -> Iterator[Risk]:
        if "prompts" not in old or (new and "prompts" not in new):
            return
        after = _entries(new.get("prompts"))
        for prompt_id, prompt in _entries(old["prompts"]).items():
            yield from self._risks_of_prompt(name, (prompt_id,), prompt, after.get(prompt_id))

    def _risks_of_prompt(
        self, exercise: str, path: Sequence[str], old: Mapping[str, Tree], new: Mapping[str, Tree] | None
    ) -> Iterator[Risk]:
        key = f"exercises.{exercise}.prompts.{'.columns.'.join(path)}"
        address, label = ".".join(path), f"“{old.get('label') or path[-1]}”"
        if new is None or new.get("kind") != old.get("kind"):
            count = self.count(exercise, address)
            if count.answers:
                what = "is removed" if new is None else "becomes another kind of question"
                yield Risk(key=key, sentence=f"{label} {what}, and has {count}. {_KEPT if new is None else _UNFIT}")
            return
        for part, noun in (("options", "option"), ("rows", "row")):
            after = _entries(new.get(part))
            for entry_id, entry in _entries(old.get(part)).items():
                given = {"option": entry_id} if part == "options" else {"row": entry_id}
                count = self.count(exercise, address, **given)
                if entry_id not in after and count.answers:
                    entry_label = entry.get("label") or entry_id
                    sentence = f"The {noun} “{entry_label}” of {label} is removed, and has {count}. {_KEPT}"
                    yield Risk(key=f"{key}.{part}.{entry_id}", sentence=sentence)
        columns = _entries(new.get("columns"))
        for column_id, column in _entries(old.get("columns")).items():
            yield from self._risks_of_prompt(exercise, (*path, column_id), column, columns.get(column_id))


_KEPT = "They stay in the record. Pages and packets show the team's as answers to questions that were replaced."
_UNFIT = "They stay in the record. Those that do not fit the new kind are shown as they were stored."


def _has_option(response: Response, option: str) -> bool:
    value = response.value
    return option in value if isinstance(value, list) else value == option


def _entries(entries: Tree) -> dict[str, dict[str, Tree]]:
    found = entries if isinstance(entries, list) else []
    return {name: entry for entry in found if isinstance(entry, dict) and (name := entry_name(entry))}
