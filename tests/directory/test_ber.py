"""LDAP's answers taken apart: whole ones give what was written, and no cut or bent one gives anything."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ldap3.protocol.rfc4511 import LDAPMessage, MessageID, ProtocolOp, SearchResultEntry
from pyasn1.codec.ber.encoder import encode

from app.directory import ber

DN = "CN=Åsa O'Brien,OU=Personal,DC=exempel,DC=test"
ATTRIBUTES = {"sAMAccountName": [b"asa"], "member": [b"x" * size for size in (1, 127, 128, 300, 70_000)], "mail": []}


def entry_bytes(number: int = 7) -> bytes:
    """As an independent encoder writes it."""
    found = SearchResultEntry()
    found["object"] = DN.encode()
    for index, (name, values) in enumerate(ATTRIBUTES.items()):
        pair = found["attributes"].getComponentByPosition(index, instantiate=True)
        pair["type"] = name.encode()
        pair["vals"].extend(values)
        pair["vals"].isValue  # noqa: B018  # an empty set is written too
    message = LDAPMessage()
    message["messageID"] = MessageID(number)
    message["protocolOp"] = ProtocolOp().setComponentByName("searchResEntry", found)
    return bytes(encode(message))


def piecewise(data: bytes, size: int) -> Iterator[ber.Message]:
    parts = iter([data[at : at + size] for at in range(0, len(data), size)])
    return ber.messages(lambda _: next(parts, b""))


@pytest.mark.parametrize("size", [1, 5, 4096, 1 << 20])
def test_entry_is_whole_however_it_arrives(size):
    got = piecewise(entry_bytes() + entry_bytes(300), size)
    first, second = next(got), next(got)
    assert (first.number, second.number, first.tag) == (7, 300, ber.ENTRY)
    dn, attributes = ber.entry(second)
    assert dn.decode() == DN
    assert attributes["samaccountname"] == [b"asa"]
    assert sorted(map(len, attributes["member"])) == [1, 127, 128, 300, 70_000]


def test_lengths_in_the_long_form_of_active_directory_are_read():
    value = b"\x04\x84\x00\x00\x00\x03asa"
    values = b"\x31\x84" + len(value).to_bytes(4, "big") + value
    name = b"\x04\x84\x00\x00\x00\x02sn"
    pair = b"\x30\x84" + len(name + values).to_bytes(4, "big") + name + values
    body = b"\x04\x01x" + b"\x30\x84" + len(pair).to_bytes(4, "big") + pair
    whole = b"\x02\x01\x02" + b"\x64\x84" + len(body).to_bytes(4, "big") + body
    (got,) = [next(piecewise(b"\x30\x84" + len(whole).to_bytes(4, "big") + whole, 3))]
    assert ber.entry(got) == (b"x", {"sn": [b"asa"]})


def test_hanging_up_in_the_middle_is_an_error_at_every_byte():
    data = entry_bytes()[:500]
    for cut in range(0, len(data), 7):
        with pytest.raises(ValueError, match="hung up"):
            next(piecewise(data[:cut], 64))


def test_no_bent_byte_gives_an_entry_of_another_shape():
    """Lengths and tags are bent one by one; the answer is a ValueError or an entry, never another error."""
    small = b"\x30\x1c\x02\x01\x02\x64\x17\x04\x01x\x30\x12\x30\x10\x04\x02sn\x31\x0a\x04\x03asa\x04\x03ek!"
    for at in range(len(small)):
        for value in (0, 1, 0x7F, 0x80, 0x85, 0xFF):
            bent = small[:at] + bytes([value]) + small[at + 1 :]
            try:
                message = next(piecewise(bent, 64))
                ber.entry(message)
            except ValueError:
                pass


def test_control_of_a_result_gives_the_cookie():
    value = b"\x30\x07\x02\x01\x00\x04\x02ab"
    control = b"\x30\x21\x04\x16" + b"1.2.840.113556.1.4.319" + b"\x04" + bytes([len(value)]) + value
    control = b"\x30" + bytes([len(control) - 2]) + control[2:]
    controls = b"\xa0" + bytes([len(control)]) + control
    body = b"\x02\x01\x02" + b"\x65\x0c\x0a\x01\x04\x04\x00\x04\x05sorry" + controls
    result = ber.done(next(piecewise(b"\x30" + bytes([len(body)]) + body, 64)))
    assert (result.code, result.words) == (4, "sorry")
    assert ber.paged_cookie(result.controls[b"1.2.840.113556.1.4.319"]) == b"ab"
