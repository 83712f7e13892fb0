"""The headers on the wire."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config import Settings
from app.notifications.message import Envelope, compose
from app.notifications.rendering import Rendered
from app.notifications.transport import AddressRefused

SETTINGS = Settings(
    mode="test",
    base_url="https://behorig.exempel.se",
    secret_key="x" * 40,
    database_url="postgresql://nobody@127.0.0.1/none",
    mail_from="Behörig <behorig@exempel.se>",
)
WORDS = Rendered(
    subject="BEH-2026-000123: beställning att godkänna senast 5 maj",
    text="Hej på dig, Åsa.\nhttps://behorig.exempel.se/d/" + "x" * 100 + "\n",
    html="<p>Hej på dig, Åsa.</p>",
    language="sv",
)
TO_ASA = Envelope("asa@exempel.se", "Åsa Öst", "task:7:addressee:2", datetime(2026, 11, 24, 9, 0, tzinfo=UTC))


def on_the_wire(envelope: Envelope = TO_ASA, words: Rendered = WORDS):  # type: ignore[no-untyped-def]
    sent = compose(envelope, words, SETTINGS).as_bytes()
    return sent, message_from_bytes(sent, policy=policy.default)


def test_headers_say_who_sends_and_that_a_machine_does() -> None:
    sent, message = on_the_wire()
    assert message["From"] == "Behörig <behorig@exempel.se>"
    assert message["To"] == "Åsa Öst <asa@exempel.se>"
    assert message["Subject"] == WORDS.subject
    assert message["Auto-Submitted"] == "auto-generated"
    assert "OOF" in message["X-Auto-Response-Suppress"] and "DR" not in message["X-Auto-Response-Suppress"]
    assert message["Date"].datetime == TO_ASA.at
    assert message["Message-ID"].endswith("@behorig.exempel.se>")
    assert sent.isascii() and max(len(line) for line in sent.split(b"\r\n")) <= 998


def test_both_parts_come_whole() -> None:
    _, message = on_the_wire()
    assert message.get_content_type() == "multipart/alternative"
    assert message.get_body(("plain",)).get_content().replace("\r\n", "\n") == WORDS.text
    assert message.get_body(("html",)).get_content().strip() == WORDS.html


def test_same_mail_sent_twice_has_one_message_id_and_another_mail_another() -> None:
    first, again = (on_the_wire()[1]["Message-ID"] for _ in range(2))
    other = on_the_wire(Envelope(TO_ASA.address, TO_ASA.name, "task:8:addressee:2", TO_ASA.at))[1]["Message-ID"]
    assert first == again != other


def test_name_of_a_protected_person_is_not_in_the_header() -> None:
    assert on_the_wire(Envelope("asa@exempel.se", "", "k", TO_ASA.at))[1]["To"] == "asa@exempel.se"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "asa",
        "@exempel.se",
        "asa@",
        "asa@exempel.se\r\nBcc: dan@exempel.se",
        "asa @exempel.se",
        "asa@exempel.se, dan@exempel.se",
        "asa@exempel..se",
    ],
)
def test_address_that_cannot_be_written_to_is_refused(address: str) -> None:
    with pytest.raises(AddressRefused):
        compose(Envelope(address, "Åsa", "k", TO_ASA.at), WORDS, SETTINGS)


def test_domain_with_swedish_letters_is_written_as_the_name_servers_know_it() -> None:
    (address,) = on_the_wire(Envelope("asa@örebro.se", "Åsa", "k", TO_ASA.at))[1]["To"].addresses
    assert address.domain.isascii() and address.domain.encode().decode("idna") == "örebro.se"


@given(name=st.text(), subject=st.text())
def test_no_name_and_no_subject_can_add_a_header(name: str, subject: str) -> None:
    words = Rendered(subject=subject, text="a\n", html="<p>a</p>", language="sv")
    _, message = on_the_wire(Envelope("asa@exempel.se", name, "k", TO_ASA.at), words)
    assert set(message.keys()) == set(on_the_wire()[1].keys())
    assert [address.addr_spec for address in message["To"].addresses] == ["asa@exempel.se"]


def test_header_injection_through_a_name_stays_a_name() -> None:
    evil = Envelope("asa@exempel.se", "Åsa\r\nBcc: dan@exempel.se\r\n\r\nHej", "k", TO_ASA.at)
    _, message = on_the_wire(evil)
    assert message["Bcc"] is None
    assert [address.addr_spec for address in message["To"].addresses] == ["asa@exempel.se"]
