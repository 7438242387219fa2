"""The roster: importing people, matching them to teams, and team codes.

A list goes through ``staff_list`` (its tables), ``person_cells`` (one person's cells), and ``importing`` (the store).
``columns``, ``states``, ``spellings``, and ``written_names`` know how people write lists. One person changes in
``editing``, ``changes``, and ``registrations``; ``similar_names`` finds records that may be the same person.
"""
