"""The facilitator's console: its panels, as widgets of ``notebooks/facilitator_console.ipynb``."""

from cluster_kit.console.console import Console, NotAFacilitatorError

__all__ = ["Console", "NotAFacilitatorError"]
