"""Every command's module, imported so that it registers itself."""

from cluster_kit.cli import content, demo, guide, packets, serve, series

__all__ = ["content", "demo", "guide", "packets", "serve", "series"]
