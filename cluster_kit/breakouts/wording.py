"""Texts about groups: reasons, summaries, and topics, all for facilitators.

A facilitator may say a topic to the group. It depends on the policy area alone. In a small group, participants who know
their own answers could infer those of others from anything more specific, such as that one of these states has it in
place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from cluster_kit.breakouts.models import ExistingGroup, GroupProposal, ProposedGroup, State
from cluster_kit.breakouts.scoring import ProblemData
from cluster_kit.content.models import Content
from cluster_kit.documents.typed_text import visible_text
from cluster_kit.exercises.labels import vocabulary_labels
from cluster_kit.sessions.state import Round
from cluster_kit.text import count_of, inflect, join_words, number_words

NO_AREA = "What is the next thing that each state wants to get done, and who in this group has done it before?"
NO_STATES = "No state is present, so there are no groups."
MOST_NAMED = 4


class NameLookup:
    """Looks up the names of codes and ids."""

    def __init__(self, content: Content) -> None:
        self._states = content.jurisdiction_names
        self._areas = vocabulary_labels(content, "areas")
        self._roles = vocabulary_labels(content, "roles")

    def state(self, code: str) -> str:
        """A state's name."""
        return self._states.get(code, code)

    def states(self, codes: Collection[str]) -> str:
        """State names in alphabetical order, "Guam, Ohio, and Utah"; in long lists the rest is a number."""
        names = sorted(self.state(code) for code in codes)
        if len(names) > MOST_NAMED + 1:
            names = [*names[:MOST_NAMED], f"{len(names) - MOST_NAMED} more"]
        return join_words(names)

    def topic(self, area: str) -> str:
        """What a group discusses, without disclosing answers."""
        title = self._areas.get(area)
        if title is None:
            return NO_AREA
        return f"{title}: what do you have in place, what are you working on, and what would you ask the others?"

    def why(self, group: Sequence[State], area: str) -> str:
        """Why these states are together, for facilitators: their ratings, and the roles in the group."""
        group = sorted(group, key=lambda state: self.state(state.code))
        sentences = [self._match(group, area), self._wishes(group), self._mix(group)]
        return " ".join(filter(None, sentences))

    def _match(self, group: Sequence[State], area: str) -> str:
        title = self._areas.get(area)
        needing = [self._with_evidence(state, area) for state in group if state.needs.get(area, 0) > 0]
        strong = [self._with_evidence(state, area) for state in group if state.strengths.get(area, 0) > 0]
        if title is None or not needing + strong:
            return "No answers say yet what these states need or could offer."
        if not strong:
            share = inflect(len(needing), "has", "share")
            return f"{title}: a need that {join_words(needing)} {share}; no state here has it in place."
        if not needing:
            return f"{title}: {join_words(strong)} {inflect(len(strong), 'is', 'are')} strong; no state here needs it."
        return f"{title}: {join_words(needing)} could use help; {join_words(strong)} could offer it."

    def _with_evidence(self, state: State, area: str) -> str:
        evidence = state.evidence.get(area)
        return f"{self.state(state.code)} ({evidence})" if evidence else self.state(state.code)

    def _wishes(self, group: Sequence[State]) -> str:
        codes = {state.code for state in group}
        wishes = [(state.code, other) for state in group for other in sorted(state.asks & codes - {state.code})]
        return " ".join(f"{self.state(one)} wanted to ask {self.state(other)} something." for one, other in wishes)

    def _mix(self, group: Sequence[State]) -> str:
        roles = sorted({self._roles.get(role, visible_text(role)) for state in group for role in state.roles})
        return f"Roles: {', '.join(roles)}." if roles else "No roles are known."


def describe_quality(facts: ProblemData, groups: Sequence[Sequence[int]]) -> str:
    """The group sizes, the states that meet again, and what could not be matched."""
    sizes = Counter(map(len, groups))
    of = join_words([f"{number_words(count)} of {number_words(size)}" for size, count in sorted(sizes.items())])
    count = number_words(len(groups)).capitalize()
    if len(groups) == 1:
        sentences = [f"One group of {number_words(len(facts.states))} states."]
    else:
        sentences = [f"{count} groups for {len(facts.states)} states: {of}."]
    sentences.append(describe_repeats(facts, groups))
    if not facts.needs.any() and not facts.strengths.any():
        sentences.append(
            "No state has rated anything yet: groups mix roles, grant wishes, and avoid repeats, nothing more."
        )
    elif not facts.strengths.any():
        sentences.append("No state is strong in anything yet: groups form around needs that they share.")
    elif not facts.needs.any():
        sentences.append("No state has said what it needs: groups mix roles, grant wishes, and avoid repeats.")
    return " ".join(filter(None, sentences))


def describe_changes(
    namer: NameLookup, before: Sequence[ExistingGroup], after: Sequence[ExistingGroup], alone: Sequence[str]
) -> str:
    """The changes: states that join, move, or have left, and groups that are new or closed."""
    was = {code: group.number for group in before for code in group.states}
    now = {code: group.number for group in after for code in group.states}
    sentences = []
    for group in after:
        joined = [code for code in group.states if code not in was]
        moved = [code for code in group.states if was.get(code, group.number) != group.number]
        came = join_words([f"{namer.state(code)} (from group {was[code]})" for code in moved])
        if group.number not in was.values():
            sentences.append(f"Group {group.number} is new: {namer.states(group.states)}.")
        elif joined or moved:
            who = join_words(filter(None, [namer.states(joined), came]))
            sentences.append(f"{who} {inflect(len(joined) + len(moved), 'joins', 'join')} group {group.number}.")
    gone = [code for code in was if code not in now and code not in alone]
    dissolved = sorted({*was.values()} - {*now.values()})
    if gone:
        sentences.append(f"{namer.states(gone)} {inflect(len(gone), 'has', 'have')} left.")
    if dissolved:
        which = join_words([str(number) for number in dissolved])
        sentences.append(
            f"{inflect(len(dissolved), 'Group')} {which} no longer {inflect(len(dissolved), 'exists', 'exist')}."
        )
    if alone:
        sentences.append(f"{namer.states(alone)} {inflect(len(alone), 'is', 'are')} alone, and in no group.")
    return " ".join(sentences) or "The groups stay as they are."


def describe_sizes(after: Sequence[ExistingGroup], size: tuple[int, int]) -> str:
    """Groups smaller or larger than requested."""
    other = [group for group in after if not size[0] <= len(group.states) <= size[1]]
    return " ".join(f"Group {one.number} has {number_words(len(one.states))} states." for one in other)


def describe_repeats(facts: ProblemData, groups: Sequence[Sequence[int]]) -> str:
    """Number of pairs of states that meet again."""
    again = sum(1 for group in groups for a in group for b in group if a < b and frozenset((a, b)) in facts.met)
    if not facts.met:
        return ""
    if not again:
        return "No two states meet again that were together before."
    return f"{count_of(again, 'pair')} of states {inflect(again, 'meets', 'meet')} again."


def describe_round(content: Content, shown: Round, states: Sequence[State]) -> GroupProposal:
    """Groups that participants see, as a proposal with the current reasons.

    No score is computed, because the groups are already chosen.
    """
    namer, known = NameLookup(content), {state.code: state for state in states}
    groups = [
        ProposedGroup(
            number=group.number,
            states=group.states,
            area=group.area,
            topic=group.reason,
            why=namer.why([known[code] for code in group.states if code in known], group.area),
            points=0.0,
        )
        for group in shown.groups
    ]
    return GroupProposal(tuple(groups), 0.0, f"These groups are shown to participants: {shown.title}.")
