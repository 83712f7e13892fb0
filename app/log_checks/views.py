"""/log-checks: what the logs of sensitive systems showed, month by month, and the page where it is said."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app import clock, permissions, spreadsheets
from app.auth import act_as, current_person, needs
from app.db import transaction
from app.errors import AlreadyDecided, Conflict, NotAllowed, NotFound
from app.log_checks import bp, forms, queries, services, words
from app.log_checks.models import LogCheck
from app.permissions import standing
from app.tasks import queries as tasks
from app.tasks.models import Task
from app.templating import dates
from workflows import log_check
from workflows.events import Actor

SEES_ALL = {"infosec_coordinator", "auditor"}
FIRST_YEAR = 2000


def _task(task_id: int) -> Task:
    found = tasks.task(task_id)
    if found is None or found.log_check_id is None:
        raise NotFound()
    return found


@bp.get("/")
@needs("log_check.list")
def index() -> str:
    """The checks of a year: of the reader's systems, or asked of the reader; coordinator and auditor see all."""
    year, sees_all = _year(), _sees_all()
    found = queries.listed(year, _systems(), current_person().id)
    rows = [
        SimpleNamespace(
            check=check, people=people, look=words.state(check.done_at is not None, said, off), off=off, left=left
        )
        for check, people, said, off, left in found
    ]
    return render_template(
        "log_checks.html",
        waiting=[row for row in rows if row.check.done_at is None],
        done=[row for row in rows if row.check.done_at is not None],
        year=year,
        this_year=clock.today().year,
        figures=queries.figures(year, clock.today()) if sees_all else None,
        reference=log_check.reference,
    )


@bp.get("/list.csv")
@needs("log_check.list")
def table() -> Response:
    """The same as a table."""
    about = (_("Kontroll"), _("System"), _("Månad"), _("Användare"), _("Dragna"))
    found = (_("Avvikelser"), _("Gick inte att kontrollera"))
    cases = (_("Slagningar på egna kollegor"), _("Slagningar på skyddade personer"))
    head = (*about, *found, *cases, _("Senast"), _("Underskriven"), _("Av"))
    year = _year()
    rows = (_table_row(*row) for row in queries.listed(year, _systems(), current_person().id))
    return spreadsheets.answer(f"loggkontroller-{year}", head, rows)


def _table_row(check: LogCheck, people: int, _said: int, off: int, left: int) -> tuple[Any, ...]:
    system, by = check.system, check.done_by.display_name if check.done_by else ""
    about = (log_check.reference(system.code, check.month), system.name, f"{check.month:%Y-%m}", check.user_count)
    cases = (check.colleague_cases, check.protected_cases)
    return (*about, people, off, left, *cases, check.due_on, dates.iso_moment(check.done_at), by)


def _sees_all() -> bool:
    return bool({role for role, _system in standing.roles(current_person().id)} & SEES_ALL)


def _systems() -> list[int] | None:
    """Whose checks the reader sees: None for all."""
    owned = [s for role, s in standing.roles(current_person().id) if role == "system_owner" and s is not None]
    return None if _sees_all() else owned


def _year() -> int:
    asked = request.args.get("year", type=int) or 0
    today = clock.today()
    return asked if FIRST_YEAR <= asked <= today.year else today.year


@bp.get("/<int:check_id>")
@needs("log_check.show", queries.check)
def show(check: LogCheck) -> str:
    """One check: who was drawn and how, what the log showed, and who signed it."""
    task = queries.open_task(check.id)
    asked = [a.person for a in task.addressees if a.removed_at is None] if task else []
    mine = task is not None and permissions.allowed("task.answer", current_person(), task)
    return render_template("log_check.html", **_known(check), asked=asked, task=task if mine else None)


def _known(check: LogCheck) -> dict[str, Any]:
    return {
        "check": check,
        "reference": log_check.reference(check.system.code, check.month),
        "rights": queries.rights_of(check),
        "emergencies": queries.emergencies(check),
        "looks": words.LOOKS,
        "percent": log_check.PERCENT,
        "fewest": log_check.FEWEST,
    }


@bp.get("/<int:check_id>/lots.csv")
@needs("log_check.show", queries.check)
def lots(check: LogCheck) -> Response:
    """Everybody who could be drawn, by number, with their lots: in a spreadsheet anybody can draw the sample again."""
    drawn = {item.person_id for item in check.items}
    found = sorted((log_check.lot(check.seed, user), user) for user in check.users)
    rows = [(place, user, lot, _("ja") if user in drawn else "") for place, (lot, user) in enumerate(found, 1)]
    name = f"lotter-{log_check.reference(check.system.code, check.month)}"
    return spreadsheets.answer(
        name, (_("Plats"), _("Nummer"), f"SHA-256 {check.seed}:{_('nummer')}", _("Dragen")), rows
    )


@bp.get("/tasks/<int:task_id>")
@needs("task.answer", _task)
def answer_page(task: Task) -> Any:
    """What is asked, and the form; the check itself when it is done."""
    check = queries.check(task.log_check_id or 0)
    if task.status != "open":
        return redirect(url_for("log_checks.show", check_id=check.id))
    return _page(task, check, forms.form_for(check))


@bp.post("/tasks/<int:task_id>")
@needs("task.answer", _task)
def answer(task: Task) -> Any:
    """Save what is answered so far or, with ``sign``, all of it."""
    check = queries.check(task.log_check_id or 0)
    form, is_final = forms.form_for(check), "sign" in request.form
    if task.status != "open":
        return redirect(url_for("log_checks.show", check_id=check.id))
    if not form.validate():
        return _page(task, check, form), 422
    task_id, check_id = task.id, check.id
    try:
        with transaction():
            act = services.sign if is_final else services.save
            act(task, forms.said(check, form), actor=_actor(task), now=clock.now())
    except AlreadyDecided:
        flash(_("Någon annan hann skriva under före dig. Så här står kontrollen nu."), "wait")
        return redirect(url_for("log_checks.show", check_id=check_id))
    except (NotAllowed, Conflict) as refusal:
        return _refused(task_id, form, refusal)
    flash(_("Kontrollen är klar och underskriven.") if is_final else _("Det du har fyllt i är sparat."), "done")
    where = url_for("log_checks.show", check_id=check_id)
    return redirect(where if is_final else url_for("log_checks.answer_page", task_id=task_id))


def _actor(task: Task) -> Actor:
    mine = next(a for a in task.addressees if a.person_id == current_person().id and a.removed_at is None)
    return act_as(mine.why or mine.role, on_behalf_of_id=mine.on_behalf_of_id)


def _refused(task_id: int, form: Any, refusal: NotAllowed | Conflict) -> Any:
    """The page again with all that was filled in. Who was overtaken sees it, and may save over what the other wrote."""
    task = _task(task_id)
    check = queries.check(task.log_check_id or 0)
    if isinstance(refusal, Conflict):
        form.version.data = str(check.version)
        return _page(task, check, form, overtaken=True), 409
    faults: Any = refusal.details.get("faults", {})
    forms.show_faults(form, faults)
    return _page(task, check, form, refused="" if faults else words.REFUSALS[refusal.reason]), 422


def _page(task: Task, check: LogCheck, form: Any, *, overtaken: bool = False, refused: object = "") -> str:
    known = _known(check)
    return render_template("log_check_task.html", **known, task=task, form=form, overtaken=overtaken, refused=refused)
