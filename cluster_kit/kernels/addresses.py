"""Create a kernel's socket folder: Unix sockets in a private folder instead of TCP ports."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import zmq

# A Unix socket's path has at most 108 bytes on Linux and 104 elsewhere, including the terminating zero.
PATH_BYTES = 103
LONGEST_TAIL = "/kernel-99999"


def make_socket_folder() -> Path | None:
    """A new folder, private to this user; None without Unix sockets, or if every possible path is too long."""
    if not zmq.has("ipc"):
        return None
    for place in (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir()):
        if place and os.access(place, os.W_OK | os.X_OK):
            folder = tempfile.mkdtemp(prefix="cluster-kit-", dir=place)
            if len(os.fsencode(folder + LONGEST_TAIL)) <= PATH_BYTES:
                return Path(folder)
            os.rmdir(folder)
    return None
