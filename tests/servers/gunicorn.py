"""The web server of production, with the product in it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from app.config import Settings
from app.demonstration.processes import LOOPBACK, Command, running, serves
from tests.servers.environment import environment


@contextmanager
def gunicorn(settings: Settings, directory: Path, workers: int = 2) -> Iterator[subprocess.Popen[bytes]]:
    """Serves ``settings.base_url`` (a free port on the loopback address); logs under ``directory``."""
    port = urlsplit(settings.base_url).port or 80
    arguments = ["--workers", str(workers), "--bind", f"{LOOPBACK}:{port}", "--worker-tmp-dir", str(directory)]
    command = Command(
        "gunicorn",
        [sys.executable, "-m", "gunicorn", "--config", "python:app.serving", *arguments, "app:create_app()"],
        directory / "gunicorn.log",
        environment=environment(settings),
    )
    with running(command, ready=lambda: serves(port)) as process:
        yield process
