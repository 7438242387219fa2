"""Groups that participants see, described again with the current answers."""

from __future__ import annotations

from collections.abc import Sequence

from cluster_kit.breakouts.models import GroupProposal, ProposedGroup, State
from cluster_kit.breakouts.wording import NameLookup
from cluster_kit.content.models import Content
from cluster_kit.sessions.state import Round


def describe_round(content: Content, shown: Round, states: Sequence[State]) -> GroupProposal:
    """A round as a proposal, with the current reasons. No score is computed, because the groups are already chosen."""
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
