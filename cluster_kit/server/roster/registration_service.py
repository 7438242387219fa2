"""The public registration: who can register, and how often."""

from __future__ import annotations

import math

from cluster_kit.content.models import Content
from cluster_kit.errors import ClusterKitError
from cluster_kit.roster.registrations import (
    RegistrationForm,
    approve_by_rule,
    read_registration,
    withdraw_own_registration,
    withdraw_waiting_registration,
)
from cluster_kit.server.auth.rate_limits import Limit, RateLimiter, network_of
from cluster_kit.server.auth.tokens import find_waiting_id, find_withdrawn_id, make_waiting_token
from cluster_kit.settings import RegistrationRules
from cluster_kit.store import Person, Registration, Store
from cluster_kit.text import count_of

REGISTRATIONS_OF_A_NETWORK, REGISTRATIONS = Limit(30, 60 * 60), Limit(300, 60 * 60)
"""An agency behind one address registers its team. A script is stopped, also from many networks."""
WITHDRAWALS_OF_A_NETWORK = Limit(30, 60 * 60)
_EVERYWHERE = ""


class TooManyRegistrationsError(ClusterKitError):
    """Too many registrations or withdrawals within an hour. ``wait_s`` is the time until the next one is accepted."""

    def __init__(self, wait_s: float, what: str = "have registered") -> None:
        self.wait_s = wait_s
        minutes = count_of(max(1, math.ceil(wait_s / 60)), "minute")
        super().__init__(f"Many people {what} within an hour. Try again in {minutes}.")


class RegistrationService:
    """Takes registrations from the public page, and withdraws them. ``secret`` signs the links to withdraw.

    ``rules`` say whether it is open, and who is confirmed at once, unless the name is that of a facilitator or of the
    ``organization`` (may be empty).
    """

    def __init__(
        self, content: Content, store: Store, rules: RegistrationRules, secret: str, organization: str = ""
    ) -> None:
        self._content, self._store, self._rules, self._secret = content, store, rules, secret
        self._organization = organization
        self._withdrawals = RateLimiter(WITHDRAWALS_OF_A_NETWORK)
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
        return approve_by_rule(self._content, self._store, registration, self._rules.domains, self._organization)

    def find_withdrawn_id(self, token: str) -> str | None:
        """The id of the registration that the token of a link may withdraw, or None."""
        return find_withdrawn_id(self._secret, token)

    def make_waiting_token(self, registration: Registration) -> str:
        """The token with which the browser that sent a registration may withdraw it while it waits."""
        return make_waiting_token(self._secret, registration.id)

    def find_waiting_id(self, token: str) -> str | None:
        """The id of the registration that this token may withdraw while it waits, or None."""
        return find_waiting_id(self._secret, token)

    def can_withdraw(self, registration_id: str) -> bool:
        """True for a registration of this series that is not withdrawn yet."""
        found = self._store.find_registration(registration_id)
        return found is not None and found.series == self._content.series.id and found.status != "withdrawn"

    def count_withdrawal(self, address: str) -> None:
        """Count a withdrawal from this address; raises ``TooManyRegistrationsError`` above the limit."""
        network = network_of(address)
        if wait_s := self._withdrawals.wait_s(network):
            raise TooManyRegistrationsError(wait_s, "have withdrawn their registrations")
        self._withdrawals.note(network)

    def withdraw(self, registration_id: str) -> None:
        """Withdraw a registration for the person who sent it. Does nothing if it is withdrawn already."""
        if self.can_withdraw(registration_id):
            withdraw_own_registration(self._store, registration_id)

    def withdraw_waiting(self, registration_id: str) -> None:
        """Withdraw a registration for the browser that sent it. Does nothing unless it waits."""
        withdraw_waiting_registration(self._store, registration_id)
