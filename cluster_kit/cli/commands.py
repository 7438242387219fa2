"""Every command's module, imported so that it registers itself."""

from cluster_kit.cli import content, demo, guide, instrument, packets, serve, series

__all__ = ["content", "demo", "guide", "instrument", "packets", "serve", "series"]
