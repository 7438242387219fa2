"""A state's programs in the modernized Framework: proposals with reasons, the team's decisions, a coded inventory."""

from cluster_kit.crosswalk.errors import (
    CrosswalkError,
    NoTableError,
    ReviewError,
    StudentDataError,
    UnreadableFileError,
)
from cluster_kit.crosswalk.inventory import Inventory, read_inventory, read_inventory_from
from cluster_kit.crosswalk.proposing import Proposal, Proposals, propose
from cluster_kit.crosswalk.running import decide, import_crosswalk, open_reference, run_crosswalk
from cluster_kit.crosswalk.summary import Summary, summarize

__all__ = [
    "CrosswalkError",
    "Inventory",
    "NoTableError",
    "Proposal",
    "Proposals",
    "ReviewError",
    "StudentDataError",
    "Summary",
    "UnreadableFileError",
    "decide",
    "import_crosswalk",
    "open_reference",
    "propose",
    "read_inventory",
    "read_inventory_from",
    "run_crosswalk",
    "summarize",
]
