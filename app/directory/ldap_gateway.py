"""The gateway to Active Directory: the only module that speaks LDAP. It reads, and binds to check a password.

Every failure leaves it as DirectoryUnavailable; callers never see an exception of ldap3.
"""

from __future__ import annotations

import contextlib
import math
import ssl
import unicodedata
from collections.abc import Callable, Iterable
from typing import TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import ldap3
from flask import current_app
from ldap3.core.exceptions import LDAPException, LDAPInvalidCredentialsResult
from ldap3.utils.conv import escape_filter_chars

from app.config import Settings
from app.directory.account import Account, AttributeNames, Decoder
from app.directory.answers import Answer, BindResult, ServerState
from app.directory.kept_connections import KeptConnections, ServerOrder
from app.errors import DirectoryUnavailable

NUMBERS_PER_SEARCH = 50
PAGED_RESULTS = "1.2.840.113556.1.4.319"

T = TypeVar("T")

__all__ = ["Answer", "BindResult", "CheckedTls", "Gateway", "ServerState", "current_gateway"]


class CheckedTls(ldap3.Tls):
    """TLS as Python checks it: chain and name, addresses included. ldap3's own check fails on Python 3.13."""

    def wrap_socket(self, connection: ldap3.Connection, do_handshake: bool = False) -> None:
        """Put ``connection`` on TLS. Raises ssl.SSLError for a certificate that is not the server's."""
        context = ssl.create_default_context(cafile=self.ca_certs_file)
        connection.socket = context.wrap_socket(
            connection.socket, server_hostname=connection.server.host, do_handshake_on_connect=do_handshake
        )


class Gateway:
    """Several servers seen as one directory. Thread-safe; connections are kept and reused within a process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._names = _attribute_names(settings)
        self._decoder = Decoder(self._names, ZoneInfo(settings.timezone), settings.ldap_disabled_ous)
        self._servers = ServerOrder(settings.ldap_servers)
        self._kept: KeptConnections[ldap3.Connection] = KeptConnections(_close)

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
        """Every account with an employee number, page by page from one server: all of them, or DirectoryUnavailable."""
        return self._find(f"({self._names.employee_number}=*)")

    def bind_as(self, login: str, password: str) -> BindResult:
        """Does ``password`` belong to ``login``? An empty password never does (an unauthenticated bind succeeds)."""
        account = self.find_by_login(login) if login.strip() and password else None
        if account is None:
            return BindResult.WRONG
        dn = account.dn

        def bind(server: str) -> BindResult:
            try:
                _close(self._open(server, dn, password))
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
                connection.search(self._settings.ldap_base, "(objectClass=*)", ldap3.BASE)
                _checked(connection)
            finally:
                _close(connection)
        except (LDAPException, OSError, DirectoryUnavailable) as error:
            return ServerState(server, False, _cause(error))
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
        try:
            accounts = self._search(connection, condition)
        except BaseException:
            _close(connection)
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
                raise DirectoryUnavailable(server=server, cause=f"service account refused: {_cause(error)}") from error
            except (LDAPException, OSError) as error:
                self._servers.failed(server)
                causes[server] = _cause(error)
            else:
                self._servers.answered(server)
                return server, result
        cause = "; ".join(f"{name}: {text}" for name, text in causes.items()) or "no server is configured"
        raise DirectoryUnavailable(server=", ".join(causes), cause=cause)

    def _service(self, server: str) -> ldap3.Connection:
        return self._open(server, self._settings.ldap_bind_dn, self._settings.ldap_bind_password)

    def _open(self, address: str, user: str, password: str) -> ldap3.Connection:
        """A bound connection over checked TLS. Plain text only when the settings say so (demonstration)."""
        parts, settings = urlsplit(address), self._settings
        secure, plain = parts.scheme == "ldaps", settings.ldap_plain_text
        if not secure and not plain and not settings.ldap_start_tls:
            raise DirectoryUnavailable(server=address, cause="neither ldaps:// nor StartTLS")
        server = ldap3.Server(
            parts.hostname or "",
            port=parts.port or (636 if secure else 389),
            use_ssl=secure,
            tls=CheckedTls(ca_certs_file=settings.ldap_ca_file),
            get_info=ldap3.NONE,
            connect_timeout=settings.ldap_timeout,
        )
        connection = ldap3.Connection(
            server,
            user=user,
            # As bytes: AD compares what was typed; ldap3 would rewrite text by SASLprep.
            password=password.encode(),  # type: ignore[arg-type]  # the stubs know text only
            auto_bind=ldap3.AUTO_BIND_NONE,
            read_only=True,
            auto_referrals=False,
            check_names=False,
            return_empty_attributes=False,
            raise_exceptions=True,
            receive_timeout=math.ceil(settings.ldap_timeout),
        )
        try:
            connection.open(read_server_info=False)
            if not secure and not plain:
                connection.start_tls(read_server_info=False)
            connection.bind(read_server_info=False)
        except BaseException:
            _close(connection)
            raise
        return connection

    def _search(self, connection: ldap3.Connection, condition: str) -> list[Account]:
        """The decoded people that meet ``condition``, all pages. A server without paging gives one page."""
        accounts: list[Account] = []
        cookie: bytes | None = None
        while True:
            connection.search(
                self._settings.ldap_base,
                f"(&(objectClass=user)(!(objectClass=computer)){condition})",
                attributes=self._names.wanted(),
                paged_size=self._settings.ldap_page_size,
                paged_cookie=cookie,
            )
            _checked(connection)
            found = (entry for entry in connection.response or () if entry["type"] == "searchResEntry")
            accounts.extend(self._decode(entry["dn"], entry["raw_attributes"]) for entry in found)
            control = (connection.result.get("controls") or {}).get(PAGED_RESULTS)
            cookie = control["value"]["cookie"] if control else None
            if not cookie:
                return accounts

    def _decode(self, dn: str, raw: dict[str, list[bytes]]) -> Account:
        try:
            return self._decoder.decode(dn, raw)
        except ValueError as error:
            raise LDAPException(f"unreadable entry {dn}: {error}") from error


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


def _checked(connection: ldap3.Connection) -> None:
    """Raise for a result that ldap3 lets pass, such as a size or time limit: half an answer is none."""
    if connection.result["result"] != 0:
        raise LDAPException(f"{connection.result['description']}: {connection.result['message']}")


def _close(connection: ldap3.Connection) -> None:
    with contextlib.suppress(LDAPException, OSError):  # dead already: just as well
        connection.unbind()
    if connection.socket is not None:  # ldap3 forgets the socket of a connection that failed to open
        connection.socket.close()


def _cause(error: BaseException) -> str:
    if isinstance(error, DirectoryUnavailable):
        return str(error.details.get("cause", ""))
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:300]


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()
