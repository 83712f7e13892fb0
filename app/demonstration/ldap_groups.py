"""Groups in the demonstration's directory: ``member`` and ``memberOf`` as AD has them, kept in a JSON file."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ldaptor.delta import Add, ModifyOp
from ldaptor.protocols.ldap import ldaperrors

NAMESPACE = uuid.UUID("6ba7b812-9dad-11d1-80b4-00c04fd430c8")
MEMBER, MEMBER_OF, NUMBER, GUID = b"member", b"memberOf", b"employeeID", b"objectGUID"
STRETCH, WHOLE = b"member;range=", b"member;range=0-*"


class Groups:
    """The groups under ``root``, of ``people``'s entries. Who changes them finds the change in the file afterwards."""

    def __init__(self, root: Any, people: Iterable[Any], file: Path) -> None:
        told = json.loads(file.read_text(encoding="utf-8"))
        self.file, self.services = file, told["services"]
        base = root.dn.getText()
        made = {name: root.addChild(f"CN={name}", _named(name, "group", base)) for name in told["groups"]}
        keys = made | {name: root.addChild(f"CN={name}", _named(name, "user", base)) for name in self.services}
        keys |= {_text(entry[NUMBER]): entry for entry in people}
        self.groups = {_dn(entry): entry for entry in made.values()}
        self.names = {_dn(entry): name for name, entry in keys.items()}
        self.entries = {_dn(entry): entry for entry in keys.values()}
        for name, members in told["groups"].items():
            _set(made[name], MEMBER, [keys[member].dn.getText() for member in members])
        self._refresh()

    def has(self, dn: bytes) -> bool:
        """Is there a group with this name?"""
        return dn.decode().casefold() in self.groups

    def change(self, request: Any) -> None:
        """Add or delete members as AD does: all of it or none, and an error for who is there already, or is not."""
        group = self.groups[request.object.decode().casefold()]
        members = dict.fromkeys(_members(group))
        for step in ModifyOp.fromLDAP(request).modifications:
            if step.key != MEMBER:
                raise ldaperrors.LDAPInsufficientAccessRights("members only")
            for dn in (value.decode().casefold() for value in step):
                if dn not in self.entries:
                    raise ldaperrors.LDAPNoSuchObject(dn)
                if isinstance(step, Add) == (dn in members):
                    raise ldaperrors.LDAPEntryAlreadyExists(dn) if dn in members else _not_there(dn)
                if isinstance(step, Add):
                    members[dn] = None
                else:
                    del members[dn]
        _set(group, MEMBER, [self.entries[dn].dn.getText() for dn in members])
        self._refresh()
        self._keep()

    def stretch(self, dn: bytes) -> list[bytes]:
        """The members of a group with their keys before their names, as AD answers who asks for both."""
        group = self.groups.get(dn.decode().casefold())
        found = [self.entries[member] for member in _members(group)] if group is not None else []
        return [f"<GUID={uuid.UUID(bytes_le=next(iter(e[GUID])))}>;{e.dn.getText()}".encode() for e in found]

    def _refresh(self) -> None:
        inside: dict[str, list[str]] = {}
        for group in self.groups.values():
            for member in _members(group):
                inside.setdefault(member, []).append(group.dn.getText())
        for dn, entry in self.entries.items():
            _set(entry, MEMBER_OF, inside.get(dn, []))

    def _keep(self) -> None:
        groups = {self.names[dn]: [self.names[one] for one in _members(group)] for dn, group in self.groups.items()}
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps({"services": self.services, "groups": groups}, ensure_ascii=False, indent=1) + "\n")
        new.replace(self.file)


def _named(name: str, kind: str, base: str) -> dict[bytes, list[bytes]]:
    key = uuid.uuid5(NAMESPACE, f"{kind} {name}@{base}").bytes_le
    return {b"objectClass": [kind.encode()], b"sAMAccountName": [name.encode()], GUID: [key]}


def _members(group: Any) -> list[str]:
    return sorted(value.decode().casefold() for value in group.get(MEMBER) or ())


def _set(entry: Any, name: bytes, values: list[str]) -> None:
    if values:
        entry[name] = [value.encode() for value in values]
    elif name in entry:
        del entry[name]


def _not_there(dn: str) -> Exception:
    error: Exception = ldaperrors.LDAPUnwillingToPerform(dn)
    return error


def _dn(entry: Any) -> str:
    text: str = entry.dn.getText().casefold()
    return text


def _text(values: Any) -> str:
    text: str = next(iter(values)).decode()
    return text
