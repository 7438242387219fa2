"""Attacks on a running server, as tables: an attempt is one row.

A new route, frame, form message, session command, or console message needs a row, or a test fails.
"""
