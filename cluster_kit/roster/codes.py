"""Team codes: short enough to be read aloud and typed on a phone; one for each state that has people.

Letters and digits are those that neither look nor sound like another: no vowels, so no words; no B, P or T beside D,
no N beside M, no S beside F; no 0 or 1. Five million codes: guessing one takes longer than a series lasts, since wrong
guesses are counted (``cluster_kit.server.auth.rate_limits``).
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable

from cluster_kit.store import Store
from cluster_kit.store.models import TeamCode

LETTERS, DIGITS = "DFHJKLMQRWX", "23456789"
EXAMPLE = "KDR-4927"
_SHAPE = re.compile(rf"([{LETTERS}]{{3}})([{DIGITS}]{{4}})")
_BETWEEN = re.compile(r"[\W_]+")


def make_code() -> str:
    """A random code, spelled as it is kept: ``KDR-4927``."""
    return "".join([*(secrets.choice(LETTERS) for _ in range(3)), "-", *(secrets.choice(DIGITS) for _ in range(4))])


def find_spelling(typed: str) -> str | None:
    """What somebody typed, as a code is spelled; None where it cannot be one. Case, spaces and hyphens are free."""
    found = _SHAPE.fullmatch(_BETWEEN.sub("", typed[:100]).upper())
    return f"{found[1]}-{found[2]}" if found else None


def find_team(store: Store, series: str, code: str) -> str | None:
    """The state (postal code) whose team this code opens now, or None."""
    found = store.find_team_code(code)
    return found.jurisdiction if found and found.series == series and found.ended_at is None else None


def renew_code(store: Store, series: str, jurisdiction: str) -> TeamCode:
    """Give a state a new code. The one that it had opens nothing from now on; who came in by it stays."""
    code = make_code()
    while store.find_team_code(code):
        code = make_code()
    return store.add_team_code(TeamCode(code=code, series=series, jurisdiction=jurisdiction))


def list_codes(store: Store, series: str, jurisdictions: Iterable[str]) -> dict[str, str]:
    """Each of these states' code, by postal code; a state that has none gets one."""
    wanted = sorted(set(jurisdictions))
    there = {code.jurisdiction for code in store.team_codes(series)}
    for state in wanted:
        if state not in there:
            renew_code(store, series, state)
    # Read again: somebody else may have been quicker, and the later code is the one that opens.
    codes = {code.jurisdiction: code.code for code in store.team_codes(series)}
    return {state: codes[state] for state in wanted}
