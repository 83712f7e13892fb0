"""One account as the directory gave it: decoding from raw LDAP bytes, with every trap of field.md B6."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

DISABLED = 0x2
NEVER = (0, 2**63 - 1)
FILETIME_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
SECOND = 10_000_000
PERSONNUMMER = re.compile(r"\b(?:19|20)?\d{6}[-+]?\d{4}\b")
NOT_PROTECTED = ("", "0", "false", "nej", "no")
TEXT_ENCODING = "utf-8"

Raw = Mapping[str, Sequence[bytes]]


@dataclass(frozen=True, slots=True)
class AttributeNames:
    """Which attribute holds what: the municipality's own mapping, from the settings."""

    employee_number: str = "employeeID"
    employee_type: str = "employeeType"
    unit_code: str = "departmentNumber"
    unit_name: str = "department"
    board: str = "company"
    title: str = "title"
    start_date: str = "extensionAttribute1"
    protected: str = "extensionAttribute2"
    language: str = "preferredLanguage"

    def wanted(self) -> tuple[str, ...]:
        """Every attribute that a search asks for, and no other."""
        return (*FIXED, *(getattr(self, name) for name in self.__slots__))


FIXED = (
    "objectGUID",
    "sAMAccountName",
    "userPrincipalName",
    "mail",
    "givenName",
    "sn",
    "displayName",
    "manager",
    "userAccountControl",
    "accountExpires",
    "whenCreated",
)


@dataclass(frozen=True, slots=True)
class Account:
    """An account. ``expires_on`` is the last local date on which it is valid, None for never.

    ``start_readable`` is false when the start date attribute holds something that is not a date.
    ``attributes`` is what was read, as plain JSON without any personnummer: evidence.
    """

    object_guid: str
    dn: str
    employee_number: str = ""
    employee_type: str = ""
    login: str = ""
    upn: str = ""
    mail: str = ""
    given_name: str = ""
    surname: str = ""
    display_name: str = ""
    title: str = ""
    unit_code: str = ""
    unit_name: str = ""
    board: str = ""
    manager_dn: str = ""
    language: str = "sv"
    enabled: bool = True
    in_disabled_ou: bool = False
    protected: bool = False
    expires_on: date | None = None
    starts_on: date | None = None
    start_readable: bool = True
    created_at: datetime | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Decoder:
    """Turns one entry into an Account. ``disabled_ous`` are names of OUs, compared without case."""

    names: AttributeNames
    zone: ZoneInfo
    disabled_ous: tuple[str, ...] = ()

    def decode(self, dn: str, raw: Raw) -> Account:
        """The account at ``dn``. Raises ValueError when objectGUID is missing or is not 16 bytes."""
        read = {name.lower(): [_text(value) for value in values] for name, values in raw.items() if values}
        guid = next((values[0] for name, values in raw.items() if values and name.lower() == "objectguid"), b"")
        names, where = _lowered(self.names), _normal(dn)

        def text(name: str) -> str:
            values = read.get(name)
            return values[0] if values else ""

        start, expires = text(names.start_date), int(text("accountexpires") or 0)
        given, surname, login = text("givenname"), text("sn"), text("samaccountname")
        unit_code, unit_name = text(names.unit_code), text(names.unit_name)
        starts_on = start_day(start) if start else None
        return Account(
            object_guid=str(UUID(bytes_le=bytes(guid))),
            dn=where,
            employee_number=text(names.employee_number),
            employee_type=text(names.employee_type),
            login=login,
            upn=text("userprincipalname"),
            mail=text("mail"),
            given_name=given,
            surname=surname,
            display_name=text("displayname") or f"{given} {surname}".strip() or login,
            title=text(names.title),
            unit_code=unit_code or unit_name,
            unit_name=unit_name or unit_code,
            board=text(names.board),
            manager_dn=text("manager"),
            language="en" if text(names.language).lower().startswith("en") else "sv",
            enabled=not int(text("useraccountcontrol") or 0) & DISABLED,
            in_disabled_ou=in_ou(where, self.disabled_ous),
            # Anything but a clear no hides the name: a mistyped mark must not reveal a protected person.
            protected=text(names.protected).casefold() not in NOT_PROTECTED,
            expires_on=None if expires in NEVER else last_valid_day(expires, self.zone),
            starts_on=starts_on,
            start_readable=not start or starts_on is not None,
            created_at=_generalized_time(text("whencreated")),
            attributes=_evidence(where, read),
        )


@cache
def _lowered(names: AttributeNames) -> AttributeNames:
    return AttributeNames(**{name: getattr(names, name).lower() for name in names.__slots__})


def last_valid_day(expires: int, zone: ZoneInfo) -> date | None:
    """The last local date before ``expires`` (100 ns since 1601, UTC); None for never.

    0 and 2^63-1 both mean never. The stored instant is the first at which the account is dead, so the
    last valid day is one second earlier (field.md B6, K26).
    """
    if expires in NEVER:
        return None
    try:
        moment = FILETIME_EPOCH + timedelta(seconds=expires // SECOND - 1)
        return moment.astimezone(zone).date()
    except OverflowError:
        return None


def start_day(text: str) -> date | None:
    """The date in ``text``: 2026-12-01, 20261201 or 20261201000000.0Z; None when it is none of them."""
    digits = text[:10].replace("-", "")[:8]
    try:
        return datetime.strptime(digits, "%Y%m%d").date() if len(digits) == 8 else None
    except ValueError:
        return None


def in_ou(dn: str, names: Sequence[str]) -> bool:
    """True when one of the OUs above ``dn`` has one of ``names``. Escaped commas do not divide."""
    wanted = _ous(tuple(names))
    folded = _normal(dn).casefold()
    if not any(ou in folded for ou in wanted):
        return False
    return any(part.strip() in wanted for part in re.split(r"(?<!\\),", folded)[1:])


@cache
def _ous(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(f"ou={_normal(name).casefold()}" for name in names)


def without_personnummer(text: str) -> str:
    """``text`` with every valid personnummer or samordningsnummer replaced (rules.md G11: pattern, date, Luhn)."""
    return PERSONNUMMER.sub(lambda found: "[personnummer]" if _is_personnummer(found[0]) else found[0], text)


def _is_personnummer(text: str) -> bool:
    digits = [int(char) for char in text if char.isdigit()][-10:]
    month, day = digits[2] * 10 + digits[3], digits[4] * 10 + digits[5]
    doubled = [digit * (2 - index % 2) for index, digit in enumerate(digits)]
    return 1 <= month <= 12 and 1 <= day % 60 <= 31 and sum(n // 10 + n % 10 for n in doubled) % 10 == 0


def _normal(text: str) -> str:
    """One normal form, so that å typed on a Mac equals å typed on Windows."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _text(value: bytes) -> str:
    text = bytes(value).decode(TEXT_ENCODING, "replace").strip()
    return _normal(text.replace("\x00", "").strip() if "\x00" in text else text)


def _generalized_time(text: str) -> datetime | None:
    digits = text[:14]
    if len(digits) != 14 or not digits.isdecimal():
        return None
    parts = [int(digits[at : at + 2]) for at in range(4, 14, 2)]
    try:
        month, day, hour, minute, second = parts
        return datetime(int(digits[:4]), month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def _evidence(dn: str, read: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Text attributes as read; the binary key is a column of its own."""
    kept = {
        name: without_personnummer(values[0]) if len(values) == 1 else [without_personnummer(v) for v in values]
        for name, values in sorted(read.items())
        if name != "objectguid"
    }
    return {"dn": dn} | kept
