"""Documents for each state: the session's notebook, run for it, and a page to read, print and file."""

from cluster_kit.packets.errors import PacketError
from cluster_kit.packets.jobs import Job, Manifest, Result, plan_jobs
from cluster_kit.packets.making import Wanted, make_packet, make_packets

__all__ = ["Job", "Manifest", "PacketError", "Result", "Wanted", "make_packet", "make_packets", "plan_jobs"]
