"""Decoding of what AD stores: no server needed."""

from __future__ import annotations

import unicodedata
import uuid
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from app.directory.account import AttributeNames, Decoder, in_ou, last_valid_day, start_day, without_personnummer
from tests.servers.ad_admin import filetime

STOCKHOLM = ZoneInfo("Europe/Stockholm")
GUID = uuid.UUID("1fbf2323-f06a-4455-8278-58d238e247ca")
DECODER = Decoder(AttributeNames(), STOCKHOLM, ("Avslutade",))
DN = "CN=Alice Åberg,OU=Personal,DC=exempel,DC=test"


def decode(dn: str = DN, **attributes: str | bytes):
    raw = {"objectGUID": [GUID.bytes_le], "sAMAccountName": [b"alice"]}
    for name, value in attributes.items():
        raw[name] = [value.encode() if isinstance(value, str) else value]
    return DECODER.decode(dn, raw)


def test_guid_is_the_canonical_text_of_the_stored_bytes():
    assert decode().object_guid == str(GUID)


def test_entry_without_guid_is_refused():
    with pytest.raises(ValueError):
        DECODER.decode(DN, {"sAMAccountName": [b"alice"]})


@pytest.mark.parametrize("raw", [0, 2**63 - 1])
def test_zero_and_the_largest_number_mean_never(raw):
    assert decode(accountExpires=str(raw)).expires_on is None


def test_absurdly_late_expiry_means_never():
    assert last_valid_day(2**63 - 2, STOCKHOLM) is None


@pytest.mark.parametrize(
    ("stored", "last_day"),
    [
        (datetime(2026, 6, 30, 22, tzinfo=UTC), date(2026, 6, 30)),  # midnight in summer time
        (datetime(2026, 12, 31, 23, tzinfo=UTC), date(2026, 12, 31)),  # midnight in winter time
        (datetime(2026, 12, 31, 23, 0, 1, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_last_valid_day_is_the_local_day_before_the_stored_instant(stored, last_day):
    assert last_valid_day(filetime(stored), STOCKHOLM) == last_day


@pytest.mark.parametrize(("control", "enabled"), [("512", True), ("514", False), ("66050", False), ("66048", True)])
def test_only_the_second_bit_disables(control, enabled):
    assert decode(userAccountControl=control).enabled is enabled


@pytest.mark.parametrize("text", ["2026-12-01", "20261201", "20261201000000.0Z"])
def test_start_date_in_the_usual_spellings(text):
    account = decode(extensionAttribute1=text)
    assert (account.starts_on, account.start_readable) == (date(2026, 12, 1), True)


@pytest.mark.parametrize("text", ["1 december", "2026-13-01", "snart"])
def test_unreadable_start_date_is_marked_and_not_ignored(text):
    account = decode(extensionAttribute1=text)
    assert (account.starts_on, account.start_readable) == (None, False)
    assert start_day(text) is None


@pytest.mark.parametrize(
    ("dn", "inside"),
    [
        ("CN=Alice,OU=Avslutade,DC=x", True),
        ("CN=Alice,OU=2026,ou=AVSLUTADE,DC=x", True),
        ("CN=Alice,OU=Inte Avslutade,DC=x", False),
        (r"CN=Alice\,OU=Avslutade,OU=Personal,DC=x", False),
        ("CN=Avslutade,OU=Personal,DC=x", False),
    ],
)
def test_disabled_ou_is_recognised_by_its_whole_name(dn, inside):
    assert in_ou(dn, ("Avslutade",)) is inside


def test_decomposed_letters_become_one_form():
    account = decode(dn=unicodedata.normalize("NFD", DN), displayName=unicodedata.normalize("NFD", "Åsa Öberg"))
    assert (account.display_name, account.dn) == ("Åsa Öberg", DN)


@pytest.mark.parametrize(
    ("mark", "protected"), [("", False), ("nej", False), ("FALSE", False), ("ja", True), ("?", True)]
)
def test_anything_but_a_clear_no_protects_the_identity(mark, protected):
    assert decode(extensionAttribute2=mark).protected is protected


def test_unit_without_code_is_keyed_by_its_name():
    account = decode(department="Miljöenheten")
    assert (account.unit_code, account.unit_name) == ("Miljöenheten", "Miljöenheten")


def test_creation_time_is_utc():
    assert decode(whenCreated="20261124053000.0Z").created_at == datetime(2026, 11, 24, 5, 30, tzinfo=UTC)


def test_evidence_is_plain_text_without_personnummer():
    evidence = decode(title="Handläggare 19811218-9876").attributes
    assert evidence["title"] == "Handläggare [personnummer]"
    assert evidence["dn"] == DN
    assert "objectguid" not in evidence


@pytest.mark.parametrize("text", ["ärende 811218-9875", "tel 070-1234567", "9223372036854775807"])
def test_other_numbers_are_left_alone(text):
    assert without_personnummer(text) == text


@pytest.mark.parametrize(("text", "language"), [("", "sv"), ("sv-SE", "sv"), ("en-GB", "en"), ("fi", "sv")])
def test_language_is_swedish_unless_english(text, language):
    assert decode(preferredLanguage=text).language == language
