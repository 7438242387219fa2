"""Planning rates of the time budget, in minutes and words a minute. Every estimate uses these constants.

Sources: *planning rule* is a decision of the series' designers; *review* is the content review of release 0.1 by the
standards of a state director and facilitator (section 3.2, load in the room); *facts* are the kit's facilitation
facts (section 1, breakout rooms). ``docs/reference/time.md`` shows the rates and what they give for each session.
"""

from __future__ import annotations

READING_WORDS_A_MINUTE = 200
"""Reading instructions and questions on a screen (planning rule; the review measured with 230)."""

TYPING_WORDS_A_MINUTE = 18
"""One person types for a team that agrees on the words (review, 3.2)."""

FIND_MINUTES = 0.75
"""Hearing the instruction, finding the exercise, and opening it (review, 3.2)."""

RATING_MINUTES = 1.0
"""A rating whose points are described: reading four anchors and choosing (review, E-3 and 3.2)."""

PLAIN_RATING_MINUTES = 0.5
"""A rating of a statement without anchors."""

CHOICE_MINUTES = 1 / 3
"""Choosing from a list, or typing a date or a number: 20 seconds (review, 3.2)."""

PERSON_MINUTES = 6 / TYPING_WORDS_A_MINUTE
"""Typing a name and a role, about six words."""

SETTLE_MINUTES = 2.0
"""Settling one statement after the reveal: a minute for the rating and one for its reason."""

MOVE_MINUTES = 1.5
"""Moving into another room of the call, or back to the main room (facts, 1: "what follows for this series")."""

BUFFER_MINUTES = 2.0
"""Unplanned time in each segment (planning rule)."""

PREWORK_MINUTES = 30
"""The most prework for one person before a session, at the essential depth (planning rule)."""

MINUTES_AN_OUTCOME = 5
"""The least time in the room for exercises that serve a learning outcome (planning rule)."""
