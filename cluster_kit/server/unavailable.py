"""What pages say while the store is unavailable: one sentence for each situation."""

from __future__ import annotations

RECORDS_UNAVAILABLE = "We cannot reach our records at the moment. Your answers are safe. Try again in a moment."
JOINING_UNAVAILABLE = (
    "We cannot reach our records at the moment, so you cannot join yet. Nothing is lost; try again soon."
)
REGISTRATION_NOT_STORED = (
    "We cannot reach our records at the moment, so your registration was not stored. Try again in a moment."
)
REGISTRATION_NOT_WITHDRAWN = (
    "We cannot reach our records at the moment, so nothing was withdrawn yet. Try again in a moment."
)
EVALUATION_NOT_STORED = "Your answers could not be stored just now. They are still on this page. Try again in a moment."
PAGE_PART_UNAVAILABLE = (
    "Your team's answers cannot be reached at the moment, so this part cannot be shown. Nothing is lost. Reload the"
    " page in a minute."
)
