"""Sending messages to people over a mail server, with a log of what went to which person."""
