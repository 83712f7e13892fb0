"""What has changed on a server since it was last read: the accounts themselves, their siblings, and who is gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import text

from app.db import db
from app.directory.answers import Mark, Source
from app.directory.conversation import Conversation
from app.directory.ldap_gateway import current_gateway
from app.directory.models import DirectoryMark
from app.directory.reading import Reader

# Who shares a number with somebody changed is judged together with them, and is read again.
SIBLINGS = """
WITH touched AS (
  SELECT employee_number FROM directory_reading
  UNION SELECT a.employee_number FROM directory_account a JOIN directory_reading r ON r.object_guid = a.object_guid
  UNION SELECT employee_number FROM directory_account WHERE object_guid = ANY(:lost))
SELECT a.object_guid FROM directory_account a JOIN touched t ON t.employee_number = a.employee_number
WHERE a.missing_since IS NULL AND a.object_guid <> ALL(:lost)
  AND NOT EXISTS (SELECT FROM directory_reading r WHERE r.object_guid = a.object_guid)
"""
# The numbers that have no account any more.
GONE = """
SELECT DISTINCT a.employee_number FROM directory_account a
WHERE (a.object_guid = ANY(:lost) OR EXISTS (SELECT FROM directory_reading r WHERE r.object_guid = a.object_guid)
       OR a.object_guid = ANY(:siblings))
  AND NOT EXISTS (SELECT FROM directory_reading r WHERE r.employee_number = a.employee_number)
ORDER BY a.employee_number
"""


class WholeNeeded(Exception):
    """What has changed cannot be told; ``why`` is a stable code. The whole directory has to be read."""

    def __init__(self, server: str, why: str) -> None:
        self.server, self.why = server, why
        super().__init__(f"{server}: {why}")


@dataclass(frozen=True, slots=True)
class Changed:
    """What was read. ``gone``: employee numbers that no account has any more."""

    source: Source
    gone: tuple[str, ...]


def marks() -> dict[str, Mark]:
    """How far each server has been read and applied."""
    return {mark.server: Mark(mark.copy, mark.changes) for mark in db.session.query(DirectoryMark)}


def keep(source: Source) -> None:
    """What the server had come to is applied."""
    if source.mark is not None:
        values = {"server": source.server, "copy": source.mark.copy, "changes": source.mark.changes}
        db.session.merge(DirectoryMark(**values))


def read_changes(reader: Reader, known: Mapping[str, Mark]) -> Changed | None:
    """Read what has changed into ``reader``; None where servers do not count their changes.

    Raises WholeNeeded for a server that has not been read before, has been set up anew, or has gone backwards, and
    DirectoryUnavailable.
    """

    def act(talk: Conversation) -> Changed | None:
        source = talk.source()
        if source.mark is None:
            return None
        return Changed(source, _read(talk, reader, _since(talk.server, source.mark, known)))

    return current_gateway().converse(act)


def _since(server: str, mark: Mark, known: Mapping[str, Mark]) -> int:
    before = known.get(server)
    if before is None:
        raise WholeNeeded(server, "server_not_read_before")
    if before.copy != mark.copy:
        raise WholeNeeded(server, "server_set_up_anew")
    if mark.changes < before.changes:
        raise WholeNeeded(server, "server_went_backwards")
    return before.changes


def _read(talk: Conversation, reader: Reader, since: int) -> tuple[str, ...]:
    reader.begin()
    lost = talk.deleted_since(since)
    for page in talk.accounts(f"(uSNChanged>={since + 1})"):
        reader.add(page)
        lost += [account.object_guid for account in page if not account.employee_number]
    siblings = list(db.session.scalars(text(SIBLINGS), {"lost": lost}))
    for page in talk.accounts_by_key(siblings):
        reader.add(page)
    reader.finish()
    return _gone(lost, siblings)


def _gone(lost: Sequence[str], siblings: Sequence[str]) -> tuple[str, ...]:
    return tuple(db.session.scalars(text(GONE), {"lost": list(lost), "siblings": list(siblings)}))
