"""An outage that is over when the demonstration begins, with forms that are still to be registered, and a drill."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import exists, select

from app import clock
from app.catalogue import queries as catalogue
from app.db import db
from app.outages import accounting, declaring, drills, packs, queries
from app.outages.models import Outage
from workflows.events import Actor
from workflows.paper import Counted

SYSTEM = "MIC"
PRINTED, DRILLED, FORMS = timedelta(days=40), timedelta(days=200), 6
BEGAN, ENDED, COUNTED, SPOILT = (timedelta(hours=h) for h in (30, 26, 25, 24))  # ago
TAKEN_OUT = Counted(issued=3, void=1)
NOTE = "Leverantörens datahall var utan ström."
SPOILT_NOTE = "Fel anställningsnummer, skrevs om på nästa."
LEARNT = "Pärmen på Stadsbiblioteket saknade telefonnumren. De är ifyllda nu."


def load(now: datetime) -> None:
    """MicroMarc was out yesterday; of three forms that were taken out one is void and two wait. Again does nothing."""
    if db.session.scalar(select(exists().select_from(Outage))):
        return
    system, today = catalogue.system(SYSTEM), clock.local(now).date()
    run_by = catalogue.role_holders(system.id, today)
    owner = Actor(run_by["system_owner"][0].id, "system_owner")
    manager = Actor(run_by["system_manager"][0].id, "system_manager")
    drills.record(system, today - DRILLED, "partly", LEARNT, actor=manager, now=now - DRILLED)
    pack = packs.make(system, None, FORMS, manager, now - PRINTED)
    outage_id = declaring.declare(("system", system.id), now - BEGAN, NOTE, owner, now - BEGAN)
    declaring.end(queries.outage(outage_id), now - ENDED, TAKEN_OUT, owner, now - COUNTED)
    spoilt = pack.forms[1].serial
    accounting.make_void(queries.outage(outage_id), spoilt, SPOILT_NOTE, actor=manager, now=now - SPOILT)
