"""Why a kernel cannot be forked. Whoever meets one of these starts the kernel the ordinary way instead."""

from __future__ import annotations

import os
import sys

from cluster_kit.errors import ClusterKitError

# "0" switches forking off: kernels then start as they do on Windows and macOS.
FORK_VARIABLE = "CLUSTER_KIT_FORK"


class WarmKernelError(ClusterKitError):
    """This kernel cannot be forked from a warm parent. The message says why."""


class StaleParentError(WarmKernelError):
    """The parent holds code that has changed on disk since it imported it: a new one has to take its place."""

    def __init__(self) -> None:
        super().__init__("Code has changed on disk since the warm parent imported it.")


class ParentGoneError(WarmKernelError):
    """The parent ended, or does not answer."""

    def __init__(self, sentence: str) -> None:
        super().__init__(f"The warm parent {sentence}.")


def check_system(platform: str = sys.platform) -> None:
    """Raise ``WarmKernelError`` where this system cannot fork kernels, or is asked not to."""
    if os.environ.get(FORK_VARIABLE) == "0":
        raise WarmKernelError(f"Forking is switched off ({FORK_VARIABLE}=0).")
    if platform != "linux" or not hasattr(os, "pidfd_open"):
        raise WarmKernelError(f"Forking from a warm parent needs Linux; this is {platform}.")
