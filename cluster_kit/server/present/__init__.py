"""The shared screen: a view of a session for screen sharing, which shows only what participants may see."""
