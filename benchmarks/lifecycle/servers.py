"""The contestants' servers: one PostgreSQL, and for each of them gunicorn with two workers on the loopback address."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

import psycopg

from app import clock
from app.demonstration import embedded, parts
from app.demonstration.embedded import Database
from app.demonstration.municipality import write_people_json
from app.demonstration.parts import Place, Ports
from app.demonstration.processes import LOOPBACK, Command, answers, await_ready, free_port, running

ROOT = Path(__file__).parents[2]
PACKAGES = ROOT / "var/benchmark/packages"
CONTESTANTS = ("product", "no_ldap", "bare", "viewflow", "whole", "whole_no_ldap")
NUMBERS = "SELECT employee_number FROM person WHERE employment_status = 'active' ORDER BY id DESC LIMIT 4"
LIST = ROOT / "requirements/benchmark.txt"


@dataclass(frozen=True, slots=True)
class Servers:
    """What runs: databases, ports by contestant, process ids, and Viewflow's session cookies."""

    product: Database
    viewflow: Database
    ports: Mapping[str, int]
    pids: Mapping[str, int]
    cookies: Mapping[str, str]
    secret: str
    place: Place
    environment: Mapping[str, str]


@contextmanager
def all_of_them(directory: Path, stack: ExitStack) -> Iterator[Servers]:
    """Start everything; it ends with the block."""
    place = Place(directory, Ports.free(0, 0))
    write_people_json(directory / parts.PEOPLE, clock.now().date())
    superuser = stack.enter_context(embedded.postgresql(directory / "pg"))
    product = embedded.create_database(superuser, "behorig")
    viewflow = embedded.create_database(superuser, "viewflow")
    redis = stack.enter_context(embedded.redis(directory / "redis"))
    environment = place.environment(product, redis)
    ldap = parts.directory(place, environment)
    stack.enter_context(running(ldap, ready=lambda: answers(place.ports.ldap)))
    _finish(parts.furnishing(place, environment))
    secret = secrets.token_hex(32)
    others = {"BENCHMARK_SECRET": secret, "BENCHMARK_ADDRESS": place.web_address}
    bare = {**others, "BENCHMARK_DATABASE": product.application}
    django = {**others, "BENCHMARK_DATABASE": viewflow.owner, "PYTHONPATH": str(packages())}
    with psycopg.connect(product.superuser) as connection:
        numbers = [row[0] for row in connection.execute(NUMBERS)]
    django["BENCHMARK_NUMBERS"] = json.dumps(numbers)
    django |= environment
    cookies = json.loads(_output("benchmarks.lifecycle.viewflow_site.furnishing", django))
    ports = {"product": place.ports.web}
    web = [parts.web(place, environment)]
    web.append(_gunicorn("no_ldap", "benchmarks.lifecycle.answering_directory:create_app()", ports, place, environment))
    web.append(_gunicorn("bare", "benchmarks.lifecycle.bare:create_app()", ports, place, bare))
    remembering = {**django, "BENCHMARK_REMEMBER": "1"}
    for name, given in (("viewflow", django), ("whole", django), ("whole_no_ldap", remembering)):
        web.append(_gunicorn(name, "benchmarks.lifecycle.viewflow_site.wsgi", ports, place, given))
    pids = {}
    for name, command in zip(CONTESTANTS, web, strict=True):
        process = stack.enter_context(running(command, ready=partial(answers, ports[name])))
        pids[name] = process.pid
    yield Servers(product, viewflow, ports, pids, cookies, secret, place, environment)


def packages() -> Path:
    """Where the contestants' packages are; fetched once for each list, and kept apart from the product's packages."""
    complete = PACKAGES / f".complete-{sha256(LIST.read_bytes()).hexdigest()}"
    if not complete.exists():
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps"]
        subprocess.run([*install, "--upgrade", "--target", str(PACKAGES), "--requirement", str(LIST)], check=True)
        complete.touch()
    return PACKAGES


def worker(servers: Servers, stack: ExitStack) -> int:
    """Start the mailbox and the Celery worker as well; the worker's process id."""
    stack.enter_context(running(parts.mailbox(servers.place), ready=lambda: answers(servers.place.ports.smtp)))
    command = parts.worker(servers.place, servers.environment)
    process = stack.enter_context(running(command, ready=lambda: True))
    await_ready(command, process, lambda: "ready." in command.log.read_text())
    return process.pid


def _gunicorn(
    name: str, application: str, ports: dict[str, int], place: Place, environment: Mapping[str, str]
) -> Command:
    """The same server and the same options as the product's."""
    ports.setdefault(name, free_port())
    options = ["--workers", "2", "--bind", f"{LOOPBACK}:{ports[name]}", "--graceful-timeout", "5"]
    arguments = [sys.executable, "-m", "gunicorn", "--config", "python:app.serving", *options, application]
    return Command(name, arguments, place.log(name), environment=environment)


def _finish(command: Command) -> None:
    with running(command, ready=lambda: True) as process:
        if process.wait():
            raise RuntimeError(f"{command.name} failed: {command.log.read_text()[-2000:]}")


def _output(module: str, environment: Mapping[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", module], env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout
