"""The fictional series' people and answers."""
