"""A real SMTP server in a thread: it keeps what it takes, and can be told to refuse, to defer or to be away."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from app.demonstration.processes import LOOPBACK, free_port


@dataclass
class Mailbox:
    """What the server has taken, and how it answers."""

    messages: list[EmailMessage] = field(default_factory=list)
    answer: str = ""
    refused: set[str] = field(default_factory=set)
    arrived: threading.Condition = field(default_factory=threading.Condition)

    async def handle_RCPT(  # the name is aiosmtpd's
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # the name is aiosmtpd's
        if self.answer:
            return self.answer
        message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        with self.arrived:
            self.messages.append(message)
            self.arrived.notify_all()
        return "250 OK"


class MailServer:
    """One address for the session; ``smtp`` of conftest clears it for each test."""

    def __init__(self) -> None:
        self.port = free_port()
        self.mailbox = Mailbox()
        self._controller: Controller | None = None

    @property
    def messages(self) -> list[EmailMessage]:
        """What has arrived, oldest first."""
        return self.mailbox.messages

    def to(self, address: str) -> list[EmailMessage]:
        """The mails to ``address``, oldest first."""
        return [message for message in self.messages if address in str(message["To"])]

    def wait_for(self, address: str, count: int = 1, seconds: float = 15) -> EmailMessage:
        """The ``count``-th mail to ``address``, when it has come. Raises AssertionError with what came instead."""
        end = time.monotonic() + seconds
        with self.mailbox.arrived:
            while len(found := self.to(address)) < count:
                if not self.mailbox.arrived.wait(max(0, end - time.monotonic())) and time.monotonic() >= end:
                    came = [f"{m['To']}: {m['Subject']}" for m in self.messages]
                    raise AssertionError(f"{len(found)} of {count} mails to {address}; came: {came}")
        return found[count - 1]

    def answer(self, line: str) -> None:
        """Answer every mail with ``line``, for example "451 later" or "554 never"; "" takes them."""
        self.mailbox.answer = line

    def refuse(self, address: str) -> None:
        """There is no such mailbox."""
        self.mailbox.refused.add(address)

    def start(self) -> None:
        """Listen, if it does not."""
        if self._controller is None:
            self._controller = Controller(self.mailbox, hostname=LOOPBACK, port=self.port)
            self._controller.start()

    def stop(self) -> None:
        """Be away: connections are refused."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def clear(self) -> None:
        """As new: listening, empty, taking everything."""
        self.messages.clear()
        self.mailbox.refused.clear()
        self.mailbox.answer = ""
        self.start()
