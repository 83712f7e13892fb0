"""What the gateway answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from app.directory.account import Account

SUB_CODE = re.compile(r"\bdata ([0-9a-f]+)")


class BindResult(StrEnum):
    """What AD says to a name and a password."""

    OK = "ok"
    WRONG = "wrong"
    DISABLED = "disabled"
    EXPIRED = "expired"
    LOCKED = "locked"
    MUST_CHANGE = "must_change"

    @classmethod
    def of_refusal(cls, message: str) -> BindResult:
        """The meaning of AD's text to invalidCredentials: its sub-code; WRONG when there is none that we know."""
        found = SUB_CODE.search(message)
        return SUB_CODES.get(found[1], cls.WRONG) if found else cls.WRONG


# 532 is a password that has expired, 773 one that must be changed.
SUB_CODES = {
    "533": BindResult.DISABLED,
    "701": BindResult.EXPIRED,
    "775": BindResult.LOCKED,
    "532": BindResult.MUST_CHANGE,
    "773": BindResult.MUST_CHANGE,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """Accounts, and the server that gave them."""

    server: str
    accounts: tuple[Account, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a server has been read: its own number of changes, and which copy of the directory counts them.

    ``copy`` is AD's invocationId: a server that was restored or set up anew has another.
    """

    copy: str
    changes: int


@dataclass(frozen=True, slots=True)
class Source:
    """Which server was read, and how far it had come before; ``mark`` is None where it does not count.

    ``ahead``: by how many seconds its clock is ahead of ours, None for one that does not say.
    """

    server: str
    mark: Mark | None = None
    ahead: float | None = None


@dataclass(frozen=True, slots=True)
class ServerState:
    """How one configured server answered a probe; ``message`` is for the administrator."""

    server: str
    ok: bool
    message: str
