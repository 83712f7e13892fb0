"""Takes every mail over SMTP into the mail box, and shows it on a page; both on loopback only.

python -m app.demonstration.mailbox_server --smtp-port 8026 --port 8025 --directory var/demo/mail
"""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from werkzeug.serving import make_server

from app.demonstration.mailbox import Letters
from app.demonstration.mailbox_page import create_mailbox
from app.demonstration.processes import LOOPBACK


class Reception:
    """What the SMTP server does with a mail: keep it, whoever it is to."""

    def __init__(self, letters: Letters) -> None:
        self._letters = letters

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # the name is aiosmtpd's
        """Keep the mail."""
        content = envelope.original_content
        if not content:
            return "554 5.6.0 Empty"
        self._letters.add(content)
        return "250 2.0.0 Kept"


def serve(letters: Letters, smtp_port: int, port: int) -> None:
    """Receive and show until the process is asked to end."""
    reception = Controller(Reception(letters), hostname=LOOPBACK, port=smtp_port)
    page = make_server(LOOPBACK, port, create_mailbox(letters), threaded=True)
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(0))
    reception.start()
    try:
        page.serve_forever()
    finally:
        reception.stop()
        page.server_close()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description="The demonstration's mail box, on loopback only.")
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--directory", type=Path, required=True)
    options = parser.parse_args()
    serve(Letters(options.directory), options.smtp_port, options.port)


if __name__ == "__main__":
    main()
