"""The reasons why a kernel cannot be forked. The caller then starts an ordinary kernel."""

from __future__ import annotations

import os
import sys

from cluster_kit.errors import ClusterKitError

# "0" disables forking: kernels then start as on Windows and macOS.
FORK_VARIABLE = "CLUSTER_KIT_FORK"


class KernelForkError(ClusterKitError):
    """This kernel cannot be forked. The message says why."""


class StaleForkServerError(KernelForkError):
    """The fork server has imported code that has since changed on disk, so it must be replaced."""

    def __init__(self) -> None:
        super().__init__("Code has changed on disk since the fork server imported it.")


class ForkServerGoneError(KernelForkError):
    """The fork server ended or does not respond."""

    def __init__(self, sentence: str) -> None:
        super().__init__(f"The fork server {sentence}.")


def check_system(platform: str = sys.platform) -> None:
    """Raise ``KernelForkError`` if this system cannot fork kernels, or if forking is disabled."""
    if os.environ.get(FORK_VARIABLE) == "0":
        raise KernelForkError(f"Forking is switched off ({FORK_VARIABLE}=0).")
    if platform != "linux" or not hasattr(os, "pidfd_open"):
        raise KernelForkError(f"Forking kernels needs Linux; this is {platform}.")
