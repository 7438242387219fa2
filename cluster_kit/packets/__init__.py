"""Packets: a notebook that is executed for each state, and the documents made from it."""

from cluster_kit.packets.batch import BatchOptions, BatchPlan, PacketRequest, make_packets
from cluster_kit.packets.errors import PacketError
from cluster_kit.packets.jobs import Format, Job, PacketKind, plan_jobs
from cluster_kit.packets.manifest import Manifest, PacketResult

__all__ = [
    "BatchOptions",
    "BatchPlan",
    "Format",
    "Job",
    "Manifest",
    "PacketError",
    "PacketKind",
    "PacketRequest",
    "PacketResult",
    "make_packets",
    "plan_jobs",
]
