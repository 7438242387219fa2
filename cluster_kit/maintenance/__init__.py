"""Maintenance of a deployment: verified backups, restores, and a check of everything that a home owns."""
