"""Everything that this kit raises descends from one root.

An error's message is one plain sentence or two: what is wrong, where, and how to mend it. Facts that a
caller may need are attributes. Commands print the message and exit with 1; pages show it to participants.
"""


class ClusterKitError(Exception):
    """The root of every error that this kit raises on purpose."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows instead of a traceback: IPython asks for this method."""
        return [str(self)]


class UsageError(ClusterKitError, ValueError):
    """A command or a call was asked for something that cannot be: the caller can mend it at once."""
