"""The system's limit on open files and sockets, and how many pages fit in it."""

from __future__ import annotations

try:
    import resource
except ImportError:  # not a system with such limits
    resource = None  # type: ignore[assignment]

MANY_FILES = 65536
# A page has sixteen in the server, the stream of its room among them; whoever only waits has one.
FILES_EACH = 17
FILES_BESIDES = 256


def allow_open_files() -> None:
    """Let this process open as many files as it may ask for. The usual limit, 1024, would be reached with 50 pages."""
    if resource is None:
        return
    usual, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MANY_FILES if most == resource.RLIM_INFINITY else min(MANY_FILES, most)
    if usual != resource.RLIM_INFINITY and usual < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def pages_by_files() -> int:
    """How many pages' kernels there can be in all before this process may open no more files."""
    usual = resource.getrlimit(resource.RLIMIT_NOFILE)[0] if resource else MANY_FILES
    files = MANY_FILES if resource and usual == resource.RLIM_INFINITY else usual
    return max(1, (files - FILES_BESIDES) // FILES_EACH)
