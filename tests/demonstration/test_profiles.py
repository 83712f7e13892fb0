"""What the demonstration tells of the systems' profiles."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from app.catalogue import queries as catalogue
from app.control import queries
from app.control.models import Attestation
from app.db import db
from app.demonstration import profiles
from app.reactions import TABLE
from tests.demonstration.test_loading import NOW, furnished

__all__ = ["furnished"]


def test_the_profiles_have_every_light(furnished: list[Any], app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "reactions", TABLE)
    with time_machine.travel(NOW, tick=False):
        profiles.load(NOW)
        before = db.session.scalar(select(func.count(Attestation.id)))
        profiles.load(NOW)
    assert db.session.scalar(select(func.count(Attestation.id))) == before
    found = queries.profiles([catalogue.system(code) for code in profiles.DONE], NOW.date())
    lights = {light.colour for one in found for light in one.lights.values()}
    assert lights == {"green", "amber", "red", "none"}
    social = next(one for one in found if one.system.code == "PRO-SOC")
    assert social.lights["risk"].why == "risk_undecided" and social.lights["agreement"].why == "near"
