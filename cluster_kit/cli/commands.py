"""Every command's module, imported so that it registers itself."""

from cluster_kit.cli import content, demo, guide, instrument, packets, series, serve

__all__ = ["content", "demo", "guide", "instrument", "packets", "series", "serve"]
