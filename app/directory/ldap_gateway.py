"""The gateway to Active Directory: it reads, and binds to check a password. One connection is ``ldap_session``'s.

Every failure leaves it as DirectoryUnavailable; callers never see an exception of ldap3.
"""

from __future__ import annotations

import contextlib
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar
from zoneinfo import ZoneInfo

import ldap3
from flask import current_app
from ldap3.core.exceptions import LDAPException, LDAPInvalidCredentialsResult
from ldap3.utils.conv import escape_filter_chars

from app.config import Settings
from app.directory import ldap_session
from app.directory.account import Account, AttributeNames, Decoder
from app.directory.answers import Answer, BindResult, ServerState, Source
from app.directory.conversation import Conversation
from app.directory.kept_connections import KeptConnections, ServerOrder
from app.directory.ldap_session import CheckedTls, Question, cause_of
from app.errors import DirectoryUnavailable

NUMBERS_PER_SEARCH = 50

T = TypeVar("T")

__all__ = ["Answer", "BindResult", "CheckedTls", "Gateway", "ServerState", "current_gateway"]


class Gateway:
    """Several servers seen as one directory. Thread-safe; connections are kept and reused within a process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._names = _attribute_names(settings)
        self._decoder = Decoder(self._names, ZoneInfo(settings.timezone), settings.ldap_disabled_ous)
        self._servers = ServerOrder(settings.ldap_servers)
        self._kept: KeptConnections[ldap3.Connection] = KeptConnections(ldap_session.close)

    @property
    def base(self) -> str:
        """Below which people are searched."""
        return self._settings.ldap_base

    @property
    def wanted(self) -> tuple[str, ...]:
        """The attributes that are asked for, and no other."""
        return self._names.wanted()

    def find_by_employee_number(self, number: str) -> Answer:
        """Every account with this employee number; none is an answer too."""
        condition = f"({self._names.employee_number}={escape_filter_chars(_normal(number))})"
        answer = self._find(condition)
        # AD compares without accents and case; a key must be exactly itself.
        return Answer(answer.server, tuple(a for a in answer.accounts if a.employee_number == _normal(number)))

    def find_by_numbers(self, numbers: Iterable[str]) -> dict[str, list[Account]]:
        """The accounts of each number, an empty list for a number that the directory does not have."""
        found: dict[str, list[Account]] = {_normal(number): [] for number in numbers}
        wanted = list(found)
        for start in range(0, len(wanted), NUMBERS_PER_SEARCH):
            chunk = wanted[start : start + NUMBERS_PER_SEARCH]
            terms = (f"({self._names.employee_number}={escape_filter_chars(number)})" for number in chunk)
            for account in self._find(f"(|{''.join(terms)})").accounts:
                found.setdefault(account.employee_number, []).append(account)
        return {number: found[number] for number in wanted}

    def find_by_login(self, login: str) -> Account | None:
        """The account whose login, else UPN, else mail is ``login``; None for nobody, or for more than one."""
        name = _normal(login)
        upn = f"{name}@{self._settings.ldap_login_domain}" if "@" not in name else name
        term, upn_term = escape_filter_chars(name), escape_filter_chars(upn)
        condition = f"(|(sAMAccountName={term})(userPrincipalName={upn_term})(mail={term}))"
        found = self._find(condition).accounts
        for attribute, wanted in (("login", name), ("upn", upn), ("mail", name)):
            matching = [a for a in found if getattr(a, attribute).casefold() == wanted.casefold()]
            if matching:
                return matching[0] if len(matching) == 1 else None
        return None

    def read_all(self) -> Answer:
        """Every account with an employee number: all of them, or DirectoryUnavailable."""
        accounts: list[Account] = []

        def take(pages: Iterator[list[Account]]) -> None:
            accounts[:] = [account for page in pages for account in page]

        return Answer(self.read(take).server, tuple(accounts))

    def read(self, take: Callable[[Iterator[list[Account]]], None]) -> Source:
        """Hand every account with an employee number to ``take``, page by page; what gave them.

        When a server fails in the middle, ``take`` is called anew with the pages of the next: it must forget what it
        had. Raises DirectoryUnavailable when no server gives everything.
        """

        def act(talk: Conversation) -> Source:
            source = talk.source()  # before the reading: what changes meanwhile is read again
            take(talk.accounts(f"({self._names.employee_number}=*)"))
            return source

        return self.converse(act)

    def converse(self, act: Callable[[Conversation], T], *, writing: bool = False) -> T:
        """What ``act`` makes of a conversation with one server; with the next one, anew, when that fails.

        ``writing``: as the account that may change groups, and nothing else.
        Raises DirectoryUnavailable when it comes to an end with none.
        """

        def attempt(server: str) -> T:
            connection = self._writer(server) if writing else self._service(server)
            try:
                return act(Conversation(self._settings, self._decoder, server, connection))
            finally:
                ldap_session.close(connection)

        return self._try_servers(attempt)[1]

    def bind_as(self, login: str, password: str) -> BindResult:
        """Does ``password`` belong to ``login``? An empty password never does (an unauthenticated bind succeeds)."""
        account = self.find_by_login(login) if login.strip() and password else None
        if account is None:
            return BindResult.WRONG
        dn = account.dn

        def bind(server: str) -> BindResult:
            try:
                ldap_session.close(self._open(server, dn, password))
            except LDAPInvalidCredentialsResult as error:
                return BindResult.of_refusal(str(error.message))
            return BindResult.OK

        return self._try_servers(bind)[1]

    def probe(self) -> list[ServerState]:
        """One line for each configured server: a fresh connection, the service account, the search base."""
        return [self._probe(server) for server in self._settings.ldap_servers]

    def close(self) -> None:
        """Give back every idle connection."""
        self._kept.close()

    def _probe(self, server: str) -> ServerState:
        try:
            connection = self._service(server)
            try:
                question = Question(self._settings.ldap_base, "(objectClass=*)", ["1.1"], ldap3.BASE)
                list(ldap_session.pages(connection, question))
            finally:
                ldap_session.close(connection)
        except (LDAPException, OSError, DirectoryUnavailable) as error:
            return ServerState(server, False, cause_of(error))
        return ServerState(server, True, "ok")

    def _find(self, condition: str) -> Answer:
        """Who meets ``condition``, by a kept connection or a new one, from the first server that answers."""

        def attempt(server: str) -> list[Account]:
            kept = self._kept.take(server)
            if kept is not None:
                # It may have been dropped while idle: only a new connection tells whether the server is well.
                with contextlib.suppress(LDAPException, OSError):
                    return self._search_and_keep(server, kept, condition)
            return self._search_and_keep(server, self._service(server), condition)

        server, accounts = self._try_servers(attempt)
        return Answer(server, tuple(accounts))

    def _search_and_keep(self, server: str, connection: ldap3.Connection, condition: str) -> list[Account]:
        talk = Conversation(self._settings, self._decoder, server, connection)
        try:
            accounts = [account for page in talk.accounts(condition) for account in page]
        except BaseException:
            ldap_session.close(connection)
            raise
        self._kept.keep(server, connection)
        return accounts

    def _try_servers(self, act: Callable[[str], T]) -> tuple[str, T]:
        """The first answer, with its server. Raises DirectoryUnavailable with the cause of each when none answers."""
        causes: dict[str, str] = {}
        for server in self._servers():
            try:
                result = act(server)
            except LDAPInvalidCredentialsResult as error:
                # The others would count the same wrong password towards the service account's lock-out.
                raise DirectoryUnavailable(
                    server=server, cause=f"service account refused: {cause_of(error)}"
                ) from error
            except (LDAPException, OSError) as error:
                self._servers.failed(server)
                causes[server] = cause_of(error)
            else:
                self._servers.answered(server)
                return server, result
        cause = "; ".join(f"{name}: {text}" for name, text in causes.items()) or "no server is configured"
        raise DirectoryUnavailable(server=", ".join(causes), cause=cause)

    def _service(self, server: str) -> ldap3.Connection:
        return self._open(server, self._settings.ldap_bind_dn, self._settings.ldap_bind_password)

    def _writer(self, server: str) -> ldap3.Connection:
        user, password = self._settings.ldap_write_bind_dn, self._settings.ldap_write_bind_password
        return ldap_session.opened(self._settings, server, user, password, read_only=False)

    def _open(self, server: str, user: str, password: str) -> ldap3.Connection:
        return ldap_session.opened(self._settings, server, user, password)


def current_gateway() -> Gateway:
    """The gateway of this process."""
    extensions = current_app.extensions
    if "directory" not in extensions:
        extensions.setdefault("directory", Gateway(extensions["settings"]))
    found: Gateway = extensions["directory"]
    return found


def _attribute_names(settings: Settings) -> AttributeNames:
    prefix = "ldap_attribute_"
    return AttributeNames(**{name: getattr(settings, prefix + name) for name in AttributeNames.__slots__})


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()
