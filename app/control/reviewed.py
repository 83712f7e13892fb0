"""What the yearly report asks of access reviews (IK-01). Until a campaign is known, it says that none is."""

from __future__ import annotations

from collections.abc import Mapping

from app.control.points import Found, Year


def by_system(_year: Year) -> Mapping[int, Found]:
    """The figures of the year's campaigns by system. A system that is left out has no campaign that is known."""
    return {}
