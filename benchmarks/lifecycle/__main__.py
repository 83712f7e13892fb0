"""``python -m benchmarks.lifecycle``: lives of orders a second, ours beside a bare Flask handler and Viewflow.

Everything runs on this machine, on loopback addresses; it takes about two minutes.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from psycopg import sql

from app import clock
from benchmarks.lifecycle import lives, memory, processor, servers
from benchmarks.lifecycle.casting import Cast, cast
from benchmarks.lifecycle.lives import Life
from benchmarks.lifecycle.servers import Servers

CLIENTS = (2, 4)
WARM_UP_LIVES = 30  # a statement is prepared, and planned once for all, when a worker has sent it ten times
LIVES_OF_A_RUN = 20  # at least, where processor time is measured: Linux counts in hundredths of a second
NAMES = {
    "bare": "bare Flask handler, one statement a step",
    "product": "Behörig, LDAP look-ups against the demonstration's directory",
    "no_ldap": "Behörig, the directory's answers remembered",
    "whole": "Viewflow doing the same job, LDAP look-ups",
    "whole_no_ldap": "Viewflow doing the same job, answers remembered",
    "viewflow": "Viewflow alone, without what the product keeps",
}
# Each of ours is measured against whoever has the same directory.
TARGETS = {
    "product": {"bare": 0.6, "whole": 4.0, "viewflow": None},
    "no_ldap": {"bare": 0.6, "whole_no_ldap": 4.0, "viewflow": None},
}
TABLES = ("access_request", "access_grant", "task", "task_addressee", "task_clock", "audit_event", "outbox_mail")
# Viewflow's tasks are all nodes of the flow: also the start, the gateway, the end, and the owner's own step.
WHOLE_TABLES = (
    "whole_order", "whole_grant", "viewflow_task", "whole_addressee", "whole_clock", "whole_event", "whole_mail",
)  # fmt: skip
TABLES_OF = {"bare": TABLES, "product": TABLES, "whole": WHOLE_TABLES}


def main() -> None:
    """Measure and print."""
    options = _options()
    # Where the server's other user may reach it: a home directory may be closed.
    with ExitStack() as stack, tempfile.TemporaryDirectory(prefix="behorig-") as directory:
        found = stack.enter_context(servers.all_of_them(Path(directory), stack))
        casts = {name: _cast(name, found) for name in options.only or NAMES}
        _print_rows(found, casts)
        if options.cpu:
            _print_processor(found, casts, options)
        else:
            _print_rates(_measure(casts, options.runs, options.seconds), options)
        if "product" in casts and not options.cpu:
            _print_memory(found, casts["product"], stack)
        stack.close()


def _measure(casts: dict[str, Cast], runs: int, seconds: float) -> dict[tuple[str, int], list[float]]:
    """Every contestant in turn, again and again, so that what else the machine does meets all of them."""
    rates: dict[tuple[str, int], list[float]] = {}
    _warm_up(casts)
    for _ in range(runs):
        for clients in CLIENTS:
            for name, found in casts.items():
                rates.setdefault((name, clients), []).append(lives.run(found[:clients], seconds))
    return rates


def _warm_up(casts: dict[str, Cast]) -> None:
    for found in casts.values():
        lives.each(found[:1], 0, WARM_UP_LIVES)


def _print_processor(found: Servers, casts: dict[str, Cast], options: argparse.Namespace) -> None:
    """Milliseconds of processor a life, with one client: web workers and database, without the client's own reads."""
    with psycopg.connect(found.product.superuser) as connection:
        database = processor.parent(connection.info.backend_pid)
    used: dict[str, list[tuple[float, float]]] = {name: [] for name in casts}
    _warm_up(casts)
    for _ in range(options.runs):
        for name, lived in casts.items():
            used[name].append(_processor_of_a_life(lived, found.pids[name], database, options.seconds))
    print(f"\nProcessor time of a life in ms, medians of {options.runs} runs, one client")
    totals = {name: statistics.median(web + rows for web, rows in found) for name, found in used.items()}
    for name, measured in used.items():
        web, rows = (statistics.median(part) for part in zip(*measured, strict=True))
        print(f"  {NAMES[name]:<64} web {web:6.1f}   database {rows:5.1f}   together {totals[name]:6.1f}")
    for ours, other in ((ours, other) for ours, targets in TARGETS.items() for other in targets):
        if ours in totals and other in totals:
            print(f"  {other} : {ours} = {totals[other] / totals[ours]:.2f}")


