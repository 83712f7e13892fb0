"""An application with the languages and the clock, on Wednesday 25 November 2026."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask

from tests.templates.preview import make_app

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


@pytest.fixture
def app() -> Iterator[Flask]:
    made = make_app()
    with time_machine.travel(NOW, tick=False), made.app_context():
        yield made
