"""Registries of named parts, to which other packages can add through entry points.

The kit registers its own parts with the same registries. ``docs/`` has a page on extending the kit.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from typing import Generic, TypeVar

from cluster_kit.errors import ClusterKitError, UsageError

log = logging.getLogger(__name__)
Part = TypeVar("Part")


class UnknownPartError(UsageError, LookupError):
    """No part is registered under ``name``. ``known`` has the registered names."""

    def __init__(self, what: str, name: str, known: tuple[str, ...]) -> None:
        self.name, self.known = name, known
        super().__init__(f"There is no {what} named {name!r}. Known: {', '.join(known)}.")


class DuplicatePartError(ClusterKitError, ValueError):
    """The name is in use. A package cannot replace a part of the kit or of another package."""


class Registry(Generic[Part]):
    """Parts by name.

    Parameters
    ----------
    group : the entry point group in which packages declare parts, for example ``cluster_kit.exports``.
    what : the noun for a part in messages, for example ``export``.
    check : returns a sentence for an invalid part, and None for a valid one.
    """

    def __init__(self, group: str, what: str, check: Callable[[str, object], str | None] = lambda _name, _part: None):
        self.group, self.what = group, what
        self._check = check
        self._parts: dict[str, Part] = {}
        self._loaded = False

    def register(self, name: str, part: Part) -> None:
        """Add a part. Raises ``DuplicatePartError`` if the name is in use."""
        if self._parts.get(name, part) is not part:
            raise DuplicatePartError(f"There is already a {self.what} named {name!r}. Choose another name.")
        self._parts[name] = part

    def register_entry_points(self) -> None:
        """Add the parts that installed packages declare, once. A part that fails to load is logged and skipped."""
        if self._loaded:
            return
        self._loaded = True
        for entry_point in sorted(entry_points(group=self.group), key=lambda one: one.name):
            try:
                self._add(entry_point)
            except Exception as error:
                package = entry_point.dist.name if entry_point.dist else "an installed package"
                log.error("The %s %r of %s was left out: %s", self.what, entry_point.name, package, error)

    def get(self, name: str) -> Part:
        """The part. Raises ``UnknownPartError``."""
        self.register_entry_points()
        if name not in self._parts:
            raise UnknownPartError(self.what, name, self.names())
        return self._parts[name]

    def names(self) -> tuple[str, ...]:
        """Every name, in the order of registration."""
        self.register_entry_points()
        return tuple(self._parts)

    def items(self) -> tuple[tuple[str, Part], ...]:
        """Every name and part, in the order of registration."""
        self.register_entry_points()
        return tuple(self._parts.items())

    def _add(self, entry_point: EntryPoint) -> None:
        part = entry_point.load()
        if problem := self._check(entry_point.name, part):
            raise ClusterKitError(problem)
        self.register(entry_point.name, part)
