"""Open connections kept for the next look-up, and servers remembered as bad: for any protocol."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

BAD_SECONDS = 30
IDLE_SECONDS = 120

C = TypeVar("C")


class KeptConnections(Generic[C]):
    """Thread-safe. What was opened before a fork is forgotten, not closed: it belongs to the parent."""

    def __init__(self, close: Callable[[C], None]) -> None:
        self._close = close
        self._lock = threading.Lock()
        self._idle: list[tuple[str, float, C]] = []
        self._process = os.getpid()

    def take(self, server: str) -> C | None:
        """An idle connection to ``server`` for the caller alone; None when there is none young enough."""
        with self._lock:
            if self._process != os.getpid():
                self._idle, self._process = [], os.getpid()
            oldest = time.monotonic() - IDLE_SECONDS
            stale = [entry for entry in self._idle if entry[1] < oldest]
            self._idle = [entry for entry in self._idle if entry[1] >= oldest]
            found = next((entry for entry in reversed(self._idle) if entry[0] == server), None)
            if found:
                self._idle.remove(found)
        for _, _, connection in stale:
            self._close(connection)
        return found[2] if found else None

    def keep(self, server: str, connection: C) -> None:
        """Give ``connection`` back; it was in order a moment ago."""
        with self._lock:
            self._idle.append((server, time.monotonic(), connection))

    def close(self) -> None:
        """Close everything that is idle."""
        with self._lock:
            idle, self._idle = self._idle, []
        for _, _, connection in idle:
            self._close(connection)


class ServerOrder:
    """The configured order, but a server that failed lately comes last. It is never left out."""

    def __init__(self, servers: Sequence[str]) -> None:
        self._servers = tuple(servers)
        self._bad_until: dict[str, float] = {}

    def __call__(self) -> list[str]:
        """The servers, best first."""
        now = time.monotonic()
        return sorted(self._servers, key=lambda server: self._bad_until.get(server, 0) > now)

    def failed(self, server: str) -> None:
        """Ask ``server`` last for a while."""
        self._bad_until[server] = time.monotonic() + BAD_SECONDS

    def answered(self, server: str) -> None:
        """``server`` is well again."""
        self._bad_until.pop(server, None)
