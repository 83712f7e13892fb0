"""A proxy in front of a real directory that cuts and bends its answers: TLS on both sides, message by message."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from types import TracebackType

from app.directory import ber
from tests.servers.samba_ad import SambaAD

# What is done with a message of the server's: other bytes, None to hang up, an empty text to swallow it.
Bend = Callable[[ber.Message, int], bytes | None]


def result(number: int, code: int, words: str, tag: int = ber.DONE) -> bytes:
    """A result as a server sends it, in one short message."""
    said = words.encode()
    body = b"\x0a\x01" + bytes([code]) + b"\x04\x00\x04" + bytes([len(said)]) + said
    inner = b"\x02\x04" + number.to_bytes(4, "big") + bytes([tag, len(body)]) + body
    return b"\x30" + bytes([len(inner)]) + inner


class LdapProxy:
    """Listens on loopback with the server's own certificate. ``bend`` sees every answer, and how many came before."""

    def __init__(self, ad: SambaAD, bend: Bend) -> None:
        self._ad, self._bend = ad, bend
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"ldaps://127.0.0.1:{self._listener.getsockname()[1]}"
        tls = ad.directory / "private/tls"
        self._inwards = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._inwards.load_cert_chain(tls / "proxy.pem", tls / "proxy.key")
        self._outwards = ssl.create_default_context(cafile=str(ad.ca_file))

    def __enter__(self) -> LdapProxy:
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), contextlib.ExitStack() as stack:
            asking = stack.enter_context(self._inwards.wrap_socket(client, server_side=True))
            plain = socket.create_connection((self._ad.ip, 636))
            server = stack.enter_context(self._outwards.wrap_socket(plain, server_hostname=self._ad.ip))
            threading.Thread(target=self._pass_on, args=(asking, server), daemon=True).start()
            for count, message in enumerate(ber.messages(server.recv)):
                answer = self._bend(message, count)
                if answer is None:
                    asking.shutdown(socket.SHUT_RDWR)  # closing alone waits for the thread that reads from it
                    return
                asking.sendall(answer)

    def _pass_on(self, asking: ssl.SSLSocket, server: ssl.SSLSocket) -> None:
        with contextlib.suppress(OSError):
            while data := asking.recv(65536):
                server.sendall(data)
            server.close()
