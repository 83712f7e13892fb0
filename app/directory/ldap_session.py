"""One bound connection to one server: opened over checked TLS, asked with ldap3, its answers read by ``ber``."""

from __future__ import annotations

import contextlib
import math
import ssl
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import ldap3
from ldap3.core.exceptions import LDAPException
from ldap3.core.results import RESULT_CODES
from ldap3.operation.search import search_operation
from ldap3.protocol.microsoft import extended_dn_control, show_deleted_control
from ldap3.protocol.rfc2696 import paged_search_control

from app.config import Settings
from app.directory import ber
from app.errors import DirectoryUnavailable

PAGED_RESULTS = b"1.2.840.113556.1.4.319"
SUCCESS, REFERRAL = 0, 10
BASE, SUBTREE = ldap3.BASE, ldap3.SUBTREE

Entry = tuple[bytes, ber.Attributes]


class CheckedTls(ldap3.Tls):
    """TLS as Python checks it: chain and name, addresses included. ldap3's own check fails on Python 3.13."""

    def wrap_socket(self, connection: ldap3.Connection, do_handshake: bool = False) -> None:
        """Put ``connection`` on TLS. Raises ssl.SSLError for a certificate that is not the server's."""
        context = ssl.create_default_context(cafile=self.ca_certs_file)
        connection.socket = context.wrap_socket(
            connection.socket, server_hostname=connection.server.host, do_handshake_on_connect=do_handshake
        )


class Question(NamedTuple):
    """One search. ``deleted``: what has been deleted is found too; ``with_keys``: DNs come with their objectGUID."""

    base: str
    condition: str
    attributes: Sequence[str]
    scope: Any = SUBTREE
    page_size: int = 1000
    deleted: bool = False
    with_keys: bool = False


def opened(settings: Settings, address: str, user: str, password: str, *, read_only: bool = True) -> ldap3.Connection:
    """A bound connection over checked TLS. Plain text only when the settings say so (demonstration)."""
    parts = urlsplit(address)
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
        read_only=read_only,
        auto_referrals=False,
        raise_exceptions=True,
        receive_timeout=math.ceil(settings.ldap_timeout),
    )
    try:
        connection.open(read_server_info=False)
        if not secure and not plain:
            connection.start_tls(read_server_info=False)
        connection.bind(read_server_info=False)
    except BaseException:
        close(connection)
        raise
    return connection


def close(connection: ldap3.Connection) -> None:
    """End the session, whatever state it is in."""
    with contextlib.suppress(LDAPException, OSError):  # dead already: just as well
        connection.unbind()
    if connection.socket is not None:  # ldap3 forgets the socket of a connection that failed to open
        connection.socket.close()


def pages(connection: ldap3.Connection, question: Question) -> Iterator[list[Entry]]:
    """What is found, page by page, all of it or LDAPException; a server without paging gives one page.

    The next page is asked for before the last is handed over: the server searches while we work. Whoever stops
    in the middle must close the connection.
    """
    messages = ber.messages(connection.socket.recv)
    number = _ask(connection, question, b"")
    found: list[Entry] = []
    try:
        for message in messages:
            if message.number != number:
                raise LDAPException(_out_of_turn(message))
            if message.tag == ber.ENTRY:
                found.append(ber.entry(message))
            elif message.tag == ber.DONE:
                cookie = _cookie(ber.done(message))
                if cookie:
                    number = _ask(connection, question, cookie)
                yield found
                if not cookie:
                    return
                found = []
            elif message.tag != ber.REFERENCE:  # other domains are not searched
                raise LDAPException(f"an answer of kind {message.tag:#x} to a search")
    except ValueError as error:
        raise LDAPException(f"half an answer: {error}") from error


def cause_of(error: BaseException) -> str:
    """One line for the log and the operator."""
    if isinstance(error, DirectoryUnavailable):
        return str(error.details.get("cause", ""))
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:300]


def _ask(connection: ldap3.Connection, question: Question, cookie: bytes) -> int:
    """Send the search; the number that its answers will bear."""
    request = search_operation(
        question.base, question.condition, question.scope, ldap3.DEREF_NEVER,
        list(question.attributes), 0, 0, False, True, True,
    )  # fmt: skip
    controls: list[Any] = []
    if question.page_size and question.scope != ldap3.BASE:
        controls.append(paged_search_control(False, question.page_size, cookie))
    if question.deleted:
        controls.append(show_deleted_control(True))
    if question.with_keys:
        controls.append(extended_dn_control(True, False))
    strategy: Any = connection.strategy
    number: int = strategy.send("searchRequest", request, controls or None)
    strategy._outstanding.pop(number, None)  # the answer does not pass by ldap3, which would keep the question
    return number


def _cookie(result: ber.Done) -> bytes:
    """What the next page is asked with, empty after the last. Any result but success is no answer."""
    if result.code != SUCCESS:
        name = RESULT_CODES.get(result.code, str(result.code))
        hint = " (the search base belongs to another server)" if result.code == REFERRAL else ""
        raise LDAPException(f"{name}{hint}: {result.words}")
    value = result.controls.get(PAGED_RESULTS)
    return ber.paged_cookie(value) if value else b""


def _out_of_turn(message: ber.Message) -> str:
    if message.number == 0 and message.tag == ber.EXTENDED:
        return "the server announced that it ends the connection"
    return "an answer to another question"
