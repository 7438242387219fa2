"""Every command's module, imported so that it registers itself."""

from cluster_kit.cli import content, crosswalk, demo, guide, instrument, packets, series, serve

__all__ = ["content", "crosswalk", "demo", "guide", "instrument", "packets", "series", "serve"]
