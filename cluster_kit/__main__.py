"""``python -m cluster_kit`` is the ``cluster-kit`` command."""

from cluster_kit.cli import main

main()
