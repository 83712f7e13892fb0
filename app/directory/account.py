"""One account as the directory gave it: decoding from raw LDAP bytes, with every trap of field.md B6."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
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
        entry = {name.lower(): values for name, values in raw.items() if values}

        def text(name: str) -> str:
            return _text(entry.get(name.lower(), (b"",))[0])

        names, start = self.names, text(self.names.start_date)
        guid = entry.get("objectguid", (b"",))[0]
        return Account(
            object_guid=str(UUID(bytes_le=bytes(guid))),
            dn=unicodedata.normalize("NFC", dn),
            employee_number=text(names.employee_number),
            employee_type=text(names.employee_type),
            login=text("sAMAccountName"),
            upn=text("userPrincipalName"),
            mail=text("mail"),
            given_name=text("givenName"),
            surname=text("sn"),
            display_name=text("displayName") or f"{text('givenName')} {text('sn')}".strip() or text("sAMAccountName"),
            title=text(names.title),
            unit_code=text(names.unit_code) or text(names.unit_name),
            unit_name=text(names.unit_name) or text(names.unit_code),
            board=text(names.board),
            manager_dn=text("manager"),
            language="en" if text(names.language).lower().startswith("en") else "sv",
            enabled=not int(text("userAccountControl") or 0) & DISABLED,
            in_disabled_ou=in_ou(dn, self.disabled_ous),
            # Anything but a clear no hides the name: a mistyped mark must not reveal a protected person.
            protected=text(names.protected).casefold() not in NOT_PROTECTED,
            expires_on=last_valid_day(int(text("accountExpires") or 0), self.zone),
            starts_on=start_day(start),
            start_readable=not start or start_day(start) is not None,
            created_at=_generalized_time(text("whenCreated")),
            attributes=_evidence(dn, entry),
        )


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
    wanted = {f"ou={unicodedata.normalize('NFC', name).casefold()}" for name in names}
    parts = re.split(r"(?<!\\),", unicodedata.normalize("NFC", dn))[1:]
    return any(part.strip().casefold() in wanted for part in parts)


def without_personnummer(text: str) -> str:
    """``text`` with every valid personnummer or samordningsnummer replaced (rules.md G11: pattern, date, Luhn)."""
    return PERSONNUMMER.sub(lambda found: "[personnummer]" if _is_personnummer(found[0]) else found[0], text)


def _is_personnummer(text: str) -> bool:
    digits = [int(char) for char in text if char.isdigit()][-10:]
    month, day = digits[2] * 10 + digits[3], digits[4] * 10 + digits[5]
    doubled = [digit * (2 - index % 2) for index, digit in enumerate(digits)]
    return 1 <= month <= 12 and 1 <= day % 60 <= 31 and sum(n // 10 + n % 10 for n in doubled) % 10 == 0


def _text(value: bytes) -> str:
    """One normal form, so that å typed on a Mac equals å typed on Windows."""
    return unicodedata.normalize("NFC", bytes(value).decode(TEXT_ENCODING, "replace")).replace("\x00", "").strip()


def _generalized_time(text: str) -> datetime | None:
    try:
        return datetime.strptime(text[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _evidence(dn: str, entry: Raw) -> dict[str, Any]:
    """Text attributes as read; the binary key is a column of its own."""
    read = {
        name: [without_personnummer(_text(value)) for value in values]
        for name, values in entry.items()
        if name != "objectguid"
    }
    return {"dn": unicodedata.normalize("NFC", dn)} | {
        name: values[0] if len(values) == 1 else values for name, values in sorted(read.items())
    }
