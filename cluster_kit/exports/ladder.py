"""The sharing ladder for exports: answers that a state restricts to its own team are not exported.

A table with a choice ``may_share`` lets a state decide for each row who may see it. The latest choice applies; without
one, the row is for the state's team only.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from cluster_kit.content.models import ChoicePrompt, Content, TablePrompt
from cluster_kit.exercises.prompts import prompts_of

if TYPE_CHECKING:
    from cluster_kit.store import Response

MAY_SHARE = "may_share"
PRIVATE = "private"
FOR_STAFF = ("team", "anonymous", "named")

RowAddress = tuple[str, int, str, str, str]
"""Jurisdiction, session, exercise, table, row."""


def read_rungs(content: Content, responses: Iterable[Response]) -> dict[RowAddress, str]:
    """The rung of every answered row of a table with a sharing ladder."""
    ladders = {
        (session, exercise.id, prompt.id)
        for session, exercise, prompt in prompts_of(content, TablePrompt, None)
        if any(column.id == MAY_SHARE and isinstance(column, ChoicePrompt) for column in prompt.columns)
    }
    responses = list(responses)
    # A ladder that the content no longer has still holds for the answers beside it.
    ladders |= {
        (response.session, response.exercise, response.prompt.partition(".")[0])
        for response in responses
        if response.prompt.partition(".")[2] == MAY_SHARE
    }
    rungs: dict[RowAddress, str] = {}
    for response in sorted(responses, key=lambda response: response.seq):
        table, _, column = response.prompt.partition(".")
        if (response.session, response.exercise, table) not in ladders or not column:
            continue
        address = row_address(response)
        rungs.setdefault(address, PRIVATE)
        if column == MAY_SHARE:
            rungs[address] = str(response.value or PRIVATE)
    return rungs


def row_address(response: Response) -> RowAddress:
    """The table row of a response; outside of tables, the prompt."""
    table = response.prompt.partition(".")[0]
    return (response.jurisdiction, response.session, response.exercise, table, response.row)


def keep_for_staff(responses: Iterable[Response], rungs: dict[RowAddress, str]) -> list[Response]:
    """The responses that staff may see, in order."""
    return [r for r in responses if rungs.get(row_address(r), FOR_STAFF[0]) in FOR_STAFF]
