"""The live server: links and the door, the session's page, and a kernel for each page that nobody else can reach.

The server itself is in ``cluster_kit.live.server``; importing it brings in Voilà.
"""

from cluster_kit.live.links import LinkError, make_link

__all__ = ["LinkError", "make_link"]
