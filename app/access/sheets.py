"""Each access as one row of a table, with the whole chain in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import clock
from app.access import words
from app.access.chains import Access, Link
from app.templating import event_words, labels, state_words

HEAD = (
    _l("Anställningsnummer"), _l("Namn"), _l("Enhet"), _l("System"), _l("Nivå"), _l("Omfattning"), _l("Läge"),
    _l("Från och med"), _l("Till och med"), _l("Användare i systemet"), _l("Ärende"), _l("Varför"), _l("Katalogen"),
    _l("Kedjan"),
)  # fmt: skip


def rows(accesses: Iterable[Access], seen: Mapping[int, str]) -> Iterator[tuple[Any, ...]]:
    """A row for each access, in the order of HEAD. Days are written 2026-03-02, moments in local time.

    ``seen``: what the directory said of those that are groups, in words, by the right's id.
    """
    for access in accesses:
        held = access.held
        yield (
            held.employee_number,
            held.subject,
            held.unit,
            f"{held.system_code} {held.system}",
            f"{held.level_code} {held.level}",
            held.scope,
            state_words.look(held.status).word,
            held.valid_from,
            held.valid_to,
            held.target_user_id,
            held.case_number,
            words.why(access),
            seen.get(held.id, ""),
            " | ".join(_told(link) for link in access.chain),
        )


def _told(link: Link) -> str:
    who = f"{link.who} ({labels.role(link.role)})" if link.who else labels.role(link.role)
    parts = [f"{clock.local(link.at):%Y-%m-%d %H:%M}", event_words.event_label(link.event), who]
    if link.on_behalf_of:
        parts.append(_("för %(name)s", name=link.on_behalf_of))
    if link.employment:
        parts.append(_("katalogen: %(status)s", status=words.employment(link)))
    return ", ".join(parts)
