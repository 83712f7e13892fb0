"""Ending somebody's role: first what it means, then the act: /roles/<id>/end."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from app import clock
from app.appointments import bp, handover_queries
from app.appointments.handover_tasks import ASKED_AS
from app.appointments.role_views import place
from app.auth import act_as, needs
from app.catalogue import holders, services
from app.catalogue.appointing import SYSTEM_ROLES
from app.catalogue.models import Appointment
from app.db import transaction
from app.errors import NotFound


def _appointment(appointment_id: int) -> Appointment:
    found = handover_queries.appointment(appointment_id)
    if found.role not in ASKED_AS:
        raise NotFound()
    return found


@bp.get("/roles/<int:appointment_id>/end")
@needs("role.end", _appointment)
def confirm_end_role(appointment: Appointment) -> str:
    """Whose role ends when, who remains, and what becomes of the tasks; for the last one, whom to ask instead."""
    today = clock.today()
    of_system = appointment.role in SYSTEM_ROLES
    return render_template(
        "role_end.html",
        one=appointment,
        place=place(appointment),
        today=today,
        others=holders.others_after(appointment, today) if of_system else [],
        of_system=of_system,
        ends_anyway=appointment.valid_to if appointment.valid_to and appointment.valid_to <= today else None,
    )


@bp.post("/roles/<int:appointment_id>/end")
@needs("role.end", _appointment)
def end_role(appointment: Appointment) -> Any:
    """End a role after today. The last one who runs a system stays (W15)."""
    with transaction():
        role = "system_owner" if appointment.role == "system_manager" else "infosec_coordinator"
        services.end_appointment(appointment.id, last_day=clock.today(), actor=act_as(role), now=clock.now())
    flash(_("Rollen upphör efter i dag."), "done")
    return redirect(url_for("appointments.roles"))
