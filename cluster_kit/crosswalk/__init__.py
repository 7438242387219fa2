"""A state's programs in the modernized Framework: proposals with reasons, and a coded inventory.

``importing`` reads a published crosswalk into ``reference``, and ``inventory`` a state's list, with the help of
``columns``, ``codes``, and ``privacy``. ``proposing`` weighs ``evidence`` by ``calibration``. ``results`` writes all
files of a run.
"""

from cluster_kit.crosswalk.errors import (
    CrosswalkError,
    NoTableError,
    ReviewError,
    StudentDataError,
    UnreadableListError,
)
from cluster_kit.crosswalk.importing import import_crosswalk
from cluster_kit.crosswalk.inventory import Inventory, read_inventory, read_inventory_from
from cluster_kit.crosswalk.proposing import ClusterProposal, ClusterProposals, propose_clusters
from cluster_kit.crosswalk.reference import open_reference
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
    "import_crosswalk",
    "open_reference",
    "propose_clusters",
    "read_inventory",
    "read_inventory_from",
    "summarize_crosswalk",
]
