"""An exercise as an accessible form in the browser, and the service that validates and stores what it sends."""

from cluster_kit.forms.context import FormContext

__all__ = ["FormContext"]
