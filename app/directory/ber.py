"""LDAP's answers taken apart, and nothing else: the bytes of RFC 4511, section 4.5.2, with their few tags.

ldap3 decodes about ten thousand entries a second; a whole municipality is read each night and searched all day. What
comes back from a search has one shape, so it is walked here directly. Requests, binds and TLS stay ldap3's.
Everything that is not exactly that shape is a ValueError: half an answer is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

SEQUENCE, SET, OCTETS, ENUMERATED, INTEGER, BOOLEAN, CONTROLS = 0x30, 0x31, 0x04, 0x0A, 0x02, 0x01, 0xA0
ENTRY, DONE, REFERENCE, EXTENDED = 0x64, 0x65, 0x73, 0x78
LONG = 0x80
BYTES_AT_A_TIME = 1 << 18
LONGEST_MESSAGE = 1 << 28

Attributes = dict[str, list[bytes]]

_names: dict[bytes, str] = {}  # the few that are asked for; spelt once
MOST_NAMES = 1000


class Message(NamedTuple):
    """One message: its number, the tag of what it carries, and where in ``data`` that begins and ends."""

    number: int
    tag: int
    data: bytes
    start: int
    end: int


class Done(NamedTuple):
    """The end of a search: the result code, the server's words, and the value of each control by its name."""

    code: int
    words: str
    controls: dict[bytes, bytes]


def messages(receive: Callable[[int], bytes]) -> Iterator[Message]:
    """What comes from ``receive``, message by message. Raises ValueError when the other side hangs up."""
    buffer, position = b"", 0
    while True:
        stop = _end(buffer, position)
        while stop < 0 or stop > len(buffer):
            got = receive(BYTES_AT_A_TIME)
            if not got:
                raise ValueError("the server hung up in the middle of an answer")
            buffer, position = buffer[position:] + got, 0
            stop = _end(buffer, position)
        yield _message(buffer, position, stop)
        position = stop


def entry(message: Message) -> tuple[bytes, Attributes]:
    """The DN and the attributes of a SearchResultEntry, their names in small letters."""
    data, end = message.data, message.end
    try:
        position, stop = _expected(data, message.start, OCTETS)
        dn = data[position:stop]
        position, stop = _expected(data, stop, SEQUENCE)
        attributes = _attributes(data, position, stop)
    except IndexError:
        raise ValueError("an entry that ends too early") from None
    if stop != end:
        raise ValueError("an entry of another length than it says")
    return dn, attributes


def done(message: Message) -> Done:
    """What a SearchResultDone says, with the controls after it."""
    data = message.data
    try:
        position, stop = _expected(data, message.start, ENUMERATED)
        code = int.from_bytes(data[position:stop], "big")
        _, stop = _expected(data, stop, OCTETS)
        position, stop = _expected(data, stop, OCTETS)
        words = data[position:stop].decode("utf-8", "replace")
        return Done(code, words.rstrip("\x00"), _controls(data, message.end))
    except IndexError:
        raise ValueError("a result that ends too early") from None


def paged_cookie(value: bytes) -> bytes:
    """The cookie in the value of the paged results control (RFC 2696)."""
    position, _ = _expected(value, 0, SEQUENCE)
    _, stop = _expected(value, position, INTEGER)
    position, stop = _expected(value, stop, OCTETS)
    return value[position:stop]


def _attributes(data: bytes, position: int, end: int) -> Attributes:
    """The hot loop: every header's length is read in place, the long form in ``_long``."""
    found: Attributes = {}
    while position < end:
        if data[position] != SEQUENCE:
            raise ValueError("an attribute that is none")
        # The length of the pair is not needed: its two parts say how long they are.
        position += 2 if data[position + 1] < LONG else 2 + (data[position + 1] & 0x7F)
        size = data[position + 1]
        position += 2
        if size >= LONG:
            position, size = _long(data, position, size)
        stop = position + size
        name = _names.get(data[position:stop]) or _spelt(data[position:stop])
        if data[stop] != SET:
            raise ValueError("an attribute without values")
        size = data[stop + 1]
        position = stop + 2
        if size >= LONG:
            position, size = _long(data, position, size)
        stop = position + size
        values = []
        while position < stop:
            size = data[position + 1]
            position += 2
            if size >= LONG:
                position, size = _long(data, position, size)
            values.append(data[position : position + size])
            position += size
        if position != stop:
            raise ValueError("a value of another length than it says")
        found[name] = values
    if position != end:
        raise ValueError("attributes of another length than they say")
    return found


def _spelt(name: bytes) -> str:
    if len(_names) > MOST_NAMES:  # ranges make new ones
        _names.clear()
    text = _names[name] = name.decode("ascii", "replace").lower()
    return text


def _controls(data: bytes, position: int) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    if position >= len(data):
        return found
    position, end = _expected(data, position, CONTROLS)
    while position < end:
        position, stop = _expected(data, position, SEQUENCE)
        begin, name_stop = _expected(data, position, OCTETS)
        name, position = data[begin:name_stop], name_stop
        while position < stop:
            tag = data[position]
            begin, position = _expected(data, position, tag)
            if tag == OCTETS:
                found[name] = data[begin:position]
        position = stop
    return found


def _message(buffer: bytes, position: int, stop: int) -> Message:
    data = buffer[position:stop]
    try:
        start, _ = _expected(data, 0, SEQUENCE)
        begin, end = _expected(data, start, INTEGER)
        number, tag = int.from_bytes(data[begin:end], "big"), data[end]
        start, end = _expected(data, end, tag)
    except IndexError:
        raise ValueError("a message that ends too early") from None
    return Message(number, tag, data, start, end)


def _expected(data: bytes, position: int, tag: int) -> tuple[int, int]:
    """Where the contents of the element at ``position`` begin and end. Raises ValueError for another tag."""
    if data[position] != tag:
        raise ValueError(f"tag {data[position]:#x} where {tag:#x} was expected")
    size = data[position + 1]
    position += 2
    if size >= LONG:
        position, size = _long(data, position, size)
    if position + size > len(data):
        raise ValueError("an element longer than its message")
    return position, position + size


def _long(data: bytes, position: int, size: int) -> tuple[int, int]:
    count = size & 0x7F
    if not 0 < count <= 4:
        raise ValueError("a length that LDAP does not use")
    return position + count, int.from_bytes(data[position : position + count], "big")


def _end(buffer: bytes, position: int) -> int:
    """Where the message at ``position`` ends; -1 while its header has not come."""
    if len(buffer) < position + 2:
        return -1
    size, start = buffer[position + 1], position + 2
    if size >= LONG:
        if len(buffer) < start + (size & 0x7F):
            return -1
        start, size = _long(buffer, start, size)
    if buffer[position] != SEQUENCE or size > LONGEST_MESSAGE:
        raise ValueError("this is not LDAP")
    return start + size
