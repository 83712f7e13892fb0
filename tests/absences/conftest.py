"""The town, its directory, and rights of Alice's: one of K3, one of K2."""

from __future__ import annotations

from tests.appointments.conftest import post
from tests.auth.conftest import as_person
from tests.movers.conftest import rights, says
from tests.requests.conftest import life, statements, town

__all__ = ["as_person", "life", "post", "rights", "says", "statements", "town"]
