"""The directory's truth: who works here, in what form, under whom. It can be away, and it can forget people.

It stands where the gateway to Active Directory stands (LDAP itself is tested in tests/directory): it answers with
accounts, and what they mean is the product's to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, TypeVar
from uuid import NAMESPACE_DNS, uuid5

from app.directory.account import Account
from app.directory.answers import Answer, Source
from app.errors import DirectoryUnavailable

SERVER = "ldaps://dc1"
T = TypeVar("T")
MADE = datetime(2024, 1, 1, tzinfo=UTC)
GRANTABLE = ("active", "future")  # in words of the truth: employed, or employed from a day within sixty


class Silent:
    """A server that neither counts its changes nor has a group."""

    server = SERVER
    settings = SimpleNamespace(ldap_base="DC=exempel,DC=test")

    def source(self) -> Source:
        """It does not count."""
        return Source(SERVER)

    def entries(self, *_asked: object, **_more: object) -> Iterator[list[Any]]:
        """Nothing is found."""
        return iter(())


class Register:
    """One account a person, by employee number. ``truth`` says in one word what the product should find."""

    def __init__(self) -> None:
        self.is_away = False
        self.accounts: dict[str, Account] = {}
        self.truth: dict[str, str] = {}

    def employ(self, number: str, name: str, **facts: object) -> None:
        """An open account of somebody employed; ``facts`` are fields of Account."""
        given, _, surname = name.rpartition(" ")
        self.accounts[number] = Account(
            object_guid=str(uuid5(NAMESPACE_DNS, number)),
            dn=dn(number),
            employee_number=number,
            given_name=given,
            surname=surname,
            display_name=name,
            created_at=MADE,
            **{"employee_type": "anställd", "login": number, "mail": f"{number}@exempel.se", **facts},  # type: ignore[arg-type]
        )
        self.truth[number] = "active"

    def change(self, number: str, truth: str, **facts: object) -> None:
        """Something else is true of somebody from now on."""
        self.accounts[number] = replace(self.accounts[number], **facts)
        self.truth[number] = truth

    def leave(self, number: str) -> None:
        """The account is closed."""
        self.change(number, "ended", enabled=False)

    def come_back(self, number: str) -> None:
        """Employed as before, at work."""
        self.change(number, "active", enabled=True, employee_type="anställd", starts_on=None)

    def be_on_leave(self, number: str) -> None:
        """Away, and still employed."""
        self.change(number, "on_leave", enabled=True, employee_type="tjänstledig")

    def start_on(self, number: str, day: date) -> None:
        """The account is there, and the first day is to come."""
        self.change(number, "future", enabled=True, employee_type="anställd", starts_on=day)

    def report_to(self, number: str, manager: str) -> None:
        """Another line manager; nobody when ``manager`` is empty."""
        self.accounts[number] = replace(self.accounts[number], manager_dn=dn(manager) if manager else "")

    # What the product asks of its gateway.

    def find_by_employee_number(self, number: str) -> Answer:
        """The account with this number."""
        self._answer()
        found = self.accounts.get(number.strip())
        return Answer(SERVER, (found,) if found else ())

    def read(self, take: Callable[[Iterator[list[Account]]], None]) -> Source:
        """Every account, on one page."""
        self._answer()
        take(iter([list(self.accounts.values())]))
        return Source(SERVER)

    def converse(self, act: Callable[[Any], T]) -> T:
        """It counts no changes and has no groups."""
        self._answer()
        return act(Silent())

    def close(self) -> None:
        """Nothing is kept open."""

    def _answer(self) -> None:
        if self.is_away:
            raise DirectoryUnavailable(server=SERVER, cause="LDAPSocketOpenError: away")


def dn(number: str) -> str:
    """Where the account is."""
    return f"CN={number},OU=Personal,DC=exempel,DC=test"
