"""A municipality whose product writes to a real Samba AD: the desk of MicroMarc is a group."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import ldap3
import pytest
import time_machine
from flask import Flask, current_app
from sqlalchemy import select

from app import clock
from app.cli import behorig
from app.config import Settings
from app.db import db, transaction
from app.directory.models import Person
from app.fulfilment import writing
from app.fulfilment.models import DirectoryWrite
from app.grants import services as grants
from app.grants.models import Grant
from tests.auth.conftest import as_person
from tests.people import Town
from tests.requests.conftest import Life, life, town
from tests.servers.ad_admin import AdAdmin
from workflows.events import Actor

__all__ = ["as_person", "life", "town"]
NUMBERS = count(1)


@pytest.fixture(scope="session")
def writer(ad_admin: AdAdmin) -> tuple[str, str]:
    """The delegated account."""
    return ad_admin.add_writer("svc-behorig-skriv")


@pytest.fixture
def settings(settings: Settings, samba: Any, writer: tuple[str, str]) -> Settings:
    """As an installation with BEHORIG_LDAP_WRITE=on has them."""
    given = {"ldap_write": True, "ldap_write_bind_dn": writer[0], "ldap_write_bind_password": writer[1]}
    return settings.model_copy(update=given)


@dataclass
class Desk:
    """The right to MicroMarc's desk, from its order until it is gone, and the group that it is."""

    town: Town
    life: Life
    admin: AdAdmin
    group: str
    dn: str
    accounts: dict[str, str]
    time: time_machine.Traveller

    @property
    def members(self) -> list[str]:
        """Who is in the group."""
        self.admin.connection.search(self.dn, "(objectClass=*)", ldap3.BASE, attributes=["member"])
        return [value.decode() for value in self.admin.connection.response[0]["raw_attributes"]["member"]]

    def granted(self, **values: Any) -> Grant:
        """A right of Alice's as the system manager has just granted it."""
        order = self.life.order(self.town.alice, **values)
        self.life.answer(order, self.town.bob, "approve")
        self.life.answer(order, self.town.carol, "grant", data={"done_on": clock.today().isoformat()})
        return self.read(Grant, Grant.request_id == order.id)

    def end(self, right: Grant) -> None:
        """Bob orders the end."""
        with transaction() as session:
            held = session.get_one(Grant, right.id)
            actor = Actor(self.town.bob.id, "line_manager")
            grants.order_revocation(held, reason="Arbetar inte där längre", actor=actor, now=clock.now())

    def right(self) -> Grant:
        """Alice's right, as it is now."""
        return self.read(Grant, Grant.subject_id == self.town.alice.id, Grant.level_id == self.town.disk.id)

    def writes(self) -> list[DirectoryWrite]:
        """What is or was to be changed."""
        db.session.rollback()
        db.session.expire_all()
        return list(db.session.scalars(select(DirectoryWrite).order_by(DirectoryWrite.id)))

    def run(self) -> list[str]:
        """The worker does all that waits; what became of each."""
        db.session.rollback()
        outcomes = []
        while outcome := writing.write_next(clock.now()):
            outcomes.append(outcome)
        return outcomes

    def command(self, *words: str) -> str:
        """What ``behorig directory`` prints."""
        db.session.rollback()
        done = current_app.test_cli_runner().invoke(behorig, ["directory", *words])
        assert done.exit_code == 0, done.output
        return done.output

    def read(self, what: Any, *where: Any) -> Any:
        """One row, afresh."""
        db.session.rollback()
        db.session.expire_all()
        return db.session.scalars(select(what).where(*where)).one()


@pytest.fixture(scope="session")
def accounts(ad_admin: AdAdmin) -> dict[str, str]:
    """The DN of the characters' accounts, by login."""
    return {}


@pytest.fixture
def desk(
    app: Flask,
    town: Town,
    life: Life,
    ad_admin: AdAdmin,
    accounts: dict[str, str],
    frozen_time: time_machine.Traveller,
) -> Iterator[Desk]:
    """The desk's level is a group of the directory's, and nobody is in it."""
    name = f"SYS-MIC-DISK-{next(NUMBERS)}"
    with transaction() as session:
        session.add(town.disk)
        town.disk.provisioning, town.disk.directory_group = "directory_group", name
        session.add_all((town.alice, town.dan))
        # The same directory has other files' people, by the numbers that the characters have there.
        for who in (town.alice, town.dan):
            who.employee_number = f"W-{who.login}"
        if not accounts:
            accounts |= {who.login: _account(ad_admin, who) for who in (town.alice, town.dan)}
    yield Desk(town, life, ad_admin, name, ad_admin.add_group(name), accounts, frozen_time)
    ad_admin.enable(accounts[town.alice.login])


def _account(admin: AdAdmin, who: Person) -> str:
    told = {"employeeID": who.employee_number, "employeeType": "anställd"}
    return admin.add_user(who.display_name, who.login, unit="Skrivna", **told)
