"""Why a kernel cannot be forked. Whoever meets one of these starts the kernel the ordinary way instead."""

from __future__ import annotations

from cluster_kit.errors import ClusterKitError


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
