"""What the demonstration's pages of findings have to show, from its own directory: read, a baseline, and read again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from app.catalogue import services as catalogue
from app.catalogue.loader import EXAMPLE
from app.db import db, transaction
from app.demonstration import loading, memberships, reconciling
from app.demonstration.municipality import holders, write_people_json
from app.directory import services as directory
from app.directory.ldap_gateway import Gateway
from app.directory.models import Person
from app.reconciliation import finding_queries
from app.reconciliation.finding_queries import Wanted
from app.reconciliation.models import BaselineItem, Finding
from tests.demonstration.test_memberships import BASE, PASSWORD, Served

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def served(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """The demonstration's directory, as the application's; the tables are furnished from it."""
    write_people_json(tmp_path / "people.json", NOW.date())
    memberships.write_groups_json(tmp_path / "groups.json", NOW.date())
    found = Served(tmp_path)
    given = {"ldap_servers": (found.address,), "ldap_plain_text": True, "ldap_base": BASE}
    given |= {"ldap_bind_dn": f"CN=svc-behorig,{BASE}", "ldap_bind_password": PASSWORD}
    settings = app.extensions["settings"].model_copy(update=given)
    monkeypatch.setitem(app.extensions, "settings", settings)
    monkeypatch.setitem(app.extensions, "directory", Gateway(settings))
    with time_machine.travel(NOW, tick=False):
        with transaction():
            catalogue.load_file(EXAMPLE, now=NOW)
        with transaction():
            directory.sync(NOW)
        with transaction():
            loading.load(NOW)
        yield found
    app.extensions["directory"].close()
    found.end()


def test_findings_tell_of_what_is_planted_and_again_of_nothing_more(served: Served) -> None:
    reconciling.load(NOW)
    counts = finding_queries.counts_by_type(Wanted(None))
    assert counts.pop("manager_missing") > 10  # a vacant post, and one whose holder has left
    assert counts == {
        "copied_account": 1,
        "leaver_has_access": 1,
        "grant_without_membership": 1,
        "unapproved_membership": 3,
        "nested_path": 1,
        "uncatalogued_group": 1,
        "shared_or_generic": 1,
    }
    (copied,) = db.session.scalars(select(Finding).where(Finding.type == "copied_account"))
    (said,) = copied.evidence.values()
    original = db.session.get_one(Person, said["look_alikes"][0]["person"])
    assert original.employee_number == holders()["KLK-KOM/Kommunikatör"][0]
    assert db.session.scalar(select(func.count()).select_from(BaselineItem)) > 20
    db.session.rollback()
    members = served.members("SYS-WEB-PUB")
    reconciling.load(NOW + timedelta(days=1))
    after = finding_queries.counts_by_type(Wanted(None))
    assert after.pop("manager_missing") and after == counts | {"grant_without_membership": 2}
    assert served.members("SYS-WEB-PUB") == members
