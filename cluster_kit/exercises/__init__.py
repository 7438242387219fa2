"""Exercises below any interface: fields, sources, validation, labels, and the answers themselves."""
