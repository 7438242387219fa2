"""Digest of a packet's inputs: an unchanged digest means that the packet is up to date."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from functools import cache, cached_property
from importlib import metadata
from pathlib import Path

import cluster_kit
from cluster_kit.content.messages import find_call_link
from cluster_kit.content.models import Content
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.completeness import list_complete
from cluster_kit.insights.peers import Example, example_exercises, read_shared_examples
from cluster_kit.packets.jobs import Job, PacketKind
from cluster_kit.packets.notebook_copies import packet_notebook
from cluster_kit.settings import Settings
from cluster_kit.store import Person, Response, Store

# Packages that write documents and charts: another version may produce different files.
WRITERS = ("matplotlib", "typst", "python-docx", "papermill")
CODE = (".py", ".typ", ".j2", ".css", ".ipynb", ".ttf", ".otf")


@dataclass(frozen=True)
class Inputs:
    """The digest of a packet's inputs, and the number of its exercises that are complete."""

    digest: str
    answered: int


@dataclass(frozen=True)
class _State:
    """One jurisdiction's answers."""

    current: list[Response]
    history: list[Response]
    people: list[Person]

    @cached_property
    def answers(self) -> Answers:
        return Answers(self.current, self.people, self.history)

    @cached_property
    def fingerprint(self) -> list[object]:
        """Ids of the answers. An answer never changes under its id, so ids are sufficient."""
        responses = [r.id for r in self.history], [r.id for r in self.current]
        return [*responses, [(p.id, p.name, p.role) for p in self.people]]


class InputReader:
    """Reads inputs for one run. The answers of a state and its peers are read once."""

    def __init__(self, settings: Settings, store: Store, content: Content, notebooks: Path | None) -> None:
        self._settings, self._store, self._content, self._notebooks = settings, store, content, notebooks
        self._states: dict[str, _State] = {}

    def read(self, job: Job) -> Inputs:
        """The inputs of a job. Raises ``NotebookMissingError``, and ``StoreError``."""
        state = self._state(job.jurisdiction)
        notebook = packet_notebook(job, self._notebooks).read_bytes()
        others = {} if job.kind is PacketKind.PREWORK else self._shared
        peers = [astuple(e) for code, offered in sorted(others.items()) if code != job.jurisdiction for e in offered]
        parts = [
            job.model_dump(mode="json"),
            self._content.version,
            code_version(),
            hashlib.sha256(notebook).hexdigest(),
            state.fingerprint,
            self._meeting(state) if job.kind is PacketKind.PREWORK else peers,
        ]
        digest = hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()
        return Inputs(digest, sum(self._answered(job, state.answers)))

    def _meeting(self, state: _State) -> list[object]:
        """Where the session takes place, and who is invited."""
        invited = [(p.id, p.email, p.sessions, p.is_removed) for p in state.people]
        return [self._settings.address(), find_call_link(self._content.series.id, self._settings.content), invited]

    def _answered(self, job: Job, answers: Answers) -> Iterator[int]:
        for session in self._content.sessions:
            if job.kind is PacketKind.SERIES or session.number == job.session:
                yield len(list_complete(self._content, session.number, answers))

    def _state(self, code: str) -> _State:
        if code not in self._states:
            where = (self._content.series.id, code)
            store = self._store
            self._states[code] = _State(store.current(*where), store.history(*where), store.people(*where))
        return self._states[code]

    @cached_property
    def _shared(self) -> dict[str, list[Example]]:
        series = self._content.series.id
        asked = example_exercises(self._content)
        given = [response for exercise in asked for response in self._store.current(series, exercise=exercise)]
        return read_shared_examples(self._content, given, self._store.people(series))


@cache
def code_version() -> str:
    """Digest of the kit's code and fonts, and of the versions of the packages in ``WRITERS``."""
    digest = hashlib.sha256()
    root = Path(cluster_kit.__file__).parent
    for path in sorted(path for path in root.rglob("*") if path.suffix in CODE):
        digest.update(str(path.relative_to(root)).encode())
        digest.update(path.read_bytes())
    for name in WRITERS:
        digest.update(f"{name} {metadata.version(name)}".encode())
    return digest.hexdigest()
