"""A program with a form service whose pages save continuously; it prints the id of each acknowledged answer.

Its one argument is the store's URL. Pages of several states save in parallel; each sends its next answer once the
previous one is acknowledged. It runs until it is killed.
"""

from __future__ import annotations

import itertools
import sys
import threading

from cluster_kit.forms.connection import FormConnection
from cluster_kit.forms.service import FormService
from cluster_kit.models import Json
from cluster_kit.store import Person, Store
from tests.forms.samples import everything_content
from tests.forms.stepping import answer_to, save_of

STATES = ("OH", "GU", "PA", "TX")
PAGES_A_STATE = 3


class SavingPage:
    """Saves one answer after another."""

    def __init__(self, service: FormService, person: Person, print_turn: threading.Lock) -> None:
        self._name, self._numbers, self._print_turn = person.id, itertools.count(), print_turn
        self.connection: FormConnection = service.connect(person, 1, self._receive)

    def save(self) -> None:
        number = next(self._numbers)
        answer = answer_to("aim", f"{self._name} {number}", id=f"{self._name}-{number}")
        self.connection.receive("everything", save_of(answer))

    def _receive(self, _exercise: str, message: Json) -> None:
        if message["type"] == "saved":
            with self._print_turn:
                for receipt in message["receipts"]:
                    print(receipt["id"], flush=True)
            self.save()


def main() -> None:
    content, store = everything_content(), Store.open(sys.argv[1])
    service, turn = FormService(content, store), threading.Lock()
    people = [
        store.add_person(Person(id=f"{state}-{number}", series="sample", jurisdiction=state, name="Sample"))
        for state in STATES
        for number in range(PAGES_A_STATE)
    ]
    for page in [SavingPage(service, person, turn) for person in people]:
        page.save()
    threading.Event().wait()


if __name__ == "__main__":
    main()
