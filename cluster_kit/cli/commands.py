"""Every command's module, imported so that it registers itself."""

from cluster_kit.cli import content, series

__all__ = ["content", "series"]
