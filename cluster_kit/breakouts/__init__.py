"""Breakout groups of 3 to 5 states, formed from answers: the best ones that there are, and why (docs/breakouts.md)."""

from cluster_kit.breakouts.forming import form_groups
from cluster_kit.breakouts.mending import mend_groups
from cluster_kit.breakouts.models import Grouped, GroupProposal, State, read_pairs
from cluster_kit.breakouts.reading import read_states

__all__ = ["GroupProposal", "Grouped", "State", "form_groups", "mend_groups", "read_pairs", "read_states"]
