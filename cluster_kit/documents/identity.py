"""Whose documents these are: the organization's name and logo, and the design tokens with its two colors.

A process has one identity at a time, because it works for one deployment: commands, the server, and the workers that
make packets set it when they have read the settings. Documents are light in every theme.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property

from cluster_kit.organization import Logo, Organization
from cluster_kit.web.palette import organization_colors
from cluster_kit.web.tokens import COLORS


@dataclass(frozen=True)
class Identity:
    """An organization as documents show it."""

    organization: Organization = field(default_factory=Organization)

    @property
    def name(self) -> str:
        """The organization's name, which is also its logo's alternative text; or ""."""
        return self.organization.name

    @property
    def logo(self) -> Logo | None:
        """The logo, or None."""
        return self.organization.logo

    @cached_property
    def colors(self) -> Mapping[str, str]:
        """The design tokens by name, such as ``accent``."""
        return organization_colors(self.organization.primary, self.organization.accent)

    @property
    def css(self) -> str:
        """The tokens that differ from the kit's, as a rule for a document's style sheet; or ""."""
        own = (f"--ck-{name}: {value};" for name, value in self.colors.items() if COLORS[name] != value)
        declarations = " ".join(own)
        return f":root {{ {declarations} }}\n" if declarations else ""

    @property
    def logo_address(self) -> str:
        """The logo as a ``data:`` address, or ""."""
        logo = self.logo
        return f"data:{logo.kind};base64,{base64.b64encode(logo.content).decode()}" if logo else ""

    def logo_png(self) -> bytes | None:
        """The logo for formats without vector graphics, or None. Raises ``DocumentError``."""
        return _as_png(self.logo) if self.logo else None


@cache
def _as_png(logo: Logo) -> bytes:
    if logo.extension == "png":
        return logo.content
    from cluster_kit.documents.fonts import load_fonts
    from cluster_kit.documents.rasterize import to_png  # Typst takes long to load

    return to_png(logo.content.decode("utf-8-sig"), font_paths=load_fonts())


_current = Identity()


def use_identity(organization: Organization) -> None:
    """Make documents of this process those of this organization from now on."""
    global _current  # noqa: PLW0603
    if organization != _current.organization:
        _current = Identity(organization)


def current_identity() -> Identity:
    """The identity of this process's documents: the kit's own until one is set."""
    return _current
