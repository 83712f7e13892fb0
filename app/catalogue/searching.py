"""Text made comparable for a Swedish reader: case, accents and signs do not matter, word parts do."""

from __future__ import annotations

import unicodedata

from app.catalogue.definition import SystemDefinition

SWEDISH_ORDER = str.maketrans({"å": "{", "ä": "|", "ö": "}"})


def fold(text: str) -> str:
    """``text`` in small letters without accents and signs: "E-tjänst" becomes "e tjanst"."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    kept = (c if c.isalnum() else " " for c in bare if not unicodedata.combining(c))
    return " ".join("".join(kept).split())


def swedish_order(text: str) -> str:
    """A key that sorts å ä ö last, whatever the database and the locale do."""
    return text.casefold().translate(SWEDISH_ORDER)


def search_text(system: SystemDefinition) -> str:
    """What the system is found by: its own words and those of its active levels."""
    words = [system.code, system.name, system.description]
    for level in system.levels:
        if level.active:
            words += [level.code, level.label, level.description]
    return fold(" ".join(words))
