"""HTTP/1.1 and WebSocket for thousands of simulated browsers that share two cores with the server under test.

General-purpose clients (httpx, tornado, websockets) spend about as much CPU per request as the server does. ``Browser``
keeps cookies and one connection alive, decompresses as it reads, and opens WebSockets that negotiate
permessage-deflate as a browser does. Messages that it sends itself go uncompressed, which RFC 7692 allows.
"""

from __future__ import annotations

import asyncio
import base64
import os
import struct
import zlib
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlencode, urlsplit

import brotli

CHUNK = 2**16
REDIRECTS = {301, 302, 303, 307}
TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA
FINAL, COMPRESSED, MASKED = 0x80, 0x40, 0x80


class HttpError(ConnectionError):
    """A response whose status is not what a visitor can go on with."""

    def __init__(self, status: int, path: str, body: bytes = b"") -> None:
        self.status, self.path = status, path
        super().__init__(f"{path} answered {status}: {body[:200].decode(errors='replace')}")


@dataclass(frozen=True)
class Response:
    """Status, headers with lower-case names, and the decompressed body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Browser:
    """Cookies and one kept-alive connection to a server."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.address, self.host, self.port = address, str(parts.hostname), int(parts.port or 80)
        self.cookies: dict[str, str] = {}
        self._connection: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    def close(self) -> None:
        """Close the kept-alive connection; the next request opens another one."""
        if self._connection is not None:
            self._connection[1].close()
            self._connection = None

    async def get(self, path: str) -> Response:
        """Fetch a page, following redirects. Raises ``HttpError`` for a status of 400 and above."""
        return await self._request("GET", path)

    async def post_form(self, path: str, fields: Mapping[str, str]) -> Response:
        """Submit a form, following redirects. Raises ``HttpError`` for a status of 400 and above."""
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.address}
        return await self._request("POST", path, urlencode(fields).encode(), kind)

    async def stream(self, path: str) -> AsyncIterator[bytes]:
        """The decompressed pieces of a page, as they arrive. Raises ``HttpError`` for any status but 200."""
        reader = await self._send("GET", path, b"", {})
        status, headers = await _read_head(reader)
        self._keep_cookies(headers)
        if status != 200:
            self.close()
            raise HttpError(status, path)
        async for piece in _read_body(reader, headers):
            yield piece

    async def open_socket(self, path: str) -> Socket:
        """A WebSocket to the server, with this browser's cookies."""
        reader, writer = await asyncio.open_connection(self.host, self.port, limit=CHUNK)
        key = base64.b64encode(os.urandom(16)).decode()
        upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Origin": self.address}
        version = {"Sec-WebSocket-Key": key, "Sec-WebSocket-Version": "13"}
        extensions = {"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"}
        writer.write(self._head("GET", path, {**upgrade, **version, **extensions}))
        status, headers = await _read_head(reader)
        if status != 101:
            writer.close()
            raise HttpError(status, path)
        return Socket(reader, writer, is_deflated="permessage-deflate" in headers.get("sec-websocket-extensions", ""))

    async def _request(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Response:
        reader = await self._send(method, path, body, headers or {})
        status, answer = await _read_head(reader)
        self._keep_cookies(answer)
        pieces = [piece async for piece in _read_body(reader, answer)]
        if answer.get("connection", "").lower() == "close":
            self.close()
        if status in REDIRECTS:
            where = urlsplit(answer["location"])
            return await self._request("GET", f"{where.path}?{where.query}" if where.query else where.path)
        response = Response(status, answer, b"".join(pieces))
        if status >= 400:
            raise HttpError(status, path, response.body)
        return response

    async def _send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> asyncio.StreamReader:
        if self._connection is None:
            self._connection = await asyncio.open_connection(self.host, self.port, limit=CHUNK)
        reader, writer = self._connection
        length = {"Content-Length": str(len(body))} if method == "POST" else {}
        writer.write(self._head(method, path, {**headers, **length, "Accept-Encoding": "gzip, br"}) + body)
        return reader

    def _head(self, method: str, path: str, headers: Mapping[str, str]) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}:{self.port}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        return "\r\n".join([*lines, "", ""]).encode()

    def _keep_cookies(self, headers: Mapping[str, str]) -> None:
        for line in headers.get("set-cookie", "").splitlines():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name.strip()] = value.strip()


