"""Documents for each state: a notebook, run for it, and what to read, print, edit and file."""

from cluster_kit.packets.batch import How, Planned, Wanted, make_packets
from cluster_kit.packets.errors import PacketError
from cluster_kit.packets.jobs import Format, Job, Kind, plan_jobs
from cluster_kit.packets.manifest import Manifest, Result

__all__ = [
    "Format",
    "How",
    "Job",
    "Kind",
    "Manifest",
    "PacketError",
    "Planned",
    "Result",
    "Wanted",
    "make_packets",
    "plan_jobs",
]
