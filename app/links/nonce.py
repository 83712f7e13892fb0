"""The nonce that the decision page is given at GET and must bring back at POST (email-decisions.md, point 3).

It is bound to the token and to the browser's session, and it knows when the page was got. Nothing is stored:
GET writes nothing, and a nonce replayed from a backup or from another browser is worth nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

SALT = "behorig.decision-nonce"


class NonceOutcome(StrEnum):
    """``too_fast`` gets the page again, ``stale`` the page with a word about the time, ``foreign`` a refusal."""

    OK = "ok"
    TOO_FAST = "too_fast"
    STALE = "stale"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Binding:
    """The token (as its hash) and the browser session that a nonce belongs to."""

    token_hash: bytes
    session_key: str

    def digest(self) -> str:
        """Short form: the page's source shall not carry the token's hash."""
        mixed = hashlib.sha256(self.token_hash + b"\0" + self.session_key.encode())
        return mixed.hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class NonceVerdict:
    """``got_at`` is when the page was got; None when the nonce is not ours. Kept as evidence (point 6)."""

    outcome: NonceOutcome
    got_at: datetime | None = None


def issue(binding: Binding, *, now: datetime) -> str:
    """A nonce for a page that is got now."""
    return str(_serializer().dumps([binding.digest(), int(now.timestamp() * 1000)]))


def check(nonce: str, binding: Binding, *, now: datetime, min_seconds: float, max_age: timedelta) -> NonceVerdict:
    """Whether a POST with this nonce can be a person's. Never raises: rubbish is ``foreign``."""
    try:
        digest, milliseconds = _serializer().loads(nonce)
    except (BadSignature, ValueError, TypeError):
        return NonceVerdict(NonceOutcome.FOREIGN)
    if not hmac.compare_digest(digest, binding.digest()):
        return NonceVerdict(NonceOutcome.FOREIGN)
    got_at = datetime.fromtimestamp(milliseconds / 1000, UTC)
    waited = now - got_at
    if waited < timedelta(seconds=min_seconds):
        return NonceVerdict(NonceOutcome.TOO_FAST, got_at)
    if waited > max_age:
        return NonceVerdict(NonceOutcome.STALE, got_at)
    return NonceVerdict(NonceOutcome.OK, got_at)


def _serializer() -> URLSafeSerializer:
    # Not the timed one: it reads the wall clock itself, and ours is an argument.
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=SALT)
