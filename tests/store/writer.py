"""A program that writes answers and prints each receipt: ``id seq status``.

Its one argument is JSON: ``url``, ``name``, ``count``, and fields of the answers; ``group`` answers, a batch each, go
into one commit (1 unless given), and ``jurisdictions`` alternate. It opens the store, prints ``ready``, and
starts on a line of input.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from cluster_kit.store import NewResponse, Store
from tests.store.samples import answer


def main() -> None:
    order = json.loads(sys.argv[1])
    url, count, group = order.pop("url"), order.pop("count"), order.pop("group", 1)
    with Store.open(url) as store:
        print("ready", flush=True)
        sys.stdin.readline()
        for start in range(0, count, group):
            numbers = range(start, min(start + group, count))
            for kept in store.append_batches([[make(number, **order)] for number in numbers]):
                if isinstance(kept, Exception):
                    raise kept
                [receipt] = kept
                print(receipt.id, receipt.seq, receipt.status, flush=True)


def make(number: int, name: str, jurisdictions: tuple[str, ...] = ("OH",), **parts: Any) -> NewResponse:
    """The writer's answer with this number."""
    usual = {"row": f"{name}-{number}", "jurisdiction": jurisdictions[number % len(jurisdictions)]}
    return answer(id=f"{name}-{number}", value=f"{name} {number}", author=name, **{**usual, **parts})


if __name__ == "__main__":
    main()
