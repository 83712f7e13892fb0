"""How often somebody has tried to log in during this minute: by login and by address, in Redis.

Without Redis each process counts by itself: a guesser gets more tries, but nobody is locked out.
"""

from __future__ import annotations

import hmac
from collections import Counter
from datetime import datetime

from flask import current_app
from redis import Redis, RedisError

ADDRESS_FACTOR = 10  # a whole town hall may share one address
WAIT = 0.5
KEPT = 120


class Attempts:
    """The counter of one process."""

    def __init__(self, redis_url: str, secret: str, limit: int) -> None:
        self._redis = Redis.from_url(redis_url, socket_timeout=WAIT, socket_connect_timeout=WAIT)
        self._secret, self._limit = secret.encode(), limit
        self._minute = 0
        self._own: Counter[str] = Counter()

    def too_many(self, login: str, address: str, now: datetime) -> bool:
        """Count one try; True when it is one too many for the login or for the address."""
        minute = int(now.timestamp()) // 60
        counts = [self._count(self._key(kind, value, minute), minute) for kind, value in _both(login, address)]
        return counts[0] > self._limit or counts[1] > self._limit * ADDRESS_FACTOR

    def _count(self, key: str, minute: int) -> int:
        try:
            pipe = self._redis.pipeline()
            pipe.incr(key)
            pipe.expire(key, KEPT)
            return int(pipe.execute()[0])
        except RedisError:
            if minute != self._minute:
                self._own.clear()
                self._minute = minute
            self._own[key] += 1
            return self._own[key]

    def _key(self, kind: str, value: str, minute: int) -> str:
        # Keyed, because a password typed in the wrong field must not be readable in Redis.
        digest = hmac.new(self._secret, value.encode(), "sha256").hexdigest()[:32]
        return f"behorig:login:{kind}:{minute}:{digest}"


def current_attempts() -> Attempts:
    """The counter of this process."""
    extensions = current_app.extensions
    if "login_attempts" not in extensions:
        settings = extensions["settings"]
        attempts = Attempts(settings.redis_url, settings.secret_key, settings.login_attempts_per_minute)
        extensions.setdefault("login_attempts", attempts)
    found: Attempts = extensions["login_attempts"]
    return found


def _both(login: str, address: str) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("name", login.strip().casefold()), ("address", address)
