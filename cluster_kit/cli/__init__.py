"""The command line: each command parses, calls one function of the library, renders, exits."""

from cluster_kit.cli.app import main

__all__ = ["main"]
