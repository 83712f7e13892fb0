"""Alice pays; the register of suppliers is what she may not have as well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from app.catalogue.models import AccessLevel, ToxicPair
from app.db import transaction
from tests.auth.conftest import as_person
from tests.people import Town, appoint, grant, level, system, toxic
from tests.requests.conftest import life, statements, town

__all__ = ["as_person", "life", "statements", "town"]


@dataclass(frozen=True, slots=True)
class Economy:
    """A finance system that Olga owns and Carol and Sam manage; Alice holds ``pay``."""

    town: Town
    register: AccessLevel
    pay: AccessLevel
    pair: ToxicPair


@pytest.fixture
def economy(town: Town, request: pytest.FixtureRequest) -> Economy:
    """The pair needs an exemption unless the test is given another mode."""
    mode = getattr(request, "param", "approve")
    with transaction() as session:
        return _economy(session, town, mode)


def _economy(session: Any, town: Town, mode: str) -> Economy:
    eko = system(session, "EKO", "Ekonomisystemet")
    register, pay = level(session, eko, "LEVREG", "Leverantörsregister"), level(session, eko, "UTBET", "Utbetalning")
    appoint(session, "system_owner", town.olga, eko)
    for manager in (town.carol, town.sam):
        appoint(session, "system_manager", manager, eko)
    grant(session, town.alice, pay)
    return Economy(town, register, pay, toxic(session, register, pay, mode))
