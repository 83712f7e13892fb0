"""What the guards of a matter look at, beyond people and states."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MatterFacts:
    """What is lacking at this moment; every tuple is empty when nothing hinders.

    ``missing``: names of fields that must be answered by now and are not. ``risks``: events of high risks that nobody
    has dealt with. ``conditions``: texts of those that are not done. ``gaps``: what the system lacks, as codes.
    ``rights``: who still has one to the system, as ids of grants.
    """

    missing: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    rights: tuple[str, ...] = ()
