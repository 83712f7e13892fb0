"""Processes that end when this one does: on a clean stop in order, and by themselves when it is killed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

LOOPBACK = "127.0.0.1"
UNPRIVILEGED = "nobody"
LAST_LINES = 15


class NotStarted(RuntimeError):
    """A process did not get ready; the text ends with the last lines of its log."""


@dataclass(frozen=True, slots=True)
class Command:
    """What to run. ``stop_signal`` asks it to end, ``needs_user``: it refuses to run as root.

    ``input`` is written to its standard input, which then closes; ``ends_with_input``: it is kept open until the end.
    """

    name: str
    arguments: Sequence[str]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM
    needs_user: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)
    input: str = ""
    ends_with_input: bool = False


@contextmanager
def running(
    command: Command, *, ready: Callable[[], bool], seconds: float = 30, patience: float = 20
) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``command`` inside the block. Raises NotStarted when ``ready`` stays false for ``seconds``.

    At the end it is asked to stop, and killed when it has not done so after ``patience`` seconds.
    """
    process = _start(command)
    try:
        await_ready(command, process, ready, seconds)
        yield process
    finally:
        stop(process, command.stop_signal, patience)


def stop(process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM, patience: float = 20) -> None:
    """Ask ``process`` to end and wait; kill it when it does not. Does nothing when it has ended."""
    if process.poll() is None:
        process.send_signal(how)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdin:
        process.stdin.close()


def bound(command: Command) -> list[str]:
    """The command line of ``command``, bound to this process' life and, where it must be, to an ordinary user.

    Linux sends the stop signal when the thread that started it ends, even by SIGKILL. As root, the user is the
    one that owns nothing, with the one capability that lets it reach its files in a closed home directory.
    """
    tool = shutil.which("setpriv")
    if needs_other_user(command) and tool is None:
        raise NotStarted(f"{command.name} refuses to run as root, and setpriv (util-linux) is not installed")
    if tool is None:
        return list(command.arguments)
    prefix = [tool, "--pdeathsig", command.stop_signal.name.removeprefix("SIG")]
    if needs_other_user(command):
        prefix += ["--reuid", UNPRIVILEGED, "--regid", "nogroup", "--clear-groups"]
        prefix += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
        prefix += [
            "--securebits=+no_setuid_fixup"
        ]  # otherwise access(2), which PostgreSQL asks, forgets the capability
    return [*prefix, *command.arguments]


def needs_other_user(command: Command) -> bool:
    """True when ``command`` must not run as the user that we are."""
    return command.needs_user and os.geteuid() == 0


def free_port(wanted: int = 0) -> int:
    """A TCP port on the loopback address that nothing listens on; ``wanted`` when it is one."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            found: int = probe.getsockname()[1]
            return found
    raise NotStarted("no free port on the loopback address")


def answers(port: int) -> bool:
    """True when something takes connections on the loopback ``port``."""
    try:
        socket.create_connection((LOOPBACK, port), 1).close()
    except OSError:
        return False
    return True


def serves(port: int, path: str = "/healthz") -> bool:
    """True when a web server on the loopback ``port`` answers with anything but a fault of its own."""
    connection = HTTPConnection(LOOPBACK, port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def last_lines(log: Path) -> str:
    """The end of a log, for an error's text."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-LAST_LINES:])


def await_ready(
    command: Command, process: subprocess.Popen[bytes], ready: Callable[[], bool], seconds: float = 30
) -> None:
    """Come back when ``ready`` says true. Raises NotStarted when the process ends before, or ``seconds`` pass."""
    end = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None:
            raise NotStarted(f"{command.name} ended at once:\n{last_lines(command.log)}")
        if time.monotonic() > end:
            raise NotStarted(f"{command.name} was not ready in {seconds:.0f} s:\n{last_lines(command.log)}")
        time.sleep(0.02)


def _start(command: Command) -> subprocess.Popen[bytes]:
    command.log.parent.mkdir(parents=True, exist_ok=True)
    with command.log.open("ab") as log:
        process = subprocess.Popen(
            bound(command),
            stdin=subprocess.PIPE if command.input or command.ends_with_input else subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={**os.environ, **command.environment},
            start_new_session=True,  # Ctrl-C is for us: we stop the others in the right order
        )
    if process.stdin and command.input:
        process.stdin.write(command.input.encode())
        process.stdin.close()
    return process
