"""The team's decisions, stored as its answers."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cluster_kit.content.models import Scope
from cluster_kit.crosswalk.decisions import Decision, NewDecision
from cluster_kit.crosswalk.places import Placement
from cluster_kit.programs.prompt import PROGRAMS_ADDRESS
from cluster_kit.store import NewResponse, Person, Response, Store

SESSION, EXERCISE, _PROMPT = PROGRAMS_ADDRESS
CLUSTER, SUB_CLUSTER, NOTE = (f"{_PROMPT}.{column}" for column in ("cluster", "sub_cluster", "note"))


@dataclass(frozen=True)
class DecisionLog:
    """One state's decisions in its store, over its series from the oldest to the current one."""

    store: Store
    series: Sequence[str]
    jurisdiction: str

    def read(self) -> dict[str, tuple[Decision, ...]]:
        """The current decisions by key. Those of an earlier series apply until the current series has its own.

        An empty tuple means that the team retracted its decision.
        """
        found: dict[str, tuple[Decision, ...]] = {}
        for series in self.series:
            responses = self.store.current(series, self.jurisdiction, session=SESSION, exercise=EXERCISE)
            names = {person.id: person.name for person in self.store.people(series, self.jurisdiction)}
            found |= read_decisions(responses, names)
        return found

    def find_new(self, decisions: Iterable[NewDecision]) -> list[NewDecision]:
        """The decisions that differ from the stored ones."""
        known = self.read()
        return [decision for decision in decisions if not _is_kept(decision, known.get(decision.key))]

    def keep(self, decisions: Iterable[NewDecision], author: Person) -> int:
        """Store decisions for the team, except those that repeat the stored one. Returns how many were new.

        A decision supersedes every current one for its key, so it settles a disagreement between teammates.
        """
        series = self.series[-1]
        current: defaultdict[tuple[str, str], list[Response]] = defaultdict(list)
        for response in self.store.current(series, self.jurisdiction, session=SESSION, exercise=EXERCISE):
            current[response.row, response.prompt].append(response)
        new, responses = self.find_new(decisions), []
        for decision in new:
            cells = {CLUSTER: decision.place.cluster, SUB_CLUSTER: decision.place.sub_cluster, NOTE: decision.note}
            for prompt, value in cells.items():
                bases = current[decision.key, prompt]
                is_news = bool(value or bases or prompt == CLUSTER)
                if is_news and [base.value or None for base in bases] != [value or None]:
                    responses.append(self._response(decision.key, prompt, value, bases, author))
        if responses:
            self.store.add_person(author)
            self.store.append(responses)
        return len(new)

    def _response(self, key: str, prompt: str, value: str, bases: Sequence[Response], author: Person) -> NewResponse:
        return NewResponse(
            id=uuid.uuid4().hex,
            series=self.series[-1],
            session=SESSION,
            exercise=EXERCISE,
            prompt=prompt,
            row=key,
            jurisdiction=self.jurisdiction,
            scope=Scope.TEAM,
            author=author.id,
            value=value or None,
            base=tuple(base.id for base in bases),
        )


def read_decisions(responses: Iterable[Response], names: Mapping[str, str]) -> dict[str, tuple[Decision, ...]]:
    """Decisions by key from responses; an empty tuple if the team retracted its decision.

    Unsettled keys have one decision for each Cluster or Sub-Cluster.
    """
    rows: defaultdict[str, defaultdict[str, list[Response]]] = defaultdict(lambda: defaultdict(list))
    for response in responses:
        rows[response.row][response.prompt].append(response)
    found = {}
    for key, columns in rows.items():
        note = "; ".join(dict.fromkeys(str(r.value) for r in columns[NOTE] if r.value))
        chosen = [response for response in columns[CLUSTER] if response.value]
        found[key] = tuple(
            Decision(key, Placement(str(r.value), sub), note, names.get(r.author, ""), r.at, r.series)
            for r in chosen
            for sub in _subs_beside(r, columns[SUB_CLUSTER], len(chosen) == 1)
        )
    return found


def _subs_beside(cluster: Response, subs: Sequence[Response], is_settled: bool) -> list[str]:
    """The Sub-Clusters that belong to a Cluster: if the team has several Clusters, those with the same author."""
    beside = [str(s.value) for s in subs if s.value and (is_settled or s.author == cluster.author)]
    return list(dict.fromkeys(beside)) or [""]


def _is_kept(decision: NewDecision, known: Sequence[Decision] | None) -> bool:
    if not decision.place.cluster:
        return known is not None and not known
    return known is not None and len(known) == 1 and (known[0].place, known[0].note) == (decision.place, decision.note)
