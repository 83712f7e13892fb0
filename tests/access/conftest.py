"""Orders and answers, and browsers in which the characters are logged in."""

from __future__ import annotations

from tests.auth.conftest import as_person
from tests.requests.conftest import life, statements, town

__all__ = ["as_person", "life", "statements", "town"]
