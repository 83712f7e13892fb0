"""What is asked of one server over one connection: accounts, how far it has come, and what has changed since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from ldap3.core.exceptions import LDAPException

from app import clock
from app.config import Settings
from app.directory import ldap_session
from app.directory.account import Account, Decoder
from app.directory.answers import Mark, Source
from app.directory.ber import Attributes
from app.directory.ldap_session import BASE, Question

PEOPLE = "(&(objectClass=user)(!(objectClass=computer)){})"
KEYS_PER_SEARCH = 50
DELETED = "CN=Deleted Objects,{}"


@dataclass(frozen=True, slots=True)
class Conversation:
    """A bound connection to ``server``. Everything raises LDAPException or OSError when it is not a whole answer."""

    settings: Settings
    decoder: Decoder
    server: str
    connection: Any

    def accounts(self, condition: str) -> Iterator[list[Account]]:
        """The accounts of people that meet ``condition``, page by page."""
        for page in self.entries(self.settings.ldap_base, PEOPLE.format(condition), self.decoder.names.wanted()):
            yield [self._decoded(dn, attributes) for dn, attributes in page]

    def accounts_by_key(self, keys: Iterable[str]) -> Iterator[list[Account]]:
        """The accounts with these objectGUIDs, of those that are there."""
        wanted = sorted(keys)
        for start in range(0, len(wanted), KEYS_PER_SEARCH):
            terms = (f"(objectGUID={_escaped(key)})" for key in wanted[start : start + KEYS_PER_SEARCH])
            yield from self.accounts(f"(|{''.join(terms)})")

    def entries(
        self, base: str, condition: str, attributes: Iterable[str], **more: Any
    ) -> Iterator[list[ldap_session.Entry]]:
        """What ``condition`` finds under ``base``, as it was sent."""
        question = Question(base, condition, tuple(attributes), page_size=self.settings.ldap_page_size, **more)
        return ldap_session.pages(self.connection, question)

    def mark(self) -> Mark | None:
        """How far the server has come; None for one that is not Active Directory and does not count."""
        root = self._root()
        changes, service = _first(root, "highestcommittedusn"), _first(root, "dsservicename")
        if not changes.isdecimal() or not service:
            return None
        found = self._one(service, ("invocationId",)).get("invocationid")
        # Who may not read it gets the name of the server's own entry: a server that is set up anew has another.
        copy = str(UUID(bytes_le=found[0])) if found else service
        return Mark(copy, int(changes))

    def source(self) -> Source:
        """Which server this is, how far it has come, and how its clock goes."""
        return Source(self.server, self.mark(), self.ahead())

    def ahead(self) -> float | None:
        """By how many seconds the server's clock is ahead of ours; None for one that does not say."""
        digits = _first(self._root(), "currenttime")[:14]
        if not digits.isdecimal():
            return None
        return (datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC) - clock.now()).total_seconds()

    def deleted_since(self, changes: int) -> list[str]:
        """The objectGUIDs of what has been deleted after that many changes, as far as the account may see them."""
        container = DELETED.format(_first(self._root(), "defaultnamingcontext"))
        condition = f"(&(isDeleted=TRUE)(uSNChanged>={changes + 1}))"
        try:
            pages = list(self.entries(container, condition, ("objectGUID",), deleted=True))
        except LDAPException as error:
            if "noSuchObject" in str(error) or "insufficientAccessRights" in str(error):
                return []  # then the next whole reading finds who is gone
            raise
        return [str(UUID(bytes_le=entry["objectguid"][0])) for page in pages for _, entry in page]

    def naming_context(self) -> str:
        """The name of the whole domain."""
        return _first(self._root(), "defaultnamingcontext")

    def _root(self) -> Attributes:
        wanted = ("highestCommittedUSN", "dsServiceName", "currentTime", "defaultNamingContext")
        return self._one("", wanted)

    def _one(self, dn: str, attributes: Iterable[str]) -> Attributes:
        pages = self.entries(dn, "(objectClass=*)", attributes, scope=BASE)
        return next((entry for page in pages for _, entry in page), {})

    def _decoded(self, dn: bytes, attributes: Attributes) -> Account:
        try:
            return self.decoder.decode(dn.decode("utf-8", "replace"), attributes)
        except ValueError as error:
            raise LDAPException(f"unreadable entry {dn!r}: {error}") from error


def _first(attributes: Attributes, name: str) -> str:
    values = attributes.get(name)
    return values[0].decode("utf-8", "replace") if values else ""


def _escaped(key: str) -> str:
    return "".join(f"\\{byte:02x}" for byte in UUID(key).bytes_le)
