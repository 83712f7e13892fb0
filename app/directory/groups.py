"""Who is in the groups that the catalogue names, and in groups inside those: read whole, also above 1,500 members, and
laid beside our tables. Groups that look as if the catalogue should name them are read as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ldap3.core.exceptions import LDAPException
from ldap3.utils.conv import escape_filter_chars
from sqlalchemy import text

from app.db import db
from app.directory.conversation import Conversation
from app.directory.ldap_gateway import current_gateway
from app.directory.ldap_session import BASE
from app.directory.reading import copy_rows

NAMES_PER_SEARCH = 50
MEMBER = re.compile(r"<GUID=([^>]+)>;(?:<SID=[^>]+>;)?(.*)", re.DOTALL)
RANGE = re.compile(r"member;range=(\d+)-(\d+|\*)$")
TABLES = """
SET LOCAL work_mem = '64MB';
CREATE TEMP TABLE IF NOT EXISTS staged_group (object_guid text PRIMARY KEY, name text NOT NULL, dn text NOT NULL)
  ON COMMIT DROP;
CREATE TEMP TABLE IF NOT EXISTS staged_member (group_guid text NOT NULL, member_guid text NOT NULL,
  member_dn text NOT NULL) ON COMMIT DROP;
TRUNCATE staged_group, staged_member
"""
# What is said of a membership and what was known of it, where the two differ; most are as they were.
CHANGED = """
CREATE TEMP TABLE changed_member ON COMMIT DROP AS
SELECT m.id, s.group_id, s.member_guid, s.member_dn FROM
  (SELECT g.id AS group_id, r.member_guid, r.member_dn
   FROM staged_member r JOIN directory_group g ON g.object_guid = r.group_guid) s
FULL JOIN (SELECT * FROM directory_membership WHERE gone_at IS NULL) m
  ON m.group_id = s.group_id AND m.member_guid = s.member_guid
WHERE m.id IS NULL OR s.group_id IS NULL OR m.member_dn <> s.member_dn
"""
# In this order: the groups, who has left them, who has another name, who has come.
MERGE = (
    """
INSERT INTO directory_group AS g (object_guid, name, dn, seen_at)
SELECT object_guid, name, dn, :at FROM staged_group ORDER BY name
ON CONFLICT (object_guid) DO UPDATE SET name = excluded.name, dn = excluded.dn, seen_at = :at, missing_since = NULL
""",
    """
UPDATE directory_group g SET missing_since = :at
WHERE missing_since IS NULL AND NOT EXISTS (SELECT FROM staged_group s WHERE s.object_guid = g.object_guid)
""",
    "ANALYZE staged_member",
    "DROP TABLE IF EXISTS changed_member",
    CHANGED,
    """
UPDATE directory_membership m SET gone_at = :at FROM changed_member c
WHERE c.id = m.id AND c.group_id IS NULL AND m.seen_at <= :at
""",
    """
UPDATE directory_membership m SET member_dn = c.member_dn FROM changed_member c
WHERE c.id = m.id AND c.group_id IS NOT NULL
""",
    """
