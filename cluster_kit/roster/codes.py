"""Team codes: short codes for joining a state's team, to be read aloud and typed on a phone.

The alphabet has no characters that look or sound alike: no vowels (and so no words), no B, P, or T beside D, no N
beside M, no S beside F, no 0 or 1. There are five million codes. Wrong guesses are rate-limited
(``cluster_kit.server.auth.rate_limits``); ``docs/explanation/privacy.md`` says how long it takes to guess one.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable

from cluster_kit.store import Store
from cluster_kit.store.models import TeamCode
from cluster_kit.text import inflect, join_words

LETTERS, DIGITS = "DFHJKLMQRWX", "23456789"
EXAMPLE = "KDR-4927"
_SHAPE = re.compile(rf"([{LETTERS}]{{3}})([{DIGITS}]{{4}})")
_BETWEEN = re.compile(r"[\W_]+")


def make_code() -> str:
    """A random code in its normal form, such as ``KDR-4927``."""
    return "".join([*(secrets.choice(LETTERS) for _ in range(3)), "-", *(secrets.choice(DIGITS) for _ in range(4))])


def normalize_code(typed: str) -> str | None:
    """Typed text in the normal form of a code, or None if it cannot be one. Case, spaces, and hyphens do not matter."""
    found = _SHAPE.fullmatch(_BETWEEN.sub("", typed[:100]).upper())
    return f"{found[1]}-{found[2]}" if found else None


def explain_code(typed: str) -> str:
    """A sentence that says why typed text cannot be a code: its shape, or characters that no code has."""
    plain = _BETWEEN.sub("", typed[:100]).upper()
    if not re.fullmatch(r"[A-Z]{3}[0-9]{4}", plain):
        return f"A team code is three letters and four digits, such as {EXAMPLE}. Capital or small does not matter."
    wrong = dict.fromkeys(char for char in plain if char not in LETTERS + DIGITS)
    unused = f"{join_words(wrong)} {inflect(len(wrong), 'is', 'are')}"
    return (
        f"{plain[:3]}-{plain[3:]} cannot be a team code: {unused} in no code, because codes leave out characters that "
        "look or sound like others. Compare it with your invitation, or ask your facilitator."
    )


def find_team(store: Store, series: str, code: str) -> str | None:
    """The state (two-letter abbreviation) whose team this code currently opens, or None."""
    found = store.find_team_code(code)
    return found.jurisdiction if found and found.series == series and found.ended_at is None else None


def renew_code(store: Store, series: str, jurisdiction: str) -> TeamCode:
    """Give a state a new code, and end its earlier one. People who joined with the earlier code stay."""
    code = make_code()
    while store.find_team_code(code):
        code = make_code()
    return store.add_team_code(TeamCode(code=code, series=series, jurisdiction=jurisdiction))


def list_codes(store: Store, series: str, jurisdictions: Iterable[str]) -> dict[str, str]:
    """The team code of each of these states, by two-letter abbreviation. A state without a code gets one."""
    wanted = sorted(set(jurisdictions))
    there = {code.jurisdiction for code in store.team_codes(series)}
    for state in wanted:
        if state not in there:
            renew_code(store, series, state)
    # Read again: another process may have added a code, and only the newest one is valid.
    codes = {code.jurisdiction: code.code for code in store.team_codes(series)}
    return {state: codes[state] for state in wanted}
