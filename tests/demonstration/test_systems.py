"""What the demonstration tells of systems on their way in and out."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.catalogue import queries as catalogue
from app.db import db
from app.demonstration import systems
from app.matters.models import Matter
from app.reactions import TABLE
from app.requests import definitions
from tests.demonstration.test_loading import NOW, furnished

__all__ = ["furnished"]


def test_one_system_is_set_up_and_one_is_phased_out(
    furnished: list[Any], app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "reactions", TABLE)
    definitions.store(NOW)
    with time_machine.travel(NOW, tick=False):
        systems.load(NOW)
        systems.load(NOW)
    found = {m.process: m for m in db.session.scalars(select(Matter))}
    assert {name: m.state for name, m in found.items()} == {
        "system_onboarding": "preparing",
        "system_retirement": "phasing_out",
    }
    assert catalogue.system("LOKAL").lifecycle == "planned"
    assert catalogue.system("EKO").replaced_by == "EKO2"
