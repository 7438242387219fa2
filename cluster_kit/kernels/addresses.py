"""Where a kernel's sockets are: files in a folder of their own that only their user can enter, instead of TCP ports."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import zmq

# A Unix socket's path holds 108 bytes on Linux and 104 elsewhere, with the zero at its end.
PATH_BYTES = 103
LONGEST_TAIL = "/kernel-99999"


def make_socket_folder() -> Path | None:
    """A new folder, private to this user; None where there are no such sockets, or every path is too long for one."""
    if not zmq.has("ipc"):
        return None
    for place in (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir()):
        if place and os.access(place, os.W_OK | os.X_OK):
            folder = tempfile.mkdtemp(prefix="cluster-kit-", dir=place)
            if len(os.fsencode(folder + LONGEST_TAIL)) <= PATH_BYTES:
                return Path(folder)
            os.rmdir(folder)
    return None
