"""What every test may ask for. Servers are started once, when the first test needs them.

The application of a test reads the session's Samba AD when the test asks for ``samba`` or ``ad_admin`` too.
Nothing of the product and no library is imported before a test asks for it: the tests of the rules ask for nothing,
and shall answer at once.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.servers.directory_fixtures import ad_admin, directory_settings, samba

if TYPE_CHECKING:
    import time_machine
    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser, BrowserContext, Page

    from app.config import Settings
    from tests.servers.postgres import TestDatabase
    from tests.servers.redis import TestRedis
    from tests.servers.smtp import MailServer

__all__ = ["ad_admin", "directory_settings", "samba"]

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Spare who did not use Hypothesis its import, which its plugin would make only to report nothing."""
    if "hypothesis" not in sys.modules:
        session.config.pluginmanager.unregister(name="hypothesispytest")


@pytest.fixture(scope="session")
def server_directory() -> Iterator[Path]:
    """Where the servers of the session live."""
    with tempfile.TemporaryDirectory(prefix="behorig-") as directory:
        yield Path(directory)


@pytest.fixture(scope="session")
def postgres(server_directory: Path) -> Iterator[TestDatabase]:
    """The session's database, migrated."""
    from tests.servers import postgres as servers

    with servers.database(server_directory / "pg") as database:
        yield database


@pytest.fixture(scope="session")
def redis(server_directory: Path) -> Iterator[TestRedis]:
    """The session's Redis."""
    from tests.servers import redis as servers

    with servers.redis(server_directory / "redis") as server:
        yield server


@pytest.fixture(scope="session")
def mail_server() -> Iterator[MailServer]:
    """The session's SMTP server; tests ask for ``smtp``."""
    from tests.servers.smtp import MailServer

    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def web_port() -> int:
    """Where ``live_server`` listens; mails point there in all tests."""
    from app.demonstration.processes import free_port

    return free_port()


@pytest.fixture
def database(postgres: TestDatabase) -> TestDatabase:
    """The database, with no row in it."""
    postgres.empty()
    return postgres


@pytest.fixture
def smtp(mail_server: MailServer) -> MailServer:
    """The mail server, empty and taking everything."""
    mail_server.clear()
    return mail_server


@pytest.fixture
def settings(
    database: TestDatabase, redis: TestRedis, smtp: MailServer, web_port: int, request: pytest.FixtureRequest
) -> Settings:
    """The settings of the test's application. Override the fixture with ``settings.model_copy(update=...)``."""
    from app.config import load_settings
    from app.demonstration.processes import LOOPBACK

    redis.empty()
    directory = request.getfixturevalue("directory_settings") if "samba" in request.fixturenames else {}
    return load_settings(
        mode="test",
        base_url=f"http://{LOOPBACK}:{web_port}",
        secret_key="only-for-tests-only-for-tests-only",
        database_url=database.urls.application,
        database_owner_url=database.urls.owner,
        redis_url=redis.url,
        smtp_port=smtp.port,
        smtp_timeout=3,
        link_reading_seconds=0,  # a test reads faster than a person
        **directory,
    )


@pytest.fixture(scope="session")
def application_for() -> Iterator[Callable[[Settings], Flask]]:
    """Makes the application once for each settings: it keeps no state of its own between tests."""
    from tests.servers.application import applications

    with applications() as application_for:
        yield application_for


@pytest.fixture
def app(application_for: Callable[[Settings], Flask], settings: Settings) -> Iterator[Flask]:
    """The application, with its context pushed."""
    from app.requests import definitions

    application = application_for(settings)
    definitions.version.cache_clear()  # the database of this test has other versions than that of the one before
    gateway = application.extensions.get("directory")
    with application.app_context():
        yield application
    put = application.extensions.pop("directory", None)  # whatever directory the test has put in its place
    if put is not gateway and hasattr(put, "close"):
        put.close()
    if gateway is not None:
        application.extensions["directory"] = gateway


@pytest.fixture
def db_session(app: Flask) -> Any:
    """The test's own database session. A request of ``client`` commits it first, and it reads anew afterwards."""
    from app.db import db

    return db.session


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without scripts and without a login."""
    return app.test_client()


@pytest.fixture
def frozen_time() -> Iterator[time_machine.Traveller]:
    """The clock stands at 9:00 on an ordinary Monday (2 March 2026); ``move_to`` and ``shift`` move it."""
    import time_machine

    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def live_server(app: Flask, settings: Settings, tmp_path: Path) -> Iterator[str]:
    """gunicorn with two workers on the test's database; yields its address, ``settings.base_url``."""
    from tests.servers.gunicorn import gunicorn

    with gunicorn(settings, tmp_path):
        yield settings.base_url


@pytest.fixture
def worker(app: Flask, settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """A Celery worker on the test's database and Redis; yields its log."""
    from tests.servers.celery_worker import celery_worker

    with celery_worker(settings, tmp_path):
        yield tmp_path / "worker.log"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The session's Chromium."""
    from tests.servers.chromium import chromium

    with chromium() as program:
        yield program


@pytest.fixture
def browser_context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh browser profile; several in one test: ``with watched(browser) as another:``."""
    from tests.servers.chromium import watched

    with watched(browser) as context:
        yield context


@pytest.fixture
def page(browser_context: BrowserContext) -> Page:
    """One tab of it."""
    return browser_context.new_page()
