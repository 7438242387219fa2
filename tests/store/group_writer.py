"""Child processes that append groups of batches until they are killed, and acknowledge every answer.

Its one argument is JSON: ``url``, ``writers`` (how many in all) and ``at_once`` (how many at a time: when one is
killed, the next begins). Once a call has returned, the child prints ``pid id id ...``: itself and the answers that
are kept now. A call that finds the database unavailable is made again, as a page does.

``make_group`` says what a writer appends; a test calls it, too, to know what a whole batch is.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import sys

from cluster_kit.store import NewResponse, Receipt, ReusedIdError, Store, StoreUnavailableError
from tests.store.samples import answer

TAKEN = answer(id="taken", row="taken", value="the first words")
"""An answer stored before the writers begin: a batch that reuses its id is refused."""


def main() -> None:
    order = json.loads(sys.argv[1])
    for number in range(order["writers"]):
        if number >= order["at_once"]:
            os.wait()
        if os.fork() == 0:
            append_groups(order["url"], f"w{number}")
    for _ in range(min(order["writers"], order["at_once"])):
        os.wait()


def append_groups(url: str, name: str) -> None:
    """Append group after group, and acknowledge each."""
    with Store.open(url) as store:
        for number in itertools.count():
            kept = [r.id for result in append(store, make_group(name, number)) for r in result]
            os.write(1, f"{' '.join([str(os.getpid()), *kept])}\n".encode())


def append(store: Store, group: list[list[NewResponse]]) -> list[list[Receipt]]:
    """The receipts of the batches that were stored."""
    while True:
        try:
            results = store.append_batches(group)
        except StoreUnavailableError as error:
            if not error.retryable:
                raise
        else:
            return [result for result in results if not isinstance(result, ReusedIdError)]


def make_group(name: str, number: int) -> list[list[NewResponse]]:
    """Up to four batches of up to four short and long answers that supersede earlier ones; some batches are refused."""
    chance = random.Random(f"{name} {number}")
    group = []
    for batch in range(chance.randint(1, 4)):
        ids = [f"{name}-{number}-{batch}-{part}" for part in range(chance.randint(1, 4))]
        parts = {"author": name, "scope": "person", "jurisdiction": chance.choice(["OH", "GU"])}
        made = [
            answer(id=i, row=f"{row}", value=f"{i} " * chance.choice([1, 10, 2000]), **parts)
            for row, i in enumerate(ids)
        ]
        group.append([*made, TAKEN.model_copy(update={"value": "other words"})] if chance.random() < 0.2 else made)
    return group


if __name__ == "__main__":
    main()
