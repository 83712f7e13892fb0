"""How a person is found and ordered by a Swedish reader."""

from __future__ import annotations

import unicodedata

# Two letters that sort after "z" plus any letter, in every collation; Ü is a kind of y, Æ and Ø of ä and ö.
ORDER = str.maketrans({"å": "zzx", "ä": "zzy", "æ": "zzy", "ö": "zzz", "ø": "zzz", "ü": "y"})
SPELT_OUT = str.maketrans({"ø": "o", "æ": "ae", "ß": "ss", "ł": "l", "đ": "d"})


def without_accents(text: str) -> str:
    """Small letters with every accent, ring and dot taken off: "Åke" becomes "ake"."""
    bare = unicodedata.normalize("NFD", text.casefold().translate(SPELT_OUT))
    return "".join(char for char in bare if not unicodedata.combining(char))


def search_text(*words: str) -> str:
    """What is searched, both as written and without accents: "ake" and "åke" find Åke, "åke" does not find Ake."""
    written = unicodedata.normalize("NFC", " ".join(filter(None, words))).lower()
    bare = without_accents(written)
    return written if bare == written else f"{written} {bare}"


def sort_key(surname: str, given_name: str, display_name: str) -> str:
    """Orders by surname, then given name, å ä ö last; a person without surname by the display name."""
    written = f"{surname} {given_name}" if surname else display_name
    composed = unicodedata.normalize("NFC", written).lower().translate(ORDER)
    return without_accents(composed).strip()