class Socket:
    """An open WebSocket. ``receive`` has to be called all the time: it also answers pings."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_deflated: bool) -> None:
        self._reader, self._writer = reader, writer
        self._inflater = zlib.decompressobj(-zlib.MAX_WBITS) if is_deflated else None
        self._buffer, self._messages = bytearray(), deque[bytes]()
        self._parts, self._is_compressed = list[bytes](), False
        self.close_code: int | None = None

    def send(self, text: str) -> None:
        """Send a text message. Raises ``ConnectionError`` when the socket is closed."""
        if self.close_code is not None or self._writer.is_closing():
            raise ConnectionError(f"the WebSocket was closed ({self.close_code})")
        self._write(TEXT, text.encode())

    async def receive(self) -> bytes:
        """The next message, text or binary. Raises ``ConnectionError`` when the socket is closed."""
        while not self._messages:
            if self.close_code is not None:
                raise ConnectionError(f"the WebSocket was closed ({self.close_code})")
            data = await self._reader.read(CHUNK)
            if not data:
                self.close_code = 1006
            self._buffer += data
            self._parse()
        return self._messages.popleft()

    def close(self) -> None:
        """Leave without waiting for the server's answer."""
        if not self._writer.is_closing():
            self._write(CLOSE, struct.pack("!H", 1001))
            self._writer.close()
        self.close_code = self.close_code or 1001

    def _write(self, kind: int, payload: bytes) -> None:
        size = len(payload)
        if size < 126:
            head = struct.pack("!BB", FINAL | kind, MASKED | size)
        elif size < 2**16:
            head = struct.pack("!BBH", FINAL | kind, MASKED | 126, size)
        else:
            head = struct.pack("!BBQ", FINAL | kind, MASKED | 127, size)
        self._writer.write(head + b"\0\0\0\0" + payload)  # a mask of zeros leaves the payload as it is

    def _parse(self) -> None:
        buffer, position = self._buffer, 0
        while len(buffer) - position >= 2:
            first, size, start = buffer[position], buffer[position + 1] & 0x7F, position + 2
            if size >= 126:
                width = 2 if size == 126 else 8
                if len(buffer) < start + width:
                    break
                size, start = int.from_bytes(buffer[start : start + width], "big"), start + width
            if len(buffer) < start + size:
                break
            self._take(first, bytes(buffer[start : start + size]))
            position = start + size
        del buffer[:position]

    def _take(self, first: int, payload: bytes) -> None:
        kind = first & 0x0F
        if kind == PING:
            self._write(PONG, payload)
        elif kind == CLOSE:
            self.close_code = struct.unpack("!H", payload[:2])[0] if payload else 1005
            self._writer.close()
        elif kind in (0, TEXT, BINARY):
            if kind:
                self._is_compressed = bool(first & COMPRESSED)
            self._parts.append(payload)
            if first & FINAL:
                whole = b"".join(self._parts)
                self._parts.clear()
                if self._is_compressed and self._inflater is not None:
                    whole = self._inflater.decompress(whole + b"\0\0\xff\xff")
                self._messages.append(whole)


async def _read_head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    """Status and headers; several ``Set-Cookie`` headers are joined by newlines."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            name, value = name.lower(), value.strip()
            headers[name] = f"{headers[name]}\n{value}" if name in headers else value
    return int(first.split(" ", 2)[1]), headers


async def _read_body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> AsyncIterator[bytes]:
    """The decompressed pieces of a body, as they arrive."""
    decompress = _decompressor(headers.get("content-encoding", ""))
    if headers.get("transfer-encoding", "").lower() == "chunked":
        while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
            piece = (await reader.readexactly(size + 2))[:-2]
            yield decompress(piece)
        await reader.readuntil(b"\r\n")
    else:
        remaining = int(headers.get("content-length", "0"))
        while remaining:
            piece = await reader.read(min(remaining, CHUNK))
            if not piece:
                raise ConnectionError("the connection was closed in the middle of a response")
            remaining -= len(piece)
            yield decompress(piece)


def _decompressor(encoding: str) -> Callable[[bytes], bytes]:
    if encoding == "br":
        return cast(Callable[[bytes], bytes], brotli.Decompressor().process)
    if encoding == "gzip":
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress
    return bytes
