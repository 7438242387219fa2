"""A state's programs in the modernized Framework: proposals with reasons, decisions, and a coded inventory."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cluster_kit.crosswalk.errors import (
        CrosswalkError,
        NoTableError,
        ReviewError,
        StudentDataError,
        UnreadableListError,
    )
    from cluster_kit.crosswalk.inventory import Inventory, read_inventory, read_inventory_from
    from cluster_kit.crosswalk.proposing import ClusterProposal, ClusterProposals, propose_clusters
    from cluster_kit.crosswalk.running import decide, import_crosswalk, open_reference, run_crosswalk
    from cluster_kit.crosswalk.summary import CrosswalkSummary, summarize_crosswalk

__all__ = [
    "ClusterProposal",
    "ClusterProposals",
    "CrosswalkError",
    "CrosswalkSummary",
    "Inventory",
    "NoTableError",
    "ReviewError",
    "StudentDataError",
    "UnreadableListError",
    "decide",
    "import_crosswalk",
    "open_reference",
    "propose_clusters",
    "read_inventory",
    "read_inventory_from",
    "run_crosswalk",
    "summarize_crosswalk",
]


def __getattr__(name: str) -> object:
    """Import a public name when it is first used: content loads ``crosswalk.prompt`` before content is complete."""
    if name in __all__:
        for module in ("errors", "inventory", "proposing", "running", "summary"):
            home = import_module(f"{__name__}.{module}")
            if getattr(getattr(home, name, None), "__module__", "") == home.__name__:
                return getattr(home, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
