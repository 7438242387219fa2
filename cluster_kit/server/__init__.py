"""The live server: Voilà with the kit's authentication, pages, form service, and event stream.

The application is in ``cluster_kit.server.app``; importing it loads Voilà.
"""

from cluster_kit.server.auth.tokens import LinkError, make_link

__all__ = ["LinkError", "make_link"]
