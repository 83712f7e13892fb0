"""Mails about tags, cards and keys that are no tasks (rules.md C4). As ``letters``: they write nothing.

| Function | Template | To | Tells |
|---|---|---|---|
| credential_told | credential_told | the holder, their manager | to_fetch, lost, found, not_fetched, not_back ... |

What they tell depends on ``what`` and on ``role`` (subject or manager). They name no zones and no holder: a tag and the
doors that it opens are no matter for a mail.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.notifications.letter import Letter, To


def credential_told(to: To, what: str, occasion: str, facts: Mapping[str, Any]) -> Letter:
    """Something has happened to a tag. ``occasion`` parts two that happen to the same one.

    ``facts``: credential_id, kind, serial, system, case_number, due_on (ISO or ""), price (kronor, 0 for unknown),
    phone ("" in office hours).
    """
    credential_id = facts["credential_id"]
    return Letter(
        key=f"credential:{credential_id}:{what}:{occasion}:{to.person_id}",
        template="credential_told",
        recipient_id=to.person_id,
        data={**facts, "what": what, "role": to.role, "url_path": f"/premises/{credential_id}"},
    )
