"""Why somebody has what they have, in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.access.chains import Access, Link
from app.access.verified import Seen
from app.templating.dates import iso_moment
from app.templating.labels import role

YES = ("request.approve", "request.approve_implicitly")
EMPLOYMENT = {
    "active": _l("anställd"),
    "future": _l("anställd från ett senare datum"),
    "ended": _l("inte längre anställd"),
    "on_leave": _l("tjänstledig"),
    "not_found": _l("fanns inte"),
    "ambiguous": _l("gick inte att skilja från någon annan"),
    "unknown": _l("svarade inte"),
}
UNORDERED = {
    "legacy": _l("Fanns när tjänsten togs i bruk. Ingen beställning finns."),
    "legacy_attested": _l("Fanns när tjänsten togs i bruk, och chefen har sagt att den behövs."),
    "found": _l("Hittades i katalogen utan att någon hade beställt den. Den ska tas bort."),
}


def why(access: Access) -> str:
    """Who ordered it, who said yes and who granted it; or where it came from, if nobody ordered it."""
    ordered = access.first("request.submit")
    if ordered is None:
        return str(UNORDERED.get(access.held.source, _("Ingen beställning finns.")))
    parts = [_("Beställd av %(who)s.", who=_as(ordered))]
    if access.first("finding.opened"):
        parts.insert(0, _("Fanns redan, och beställdes i efterhand."))
    approved = [link for link in access.chain if link.event in YES and link.case_number == ordered.case_number]
    if approved:
        parts.append(_("Godkänd av %(who)s.", who=_several(approved)))
    granted = access.first("request.grant")
    if granted is not None:
        parts.append(_("Tilldelad av %(who)s.", who=_as(granted)))
    return " ".join(parts)


def employment(link: Link) -> str:
    """What the directory said when the link was made; empty where nobody asked it."""
    return str(EMPLOYMENT.get(link.employment, link.employment))


def directory(seen: Seen) -> str:
    """Whether the holder is in the group, by the directory, and since when they should not be."""
    if seen.at is None:
        return str(_("Katalogen har inte bekräftat den än"))
    moment = iso_moment(seen.at)
    if seen.is_member and seen.days is not None:
        return str(
            ngettext(
                "Kvar i gruppen %(num)d dag efter att avslut beställdes, enligt katalogen %(moment)s",
                "Kvar i gruppen %(num)d dagar efter att avslut beställdes, enligt katalogen %(moment)s",
                seen.days,
                moment=moment,
            )
        )
    if seen.is_member:
        return str(_("Med i gruppen enligt katalogen %(moment)s", moment=moment))
    return str(_("Inte med i gruppen enligt katalogen %(moment)s", moment=moment))


def _several(links: Sequence[Link]) -> str:
    named = list(dict.fromkeys(_as(link) for link in links))
    *first, last = named
    return _("%(some)s och %(other)s", some=", ".join(first), other=last) if first else last


def _as(link: Link) -> str:
    """``Bob Ek, chef``; a deputy with whom they act for."""
    if not link.who:
        return role(link.role)
    if link.on_behalf_of:
        return _("%(name)s, ersättare för %(other)s", name=link.who, other=link.on_behalf_of)
    return _("%(name)s (%(role)s)", name=link.who, role=role(link.role)) if link.role else link.who
