"""The roster: importing people, matching them to teams, and team codes.

``lists`` reads lists of people, and ``importing`` puts their rows into the store; ``names`` compares names. One person
changes in ``editing``, ``changes``, and ``registrations``.
"""
