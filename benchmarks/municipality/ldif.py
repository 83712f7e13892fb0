"""The municipality as LDIF that Samba AD takes."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

from benchmarks.municipality.memberships import groups, memberships
from benchmarks.municipality.people import Account, accounts, login_of

NORMAL, DISABLED = 0x220, 0x222  # no password is needed: nobody logs in here
ORGANISATION, HERE, GONE, GROUPS = "OU=Kommunen", "OU=Personal,OU=Kommunen", "OU=Avslutade,OU=Kommunen", "OU=Grupper"
MAIL_DOMAIN = "exempel.test"


def entries(people: int, base: str, seed: int = 1, *, members: bool = False) -> Iterator[str]:
    """One LDIF entry after the other, whoever is named by another before it. ``members``: the groups, too."""
    for unit in (ORGANISATION, HERE, GONE, f"{GROUPS},{ORGANISATION}"):
        yield _entry(f"{unit},{base}", {"objectClass": "organizationalUnit"})
    titles = []
    where: dict[int, str] = {}
    for account in accounts(people, seed):
        own = account.login == login_of(int(account.number))
        if own:
            where[int(account.number)] = dn_of(account, base)
            titles.append((int(account.number), account.title))
        yield _entry(dn_of(account, base), attributes_of(account, where.get(account.manager, "")))
    if members:
        yield from _groups(titles, where, base, seed)


def dn_of(account: Account, base: str) -> str:
    """Where the account stands. The login makes the name unique."""
    return f"CN={account.display_name} {account.login},{GONE if account.ended else HERE},{base}"


def attributes_of(account: Account, manager: str) -> dict[str, str]:
    """What the directory holds of the account, by AD's names; empty values are left out."""
    return {
        "objectClass": "user",
        "sAMAccountName": account.login,
        "userPrincipalName": f"{account.login}@{MAIL_DOMAIN}",
        "mail": f"{account.login}@{MAIL_DOMAIN}",
        "givenName": account.given_name,
        "sn": account.surname,
        "displayName": account.display_name,
        "employeeID": account.number,
        "employeeType": account.employee_type,
        "departmentNumber": account.unit.code,
        "department": account.unit.name,
        "company": account.unit.board,
        "title": account.title,
        "extensionAttribute1": account.starts_on,
        "extensionAttribute2": "ja" if account.protected else "",
        "manager": manager,
        "userAccountControl": str(DISABLED if account.ended else NORMAL),
    }


def _groups(titles: list[tuple[int, str]], where: dict[int, str], base: str, seed: int) -> Iterator[str]:
    members: dict[int, list[str]] = {}
    for serial, group in memberships(iter(titles), seed):
        members.setdefault(group, []).append(where[serial])
    for index, name in enumerate(groups()):
        facts = {"objectClass": "group", "sAMAccountName": name, "groupType": "-2147483646"}
        lines = "".join(_line("member", dn) for dn in members.get(index, ()))
        yield _entry(f"CN={name},{GROUPS},{ORGANISATION},{base}", facts) + lines


def _entry(dn: str, attributes: dict[str, str]) -> str:
    return _line("dn", dn) + "".join(_line(name, value) for name, value in attributes.items() if value)


def _line(name: str, value: str) -> str:
    if value.isascii():
        return f"{name}: {value}\n"
    return f"{name}:: {b64encode(value.encode()).decode()}\n"
