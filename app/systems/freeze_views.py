"""The days on which a system gives no new write levels: /systems/<code>/freezes (rules.md C0.3 G15)."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app import clock, permissions
from app.auth import act_as, current_person, needs
from app.catalogue import freezing
from app.catalogue import queries as catalogue
from app.catalogue.freezing import NewWindow
from app.catalogue.models import FreezeWindow, System
from app.db import transaction
from app.errors import NotAllowed, NotFound
from app.permissions import standing
from app.requests import freezing as waiting
from app.systems import bp, words
from app.systems.forms import EndFreezeForm, FreezeForm


@bp.get("/<code>/freezes/")
@needs("system.show", catalogue.system)
def freezes(system: System) -> str:
    """The windows that hold now or later, and the form for one more."""
    return _page(system, FreezeForm())


@bp.post("/<code>/freezes/")
@needs("system.freeze", catalogue.system)
def add_freeze(system: System) -> Any:
    """Freeze the system on some days; the due dates of what waits move."""
    form = FreezeForm()
    if not form.validate():
        return _page(system, form), 422
    new = NewWindow(form.first_day.data, form.last_day.data, form.reason.data)
    code = system.code
    try:
        with transaction():
            freezing.add(system, new, actor=act_as(_capacity(system)), now=clock.now())
    except NotAllowed as refusal:
        words.beside(refusal, form)
        return _page(catalogue.system(code), form), 422
    flash(_("Perioden är sparad. Sista dag är flyttad för de uppgifter som berörs."), "done")
    return redirect(url_for("systems.freezes", code=code))


def _of_system(code: str, window_id: int) -> FreezeWindow:
    """The window, where it is the system's. Raises NotFound."""
    window = freezing.window(window_id)
    if window.system.code != code:
        raise NotFound()
    return window


def _window(code: str, window_id: int) -> System:
    """The system, for the guard, of a window that exists. Raises NotFound."""
    return _of_system(code, window_id).system


@bp.get("/<code>/freezes/<int:window_id>/end")
@needs("system.freeze", _window)
def confirm_end_freeze(system: System) -> str:
    """What happens if the window ends today."""
    return _end_page(system, EndFreezeForm())


@bp.post("/<code>/freezes/<int:window_id>/end")
@needs("system.freeze", _window)
def end_freeze(system: System) -> Any:
    """End the window; the due dates that it moved go back."""
    form = EndFreezeForm()
    if not form.validate():
        return _end_page(system, form), 422
    code, window_id = system.code, _asked_for()
    try:
        with transaction():
            freezing.end(window_id, reason=form.end_reason.data, actor=act_as(_capacity(system)), now=clock.now())
    except NotAllowed as refusal:
        words.beside(refusal, form)
        return _end_page(catalogue.system(code), form), 422
    flash(_("Perioden är avslutad. Det som den hade flyttat har fått tillbaka sin sista dag."), "done")
    return redirect(url_for("systems.freezes", code=code))


def _asked_for() -> int:
    return int((request.view_args or {})["window_id"])


def _capacity(system: System) -> str:
    """As what the person acts: owner before manager."""
    held = standing.roles(current_person().id)
    return "system_owner" if ("system_owner", system.id) in held else "system_manager"


def _page(system: System, form: Any) -> str:
    today = clock.today()
    windows = freezing.windows_of(system.id, today)
    return render_template(
        "system_freezes.html",
        system=system,
        windows=windows,
        now=[w for w in windows if w.first_day <= today],
        write_levels=[level.label for level in system.levels if level.active and level.access != "read"],
        may_change=permissions.allowed("system.freeze", current_person(), system),
        waiting=waiting.count_waiting(system.id),
        form=form,
    )


def _end_page(system: System, form: Any) -> str:
    window = freezing.window(_asked_for())
    return render_template(
        "freeze_end.html", system=system, window=window, waiting=waiting.count_waiting(system.id), form=form
    )
