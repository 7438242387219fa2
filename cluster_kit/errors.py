"""The root of all exceptions of the kit.

An error's message is one or two plain sentences: what is wrong, where, and how to fix it. Facts that a
caller may need are attributes. Commands print the message and exit with its ``exit_code``; pages show the message to
participants.
"""


class ClusterKitError(Exception):
    """The root of every error that the kit raises on purpose."""

    exit_code = 1

    def _render_traceback_(self) -> list[str]:
        """The message that a notebook shows instead of a traceback. IPython calls this method."""
        return [str(self)]


class UsageError(ClusterKitError, ValueError):
    """An invalid command or call, which the caller can correct."""

    exit_code = 2
