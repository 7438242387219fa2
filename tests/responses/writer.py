"""A program that writes answers one by one and prints each receipt: ``id seq status``.

Its one argument is JSON: ``url``, ``name``, ``count``, and parts of the answers. It opens the store, prints
``ready``, and starts when it is told to.
"""

from __future__ import annotations

import json
import sys

from cluster_kit.responses import Store
from tests.responses.samples import answer


def main() -> None:
    order = json.loads(sys.argv[1])
    url, name, count = order.pop("url"), order.pop("name"), order.pop("count")
    with Store.open(url) as store:
        print("ready", flush=True)
        sys.stdin.readline()
        for number in range(count):
            parts = {"row": f"{name}-{number}", **order}
            [receipt] = store.append([answer(id=f"{name}-{number}", value=f"{name} {number}", author=name, **parts)])
            print(receipt.id, receipt.seq, receipt.status, flush=True)


if __name__ == "__main__":
    main()
