"""The separate account that an order names (rules.md C3, privileged): nobody's everyday login, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import text

from app.db import rows_of
from workflows.form_answers import bare_account
from workflows.form_fields import ACCOUNT, Field

EVERYDAY, TAKEN = "everyday_account", "account_taken"
# Without the domain before or after it, as bare_account has it. What an order has led to counts for as long as it is.
IN_USE = text(r"""
SELECT EXISTS (SELECT FROM person WHERE lower(login) = :account) AS everyday, EXISTS (
  SELECT FROM access_request r JOIN access_level l ON l.id = r.level_id
  LEFT JOIN access_grant g ON g.request_id = r.id
  WHERE l.profile = 'privileged' AND r.subject_id <> :subject_id
    AND lower(regexp_replace(regexp_replace(r.answers ->> :name, '^.*\\', ''), '@.*$', '')) = :account
    AND CASE WHEN g.id IS NULL THEN r.state NOT IN ('draft', 'rejected', 'withdrawn', 'lapsed', 'cancelled', 'revoked')
      ELSE g.status <> 'revoked' END
) AS taken
""")


def faults(asked: Iterable[Field], answers: Mapping[str, Any], subject_id: int | None) -> dict[str, str]:
    """What is wrong with each account that is named, by the question; one statement for each, mostly none.

    ``everyday_account``: somebody logs in with it every day. ``account_taken``: somebody else has, or has ordered,
    privileged access with it, and accounts are not shared.
    """
    named = {
        one.name: bare_account(answers[one.name]) for one in asked if one.type == ACCOUNT and answers.get(one.name)
    }
    found = {name: _fault(name, account, subject_id or 0) for name, account in named.items()}
    return {name: fault for name, fault in found.items() if fault}


def _fault(name: str, account: str, subject_id: int) -> str:
    seen = rows_of(IN_USE, {"name": name, "account": account, "subject_id": subject_id})[0]
    if seen.everyday:
        return EVERYDAY
    return TAKEN if seen.taken else ""
