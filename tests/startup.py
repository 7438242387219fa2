"""Imported before everything else: sets this process up as the command does, and lets it keep what it imports."""

import gc

from cluster_kit.startup import skip_iri_grammar

# Modules, tests, and content stay until the end. Looking through them for garbage again and again would take a fifth
# of the processor time of tests that start no process.
gc.set_threshold(20_000, 20, 20)
skip_iri_grammar()
