"""The organization's logo and colors on the server's pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cluster_kit.organization import Organization
from cluster_kit.server.static_files import StaticFile
from cluster_kit.web.palette import organization_css

ADDRESS = "/organization"


@dataclass(frozen=True)
class OrganizationFiles:
    """What pages show of an organization: its name, and the addresses of its logo and its style sheet, or ""."""

    name: str
    logo: str
    style: str
    files: Mapping[str, StaticFile]

    @classmethod
    def make(cls, organization: Organization) -> OrganizationFiles:
        """Encode the logo, and derive the style sheet from the two colors."""
        files: dict[str, StaticFile] = {}

        def add(file: StaticFile, name: str) -> str:
            address = f"{file.digest}/{name}"
            files[address] = file
            return f"{ADDRESS}/{address}"

        logo, css = organization.logo, organization_css(organization.primary, organization.accent)
        return cls(
            organization.name,
            add(StaticFile.make(logo.content, logo.kind), f"logo.{logo.extension}") if logo else "",
            add(StaticFile.make(css.encode(), "text/css"), "colors.css") if css else "",
            MappingProxyType(files),
        )
