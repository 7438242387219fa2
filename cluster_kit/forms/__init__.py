"""An exercise as an accessible form in the browser, and the service that validates and stores what it sends.

``protocol`` has the messages, ``handler`` answers them for one form, ``connection`` for one page, and ``service`` for
a process; ``writer`` commits the saves. ``schema`` builds an exercise's definition, and ``widget`` is the form in a
notebook.
"""
