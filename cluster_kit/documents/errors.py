"""The errors of documents."""

from __future__ import annotations

from cluster_kit.errors import ClusterKitError


class DocumentError(ClusterKitError):
    """A document that could not be written."""

    def __init__(self, form: str, reason: str) -> None:
        self.form, self.reason = form, reason
        super().__init__(f"The {form} could not be written: {reason}. The other formats can be made without it.")
