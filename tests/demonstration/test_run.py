"""``make run``: it starts, shows itself, is remembered, stops cleanly and leaves no process behind."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from app.demonstration.processes import free_port
from tests.demonstration.test_embedded import processes_naming, wait_until

LONGEST_START = 60
STOP_SECONDS = 30


class Demonstration:
    """A running demonstration and what it has said."""

    def __init__(self, directory: Path, output: Path, *arguments: str) -> None:
        ports = ["--port", str(free_port()), "--mailbox-port", str(free_port())]
        self._output = output
        with output.open("wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app.demonstration", "--directory", str(directory), *ports, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )

    @property
    def said(self) -> str:
        """Everything until now."""
        return self._output.read_text(encoding="utf-8")

    def wait_for(self, words: str) -> None:
        """Come back when it has said ``words``. Raises AssertionError with what was said instead."""
        end = time.monotonic() + LONGEST_START
        while words not in self.said:
            assert self.process.poll() is None and time.monotonic() < end, self.said
            time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """End it; the exit code."""
        self.process.send_signal(how)
        return self.process.wait(STOP_SECONDS)

    @property
    def addresses(self) -> list[str]:
        """The service and the mailbox."""
        return re.findall(r"http://\S+", self.said)


@contextmanager
def started(directory: Path, *arguments: str) -> Iterator[Demonstration]:
    """A demonstration that has come up; killed at the end if the test has not stopped it."""
    demonstration = Demonstration(directory, directory.with_suffix(".output"), *arguments)
    try:
        demonstration.wait_for("English:")
        yield demonstration
    finally:
        if demonstration.process.poll() is None:
            demonstration.stop(signal.SIGKILL)


def read(address: str) -> str:
    with urlopen(address, timeout=10) as answer:
        text: str = answer.read().decode()
        return text


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """A directory that no process works in when the test has ended."""
    yield tmp_path / "demo"
    wait_until(lambda: processes_naming(tmp_path) == [], seconds=20)


def test_it_starts_shows_itself_and_ends_at_ctrl_c(place: Path) -> None:
    with started(place) as demonstration:
        service, mailbox = demonstration.addresses
        assert "Alice Åkesson" in read(service)
        end = time.monotonic() + 30
        while "Ingen post ännu" in (page := read(mailbox)):  # the worker sends what waits for an answer
            assert time.monotonic() < end
            time.sleep(0.2)
        assert "bob.ek@" in page
        second = Demonstration(place, place.with_suffix(".second"))
        assert second.process.wait(LONGEST_START) == 1
        assert "redan igång" in second.said
        assert demonstration.stop() == 0
        assert "Demonstrationen är avslutad." in demonstration.said
    assert processes_naming(place) == []


def test_killed_it_leaves_nothing_and_starts_again_on_what_was_there(place: Path) -> None:
    with started(place) as demonstration:
        demonstration.stop(signal.SIGKILL)
        wait_until(lambda: processes_naming(place) == [], seconds=20)
    people = (place / "people.json").stat().st_mtime_ns
    with started(place) as demonstration:
        demonstration.stop(signal.SIGTERM)
    assert (place / "people.json").stat().st_mtime_ns == people


def test_it_does_not_wipe_what_it_did_not_make(tmp_path: Path) -> None:
    (tmp_path / "place").mkdir()
    precious = tmp_path / "place/precious"
    precious.touch()
    demonstration = Demonstration(precious.parent, tmp_path / "output", "--fresh")
    assert demonstration.process.wait(LONGEST_START) == 1
    assert "innehåller något annat" in demonstration.said
    assert precious.exists()
