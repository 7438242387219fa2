"""The anonymous evaluation of a session: its page, ballots, and what participants send."""
