"""Exercises below any interface: fields, sources, validation, labels, and the answers themselves.

``fields`` has an exercise's fields by address, ``validation`` checks a value, and ``answers`` looks up what a team
has answered, read through ``answer_cache``. ``sources`` and ``labels`` resolve options and rows; ``extensions`` is
the interface of prompt kinds with logic on the server.
"""