def _processor_of_a_life(found: Cast, web: int, database: int, seconds: float) -> tuple[float, float]:
    before = processor.of_server(web), processor.of_server(database)
    (lived,) = lives.each(found[:1], seconds, LIVES_OF_A_RUN)
    web_used, rows_used = processor.of_server(web) - before[0], processor.of_server(database) - before[1] - lived.used
    return 1000 * web_used / lived.done, 1000 * rows_used / lived.done


def _print_rates(rates: dict[tuple[str, int], list[float]], options: argparse.Namespace) -> None:
    print(f"\nLives a second (5 steps each), medians of {options.runs} runs of {options.seconds} s, lowest and highest")
    for clients in CLIENTS:
        print(f"\n{clients} clients")
        medians = {name: statistics.median(found) for (name, n), found in rates.items() if n == clients}
        for name, median in medians.items():
            measured = rates[name, clients]
            print(f"  {NAMES[name]:<64} {median:7.2f}   ({min(measured):.2f} to {max(measured):.2f})")
        for ours, targets in TARGETS.items():
            for other, target in targets.items():
                if ours in medians and other in medians:
                    print(f"  {ours} : {other} = {_judged(medians[ours] / medians[other], target)}")


def _judged(ratio: float, target: float | None) -> str:
    if target is None:
        return f"{ratio:.2f}"
    return f"{ratio:.2f} (target {target}: {'reached' if ratio >= target else 'missed'})"


def _print_rows(found: Servers, casts: dict[str, Cast]) -> None:
    """The rows that one life writes, of the contestants that claim to write the same: the comparison rests on it."""
    for name in (n for n in TABLES_OF if n in casts):
        database = found.viewflow if name == "whole" else found.product
        with psycopg.connect(database.superuser, autocommit=True) as connection:
            before = _counts(connection, TABLES_OF[name])
            lives.run(casts[name][:1], 0.0001)
            rows = [after - old for after, old in zip(_counts(connection, TABLES_OF[name]), before, strict=True)]
        print(f"Rows of one life, {name}: {dict(zip(TABLES_OF[name], rows, strict=True))}")


def _counts(connection: psycopg.Connection[Any], tables: Sequence[str]) -> list[int]:
    counted = [sql.SQL("(SELECT count(*) FROM {})").format(sql.Identifier(table)) for table in tables]
    row = connection.execute(sql.SQL("SELECT ") + sql.SQL(", ").join(counted)).fetchone()
    return [int(number) for number in row or ()]


def _print_memory(found: Servers, product: Sequence[Life], stack: ExitStack) -> None:
    """A web process and a worker process while four clients order and the worker sends the mails."""
    pid = servers.worker(found, stack)
    rate = lives.run(product, 5)
    print(f"\nMemory after that and 5 s with four clients and the worker sending ({rate:.2f} lives/s), MB RSS / PSS")
    for name, processes in (("web", memory.children(found.pids["product"])), ("worker", [pid, *memory.children(pid)])):
        for number, child in enumerate(processes):
            print(f"  {name} process {number}: {memory.megabytes(child)[0]:.0f} / {memory.megabytes(child)[1]:.0f}")


def _cast(name: str, found: Servers) -> Cast:
    return cast(name, found, max(CLIENTS), clock.now().astimezone(ZoneInfo("Europe/Stockholm")).date().isoformat())


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lifecycle", description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="of one run")
    parser.add_argument("--cpu", action="store_true", help="processor time a life, instead of lives a second")
    parser.add_argument("--only", nargs="*", choices=list(NAMES), help="some contestants")
    return parser.parse_args()


if __name__ == "__main__":
    main()
