"""The embedded servers start, keep what they should, and end with the process that started them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from redis import AuthenticationError, Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from app.demonstration import embedded
from app.demonstration.processes import LOOPBACK, Command, NotStarted, answers, free_port, running

STARTER = """
import sys, time
from pathlib import Path
from app.demonstration import embedded
here = Path(sys.argv[1])
with embedded.postgresql(here / "pg"), embedded.redis(here / "redis"):
    print("ready", flush=True)
    time.sleep(60)
"""


def processes_naming(path: Path) -> list[int]:
    """The running processes whose command line names ``path``, or that work there."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            named = str(path).encode() in (entry / "cmdline").read_bytes()
            if named or str(path) in str((entry / "cwd").readlink()):
                found.append(int(entry.name))
        except OSError:
            continue  # it has just ended
    return found


def wait_until(true: Callable[[], bool], seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_database_is_kept_and_the_second_start_makes_nothing_anew(tmp_path: Path) -> None:
    with embedded.postgresql(tmp_path) as superuser:
        database = embedded.create_database(superuser, "behorig")
        with psycopg.connect(database.owner) as owner:
            owner.execute("CREATE TABLE kept AS SELECT 'å' AS letter")
    with embedded.postgresql(tmp_path) as superuser:
        again = embedded.create_database(superuser, "behorig")
        with psycopg.connect(again.owner) as owner:
            assert owner.execute("SELECT letter FROM kept").fetchone() == ("å",)
    assert processes_naming(tmp_path) == []


def test_roles_and_extensions(tmp_path: Path) -> None:
    with embedded.postgresql(tmp_path, durable=False) as superuser:
        database = embedded.create_database(superuser, "behorig")
        with psycopg.connect(database.application) as application:
            answer = application.execute(
                "SELECT current_user, lower('ÅÄÖ'), similarity('lån', 'lånedisk') > 0"
            ).fetchone()
            assert answer == ("behorig_app", "åäö", True)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                application.execute("CREATE TABLE mine (id int)")


def test_long_path_still_gets_a_socket_and_leaves_none(tmp_path: Path) -> None:
    directory = tmp_path / ("long-" * 30)
    with embedded.postgresql(directory, durable=False) as superuser:
        sockets = Path(psycopg.conninfo.conninfo_to_dict(superuser)["host"])
        assert not sockets.is_relative_to(directory)
    assert not sockets.exists()


def test_half_made_cluster_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/rubbish").touch()
    with embedded.postgresql(tmp_path, durable=False) as superuser, psycopg.connect(superuser) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_socket_is_closed_to_other_users() -> None:
    """In a short path: where it is too long for a socket's name, the socket lies elsewhere."""
    with tempfile.TemporaryDirectory() as short, embedded.postgresql(Path(short), durable=False):
        assert (Path(short) / "socket").stat().st_mode & 0o077 == 0


def test_redis_asks_for_its_password(tmp_path: Path) -> None:
    with embedded.redis(tmp_path) as address, Redis.from_url(address) as client:
        client.set("å", "ä")
        port = client.connection_pool.connection_kwargs["port"]
        with Redis(host=LOOPBACK, port=port) as stranger, pytest.raises(AuthenticationError):
            stranger.get("å")
    with Redis.from_url(address) as client, pytest.raises(RedisConnectionError):
        client.ping()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=["killed", "interrupted"])
def test_nothing_is_left_when_the_starter_is(tmp_path: Path, how: signal.Signals) -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert starter.stdout is not None
    with starter.stdout:
        assert starter.stdout.readline() == b"ready\n"
    assert len(processes_naming(tmp_path)) > 2
    starter.send_signal(how)
    starter.wait(20)
    wait_until(lambda: processes_naming(tmp_path) == [])


def test_start_after_a_kill_waits_for_the_old_server(tmp_path: Path) -> None:
    with embedded.postgresql(tmp_path, durable=False):
        pid = (tmp_path / "data/postmaster.pid").read_text().split("\n")[0]
        os.kill(int(pid), signal.SIGTERM)
        with embedded.postgresql(tmp_path, durable=False) as superuser, psycopg.connect(superuser) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_command_that_ends_at_once_shows_its_last_words(tmp_path: Path) -> None:
    command = Command("broken", [sys.executable, "-c", "raise SystemExit('no such luck')"], tmp_path / "log")
    with pytest.raises(NotStarted, match="no such luck"), running(command, ready=lambda: False):
        pass


def test_command_that_never_gets_ready_is_ended(tmp_path: Path) -> None:
    command = Command("slow", [sys.executable, "-c", "import time; time.sleep(60)", str(tmp_path)], tmp_path / "log")
    with pytest.raises(NotStarted, match="not ready"), running(command, ready=lambda: False, seconds=0.2):
        pass
    assert processes_naming(tmp_path) == []


def test_taken_port_is_replaced() -> None:
    with socket.create_server((LOOPBACK, 0)) as taken:
        port = taken.getsockname()[1]
        assert free_port(port) not in (0, port)
        assert answers(port)
    assert free_port(port) == port
