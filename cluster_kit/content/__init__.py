"""The workshop as data."""
