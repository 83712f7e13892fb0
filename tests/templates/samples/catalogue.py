"""Two systems: a plain one, and one with a long name and sensitive levels."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace as Thing
from typing import Any

MICROMARC = Thing(
    code="MM",
    name="MicroMarc",
    description="Bibliotekets system för lån, låntagare och katalog.",
    board="Kultur- och tekniknämnden",
    lifecycle="production",
    confidentiality=1,
    integrity=2,
    availability=2,
    guideline_version="1.2",
    guideline_url="https://intranat.example/riktlinjer/micromarc",
    replaced_by="",
)
PROCAPITA = Thing(
    code="PRO-SOC",
    name="Procapita (socialtjänst, individ- och familjeomsorg, hälso- och sjukvård)",
    description="Ärenden och journaler för individ- och familjeomsorg, äldreomsorg och hälso- och sjukvård.",
    board="Socialnämnden",
    lifecycle="production",
    confidentiality=3,
    integrity=3,
    availability=3,
    guideline_version="1.0",
    guideline_url="https://intranat.example/riktlinjer/procapita",
    replaced_by="",
)


def level(system: Thing, number: int, label: str, profile: str, description: str, **standing: Any) -> Thing:
    """An access level, with how it stands for the reader."""
    known = {"directory_group": "", "held": None, "open_case": "", "orderable": True, "why_not": ""} | standing
    return Thing(system=system, id=number, label=label, profile=profile, description=description, **known)


LAN = level(MICROMARC, 11, "Utlåning", "standard", "Du kan låna ut, lämna tillbaka och registrera låntagare.")
KATALOG = level(
    MICROMARC,
    12,
    "Katalogisering",
    "standard",
    "Du kan lägga upp och ändra poster i katalogen.",
    held=Thing(valid_to=date(2027, 6, 30), scope=""),
    orderable=False,
    why_not="part_of_base",
)
ADMIN = level(
    MICROMARC,
    13,
    "Systemadministratör",
    "privileged",
    "Du kan ändra inställningar, regler och användare.",
    orderable=False,
    why_not="guideline",
)
BIST = level(
    PROCAPITA,
    21,
    "Biståndshandläggare",
    "sensitive",
    "Du kan utreda och besluta om bistånd för äldre och personer med funktionsnedsättning.",
    open_case="BEH-2026-000117",
    orderable=False,
)
MICROMARC.levels = [LAN, KATALOG, ADMIN]
PROCAPITA.levels = [BIST]
