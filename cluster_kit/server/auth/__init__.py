"""Who may come in: links, team codes, session cookies, and their revocation."""
