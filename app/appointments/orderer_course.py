"""The course that an authorised orderer must have completed (rules.md C9).

The place to ask the room of completions; until there is one, nobody is stopped.
"""

from __future__ import annotations

from datetime import date

COURSE = "BESTALLARE-INTRO"


def is_missing(_person_id: int, _today: date) -> bool:
    """True when the catalogue has the course and the person no completion of it in force on ``today``."""
    return False
