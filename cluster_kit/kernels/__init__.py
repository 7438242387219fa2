"""Warm kernels: forked from a process with the sessions' imports, so they start fast and share memory.

Programs select them by the kernelspec ``KERNEL_NAME``; see docs/explanation/warm-kernels.md.
"""

from cluster_kit.kernels.spec import KERNEL_NAME, ensure_kernelspec, kernelspecs_folder
from cluster_kit.kernels.warm_up import warm_up

__all__ = ["KERNEL_NAME", "ensure_kernelspec", "kernelspecs_folder", "warm_up"]
