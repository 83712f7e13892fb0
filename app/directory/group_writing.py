"""Putting accounts into a group and taking them out, with an account that may do nothing else.

Entries are addressed by their objectGUID, never by a name that somebody could have bent; the group is found by a name
that the active catalogue has. Nothing is done about a group that is the domain's own, that AD guards, or that gives
membership in such a one. What is said to be done has been read back from the server that did it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import ldap3
from ldap3.core.exceptions import (
    LDAPAttributeOrValueExistsResult,
    LDAPBusyResult,
    LDAPEntryAlreadyExistsResult,
    LDAPException,
    LDAPInsufficientAccessRightsResult,
    LDAPNoSuchAttributeResult,
    LDAPOperationResult,
    LDAPReferralResult,
    LDAPUnavailableResult,
    LDAPUnwillingToPerformResult,
)
from ldap3.utils.conv import escape_filter_chars

from app.directory.ber import Attributes
from app.directory.conversation import Conversation
from app.directory.ldap_gateway import current_gateway
from app.directory.ldap_session import BASE, cause_of
from workflows import directory_writing as rules

IN_CHAIN = "1.2.840.113556.1.4.1941"  # LDAP_MATCHING_RULE_IN_CHAIN: through groups in groups
ASKED = ("objectGUID", "sAMAccountName", "objectSid", "adminCount", "isCriticalSystemObject")
ALREADY = (
    LDAPEntryAlreadyExistsResult,
    LDAPAttributeOrValueExistsResult,
    LDAPNoSuchAttributeResult,
    LDAPUnwillingToPerformResult,  # AD's answer about who is not a member
)
OTHER_SERVER = (LDAPBusyResult, LDAPUnavailableResult, LDAPReferralResult)


class Refused(Exception):
    """It cannot be done. ``reason`` is a code, ``detail`` for who looks after the directory."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be true: the accounts (objectGUIDs) are members of the group, or none of them is."""

    group: str
    accounts: Sequence[str]
    is_member: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """Which server was asked, and how many memberships had to be changed for it to be true, or would have to be."""

    server: str
    changed: int


def carry_out(wish: Wish, named: Collection[str], *, dry: bool = False) -> Outcome:
    """Make it true and read it back; with ``dry`` only look. ``named``: the groups of the active catalogue.

    Raises Refused, and DirectoryUnavailable when no server answers; what was begun then is found by the next try.
    """
    if not rules.is_named(wish.group, named):
        raise Refused("not_in_catalogue", wish.group)

    def act(talk: Conversation) -> Outcome:
        group = _group(talk, wish.group)
        names = [name for name in (_name(talk, account) for account in wish.accounts) if name]
        if wish.is_member and len(names) != len(wish.accounts):
            raise Refused("no_account")
        wrong = [name for name in names if _is_in(talk, group, name) != wish.is_member]
        if not dry:
            for name in wrong:
                _change(talk, group, name, is_member=wish.is_member)
            _confirm(talk, group, names, is_member=wish.is_member)
        return Outcome(talk.server, len(wrong))

    return current_gateway().converse(act, writing=not dry)


def writable(names: Sequence[str]) -> dict[str, frozenset[str]]:
    """What the writing account may write of each of these groups, as the directory says; {} for one that is not there.

    Raises DirectoryUnavailable.
    """

    def act(talk: Conversation) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for name in names:
            for _, entry in _entries(talk, talk.settings.ldap_base, _condition(name), ("allowedAttributesEffective",)):
                values = entry.get("allowedattributeseffective", ())
                found[name] = frozenset(value.decode().lower() for value in values)
        return found

    return current_gateway().converse(act, writing=True)


def _condition(name: str) -> str:
    return f"(&(objectClass=group)(sAMAccountName={escape_filter_chars(name)}))"


def _group(talk: Conversation, name: str) -> str:
    """Where the group is. Raises Refused: group_missing, group_ambiguous, protected_group."""
    found = _entries(talk, talk.settings.ldap_base, _condition(name), ASKED)
    if len(found) != 1:
        raise Refused("group_ambiguous" if found else "group_missing", name)
    dn, entry = found[0]
    if _text(entry, "samaccountname").casefold() != name.casefold():
        raise Refused("group_missing", name)
    marks = {mark: _text(entry, mark) for mark in ("admincount", "iscriticalsystemobject")}
    if rules.is_protected(entry["objectsid"][0], marks) or _leads_to_guarded(talk, dn.decode()):
        raise Refused("protected_group", name)
    return _at(entry["objectguid"][0])


def _leads_to_guarded(talk: Conversation, dn: str) -> bool:
    """Is whoever is put into the group thereby in one that AD guards?"""
    inside = f"(&(objectClass=group)(adminCount=1)(member:{IN_CHAIN}:={escape_filter_chars(dn)}))"
    return bool(_entries(talk, talk.naming_context(), inside, ("1.1",)))


def _name(talk: Conversation, account: str) -> str:
    """The name that the account has now, wherever it was moved; empty when it is gone from the directory."""
    try:
        found = _entries(talk, _at(UUID(account).bytes_le), "(objectClass=user)", ("1.1",), scope=BASE)
    except LDAPException as error:
        if "noSuchObject" in str(error):
            return ""
        raise
    return found[0][0].decode() if found else ""


def _is_in(talk: Conversation, group: str, name: str, rule: str = "") -> bool:
    condition = f"(member{rule}={escape_filter_chars(name)})"
    return bool(_entries(talk, group, condition, ("1.1",), scope=BASE))


def _change(talk: Conversation, group: str, name: str, *, is_member: bool) -> None:
    kind: Any = ldap3.MODIFY_ADD if is_member else ldap3.MODIFY_DELETE
    try:
        talk.connection.modify(group, {"member": [(kind, [name.encode()])]})
    except ALREADY:
        pass  # somebody was faster: what is read back tells
    except LDAPInsufficientAccessRightsResult as error:
        raise Refused("no_right", cause_of(error)) from error
    except OTHER_SERVER:
        raise
    except LDAPOperationResult as error:
        raise Refused("refused", cause_of(error)) from error


def _confirm(talk: Conversation, group: str, names: Sequence[str], *, is_member: bool) -> None:
    """Raises Refused when it is not as it shall be."""
    if any(_is_in(talk, group, name) != is_member for name in names):
        raise Refused("not_confirmed")
    if not is_member and any(_is_in(talk, group, name, f":{IN_CHAIN}:") for name in names):
        raise Refused("through_group")


def _entries(talk: Conversation, base: str, condition: str, asked: Sequence[str], **more: Any) -> list[Any]:
    return [entry for page in talk.entries(base, condition, asked, **more) for entry in page]


def _at(key: bytes) -> str:
    return f"<GUID={UUID(bytes_le=key)}>"


def _text(entry: Attributes, name: str) -> str:
    values = entry.get(name)
    return values[0].decode() if values else ""
