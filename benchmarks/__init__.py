"""Measurements against the stock alternative, in the same run. Nothing here is a test."""
