"""The reasons why a kernel cannot be forked. The caller then starts an ordinary kernel."""

from __future__ import annotations

import os
import sys

from cluster_kit.errors import ClusterKitError

# "0" disables forking: kernels then start as on Windows and macOS.
FORK_VARIABLE = "CLUSTER_KIT_FORK"


class WarmKernelError(ClusterKitError):
    """This kernel cannot be forked from a warm parent. The message says why."""


class StaleParentError(WarmKernelError):
    """The parent has imported code that has since changed on disk, so it must be replaced."""

    def __init__(self) -> None:
        super().__init__("Code has changed on disk since the warm parent imported it.")


class ParentGoneError(WarmKernelError):
    """The parent ended or does not respond."""

    def __init__(self, sentence: str) -> None:
        super().__init__(f"The warm parent {sentence}.")


def check_system(platform: str = sys.platform) -> None:
    """Raise ``WarmKernelError`` if this system cannot fork kernels, or if forking is disabled."""
    if os.environ.get(FORK_VARIABLE) == "0":
        raise WarmKernelError(f"Forking is switched off ({FORK_VARIABLE}=0).")
    if platform != "linux" or not hasattr(os, "pidfd_open"):
        raise WarmKernelError(f"Forking from a warm parent needs Linux; this is {platform}.")
