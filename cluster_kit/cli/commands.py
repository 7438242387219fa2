"""Every command's module, imported so that it registers itself."""

from cluster_kit.cli import content

__all__ = ["content"]
