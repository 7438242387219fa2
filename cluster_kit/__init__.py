"""A kit to run live, guided policy workshops with state teams, in Jupyter."""

import sys

__version__ = "0.1.0"

# Notebooks are validated with jsonschema, which compiles the grammar of one rare format (iri) as it is imported. That
# takes longer than all else that a server or a packet loads. Without the package for it, the format goes unchecked.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
