"""A private Redis for the session, emptied before each test that uses the application."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from redis import Redis

from app.demonstration import embedded


@dataclass(frozen=True, slots=True)
class TestRedis:
    """``url`` is for the product, ``client`` for the test."""

    __test__ = False  # a name, not a test

    url: str
    client: Redis

    def empty(self) -> None:
        """Remove every key."""
        self.client.flushall()


@contextmanager
def redis(directory: Path) -> Iterator[TestRedis]:
    """A real redis-server under ``directory``."""
    with embedded.redis(directory) as url, Redis.from_url(url) as client:
        yield TestRedis(url, client)
