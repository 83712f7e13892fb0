"""One mail as it goes on the wire: the same sender always, both parts, headers that nothing can be put into."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError, MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from urllib.parse import urlsplit

from app.config import Settings
from app.notifications.rendering import Rendered
from app.notifications.transport import AddressRefused


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who gets the mail, and which row of the outbox it is. ``name`` is empty where no name may be seen."""

    address: str
    name: str
    key: str
    at: datetime


def compose(envelope: Envelope, rendered: Rendered, settings: Settings) -> EmailMessage:
    """The message with its headers. Raises AddressRefused when the address is none."""
    message = EmailMessage(policy=SMTP)
    message["From"] = _sender(settings.mail_from)
    message["To"] = _address(envelope.name, envelope.address)
    message["Subject"] = one_line(rendered.subject)
    message["Date"] = format_datetime(envelope.at)
    message["Message-ID"] = _message_id(envelope.key, settings.base_url)
    message["Auto-Submitted"] = "auto-generated"
    # No out-of-office answers; bounces and delivery reports must still come, so not "All".
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    # Quoted-printable: not every server on the way takes eight bits.
    message.set_content(rendered.text, cte="quoted-printable")
    message.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    # Last: setting the content throws away what was said about it before.
    message["Content-Language"] = rendered.language
    return message


def one_line(text: str) -> str:
    """``text`` without line breaks, control characters or runs of blanks: fit for a header."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _address(name: str, address: str) -> Address:
    local, at, domain = address.strip().rpartition("@")
    if not (at and local and domain) or one_line(address) != address.strip() or " " in address.strip():
        raise AddressRefused("no address that can be written to")
    try:
        return Address(one_line(name), local, domain.encode("idna").decode())
    except (HeaderParseError, MessageError, UnicodeError, ValueError) as error:
        raise AddressRefused("no address that can be written to") from error


def _sender(mail_from: str) -> Address:
    name, address = parseaddr(mail_from)
    local, _, domain = address.rpartition("@")
    return Address(one_line(name), local, domain)


def _message_id(key: str, base_url: str) -> str:
    # From the row's key, not random: a mail sent twice after a crash is one mail to servers that look at this.
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    return f"<{digest}@{urlsplit(base_url).hostname}>"
