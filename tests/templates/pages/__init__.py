"""Every page that is looked at: template, data, and who looks. Data is made anew for each rendering."""

from __future__ import annotations

from tests.templates.pages import (
    appointing,
    assigning,
    carrying,
    combining,
    controlling,
    deciding,
    deliberating,
    entering,
    explaining,
    feeding,
    finding,
    helping,
    holding,
    leaving,
    listing,
    logging,
    moving,
    onboarding,
    ordering,
    papering,
    processing,
    reading,
    running,
    together,
    writing,
)
from tests.templates.pages import training as learning
from tests.templates.pages.page import Page

ROOMS = (
    entering,
    explaining,
    feeding,
    finding,
    ordering,
    deciding,
    deliberating,
    onboarding,
    helping,
    holding,
    leaving,
    listing,
    appointing,
    assigning,
    carrying,
    combining,
    controlling,
    running,
    together,
    papering,
    processing,
    reading,
    learning,
    logging,
    moving,
    writing,
)
PAGES: dict[str, Page] = {name: page for room in ROOMS for name, page in room.PAGES.items()}
