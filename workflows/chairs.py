"""The chairs that a definition can name (``ask``, ``otherwise``, ``escalations``), and who sits on them.

Besides these: ``line_manager``, ``sponsor``, ``receiving_manager`` and ``next_level_manager``, which are ways upwards
(authority.py), ``deputy``, ``functional_mailbox``, and the chairs by name: ``role:<name>`` and ``field:<form field>``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from workflows.case import Case, Party
from workflows.definition import FIELD, ROLE

Seated = tuple[str, tuple[Party, ...]]  # as what they are asked, and who they are
CHAIRS: Mapping[str, tuple[str, Callable[[Case], tuple[Party, ...]]]] = MappingProxyType(
    {
        "system_managers": ("system_manager", lambda case: case.system_managers),
        "system_owner": ("system_owner", lambda case: case.system_owners),
        "other_system_owner": ("other_system_owner", lambda case: case.other_owners),
        "zone_owner": ("zone_owner", lambda case: case.zone_owners),
        "board_manager": ("board_manager", lambda case: case.board_managers),
        "system_board_manager": ("system_board_manager", lambda case: case.system_board_managers),
        "coordinator": ("coordinator", lambda case: case.coordinators),
        "data_protection_officer": ("data_protection_officer", lambda case: case.protection_officers),
        "it_manager": ("it_manager", lambda case: case.it_managers),
        "orderer": ("orderer", lambda case: (case.orderer,) if case.orderer else ()),
        "subject": ("subject", lambda case: (case.subject,)),
    }
)


def seated(chair: str, case: Case) -> Seated:
    """As what those on a chair are asked, and who they are; a chair that nobody sits on is empty, not an error."""
    if chair.startswith(ROLE):
        return chair, case.named_roles.get(chair.removeprefix(ROLE), ())
    if chair.startswith(FIELD):
        return chair, case.named_people.get(chair.removeprefix(FIELD), ())
    why, people = CHAIRS[chair]
    return why, people(case)
