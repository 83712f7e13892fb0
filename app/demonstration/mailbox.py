"""The demonstration's mail box, kept as a Maildir."""

from __future__ import annotations

import email
import mailbox
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path

from app.errors import NotFound


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail as a person reads it. ``at`` is when it arrived, in UTC; ``to`` the addresses in small letters."""

    key: str
    at: datetime
    sender: str
    receiver: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str


class Letters:
    """The Maildir. One process writes, another may read."""

    def __init__(self, directory: Path) -> None:
        for part in ("new", "cur", "tmp"):
            (directory / part).mkdir(parents=True, exist_ok=True)
        self._directory = directory / "new"
        self._maildir = mailbox.Maildir(directory)

    def add(self, content: bytes) -> None:
        """Keep one mail, as it came."""
        self._maildir.add(content)

    def newest_first(self, to: str = "") -> list[Letter]:
        """All mails, or those to one address."""
        found = (self._read(path) for path in self._files())
        return [letter for letter in found if not to or to.lower() in letter.to]

    def receivers(self) -> list[tuple[str, int]]:
        """Every address and how many mails it has got, in order of the alphabet."""
        return sorted(Counter(address for letter in self.newest_first() for address in letter.to).items())

    def one(self, key: str) -> Letter:
        """The mail. Raises NotFound."""
        for path in self._files():
            if path.name == key:
                return self._read(path)
        raise NotFound("mail")

    def _files(self) -> Iterator[Path]:
        yield from sorted(self._directory.iterdir(), key=lambda path: path.stat().st_mtime_ns, reverse=True)

    def _read(self, path: Path) -> Letter:
        message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
        return Letter(
            key=path.name,
            at=datetime.fromtimestamp(path.stat().st_mtime, UTC),
            sender=str(message["From"] or ""),
            receiver=str(message["To"] or ""),
            to=tuple(address.lower() for _, address in getaddresses([str(message["To"] or "")])),
            subject=str(message["Subject"] or ""),
            text=_part(message, "plain"),
            html=_part(message, "html"),
        )


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    return str(body.get_content()) if body is not None else ""
