"""The mail transport: the only place that speaks SMTP. Every error leaves it under a name of ours."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from typing import NoReturn

from app.config import Settings

CLOSING = 421
FINAL = 500


class TransportDown(Exception):
    """Our own mail server cannot be reached or does not want us: try everything again later."""


class NotNow(Exception):
    """The server took the connection but not this mail, for the time being (4xx): try this one later."""


class AddressRefused(Exception):
    """This mail will never arrive (5xx, or no address that can be written to): a person has to look at it."""


class Transport:
    """One mail at a time over one connection, as the settings say."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def send(self, message: EmailMessage) -> None:
        """Hand the mail over. Returns when the server has taken it; raises TransportDown, NotNow or AddressRefused."""
        server = self._connect()
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            _raise_for(*next(iter(error.recipients.values())))
        except smtplib.SMTPSenderRefused as error:
            # Our own sender is the same for all mails: no mail is lost for a fault in the settings.
            raise TransportDown(_said(error.smtp_code, error.smtp_error)) from error
        except smtplib.SMTPDataError as error:
            _raise_for(error.smtp_code, error.smtp_error)
        except smtplib.SMTPNotSupportedError as error:
            raise AddressRefused("the address has letters that the server cannot take") from error
        except (smtplib.SMTPException, OSError) as error:
            raise TransportDown(str(error)) from error
        finally:
            _part(server)

    def check(self) -> None:
        """Connect, encrypt and log in, send nothing. Raises TransportDown: for ``behorig check``."""
        _part(self._connect())

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        try:
            server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=settings.smtp_timeout)
        except (smtplib.SMTPException, OSError) as error:
            raise TransportDown(str(error)) from error
        try:
            if settings.smtp_start_tls:
                server.starttls(context=ssl.create_default_context())
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password)
        except (smtplib.SMTPException, OSError) as error:
            server.close()
            raise TransportDown(str(error)) from error
        return server


def _part(server: smtplib.SMTP) -> None:
    # The mail is taken or refused by now: a server that hangs up without a goodbye changes neither.
    with suppress(smtplib.SMTPException, OSError):
        server.quit()
    server.close()


def _raise_for(code: int, answer: bytes | str) -> NoReturn:
    said = _said(code, answer)
    if code == CLOSING:
        raise TransportDown(said)
    raise AddressRefused(said) if code >= FINAL else NotNow(said)


def _said(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {' '.join(text.split())}"[:500]
