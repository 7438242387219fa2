"""The process that ``tests.fork_servers`` forks fork servers from: it has imported the modules in its arguments.

Its standard input is a socket. A request has a name and an environment, with descriptors: where to send the process id,
the fork server's control channel, and its error output. It ends when no process holds the other end of the socket.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from pathlib import Path

from cluster_kit.kernels import wire
from cluster_kit.kernels.fork_server import import_modules, run_fork_server


def serve(requests: socket.socket) -> None:
    """Fork a fork server for each request, and run it in the child."""
    while True:
        try:
            request, descriptors = wire.receive(requests)
        except EOFError:
            return
        pid = os.fork()
        if pid == 0:
            requests.close()
            _become(request["name"], request["environment"], *descriptors)
            run_fork_server()
            return
        for descriptor in descriptors[1:]:
            os.close(descriptor)
        with socket.socket(fileno=descriptors[0]) as answer:
            wire.send(answer, {"pid": pid})


def _become(name: str, environment: dict[str, str], answer: int, control: int, errors: int) -> None:
    """Do what an interpreter does that starts with these, in a session of its own."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.close(answer)
    os.setsid()
    os.chdir("/")
    os.environ.clear()
    os.environ.update(environment)
    nothing = os.open(os.devnull, os.O_WRONLY)
    for number, descriptor in enumerate((control, nothing, errors)):
        os.dup2(descriptor, number)
        os.close(descriptor)
    Path("/proc/self/comm").write_text(name, encoding="utf-8")


def _reap(*_: object) -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


if __name__ == "__main__":
    import_modules(sys.argv[1:])
    signal.signal(signal.SIGCHLD, _reap)
    serve(socket.socket(fileno=os.dup(0)))
