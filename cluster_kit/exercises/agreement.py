"""A team's agreement on a proposed consensus: who proposed it, who agreed, who keeps a different view, who is asked.

A consensus is a proposal of one person until the teammates who are there have been asked. A stance names the value that
it is about, so a new proposal asks everyone again, and returning to an earlier one finds their answers. A consensus
about which no one has recorded a stance, as in release 0.1, is settled.

Proposals and stances are made openly in the team and carry names there. They say nothing about individual ratings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from cluster_kit.content.models import Scope
from cluster_kit.content.rating_values import Stance, read_stance
from cluster_kit.models import Json
from cluster_kit.store import Response


@dataclass
class ItemAgreement:
    """The consensus answers of one item, several if the team has to choose, and each person's stored stance."""

    proposals: list[Response] = field(default_factory=list)
    stored: dict[str, object] = field(default_factory=dict)

    def stances(self) -> dict[str, Stance]:
        """Each person's stance on the one proposal, its author's included. Empty if no one has recorded one."""
        if len(self.proposals) != 1:
            return {}
        (proposal,) = self.proposals
        read = {person: read_stance(stance, proposal.value) for person, stance in self.stored.items()}
        stances = {person: stance for person, stance in read.items() if stance}
        return {proposal.author: "agree", **stances} if stances else {}

    def to_page(self, person: str, here: Collection[str], name: Callable[[str], str]) -> Json | None:
        """The data for a person's page; None without exactly one proposal. ``here``: who of the team is there.

        ``agreed``, ``differ``, and ``waiting`` are names of teammates; the person's own stance is ``mine``.
        """
        if len(self.proposals) != 1:
            return None
        (proposal,) = self.proposals
        stances = self.stances()

        def names(people: Collection[str]) -> list[str]:
            return sorted(name(one) for one in people if one != person)

        return {
            "value": proposal.value,
            "by": "" if proposal.author == person else name(proposal.author),
            "asked": bool(stances),
            "mine": stances.get(person, ""),
            "agreed": names([one for one, stance in stances.items() if stance == "agree"]),
            "differ": names([one for one, stance in stances.items() if stance == "differ"]),
            "waiting": names(set(here) - set(stances)) if stances else [],
        }


def read_agreements(prompts: frozenset[str], current: Sequence[Response]) -> Mapping[str, Mapping[str, ItemAgreement]]:
    """The agreement on each item that has a consensus or a stance, by prompt, from an exercise's current answers."""
    found: dict[str, defaultdict[str, ItemAgreement]] = {prompt: defaultdict(ItemAgreement) for prompt in prompts}
    for response in current:
        prompt, _, column = response.prompt.partition(".")
        if prompt not in prompts or response.value is None:
            continue
        if column == "consensus" and response.scope is Scope.TEAM:
            found[prompt][response.row].proposals.append(response)
        elif column == "agreement" and response.scope is Scope.PERSON:
            found[prompt][response.row].stored[response.author] = response.value
    return found
