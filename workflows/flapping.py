"""Whether somebody who was seen as ended has ended: a feed that is late makes accounts flap (field.md B6).

One sighting says nothing yet. The next snapshot that says the same does, or any sighting a day later. Only what is most
dangerous does not wait. A directory that cannot answer is no sighting at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from workflows.case import Profile

DAMPED = timedelta(hours=24)
SECRET = 3  # confidentiality from which nothing waits
AT_ONCE = frozenset({Profile.SENSITIVE, Profile.PRIVILEGED})
SEEN_AGAIN, A_DAY_LATER = "seen_again", "a_day_later"


@dataclass(frozen=True, slots=True)
class Sighting:
    """The directory said ``ended``. ``snapshot``: the number of the whole reading; None for changes and look-ups."""

    at: datetime
    snapshot: int | None = None


def certain(first: Sighting, again: Sighting) -> str:
    """Why two sightings make it certain: seen_again or a_day_later; "" while they do not.

    A sighting before the first, or of the same snapshot, is no second one.
    """
    if again.at <= first.at or (first.snapshot is not None and again.snapshot == first.snapshot):
        return ""
    if again.snapshot is not None:
        return SEEN_AGAIN
    return A_DAY_LATER if again.at >= settles_at(first) else ""


def settles_at(first: Sighting) -> datetime:
    """From when on any new sighting makes it certain."""
    return first.at + DAMPED


def waits_for_nothing(profile: str, confidentiality: int) -> bool:
    """Whether such a right ends at the first sighting: K3, and what is sensitive or privileged (rules.md C6)."""
    return profile in AT_ONCE or confidentiality >= SECRET
