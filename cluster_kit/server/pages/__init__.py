"""The session's page: rendered once for a state, cached, and sent."""
