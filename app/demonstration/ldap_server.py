"""The demonstration's directory: LDAP over loopback TCP, from a JSON file. Looks like AD to the gateway, no more.

    python -m app.demonstration.ldap_server --port 3890 --people people.json

Ends when its standard input closes, and at SIGTERM. The reading account is ``--bind-dn`` with the password in
BEHORIG_LDAP_BIND_PASSWORD; ``CN=Administrator`` with the same password may also modify, so that an account can be
disabled while somebody watches, and groups changed. Groups come from a second file, which remembers what is changed.
No TLS, no paging, no access control worth the name: never for real people.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from ldaptor.inmemory import ReadOnlyInMemoryLDAPEntry
from ldaptor.interfaces import IConnectedLDAPEntry
from ldaptor.protocols.ldap import ldaperrors
from ldaptor.protocols.ldap.ldapserver import LDAPServer
from ldaptor.protocols.pureldap import (
    LDAPBindResponse,
    LDAPModifyResponse,
    LDAPSearchResultDone,
    LDAPSearchResultEntry,
)
from twisted.internet import reactor, stdio
from twisted.internet.protocol import Protocol, ServerFactory

from app import clock
from app.demonstration.ldap_groups import NAMESPACE, STRETCH, WHOLE, Groups

BASE = "DC=exempel,DC=test"
BIND_DN = f"CN=svc-behorig,{BASE}"
EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
ENABLED, DISABLED_BIT, NEVER = 512, 2, 2**63 - 1
CREATED = b"20200101080000.0Z"

# Twisted's own types are narrower than what the two objects do.
LOOP: Any = reactor
STANDARD_INPUT: Any = stdio.StandardIO

Attributes = dict[bytes, list[bytes]]


def entries(people: list[Mapping[str, Any]], base: str) -> Iterator[tuple[str, Attributes]]:
    """Relative name and attributes of each person, as AD would hold them. ``manager`` becomes a DN."""
    names = {person["employee_number"]: _relative_name(person) for person in people}
    for person in people:
        number, manager = person["employee_number"], person.get("manager")
        texts = {
            "objectClass": "user",
            "employeeID": number,
            "employeeType": person["employee_type"],
            "sAMAccountName": person["login"],
            "userPrincipalName": f"{person['login']}@{_domain(base)}",
            "mail": person["mail"],
            "givenName": person["given_name"],
            "sn": person["surname"],
            "displayName": person["display_name"],
            "title": person["title"],
            "departmentNumber": person["unit_code"],
            "department": person["unit_name"],
            "company": person["board"],
            "manager": f"{names[manager]},{_personnel(base)}" if manager in names else "",
            "userAccountControl": str(ENABLED if person["enabled"] else ENABLED | DISABLED_BIT),
            "accountExpires": str(_expires(person.get("ends_on"))),
            "extensionAttribute1": person.get("starts_on") or "",
            "extensionAttribute2": "ja" if person.get("protected") else "",
            "preferredLanguage": person.get("language") or "sv",
            "userPassword": person["password"],
        }
        attributes = {name.encode(): [text.encode()] for name, text in texts.items() if text}
        attributes[b"objectGUID"] = [uuid.uuid5(NAMESPACE, f"{number}@{base}").bytes_le]
        attributes[b"whenCreated"] = [_created(person.get("created_on"))]
        yield names[number], attributes


class Directory(ServerFactory):
    """The tree, and who may do what with it."""

    def __init__(self, people: list[Mapping[str, Any]], base: str, bind_dn: str, password: str) -> None:
        self.base = base
        self.groups: Groups | None = None
        self.readers = {bind_dn.casefold(): password, f"CN=Administrator,{base}".casefold(): password}
        self.root = ReadOnlyInMemoryLDAPEntry(base, {b"objectClass": [b"domain"]})
        self.personnel = self.root.addChild("OU=Personal", {b"objectClass": [b"organizationalUnit"]})
        self.people = [self.personnel.addChild(relative, told) for relative, told in entries(people, base)]
        self.protocol = Conversation

    def __conform__(self, interface: Any) -> Any:
        """ldaptor asks the factory for the tree in this way (zope.interface)."""
        return self.root if interface is IConnectedLDAPEntry else None

    def keep_groups(self, file: Path) -> None:
        """Have the groups that the file tells of, too."""
        self.groups = Groups(self.root, self.people, file)

    def may_modify(self, who: str) -> bool:
        """Only the administrator writes."""
        return who == f"CN=Administrator,{self.base}".casefold()


class Conversation(LDAPServer):
    """One client. Unlike ldaptor's own server it tells nothing to who has not bound, and speaks AD's sub-codes."""

    bound_as = ""

    def handle_LDAPBindRequest(self, request: Any, controls: Any, reply: Any) -> Any:
        """The service account, the administrator, or one of the people."""
        self.bound_as = ""
        who, password = request.dn.decode().casefold(), request.auth
        expected = self.factory.readers.get(who)
        if expected is not None:
            if not secrets.compare_digest(expected.encode(), password):
                return _refused("52e")
            self.bound_as = who
            return LDAPBindResponse(resultCode=0)
        found = self.factory.root.lookup(request.dn)
        return found.addCallbacks(lambda entry: _bind_person(entry, password), lambda failure: _refused("525"))

    def handle_LDAPSearchRequest(self, request: Any, controls: Any, reply: Any) -> Any:
        """As ldaptor, for who has bound."""
        self._insist(bool(self.bound_as))
        if self.factory.groups and any(name.startswith(STRETCH) for name in request.attributes):
            found = {WHOLE: self.factory.groups.stretch(request.baseObject)}
            there = [(name, values) for name, values in found.items() if values]
            reply(LDAPSearchResultEntry(objectName=request.baseObject, attributes=there))
            return LDAPSearchResultDone(resultCode=0)
        return super().handle_LDAPSearchRequest(request, controls, reply)

    def handle_LDAPModifyRequest(self, request: Any, controls: Any, reply: Any) -> Any:
        """As ldaptor, for the administrator."""
        self._insist(self.factory.may_modify(self.bound_as))
        if self.factory.groups and self.factory.groups.has(request.object):
            self.factory.groups.change(request)
            return LDAPModifyResponse(resultCode=0)
        return super().handle_LDAPModifyRequest(request, controls, reply)

    def _refuse(self, *given: Any) -> Any:
        raise ldaperrors.LDAPUnwillingToPerform("demonstration")

    handle_LDAPAddRequest = handle_LDAPDelRequest = handle_LDAPModifyDNRequest = _refuse
    handle_LDAPExtendedRequest = handle_LDAPCompareRequest = _refuse

    def _insist(self, allowed: bool) -> None:
        if not allowed:
            raise ldaperrors.LDAPInsufficientAccessRights("bind first, as somebody who may")


class UntilClosed(Protocol):
    """Stops the server when the other end of its standard input goes away."""

    def connectionLost(self, reason: Any = None) -> None:
        """The parent has ended."""
        if LOOP.running:
            LOOP.stop()


def main() -> None:
    """Serve until the standard input closes."""
    parser = argparse.ArgumentParser(description="The demonstration's directory, on loopback only.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--people", type=Path, required=True)
    parser.add_argument("--groups", type=Path)
    parser.add_argument("--base", default=os.environ.get("BEHORIG_LDAP_BASE") or BASE)
    parser.add_argument("--bind-dn", default=os.environ.get("BEHORIG_LDAP_BIND_DN") or BIND_DN)
    options = parser.parse_args()
    password = os.environ.get("BEHORIG_LDAP_BIND_PASSWORD", "")
    if not password:
        parser.error("BEHORIG_LDAP_BIND_PASSWORD is empty")
    people = json.loads(options.people.read_text(encoding="utf-8"))
    directory = Directory(people, options.base, options.bind_dn, password)
    if options.groups:
        directory.keep_groups(options.groups)
    listener = LOOP.listenTCP(options.port, directory, interface="127.0.0.1")
    STANDARD_INPUT(UntilClosed())
    print(f"ldap://127.0.0.1:{listener.getHost().port}", flush=True)
    LOOP.run()


def _bind_person(entry: Any, password: bytes) -> Any:
    if not password or entry.get(b"userPassword") is None or password not in entry[b"userPassword"]:
        return _refused("52e")
    if int(_first(entry, b"userAccountControl")) & DISABLED_BIT:
        return _refused("533")
    expires = int(_first(entry, b"accountExpires"))
    if 0 < expires < NEVER and EPOCH + timedelta(microseconds=expires // 10) <= clock.now():
        return _refused("701")
    return LDAPBindResponse(resultCode=0)


def _refused(sub_code: str) -> Any:
    message = f"80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data {sub_code}, v4563"
    return LDAPBindResponse(resultCode=ldaperrors.LDAPInvalidCredentials.resultCode, errorMessage=message)


def _first(entry: Any, name: bytes) -> bytes:
    return bytes(next(iter(entry.get(name) or [b"0"])))


def _created(created_on: str | None) -> bytes:
    """A day as AD writes it; of others one long ago."""
    return f"{created_on.replace('-', '')}080000.0Z".encode() if created_on else CREATED


def _relative_name(person: Mapping[str, Any]) -> str:
    """Name and number: two people may bear one name."""
    name = "".join(f"\\{char}" if char in ',+"\\<>;=#' else char for char in person["display_name"])
    return f"CN={name} {person['employee_number']}"


def _expires(ends_on: str | None) -> int:
    """The instant after the last day, as AD stores it; UTC will do for a demonstration."""
    if not ends_on:
        return NEVER
    last = date.fromisoformat(ends_on)
    return int((datetime(last.year, last.month, last.day, 22, tzinfo=UTC) - EPOCH) / timedelta(microseconds=1)) * 10


def _personnel(base: str) -> str:
    return f"OU=Personal,{base}"


def _domain(base: str) -> str:
    return ".".join(part.split("=")[1] for part in base.split(","))


if __name__ == "__main__":
    main()
