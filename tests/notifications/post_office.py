"""A real SMTP server that can be told to refuse, to delay, to be slow and to go away."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from ssl import SSLContext

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

OK = "250 OK"


class PostOffice:
    """Keeps what it gets in ``mails``; ``answers`` says what to answer for an address, ``at_data`` after the mail."""

    def __init__(
        self, *, port: int | None = None, tls: SSLContext | None = None, login: tuple[str, str] | None = None
    ) -> None:
        self.mails: list[EmailMessage] = []
        self.receivers: list[str] = []
        self.answers: dict[str, str] = {}
        self.at_data = OK
        self.before_taking: Callable[[], None] = lambda: None
        self._lock = threading.Lock()
        self.port = port or closed_port()
        self._tls = tls
        self._login = login
        self._controller: Controller | None = None

    def __enter__(self) -> PostOffice:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self) -> None:
        """Listen, again if it was closed."""
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            tls_context=self._tls,
            require_starttls=self._tls is not None,
            enable_SMTPUTF8=False,
            auth_required=self._login is not None,
            authenticator=self._check if self._login else None,
        )
        self._controller.start()

    def close(self) -> None:
        """Be away: connections are refused."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def links(self) -> list[str]:
        """The last line with an address of each mail's text part."""
        texts = [mail.get_body(("plain",)).get_content() for mail in self.mails]  # type: ignore[union-attr]  # ours have one
        return [[line for line in text.splitlines() if line.startswith("http")][-1] for text in texts]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answers.get(address, OK)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.before_taking()
        if self.at_data == OK:
            with self._lock:
                self.mails.append(message_from_bytes(envelope.content or b"", policy=policy.default))  # type: ignore[arg-type]  # bytes unless decoded
                self.receivers.extend(envelope.rcpt_tos)
        return self.at_data

    def _check(self, *args: object) -> AuthResult:
        data = args[-1]
        good = isinstance(data, LoginPassword) and self._login == (data.login.decode(), data.password.decode())
        return AuthResult(success=good, handled=False)


def closed_port() -> int:
    """A port where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as holder:
        return int(holder.getsockname()[1])
