"""Every page with sample data, to be looked at: ``python -m tests.templates.preview OUT [PAGE ...]``.

Photographs each page at 390 and 1280 pixels, light and dark. Needs Chromium; BEHORIG_CHROMIUM says where.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import time_machine
from flask import Flask, g, render_template, session
from flask_wtf import CSRFProtect
from werkzeug.serving import make_server

from app import templating
from app.config import Settings
from app.requests import answers_shown
from tests.templates.pages import PAGES
from tests.templates.samples import TODAY

CHROMIUM = os.environ.get("BEHORIG_CHROMIUM", "/usr/bin/chromium")
WIDTHS = (390, 1280)
ROUTES = {
    "home.start": "/", "home.more": "/more", "home.accessibility": "/tillganglighet",
    "auth.login": "/login", "auth.logout": "/logout", "auth.demo_login": "/demo-login", "auth.language": "/language",
    "catalogue.index": "/catalogue", "catalogue.system": "/catalogue/<code>",
    "requests.index": "/requests", "requests.new": "/requests/new", "requests.edit": "/requests/edit",
    "requests.preview": "/requests/preview",
    "requests.show": "/requests/<case_number>", "requests.audit": "/requests/<case_number>/audit",
    "requests.withdraw": "/requests/<case_number>/withdraw", "requests.resubmit": "/requests/<case_number>/resubmit",
    "decisions.inbox": "/tasks", "decisions.task": "/tasks/<int:task_id>", "decisions.link": "/d/<token>",
    "decisions.pass_on": "/tasks/<int:task_id>/pass-on",
    "grants.index": "/grants", "grants.end": "/grants/<int:grant_id>/end",
    "grants.extend": "/grants/<int:grant_id>/extend", "grants.change": "/grants/<int:grant_id>/change",
    "grants.team": "/grants/team",
    "leavers.index": "/leavers/", "leavers.new": "/leavers/new", "leavers.notify": "/leavers/new",
    "leavers.at_once": "/leavers/at-once", "leavers.end_at_once": "/leavers/at-once",
    "leavers.show": "/leavers/<int:leaver_id>", "leavers.add_item": "/leavers/<int:leaver_id>/items",
    "leavers.item_done": "/leavers/<int:leaver_id>/items/<int:item_id>/done",
    "leavers.prepare": "/leavers/<int:leaver_id>/prepare", "leavers.withdraw": "/leavers/<int:leaver_id>/withdraw",
    "assignments.index": "/assignments/", "assignments.new": "/assignments/new",
    "assignments.register": "/assignments/new", "assignments.show": "/assignments/<int:assignment_id>",
    "assignments.extension": "/assignments/<int:assignment_id>/extend",
    "assignments.extend": "/assignments/<int:assignment_id>/extend",
    "assignments.sponsor": "/assignments/<int:assignment_id>/sponsor",
    "assignments.name_sponsor": "/assignments/<int:assignment_id>/sponsor",
    "assignments.ending": "/assignments/<int:assignment_id>/end",
    "assignments.end": "/assignments/<int:assignment_id>/end",
    "control.index": "/control/", "control.table": "/control/table.csv", "control.managers": "/control/managers",
    "control.managers_table": "/control/managers.csv",
    "control.activity_index": "/control/systems/<code>/activities",
    "control.record_activity": "/control/systems/<code>/activities",
    "control.activity_file": "/control/activities/<int:activity_id>/file",
    "control.report_file": "/control/reports/<int:report_id>/file",
    "control.reports": "/control/reports/", "control.report": "/control/reports/<int:report_id>",
    "control.remark_page": "/control/reports/<int:report_id>/points/<code>",
    "control.write_remark": "/control/reports/<int:report_id>/points/<code>",
    **{f"control.{act}_report": f"/control/reports/<int:report_id>/{act}"
       for act in ("submit", "approve", "return", "receive", "close", "supplement")},
    "control.profile": "/control/systems/<code>",
    "control.attest_page": "/control/systems/<code>/attest/<kind>",
    "control.attest": "/control/systems/<code>/attest/<kind>",
    "control.new_risk": "/control/systems/<code>/risks/new", "control.note_risk": "/control/systems/<code>/risks/new",
    "control.decide_page": "/control/systems/<code>/risks/<int:risk_id>/decide",
    "control.decide_risk": "/control/systems/<code>/risks/<int:risk_id>/decide",
    "control.close_page": "/control/systems/<code>/risks/<int:risk_id>/close",
    "control.close_risk": "/control/systems/<code>/risks/<int:risk_id>/close",
    "log_checks.index": "/log-checks/", "log_checks.show": "/log-checks/<int:check_id>",
    "log_checks.table": "/log-checks/list.csv", "log_checks.lots": "/log-checks/<int:check_id>/lots.csv",
    "log_checks.answer_page": "/log-checks/tasks/<int:task_id>", "log_checks.answer": "/log-checks/tasks/<int:task_id>",
    "reviews.index": "/reviews/", "reviews.new": "/reviews/new", "reviews.start": "/reviews/new",
    "reviews.show": "/reviews/<int:campaign_id>", "reviews.open_now": "/reviews/<int:campaign_id>/open",
    "reviews.cancel": "/reviews/<int:campaign_id>/cancel",
    "reviews.release": "/reviews/<int:campaign_id>/release", "reviews.sign": "/reviews/<int:campaign_id>/sign",
    "reviews.spare": "/reviews/<int:campaign_id>/spare/<int:grant_id>",
    "reviews.part": "/reviews/parts/<int:part_id>", "reviews.save": "/reviews/parts/<int:part_id>",
    "reviews.not_mine": "/reviews/parts/<int:part_id>/not-mine",
    "reviews.pass_on": "/reviews/parts/<int:part_id>/not-mine",
    "movers.held_moves": "/movers/held", "movers.release": "/movers/held/release",
    "movers.reorganisations": "/movers/reorganisations",
    "movers.new_reorganisation": "/movers/reorganisations/new",
    "movers.propose_reorganisation": "/movers/reorganisations/new",
    "movers.reorganisation": "/movers/reorganisations/<int:reorganisation_id>",
    "movers.decide_reorganisation": "/movers/reorganisations/<int:reorganisation_id>/decide",
    "movers.end_reorganisation": "/movers/reorganisations/<int:reorganisation_id>/end",
    "absences.index": "/absences/", "absences.new": "/absences/new", "absences.announce": "/absences/new",
    "absences.show": "/absences/<int:absence_id>", "absences.review": "/absences/<int:absence_id>/review",
    "absences.reopen": "/absences/<int:absence_id>/reopen", "absences.withdraw": "/absences/<int:absence_id>/withdraw",
    "movers.index": "/movers/", "movers.new": "/movers/new", "movers.announce": "/movers/new",
    "movers.show": "/movers/<int:mover_id>", "movers.decide": "/movers/<int:mover_id>/decide",
    "movers.hand_over": "/movers/<int:mover_id>/hand-over", "movers.withdraw": "/movers/<int:mover_id>/withdraw",
    "arrivals.index": "/arrivals/", "arrivals.decline": "/arrivals/<int:arrival_id>/decline",
    "arrivals.not_needed": "/arrivals/<int:arrival_id>/decline",
    "fulfilment.index": "/directory-writes/", "fulfilment.retry": "/directory-writes/<int:write_id>/retry",
    "hr_feed.index": "/hr-files", "hr_feed.file": "/hr-files/<int:file_id>",
    "hr_feed.faults": "/hr-files/<int:file_id>.csv",
    "access.index": "/access", "access.of_person": "/access/people/<int:person_id>",
    "access.person_table": "/access/people/<int:person_id>.csv", "access.of_level": "/access/levels/<int:level_id>",
    "access.privileged": "/access/privileged", "access.privileged_table": "/access/privileged.csv",
    "access.level_table": "/access/levels/<int:level_id>.csv",
    "appointments.published": "/orderers/", "appointments.new_orderer": "/orderers/new",
    "appointments.nominate": "/orderers/nominate", "appointments.orderer": "/orderers/<int:orderer_id>",
    **{
        f"appointments.{act}_orderer": f"/orderers/<int:orderer_id>/{act}"
        for act in ("accept", "decline", "register", "confirm", "end")
    },
    "appointments.roles": "/roles/", "appointments.end_role": "/roles/<int:appointment_id>/end",
    "appointments.confirm_end_role": "/roles/<int:appointment_id>/end",
    "appointments.hand_over": "/roles/<int:appointment_id>/hand-over",
    "appointments.hand_over_unit": "/roles/unit/<int:unit_id>/hand-over",
    **{
        f"appointments.{act}_handover": f"/roles/handovers/<int:handover_id>/{act}"
        for act in ("accept", "decline", "withdraw")
    },
    "appointments.deputies": "/deputies/", "appointments.new_deputy": "/deputies/new",
    "appointments.name_deputy": "/deputies/name", "appointments.all_deputies": "/deputies/all",
    "appointments.end_deputy": "/deputies/<int:deputyship_id>/end",
    "packages.index": "/requests/packages", "packages.new": "/requests/packages/<int:package_id>",
    "bundles.show": "/requests/bundles/<int:bundle_id>",
    "outages.forms": "/outages/<int:outage_id>/forms", "outages.account_for": "/outages/<int:outage_id>/account",
    "outages.undo_account": "/outages/<int:outage_id>/forms/undo", "outages.close": "/outages/<int:outage_id>/close",
    "outages.confirm_blank": "/outages/<int:outage_id>/forms/blank/<code>",
    "outages.recount": "/outages/<int:outage_id>/recount", "outages.register": "/outages/<int:outage_id>/register",
    "outages.register_form": "/outages/<int:outage_id>/register-form",
    "outages.show_paper": "/outages/papers/<int:paper_id>", "outages.correct": "/outages/papers/<int:paper_id>/correct",
    **{
        f"outages.{act}": f"/outages/papers/<int:paper_id>/{act}"
        for act in ("correct_form", "fetch_scan", "verify", "regularise", "remove_right")
    },
    "outages.accept": "/outages/findings/<int:finding_id>/accept",
    "outages.accept_form": "/outages/findings/<int:finding_id>/accept-form",
    "outages.drill_index": "/outages/drills/<code>", "outages.record_drill": "/outages/drills/<code>/record",
    "conflicts.index": "/conflicts", "conflicts.send": "/conflicts/<int:pair_id>/ask/<int:subject_id>",
    "conflicts.show": "/conflicts/exemptions/<int:exemption_id>",
    "conflicts.approve": "/conflicts/exemptions/<int:exemption_id>/approve",
    "conflicts.stop": "/conflicts/exemptions/<int:exemption_id>/stop",
    "emergencies.index": "/emergencies", "emergencies.new": "/emergencies/new", "emergencies.ask": "/emergencies/ask",
    "emergencies.show": "/emergencies/<int:emergency_id>",
    "emergencies.extend": "/emergencies/<int:emergency_id>/extend",
    "matters.index": "/matters", "matters.board": "/matters/board", "matters.systems": "/matters/systems",
    "matters.new": "/matters/new/<process>",
    "matters.show": "/matters/<case_number>", "matters.edit": "/matters/<case_number>/edit",
    "matters.amend": "/matters/<case_number>/amend", "matters.preview": "/matters/<case_number>/preview",
    "matters.send": "/matters/<case_number>/send", "matters.renew": "/matters/<case_number>/renew",
    "matters.withdraw": "/matters/<case_number>/withdraw", "matters.answer": "/matters/tasks/<int:task_id>/answer",
    "matters.answer_page": "/matters/tasks/<int:task_id>", "matters.act_page": "/matters/<case_number>/act/<trigger>",
    "matters.act": "/matters/<case_number>/acted/<trigger>",
    "matters.old_form": "/matters/<case_number>/form/<int:number>",
    "matters.people": "/matters/people/<int:task_id>", "matters.answer_people": "/matters/people/<int:task_id>/answer",
    "batches.edit": "/requests/batch/<int:level_id>",
    "matters.document_index": "/matters/<case_number>/documents",
    "matters.make_document": "/matters/<case_number>/documents/make",
    "matters.document_file": "/matters/documents/<int:document_id>",
    "matters.meet": "/matters/<case_number>/conditions/<int:condition_id>",
    "outages.index": "/outages", "outages.new": "/outages/new", "outages.declare": "/outages/declare",
    "outages.show": "/outages/<int:outage_id>", "outages.measures": "/outages/<int:outage_id>/measures",
    "outages.end": "/outages/<int:outage_id>/end",
    "outages.pack_index": "/outages/packs/<code>", "outages.make_pack": "/outages/packs/<code>/make",
    "outages.pack_file": "/outages/packs/file/<int:pack_id>",
    "processes.index": "/processes", "processes.show": "/processes/<name>",
    "processes.version": "/processes/<name>/<int:number>", "processes.new": "/processes/new",
    "processes.propose": "/processes/propose", "processes.activate": "/processes/<name>/<int:number>/activate",
    "processes.withdraw": "/processes/<name>/<int:number>/withdraw",
    "processes.backtest": "/processes/<name>/<int:number>/backtest",
    "processes.file": "/processes/<name>/<int:number>/file",
    "processes.moving_form": "/processes/moving/<case_number>", "processes.move": "/processes/move/<case_number>",
    "reconciliation.readings": "/reconciliation/readings",
    "reconciliation.reading": "/reconciliation/readings/<int:run_id>",
    **{
        f"reconciliation.{act}": f"/reconciliation/readings/<int:run_id>/{act}"
        for act in ("propose", "release", "withdraw")
    },
    "reconciliation.findings": "/reconciliation/findings", "reconciliation.settle": "/reconciliation/findings/settle",
    "reconciliation.finding": "/reconciliation/findings/<int:finding_id>",
    "reconciliation.settle_one": "/reconciliation/findings/<int:finding_id>/settle",
    "reconciliation.compared": "/reconciliation/systems/<code>",
    "userlists.index": "/userlists/", "userlists.show": "/userlists/<code>",
    "userlists.download": "/userlists/<code>.csv",
    "userlists.upload_form": "/userlists/<code>/upload", "userlists.upload": "/userlists/<code>/upload",
    **{f"userlists.{act}": f"/userlists/drafts/<int:list_id>/{act}" for act in ("map_columns", "apply", "drop")},
    "reconciliation.baseline_page": "/reconciliation/baseline",
    "reconciliation.take_baseline": "/reconciliation/baseline/take",
    "reconciliation.inherited": "/reconciliation/inherited",
    "reconciliation.answer_inherited": "/reconciliation/inherited/answer",
    "training.index": "/training", "training.agreement": "/training/agreements/<type_>",
    "training.sign": "/training/agreements/<type_>/sign", "training.signature": "/training/signatures/<signature_id>",
    "training.imports": "/training/imports", "training.load": "/training/imports/load",
    "training.report": "/training/imports/<import_id>", "training.download": "/training/imports/<import_id>.csv",
    "premises.index": "/premises/", "premises.lost": "/premises/lost", "premises.report": "/premises/report",
    "premises.systems": "/premises/systems", "premises.tags": "/premises/systems/<int:system_id>",
    "premises.zone_gate": "/premises/systems/<int:system_id>/zones",
    "premises.zone_list": "/premises/systems/<int:system_id>/zones/open",
    "premises.show": "/premises/<int:credential_id>",
    **{
        f"premises.{act}": f"/premises/<int:credential_id>/{act}"
        for act in (
            "hand_over", "handed_over", "handed_back", "hand_back", "sign", "signed", "blocked", "unblock", "replace",
            "replaced",
        )
    },
    "systems.index": "/systems", "systems.show": "/systems/<code>",
    "systems.freezes": "/systems/<code>/freezes/", "systems.add_freeze": "/systems/<code>/freezes/add",
    "systems.confirm_end_freeze": "/systems/<code>/freezes/<int:window_id>/end",
}  # fmt: skip


def make_app() -> Flask:
    """An application that has the templates and nothing behind them."""
    app = Flask("app")
    app.config["SECRET_KEY"] = "preview" * 8
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600
    app.extensions["settings"] = _settings("test")
    templating.init_app(app)
    app.add_template_filter(answers_shown.answered)
    CSRFProtect(app)
    for endpoint, rule in ROUTES.items():
        app.add_url_rule(rule, endpoint, lambda **_: "")
    app.add_url_rule("/preview/<language>/<name>", "preview", lambda language, name: render(app, name, language))
    return app


def _settings(mode: str) -> Settings:
    return Settings(mode=mode, base_url="http://127.0.0.1", secret_key="s" * 32, database_url="postgresql://nowhere")  # type: ignore[arg-type]  # checked by pydantic


def render(app: Flask, name: str, language: str = "sv") -> str:
    """The page as HTML, on the day of the samples."""
    page = PAGES[name]
    app.extensions["settings"] = _settings("demo" if page.mode == "demo" else "test")
    with time_machine.travel(TODAY, tick=False), app.test_request_context(page.path):
        session["language"] = language
        g.viewer = page.viewer
        return render_template(page.template, **page.context())


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The address of the previews while the block runs."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/preview"
    finally:
        server.shutdown()


def photograph(out: Path, names: list[str]) -> None:
    """One picture for each page, width and colour scheme."""
    from playwright.sync_api import sync_playwright

    out.mkdir(parents=True, exist_ok=True)
    with serving(make_app()) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        for scheme in ("light", "dark"):
            for width in WIDTHS:
                tab = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 844})
                for name in names:
                    tab.goto(f"{address}/sv/{name}")
                    tab.screenshot(path=out / f"{name}-{width}-{scheme}.png", full_page=True)
                tab.close()
        browser.close()


if __name__ == "__main__":
    photograph(Path(sys.argv[1]), sys.argv[2:] or list(PAGES))
