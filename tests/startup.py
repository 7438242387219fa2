"""Imported before everything else: sets this process up as the command does."""

from cluster_kit.startup import skip_iri_grammar

skip_iri_grammar()
