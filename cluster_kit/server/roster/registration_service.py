"""The public registration: who can register, and how often."""

from __future__ import annotations

import math

from cluster_kit.content.models import Content
from cluster_kit.errors import ClusterKitError
from cluster_kit.roster.registrations import RegistrationForm, approve_by_rule, read_registration
from cluster_kit.server.auth.rate_limits import Limit, RateLimiter, network_of
from cluster_kit.settings import RegistrationRules
from cluster_kit.store import Person, Registration, Store
from cluster_kit.text import count_of

REGISTRATIONS_OF_A_NETWORK, REGISTRATIONS = Limit(30, 60 * 60), Limit(300, 60 * 60)
"""An agency behind one address registers its team. A script is stopped, also from many networks."""
_EVERYWHERE = ""


class TooManyRegistrationsError(ClusterKitError):
    """Too many registrations within an hour. ``wait_s`` is the time until the next one is accepted."""

    def __init__(self, wait_s: float) -> None:
        self.wait_s = wait_s
        minutes = count_of(max(1, math.ceil(wait_s / 60)), "minute")
        super().__init__(f"Many people have registered within an hour. Try again in {minutes}.")


class RegistrationService:
    """Takes registrations from the public page. ``rules`` say whether it is open, and who is confirmed at once."""

    def __init__(self, content: Content, store: Store, rules: RegistrationRules) -> None:
        self._content, self._store, self._rules = content, store, rules
        self._networks, self._all = RateLimiter(REGISTRATIONS_OF_A_NETWORK), RateLimiter(REGISTRATIONS)

    @property
    def is_open(self) -> bool:
        """True if people can register."""
        return self._rules.is_open

    def count(self, address: str) -> None:
        """Count a registration from this address; raises ``TooManyRegistrationsError`` above the limits."""
        network = network_of(address)
        if wait_s := max(self._networks.wait_s(network), self._all.wait_s(_EVERYWHERE)):
            raise TooManyRegistrationsError(wait_s)
        self._networks.note(network)
        self._all.note(_EVERYWHERE)

    def read(self, form: RegistrationForm) -> Registration:
        """The registration, not yet stored. Raises ``InvalidRegistrationError``."""
        return read_registration(self._content, form)

    def add(self, registration: Registration) -> None:
        """Store a registration. Raises ``RegistrationError`` if too many wait."""
        self._store.add_registration(registration)

    def apply_rule(self, registration: Registration) -> Person | None:
        """Confirm a stored registration if its email domain is allowed for the state; else None."""
        return approve_by_rule(self._content, self._store, registration, self._rules.domains)
