"""The characters as accounts in AD, under the employee numbers of tests/people.py."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from app.catalogue.searching import fold
from tests.servers.ad_admin import AdAdmin

PASSWORD = "Vinter-2026-Snö"
SERIALS = count(1)


@dataclass(frozen=True, slots=True)
class Registered:
    """One account: how to change it, and how its owner logs in."""

    dn: str
    login: str


class Register:
    """An OU of one test's own: several tests may employ the same characters in one directory."""

    def __init__(self, admin: AdAdmin) -> None:
        self.admin, self.serial = admin, next(SERIALS)
        self.place = f"Kommun{self.serial}"
        self.base = admin.add_unit(self.place)

    @staticmethod
    def number(name: str) -> str:
        """The employee number of ``name``, as in tests/people.py."""
        return f"T-{fold(name).replace(' ', '.')}"

    def employ(self, name: str, **attributes: str) -> Registered:
        """Give ``name`` an open account of somebody employed; ``attributes`` by their AD names."""
        bare = fold(name).replace(" ", ".")
        given, _, surname = name.rpartition(" ")
        login = f"{bare.replace('.', '')[:14]}{self.serial:03d}"
        filled = {
            "givenName": given,
            "sn": surname,
            "employeeID": self.number(name),
            "employeeType": "anställd",
            "mail": f"{bare}@exempel.se",
            "department": "Biblioteket",
            "departmentNumber": "KTF-BIB",
            "company": "KTN",
        }
        dn = self.admin.add_user(
            name, login, unit=self.place, password=PASSWORD, **{**filled, "displayName": name, **attributes}
        )
        return Registered(dn, login)
