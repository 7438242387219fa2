"""The command line. Each command parses, calls one library function, renders, and exits."""

from cluster_kit.startup import skip_iri_grammar

skip_iri_grammar()  # before anything that a command needs imports nbformat

from cluster_kit.cli.app import main  # noqa: E402

__all__ = ["main"]
