"""The characters, logged in, and what they have printed."""

from __future__ import annotations

from tests.auth.conftest import as_person
from tests.requests.conftest import life, statements, town

__all__ = ["as_person", "life", "statements", "town"]
