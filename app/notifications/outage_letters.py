"""Mails about outages (rules.md C12). As ``letters``: they write nothing.

| Function | Template | To | Says |
|---|---|---|---|
| lasts | outage_lasts | who answers for it, the coordinators | day 3: it lasts; day 5: the owner decides measures |
| asked | paper_registration | system managers; owner, coordinator | register, verify, correct; reminded, escalated |
| asked | paper_closing | who answers for it, the coordinators | every form is to be accounted for |
| asked | paper_finding | system managers; owner, coordinator | a paper order failed, or a form is lost |
| asked | paper_drill | system managers and owner | twelve months since the drill |
"""

from __future__ import annotations

from app.notifications.letter import Letter, iso
from workflows.paper_events import PaperAsked

REPEATED = ("verify", "returned")  # at most once a day each


def lasts(recipient_id: int, outage_id: int, day: int, what: tuple[str, str]) -> Letter:
    """It is day 3 or 5. ``what``: the outage's kind, and the system's name or an empty text."""
    kind, system = what
    return Letter(
        key=f"outage_lasts:{outage_id}:{day}:{recipient_id}",
        template="outage_lasts",
        recipient_id=recipient_id,
        data={"day": day, "kind": kind, "system": system, "url_path": f"/outages/{outage_id}"},
    )


def asked(recipient_id: int, event: PaperAsked) -> Letter:
    """One person is asked, reminded, or hears that nobody has done it. Nobody is named: a form may be about anyone."""
    paths = {
        "registration": f"/outages/{event.outage_id}/forms",
        "closing": f"/outages/{event.outage_id}/forms",
        "finding": f"/outages/{event.outage_id}/forms",
        "drill": f"/outages/drills/{event.code}",
    }
    occasion = event.at.date() if event.act in REPEATED else event.due_on
    return Letter(
        key=f"paper_{event.about}:{event.thing_id}:{event.act}:{occasion}:{recipient_id}",
        template=f"paper_{event.about}",
        recipient_id=recipient_id,
        data={
            "act": event.act.partition("_")[0],
            "system": event.system,
            "due_on": iso(event.due_on),
            "url_path": paths[event.about],
        },
    )
