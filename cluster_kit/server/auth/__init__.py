"""Authentication: join links, team codes, session cookies, and their revocation."""
