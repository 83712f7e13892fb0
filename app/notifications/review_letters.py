"""Mails about reviews of what people have (rules.md C8). As ``letters``: they write nothing.

| what | To | Says |
|---|---|---|
| asked | reviewer | how many rights, until when |
| reminder | reviewer | how many wait, in all campaigns; one mail a day |
| helper | who stands above; owner | somebody has not answered in time |
| notice | the holder | a right ends on a day, because nobody answered for it |
| stopped | coordinators | it would remove too much, and waits |
| not_opened | coordinators | what is known is too old |
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.notifications.letter import Letter, iso


@dataclass(frozen=True, slots=True)
class Facts:
    """What a mail says: how many rights, of what, until when, and who has not answered. ``of`` and ``name`` may be
    empty: then nobody and nothing is named.
    """

    items: int = 0
    of: str = ""
    on: date | None = None
    name: str = ""
    url_path: str = "/reviews/"


def told(person_id: int, what: str, occasion: str, facts: Facts) -> Letter:
    """One mail; ``occasion`` parts it from others of its kind to the same person."""
    return Letter(
        key=f"review:{what}:{occasion}:{person_id}",
        template="review_told",
        recipient_id=person_id,
        data={
            "what": what,
            "items": facts.items,
            "of": facts.of,
            "on": iso(facts.on),
            "name": facts.name,
            "url_path": facts.url_path,
        },
    )
