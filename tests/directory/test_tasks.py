"""The nightly sync as the worker runs it: one transaction."""

from __future__ import annotations

import pytest

from app.db import db
from app.directory import tasks
from app.errors import DirectoryUnavailable


def test_nightly_sync_is_committed(town, hire):
    number, _ = hire()
    report = tasks.nightly_sync()
    db.session.rollback()
    assert report.added == 1
    assert town.person(number).employment_status == "active"


def test_nightly_sync_run_twice_publishes_nothing_twice(town, hire, ad_admin):
    _, dn = hire()
    tasks.nightly_sync()
    ad_admin.disable(dn)
    tasks.nightly_sync()
    tasks.nightly_sync()
    assert town.moves() == [("active", "ended")]


def test_reaction_that_fails_undoes_the_whole_sync(app, town, hire, ad_admin):
    number, dn = hire()
    tasks.nightly_sync()
    ad_admin.disable(dn)

    def fail(event: object) -> None:
        raise RuntimeError("no grant could be written")

    for event_type in app.extensions["reactions"]:
        app.extensions["reactions"][event_type] = [fail]
    with pytest.raises(RuntimeError):
        tasks.nightly_sync()
    assert town.person(number).employment_status == "active"


def test_directory_that_is_down_stops_the_night_with_a_named_error(app, town, make_gateway):
    app.extensions["directory"] = make_gateway(ldap_servers=("ldaps://127.0.0.1:9",))
    with pytest.raises(DirectoryUnavailable):
        tasks.nightly_sync()
