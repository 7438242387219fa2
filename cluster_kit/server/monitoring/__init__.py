"""Health, readiness, metrics and the log."""
