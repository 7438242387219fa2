"""The system's limit on open files, and the number of pages that it allows."""

from __future__ import annotations

try:
    import resource
except ImportError:  # the system has no such limits
    resource = None  # type: ignore[assignment]

MANY_FILES = 65536
# A page uses sixteen in the server, including its event stream; a waiting client uses one.
FILES_EACH = 17
FILES_BESIDES = 256


def allow_open_files() -> None:
    """Raise the soft limit on open files to the hard limit. The usual 1024 would suffice for 50 pages only."""
    if resource is None:
        return
    usual, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MANY_FILES if most == resource.RLIM_INFINITY else min(MANY_FILES, most)
    if usual != resource.RLIM_INFINITY and usual < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def pages_by_files() -> int:
    """Maximum number of pages with kernels that the limit on open files allows."""
    usual = resource.getrlimit(resource.RLIMIT_NOFILE)[0] if resource else MANY_FILES
    files = MANY_FILES if resource and usual == resource.RLIM_INFINITY else usual
    return max(1, (files - FILES_BESIDES) // FILES_EACH)
