"""A library whose people come from AD by the nightly sync, and browsers for each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from app import clock
from app.catalogue.models import AccessLevel
from app.config import Settings
from app.db import db, transaction
from app.directory.models import Person
from app.directory.tasks import nightly_sync
from app.requests import definitions
from tests.people import appoint, grant, level, system
from tests.registered import PASSWORD, Register, Registered
from tests.servers.ad_admin import AdAdmin
from tests.servers.chromium import watched
from tests.servers.smtp import MailServer

LINK = re.compile(r"http://\S+/d/[\w-]+")


@dataclass(slots=True)
class Library:
    """The accounts of Alice, Bob (her manager), Carol and Olga, and what can be ordered."""

    register: Register
    accounts: dict[str, Registered]
    base: AccessLevel
    disk: AccessLevel

    def person(self, name: str) -> Person:
        """The row of ``name``, read anew."""
        db.session.rollback()
        db.session.expire_all()
        number = self.register.number(name)
        return db.session.scalars(select(Person).where(Person.employee_number == number)).one()


@pytest.fixture
def register(ad_admin: AdAdmin) -> Register:
    """The part of AD that is this test's town."""
    return Register(ad_admin)


@pytest.fixture
def settings(settings: Settings, register: Register) -> Settings:
    """The directory is the test's own part of AD."""
    return settings.model_copy(update={"ldap_base": register.base})


@pytest.fixture
def library(app: Flask, register: Register) -> Library:
    """Everyone has come from AD, and everyone has the base access."""
    bob = register.employ("Bob Ek", title="Bibliotekschef")
    accounts = {"Bob Ek": bob}
    for name in ("Alice Åkesson", "Carol Dahl", "Olga Åberg"):
        accounts[name] = register.employ(name, manager=bob.dn)
    nightly_sync()
    with transaction() as session:
        definitions.store(clock.now())
        ad, mic = system(session, "AD", "Grundbehörighet"), system(session, "MIC", "MicroMarc")
        base = level(session, ad, "BAS", "Konto i nätverket", profile="basic", is_base=True)
        found = Library(register, accounts, base, level(session, mic, "DISK", "Lånedisk"))
        people = {p.display_name: p for p in session.scalars(select(Person))}
        for owned in (ad, mic):
            appoint(session, "system_owner", people["Olga Åberg"], owned)
            appoint(session, "system_manager", people["Carol Dahl"], owned)
        for one in people.values():
            grant(session, one, base)
    return found


@dataclass(slots=True)
class Desk:
    """Somebody's browser, at the product."""

    page: Page
    address: str

    def log_in(self, account: Registered) -> None:
        """Log in as in production: with the password of AD."""
        self.page.goto(f"{self.address}/login")
        self.page.fill("input[name=login]", account.login)
        self.page.fill("input[name=password]", PASSWORD)
        self.press("Logga in")

    def press(self, name: str) -> None:
        """Press the main part's button of that name."""
        self.page.locator("main").get_by_role("button", name=name).click()

    def choose(self, label: str) -> None:
        """Choose an answer or tick a box by its text."""
        self.page.get_by_label(label).check()

    def text(self) -> str:
        """What the page says."""
        return self.page.locator("main").inner_text()


class Desks:
    """Opens browsers; each is a fresh profile without login."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address

    @contextmanager
    def open(self, path: str = "", **options: object) -> Iterator[Desk]:
        """A fresh browser, at ``path`` or at the whole address of a link."""
        with watched(self.browser, **options) as context:
            desk = Desk(context.new_page(), self.address)
            if path:
                desk.page.goto(path if path.startswith("http") else self.address + path)
            yield desk


@pytest.fixture
def desks(browser: Browser, live_server: str) -> Desks:
    """Browsers at the served product."""
    return Desks(browser, live_server)


def link_in(smtp: MailServer, address: str, count: int = 1) -> str:
    """The link in the ``count``-th mail to ``address``, when it has come."""
    body = smtp.wait_for(address, count).get_body(("plain",))
    assert body is not None
    found = LINK.search(body.get_content())
    assert found, body.get_content()
    return found[0]
