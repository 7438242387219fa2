"""A kit to run live, guided policy workshops with state teams, in Jupyter."""

__version__ = "0.2.0"
