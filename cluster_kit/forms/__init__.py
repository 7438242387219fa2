"""An exercise as an accessible form in the browser."""

from cluster_kit.forms.context import FormContext
from cluster_kit.forms.widget import ExerciseForm

__all__ = ["ExerciseForm", "FormContext"]
