"""A team's summary of a session: its page, and the documents to take along."""
