"""The town, and a watch over who comes to it."""

from __future__ import annotations

from tests.appointments.conftest import Post, post
from tests.auth.conftest import as_person
from tests.requests.conftest import life, statements, town

__all__ = ["Post", "as_person", "life", "post", "statements", "town"]
