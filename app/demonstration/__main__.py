"""The demonstration: everything that the product needs, on this machine only. ``make run`` starts it.

python -m app.demonstration [--fresh] [--port 8080] [--mailbox-port 8025] [--directory var/demo]
"""

from __future__ import annotations

import argparse
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from app import clock
from app.demonstration import embedded, parts
from app.demonstration.embedded import Database
from app.demonstration.memberships import write_groups_json
from app.demonstration.municipality import write_people_json
from app.demonstration.parts import Place, Ports
from app.demonstration.processes import Command, NotStarted, answers, await_ready, last_lines, running, serves

BANNER = """
  Behörig – demonstrationen av Exempelkommunen är igång ({seconds:.0f} s)

    Tjänsten    {web}    välj vem du vill vara
    Brevlådan   {mailbox}    läs mejlen och följ länkarna

  Prova: Alice Åkesson beställer MicroMarc, Bob Ek svarar från sitt mejl, Carol Dahl tilldelar.
  Alla personer är påhittade. Inget lämnar datorn. Data och loggar finns i {directory}.
  Ctrl-C avslutar. make run ARGS=--fresh börjar om från början.

  English: the service and its mailbox are at the two addresses above; Ctrl-C stops everything.
"""
LOOKS_EACH_SECONDS = 0.5
LOCK = "lock"


class Stopped(Exception):
    """Somebody asked the demonstration to end."""


def main() -> int:
    """Run until Ctrl-C or SIGTERM; 0 then, 1 when a part failed."""
    options = _options()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        with ExitStack() as stack:
            children = _start(options, stack)
            _watch(children)
    except Stopped:
        print("Demonstrationen är avslutad.")
        return 0
    except NotStarted as fault:
        print(f"Demonstrationen avbröts: {fault}", file=sys.stderr)
        return 1


def _start(options: argparse.Namespace, stack: ExitStack) -> list[Child]:
    """Start the parts in the order in which they need each other; the stack ends them in the opposite one."""
    began = time.monotonic()
    stack.enter_context(_state(options.directory, fresh=options.fresh))
    print("Startar demonstrationen ...", flush=True)
    place = Place(options.directory.resolve(), Ports.free(options.port, options.mailbox_port))
    children: list[Child] = []

    def start(command: Command, ready: Callable[[], bool] = lambda: True) -> Child:
        children.append(Child(command, stack.enter_context(running(command, ready=ready))))
        return children[-1]

    database = _database(place, stack)
    redis = stack.enter_context(embedded.redis(place.directory / "redis"))
    environment = place.environment(database, redis)
    start(parts.mailbox(place), lambda: answers(place.ports.smtp) and serves(place.ports.mailbox, "/"))
    start(parts.directory(place, environment), lambda: answers(place.ports.ldap))
    _run(parts.furnishing(place, environment))
    worker = start(parts.worker(place, environment))
    start(parts.beat(place, environment))
    start(parts.web(place, environment), lambda: serves(place.ports.web))
    await_ready(worker.command, worker.process, lambda: "ready." in worker.command.log.read_text())
    seconds, shown = time.monotonic() - began, options.directory
    print(
        BANNER.format(seconds=seconds, web=place.web_address, mailbox=place.mailbox_address, directory=shown),
        flush=True,
    )
    return children


@dataclass(frozen=True, slots=True)
class Child:
    """A part that runs."""

    command: Command
    process: subprocess.Popen[bytes]


@contextmanager
def _state(directory: Path, *, fresh: bool) -> Iterator[None]:
    """The state is ours alone, for as long as the block lasts. Raises NotStarted when another has it."""
    directory.mkdir(parents=True, exist_ok=True)
    strange = any(directory.iterdir()) and not (directory / LOCK).exists()
    if strange:
        raise NotStarted(f"{directory} innehåller något annat än en demonstration")
    with (directory / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise NotStarted("den är redan igång") from error
        for path in directory.iterdir():
            if path.name == "log" or (fresh and path.name != LOCK):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        today = clock.now().date()
        if not (directory / parts.PEOPLE).exists():
            write_people_json(directory / parts.PEOPLE, today)
        if not (directory / parts.GROUPS).exists():
            write_groups_json(directory / parts.GROUPS, today)
        yield


def _database(place: Place, stack: ExitStack) -> Database:
    """The embedded one, or one that is there: its addresses are in the environment, as in production."""
    if address := os.environ.get("BEHORIG_DATABASE_URL"):
        return Database("", os.environ.get("BEHORIG_DATABASE_OWNER_URL") or address, address)
    superuser = stack.enter_context(embedded.postgresql(place.directory / "pg"))
    return embedded.create_database(superuser, "behorig")


def _run(command: Command) -> None:
    """Run ``command`` to its end. Raises NotStarted with the end of its log when it fails."""
    with running(command, ready=lambda: True) as process:
        if process.wait():
            raise NotStarted(f"{command.name}:\n{last_lines(command.log)}")


def _watch(children: Sequence[Child]) -> NoReturn:
    """Wait until somebody asks us to end. Raises NotStarted when a part ends by itself."""
    while True:
        for child in children:
            if child.process.poll() is not None:
                raise NotStarted(f"{child.command.name} slutade av sig själv:\n{last_lines(child.command.log)}")
        time.sleep(LOOKS_EACH_SECONDS)


def _stop(_number: int, _frame: object) -> None:
    """End once; while the parts are ending, a second Ctrl-C changes nothing."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    raise Stopped


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m app.demonstration", description="Behörig, to try.")
    parser.add_argument("--fresh", action="store_true", help="forget what was done in earlier runs")
    parser.add_argument("--port", type=int, default=8080, help="of the service (another when it is taken)")
    parser.add_argument("--mailbox-port", type=int, default=8025, help="of the mailbox (another when it is taken)")
    parser.add_argument("--directory", type=Path, default=Path("var/demo"), help="where its state is kept")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
