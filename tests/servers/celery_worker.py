"""A real Celery worker, and beat, on the session's Redis."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.config import Settings
from app.demonstration.processes import Command, running
from tests.servers.environment import environment


@contextmanager
def celery_worker(settings: Settings, directory: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that takes tasks when the block begins; its log is worker.log under ``directory``."""
    log = directory / "worker.log"
    with running(_celery("worker", settings, log), ready=lambda: "ready." in log.read_text()) as process:
        yield process


@contextmanager
def celery_beat(settings: Settings, directory: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The one who starts what happens by itself; its log is beat.log under ``directory``."""
    log = directory / "beat.log"
    with running(_celery("beat", settings, log), ready=lambda: "beat: Starting" in log.read_text()) as process:
        yield process


def _celery(what: str, settings: Settings, log: Path) -> Command:
    how = {"worker": ["--concurrency=2", "--without-gossip", "--without-mingle"], "beat": ["--pidfile="]}[what]
    arguments = [sys.executable, "-m", "celery", "-A", "celery_worker", what, "--loglevel=INFO", *how]
    return Command(f"celery {what}", arguments, log, environment=environment(settings))
