"""The sharing ladder for exports: answers that a state restricts to its own team are not exported.

A table with a choice ``may_share`` lets a state decide for each row who may see it. The latest choice applies; without
one, the row is for the state's team only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cluster_kit.content.models import ChoicePrompt, Content, TablePrompt
from cluster_kit.exercises.prompts import prompts_of
from cluster_kit.store.models import MAY_SHARE

if TYPE_CHECKING:
    from cluster_kit.store import ErasedChoice, Response

PRIVATE = "private"
FOR_STAFF = ("team", "anonymous", "named")

RowAddress = tuple[str, int, str, str, str]
"""Jurisdiction, session, exercise, table, row."""
TableAddress = tuple[int, str, str]
"""Session, exercise, table."""


@dataclass
class _RemovedLadder:
    """A ladder that the content no longer has: when a state last chose a rung, and the versions of the content in which
    one did. Choices that were erased count."""

    last_seq: int = 0
    versions: set[str] = field(default_factory=set)

    def note(self, choice: Response | ErasedChoice) -> None:
        self.last_seq = max(self.last_seq, choice.seq)
        self.versions.add(choice.content_version)

    def covers(self, response: Response) -> bool:
        """Whether the answer was given beside the ladder."""
        return response.seq <= self.last_seq or response.content_version in self.versions


def read_rungs(
    content: Content,
    responses: Iterable[Response],
    erased: Iterable[ErasedChoice],
    of_all_states: Iterable[Response] | None = None,
) -> dict[RowAddress, str]:
    """The rung of every answered row of a table with a sharing ladder.

    A ladder that the content no longer has still applies to rows with an answer from when it had it: up to the last
    choice of any state, or in a version of the content with a choice. Later rows have no rung. ``erased`` are the
    choices that were erased, and ``of_all_states`` the answers that show this, if ``responses`` are those of some
    states.
    """
    responses = list(responses)
    ladders = {
        (session, exercise.id, prompt.id)
        for session, exercise, prompt in prompts_of(content, TablePrompt, None)
        if any(column.id == MAY_SHARE and isinstance(column, ChoicePrompt) for column in prompt.columns)
    }
    removed: defaultdict[TableAddress, _RemovedLadder] = defaultdict(_RemovedLadder)
    choices: list[Response | ErasedChoice] = [*erased]
    choices += [one for one in (responses if of_all_states is None else of_all_states) if _is_choice(one)]
    for choice in choices:
        if _table_address(choice) not in ladders:
            removed[_table_address(choice)].note(choice)
    rungs: dict[RowAddress, str] = {}
    for response in sorted(responses, key=lambda response: response.seq):
        table, address = _table_address(response), row_address(response)
        if "." not in response.prompt:
            continue
        if _is_choice(response):
            rungs[address] = str(response.value or PRIVATE)
        elif table in ladders or (table in removed and removed[table].covers(response)):
            rungs.setdefault(address, PRIVATE)
    return rungs


def _is_choice(response: Response) -> bool:
    return response.prompt.partition(".")[2] == MAY_SHARE


def _table_address(response: Response | ErasedChoice) -> TableAddress:
    return response.session, response.exercise, response.prompt.partition(".")[0]


def row_address(response: Response) -> RowAddress:
    """The table row of a response; outside of tables, the prompt."""
    table = response.prompt.partition(".")[0]
    return (response.jurisdiction, response.session, response.exercise, table, response.row)


def keep_for_staff(responses: Iterable[Response], rungs: dict[RowAddress, str]) -> list[Response]:
    """The responses that staff may see, in order."""
    return [r for r in responses if rungs.get(row_address(r), FOR_STAFF[0]) in FOR_STAFF]
