"""Session pages: rendered once per state, cached, and sent."""
