"""Signatures of worksheets: for which state, and for which person, a deployment made them.

A signature is an HMAC over a worksheet's identity, with a key derived from the deployment's signing key for this
purpose only. It does not cover the answers, which people are to write. A worksheet of a team can be copied within it,
as a team's code can; a person's worksheet speaks for that person only.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import replace

from cluster_kit.exercises.typed_answers import WorksheetId
from cluster_kit.store import Person

_PURPOSE = b"cluster-kit worksheet"
_SIGNATURE_DIGITS, _KEY_DIGITS = 32, 12


def sign_worksheet(secret: str, head: WorksheetId, person: Person | None = None) -> WorksheetId:
    """The identity with the deployment's signature. ``person``: whose own worksheet it is, and no one else's."""
    head = replace(head, person_key=make_person_key(person.id) if person else "")
    return replace(head, signature=_make_signature(secret, head))


def is_signed(secret: str, head: WorksheetId) -> bool:
    """Whether the identity is as this deployment signed it."""
    return hmac.compare_digest(_make_signature(secret, head), head.signature)


def make_person_key(person_id: str) -> str:
    """Twelve hex digits that identify a person in a worksheet, which does not contain the id itself."""
    return hashlib.sha256(f"worksheet person/{person_id}".encode()).hexdigest()[:_KEY_DIGITS]


def _make_signature(secret: str, head: WorksheetId) -> str:
    key = hmac.digest(secret.encode(), _PURPOSE, "sha256")
    signed = json.dumps([head.series, head.session, head.jurisdiction, head.seq, head.person_key])
    return hmac.digest(key, signed.encode(), "sha256").hex()[:_SIGNATURE_DIGITS]
