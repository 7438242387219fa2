"""The tests. Importing them sets this process up as the command does."""

from cluster_kit.startup import skip_iri_grammar

skip_iri_grammar()
