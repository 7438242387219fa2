"""A network between browser and server that can be cut."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

HOST = "127.0.0.1"


@dataclass
class Network:
    """A TCP proxy in front of a local port. ``address`` is for browsers."""

    port: int
    address: str = ""
    is_up: bool = True
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _server: asyncio.Server = field(init=False)
    _ends: set[asyncio.StreamWriter] = field(default_factory=set)

    def cut(self) -> None:
        """Break every connection, and accept none until ``restore``."""
        self._loop.call_soon_threadsafe(self._break)

    def restore(self) -> None:
        """Accept connections again."""
        self.is_up = True

    def _break(self) -> None:
        self.is_up = False
        for end in self._ends:
            end.transport.abort()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._connect, HOST, 0)
        self.address = f"http://{HOST}:{self._server.sockets[0].getsockname()[1]}"

    async def _close(self) -> None:
        self._break()
        self._server.close()
        await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}), return_exceptions=True)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self.is_up:
            writer.transport.abort()
            return
        server_reader, server_writer = await asyncio.open_connection(HOST, self.port)
        ends = {writer, server_writer}
        self._ends |= ends
        await asyncio.gather(_copy(reader, server_writer), _copy(server_reader, writer))
        self._ends -= ends


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    except OSError:
        return
    finally:
        writer.close()


@contextmanager
def connect_network(port: int) -> Iterator[Network]:
    """The proxy for this port, until the block ends."""
    network = Network(port)
    thread = threading.Thread(target=network._loop.run_forever)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(network._listen(), network._loop).result()
        yield network
    finally:
        asyncio.run_coroutine_threadsafe(network._close(), network._loop).result()
        network._loop.call_soon_threadsafe(network._loop.stop)
        thread.join()
        network._loop.close()
