"""Packets: a notebook that is executed for each state, and the documents made from it."""

from cluster_kit.packets.batch import BatchOptions, BatchPlan, PacketRequest, make_packets
from cluster_kit.packets.errors import PacketError
from cluster_kit.packets.formats import PACKET_FORMATS, PacketFormat
from cluster_kit.packets.jobs import Job, PacketKind, plan_jobs
from cluster_kit.packets.manifest import Manifest, PacketResult

__all__ = [
    "PACKET_FORMATS",
    "BatchOptions",
    "BatchPlan",
    "Job",
    "Manifest",
    "PacketError",
    "PacketFormat",
    "PacketKind",
    "PacketRequest",
    "PacketResult",
    "make_packets",
    "plan_jobs",
]
