"""The roster: importing people, matching them to teams, and team codes."""
