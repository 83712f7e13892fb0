"""What a system has and lacks on its way to production (rules.md C14): from the catalogue, and from the form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from app.catalogue import queries as catalogue
from app.catalogue.models import System
from app.matters import queries
from app.matters.definitions import terms_of
from app.matters.models import Matter

FEWEST_MANAGERS = 2
SECRET = 3


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a system needs. ``status``: there, excepted, lacking. ``until``: the last day of the exception."""

    need: str
    status: str
    until: date | None = None


def checklist(matter: Matter, today: date) -> list[Item]:
    """Everything that the definition says that the system needs, and how it stands; empty where it says nothing."""
    needs = terms_of(matter).needs
    if not needs or matter.system is None:
        return []
    found = queries.exceptions(matter.id) if matter.id is not None else {}
    return [_item(need, matter, found.get(need), today) for need in needs]


def _item(need: str, matter: Matter, until: date | None, today: date) -> Item:
    if CHECKS[need](matter, today):
        return Item(need, "there")
    allowed = until is not None and until >= today and need not in never_excepted(matter)
    return Item(need, "excepted" if allowed else "lacking", until)


def gaps(matter: Matter, today: date) -> tuple[str, ...]:
    """Codes of what the definition says that the system needs and it neither has nor is excepted from today."""
    return tuple(one.need for one in checklist(matter, today) if one.status == "lacking")


def never_excepted(matter: Matter) -> frozenset[str]:
    """What no exception is given from: what the definition says, where the system is K3."""
    return frozenset(terms_of(matter).never_excepted) if _confidentiality(matter) >= SECRET else frozenset()


def _confidentiality(matter: Matter) -> int:
    return max(matter.confidentiality, matter.system.confidentiality if matter.system else 0)


def _able(system: System | None, role: str, today: date) -> int:
    holders = catalogue.role_holders(system.id, today)[role] if system else []
    return sum(person.employment_status in ("active", "on_leave") for person in holders)


def _has_owner(matter: Matter, today: date) -> bool:
    return _able(matter.system, "system_owner", today) > 0


def _has_managers(matter: Matter, today: date) -> bool:
    fewest = max(FEWEST_MANAGERS, matter.system.min_managers if matter.system else 0)
    return _able(matter.system, "system_manager", today) >= fewest


def _has_levels(matter: Matter, _today: date) -> bool:
    return matter.system is not None and any(level.active for level in matter.system.levels)


def _has_guideline(matter: Matter, today: date) -> bool:
    """Also where the catalogue does not ask for one: a system must not come into use without (C14)."""
    system = matter.system
    if system is None or not system.guideline_version:
        return False
    return system.guideline_valid_to is None or system.guideline_valid_to >= today


def _answered(name: str) -> Callable[[Matter, date], bool]:
    return lambda matter, _today: matter.answers.get(name) not in (None, "", [], "no")


# What the catalogue itself tells; the rest is what somebody has answered.
IN_CATALOGUE = frozenset({"owner", "managers", "levels", "guideline"})
CHECKS: Mapping[str, Callable[[Matter, date], bool]] = {
    "owner": _has_owner,
    "class": _answered("confidentiality"),
    "managers": _has_managers,
    "levels": _has_levels,
    "executor": _answered("executor"),
    "guideline": _has_guideline,
    "continuity_plan": _answered("continuity_plan"),
    "risk": _answered("risks"),
}