INSERT INTO directory_membership (group_id, member_guid, member_dn, seen_at)
SELECT group_id, member_guid, member_dn, CAST(:at AS timestamptz) FROM changed_member WHERE id IS NULL
ORDER BY group_id, member_guid
ON CONFLICT (group_id, member_guid) WHERE gone_at IS NULL DO NOTHING
""",
)
COUNT = "SELECT (SELECT count(*) FROM staged_group), (SELECT count(*) FROM staged_member)"


@dataclass(frozen=True, slots=True)
class GroupReport:
    """What one reading found. ``unknown``: names that no group in the directory has."""

    server: str
    groups: int
    members: int
    unknown: tuple[str, ...]


def read_groups(names: Iterable[str], now: datetime, pattern: str = "") -> GroupReport:
    """Make our memberships say what the directory says of the groups with these names, in the caller's transaction.

    Groups inside them are read too, at any depth, and those whose name fits ``pattern`` (with * for anything).
    A membership that is not there any more gets its end; none is removed. Raises DirectoryUnavailable, and then
    nothing has changed: half a group is never taken for a whole one.
    """
    wanted = sorted({name.strip() for name in names if name.strip()})

    def act(talk: Conversation) -> tuple[str, set[str]]:
        begin()
        return talk.server, _stage(talk, wanted, pattern)

    server, found = current_gateway().converse(act)
    unknown = tuple(name for name in wanted if name.casefold() not in found)
    return merge(server, now, unknown)


def begin() -> None:
    """Make the temporary tables for what is read, or empty them."""
    for statement in TABLES.split(";"):
        db.session.execute(text(statement))


def merge(server: str, now: datetime, unknown: tuple[str, ...] = ()) -> GroupReport:
    """Make our memberships say what is laid out."""
    groups, members = db.session.execute(text(COUNT)).one()
    for statement in MERGE:
        db.session.execute(text(statement), {"at": now} if ":at" in statement else {})
    return GroupReport(server, groups, members, unknown)


def _stage(talk: Conversation, names: Sequence[str], pattern: str) -> set[str]:
    """Read the groups, then what is inside them; the names that were found, folded."""
    found: dict[str, tuple[str, str]] = {}  # by objectGUID: name and DN
    for start in range(0, len(names), NAMES_PER_SEARCH):
        _read(talk, _any(_named(name) for name in names[start : start + NAMES_PER_SEARCH]), found)
    if pattern:
        _read(talk, f"(sAMAccountName={'*'.join(map(escape_filter_chars, pattern.split('*')))})", found)
    outer = [dn for _, dn in found.values()]
    while outer:  # a ring of groups ends, because nothing is read twice
        inner: dict[str, tuple[str, str]] = {}
        for start in range(0, len(outer), NAMES_PER_SEARCH):
            terms = (f"(memberOf={escape_filter_chars(dn)})" for dn in outer[start : start + NAMES_PER_SEARCH])
            _read(talk, _any(terms), inner, known=found)
        found |= inner
        outer = [dn for _, dn in inner.values()]
    return {name.casefold() for name, _ in found.values()}


def _read(
    talk: Conversation,
    condition: str,
    found: dict[str, tuple[str, str]],
    *,
    known: Mapping[str, tuple[str, str]] | None = None,
) -> None:
    """Lay out the groups that fit, with their members, and add them to ``found``; those in ``known`` are there."""
    asked = ("objectGUID", "sAMAccountName")
    for page in talk.entries(talk.settings.ldap_base, f"(&(objectClass=group){condition})", asked):
        for raw, entry in page:
            guid, dn = str(UUID(bytes_le=entry["objectguid"][0])), raw.decode()
            if guid in found or guid in (known or {}):
                continue
            name = entry["samaccountname"][0].decode()
            found[guid] = (name, dn)
            copy_rows("staged_group", "object_guid, name, dn", [(guid, name, dn)])
            rows = ((guid, *member) for member in _members(talk, dn))
            copy_rows("staged_member", "group_guid, member_guid, member_dn", rows)


def _named(name: str) -> str:
    return f"(sAMAccountName={escape_filter_chars(name)})"


def _any(terms: Iterable[str]) -> str:
    return f"(|{''.join(terms)})"


def _members(talk: Conversation, dn: str) -> Iterator[tuple[str, str]]:
    """(objectGUID, DN) of each member: stretch after stretch, as AD gives no more than 1,500 at once."""
    first = 0
    while True:
        values, last = _stretch(talk, dn, first)
        for value in values:
            found = MEMBER.match(value.decode("utf-8", "replace"))
            if not found:
                raise LDAPException(f"a member of {dn} without its key")
            yield str(UUID(found[1])), found[2]
        if last is None:
            return
        first = last + 1


def _stretch(talk: Conversation, dn: str, first: int) -> tuple[list[bytes], int | None]:
    """The members from number ``first``, and the number of the last of them; None when there are no more."""
    asked = (f"member;range={first}-*",)
    for page in talk.entries(dn, "(objectClass=group)", asked, scope=BASE, with_keys=True):
        for _, entry in page:
            for name, values in entry.items():
                found = RANGE.match(name)
                if found:
                    return values, None if found[2] == "*" else int(found[2])
                if name == "member":
                    return values, None
            return [], None  # nobody is in it
    raise LDAPException(f"the group {dn} went away while it was read")
