"""The nightly reading of memberships, by the groups that the catalogue names."""

from __future__ import annotations

from sqlalchemy import select

from app import clock
from app.catalogue import services
from app.catalogue.loader import EXAMPLE
from app.catalogue.models import AccessLevel
from app.db import db, transaction
from app.directory.models import DirectoryGroup, DirectoryMembership
from app.reconciliation import tasks


def test_groups_of_the_catalogue_and_of_the_pattern_are_read_and_no_others(app, ad_admin, monkeypatch):
    # A name of its own: the directory keeps what the tests before have left in it.
    settings = app.extensions["settings"].model_copy(update={"ldap_group_pattern": "EGNA-*"})
    monkeypatch.setitem(app.extensions, "settings", settings)
    with transaction():
        services.load_file(EXAMPLE, now=clock.now())
    named = select(AccessLevel.directory_group).where(AccessLevel.directory_group != "")
    name = db.session.scalars(named.order_by(AccessLevel.directory_group)).first()
    db.session.rollback()
    person = ad_admin.add_user("Åsa O'Brien", "asa.membership", employeeID="M00001")
    ad_admin.add_group(name, person)
    ad_admin.add_group("EGNA-UTANFÖR", person)
    ad_admin.add_group("Skrivare", person)
    report = tasks.read_memberships()
    assert (report.groups, report.members) == (2, 2)
    assert name not in report.unknown and report.unknown
    assert set(db.session.scalars(select(DirectoryGroup.name))) == {name, "EGNA-UTANFÖR"}
    assert db.session.scalars(select(DirectoryMembership.member_dn)).all() == [person, person]
