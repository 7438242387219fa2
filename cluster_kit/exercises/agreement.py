"""A team's agreement on a proposed consensus: who proposed it, who agreed, who keeps a different view, who is asked.

A consensus is a proposal of one person until a teammate has answered it, with either stance: then it is settled. It is
settled at once, and marked, if no one else of the team has rated the statement. Who proposed it counts as agreeing,
also without a stance, as in an answer that was not given on a page: settled means that the others were asked. Where
ratings differ, it also needs a reason, which anyone of the team may write. ``count_stances`` is this definition.
Pages, the console, summaries, packets, and briefs all use it, and it needs nothing but stored answers. A stance names
the value that it is about, so a new proposal asks everyone again, and returning to an earlier one finds their answers.

Proposals and stances are made openly in the team and carry names there. They say nothing about individual ratings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from cluster_kit.content.models import Scope
from cluster_kit.content.rating_values import Stance, read_stance
from cluster_kit.exercises.answers import is_empty
from cluster_kit.models import Json
from cluster_kit.store import Response
from cluster_kit.text import count_of


@dataclass(frozen=True)
class AgreementCount:
    """How many people agree on a consensus and how many keep a different view, and how many take part in the item.

    The number alone is kept: who agreed is known on the team's page only. ``lacks_reason``: ratings differ, and no one
    has written why the team settles on this one.
    """

    agreeing: int
    differing: int
    people: int
    lacks_reason: bool = False

    @property
    def by_one(self) -> bool:
        """True if one person recorded the consensus and no one else has rated the item or was asked."""
        return self.people == 1

    @property
    def is_proposal(self) -> bool:
        """True if one person of several proposed it and no one has answered yet, or its reason is still missing.

        Otherwise it is settled.
        """
        return not self.by_one and (self._is_unanswered or self.lacks_reason)

    @property
    def _is_unanswered(self) -> bool:
        return self.agreeing + self.differing == 1

    def describe(self) -> str:
        """For example ``2 agreed, 1 keeps a different view``."""
        if self.by_one:
            return "as one person sees it"
        if self._is_unanswered:
            return "proposed by one person"
        kept = f"{count_of(self.differing, 'keeps', 'keep')} a different view" if self.differing else ""
        missing = "no team rating without a reason" if self.lacks_reason else ""
        return ", ".join(filter(None, (f"{self.agreeing} agreed", kept, missing)))


def read_stances(proposals: Sequence[Response], stored: Mapping[str, object]) -> dict[str, Stance]:
    """Each person's stance on the proposed value; its authors agree. Empty without exactly one proposed value."""
    values = {response.value for response in proposals}
    if len(values) != 1:
        return {}
    (value,) = values
    read = {person: stance for person, given in stored.items() if (stance := read_stance(given, value))}
    return {**{response.author: "agree" for response in proposals}, **read}


def count_stances(
    proposals: Sequence[Response], stored: Mapping[str, object], ratings: Mapping[str, object], *, has_reason: bool
) -> AgreementCount | None:
    """The stances on a consensus; None without exactly one proposed value. ``ratings``: each person's own rating."""
    stances = read_stances(proposals, stored)
    if not stances:
        return None
    agreeing = sum(stance == "agree" for stance in stances.values())
    lacks_reason = not has_reason and len(set(ratings.values())) > 1
    return AgreementCount(agreeing, len(stances) - agreeing, len({*stances, *ratings}), lacks_reason)


@dataclass
class ItemAgreement:
    """The consensus answers of one item, several if the team has to choose, each person's stance and rating."""

    proposals: list[Response] = field(default_factory=list)
    stored: dict[str, object] = field(default_factory=dict)
    ratings: dict[str, object] = field(default_factory=dict)
    has_reason: bool = False

    def to_page(self, person: str, here: Collection[str], name: Callable[[str], str]) -> Json | None:
        """The data for a person's page; None without exactly one proposal. ``here``: who of the team is there.

        ``agreed``, ``differ``, and ``waiting`` are names of teammates; the person's own stance is ``mine``.
        """
        if len(self.proposals) != 1:
            return None
        (proposal,) = self.proposals
        stances = read_stances(self.proposals, self.stored)
        counted = count_stances(self.proposals, self.stored, self.ratings, has_reason=self.has_reason)

        def names(people: Collection[str]) -> list[str]:
            return sorted(name(one) for one in people if one != person)

        return {
            "value": proposal.value,
            "by": "" if proposal.author == person else name(proposal.author),
            "settled": counted is not None and not counted.is_proposal,
            "mine": stances.get(person, ""),
            "agreed": names([one for one, stance in stances.items() if stance == "agree"]),
            "differ": names([one for one, stance in stances.items() if stance == "differ"]),
            "waiting": names(set(here) - set(stances)),
        }


def read_agreements(prompts: frozenset[str], current: Sequence[Response]) -> Mapping[str, Mapping[str, ItemAgreement]]:
    """The agreement on each item with a rating, a consensus, or a stance, by prompt, from an exercise's answers."""
    found: dict[str, defaultdict[str, ItemAgreement]] = {prompt: defaultdict(ItemAgreement) for prompt in prompts}
    for response in current:
        prompt, _, column = response.prompt.partition(".")
        if prompt not in prompts or response.value is None:
            continue
        if column == "consensus" and response.scope is Scope.TEAM:
            found[prompt][response.row].proposals.append(response)
        elif column == "agreement" and response.scope is Scope.PERSON:
            found[prompt][response.row].stored[response.author] = response.value
        elif column == "rating" and response.scope is Scope.PERSON:
            found[prompt][response.row].ratings[response.author] = response.value
        elif column == "rationale" and not is_empty(response.value):
            found[prompt][response.row].has_reason = True
    return found
