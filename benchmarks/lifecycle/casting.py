"""Who plays whom: people with their sessions, for each contestant and client."""

from __future__ import annotations

from typing import Any

import psycopg
from flask import Flask

from benchmarks.lifecycle.http import Browser
from benchmarks.lifecycle.lives import BareLife, Life, ProductLife, ViewflowLife, WholeViewflowLife
from benchmarks.lifecycle.servers import Servers

Cast = list[Life]
LEVEL = """SELECT access_level.id, system_id FROM access_level JOIN system ON system.id = system_id
WHERE system.code = 'MIC' AND access_level.code = 'DISK'"""
# Colleagues who have the base right, whose manager is there and who have nothing of this level before.
SUBJECTS = """SELECT person.id, person.manager_id FROM person JOIN person boss ON boss.id = person.manager_id
WHERE person.employment_status = 'active' AND boss.employment_status = 'active' AND boss.id <> person.id
AND person.employment_form = 'permanent'
AND EXISTS (SELECT 1 FROM access_grant JOIN access_level ON access_level.id = level_id
            WHERE is_base AND subject_id = person.id AND status = 'active')
AND NOT EXISTS (SELECT 1 FROM access_grant WHERE level_id = %(level)s AND subject_id = person.id)
AND NOT EXISTS (SELECT 1 FROM access_request WHERE level_id = %(level)s AND subject_id = person.id)
AND NOT EXISTS (SELECT 1 FROM appointment WHERE appointment.person_id = person.id)
AND NOT EXISTS (SELECT 1 FROM deputyship WHERE deputyship.person_id = boss.id)
ORDER BY boss.id, person.id LIMIT %(many)s"""
SYSTEM_MANAGERS = """SELECT person_id FROM appointment JOIN person ON person.id = person_id
WHERE system_id = %s AND role = 'system_manager' AND employment_status = 'active' ORDER BY person_id"""
VIEWFLOWS = ("viewflow", "whole", "whole_no_ldap")
# Each task's clocks, as workflows/ sets them for the level's profile: the bare handler writes as many.
ACTS = {
    "manager_approval": "remind_1,remind_2,escalate_1,escalate_2,lapse",
    "grant": "remind_1,remind_2,escalate_1,escalate_2,escalate_3",
    "revoke": "remind_1,remind_2,escalate_1,escalate_2",
}


def cast(contestant: str, servers: Servers, clients: int, today: str) -> Cast:
    """One life for each client."""
    if contestant in VIEWFLOWS:
        return [_viewflow(servers, contestant, n, today) for n in range(clients)]
    with psycopg.connect(servers.product.superuser) as connection:
        level, system = _row(connection.execute(LEVEL))
        subjects = connection.execute(SUBJECTS, {"level": level, "many": clients}).fetchall()
        managers = [row[0] for row in connection.execute(SYSTEM_MANAGERS, [system])]
    if len(subjects) < clients:
        raise RuntimeError(f"only {len(subjects)} people can play the subject")
    if contestant == "bare":
        return [_bare(servers, level, person, boss, managers) for person, boss in subjects]
    return [_product(servers, contestant, (level, person, boss, managers[0]), today) for person, boss in subjects]


def _product(servers: Servers, contestant: str, who: tuple[int, int, int, int], today: str) -> Life:
    level, person, boss, manager = who
    port = servers.ports[contestant]
    asker, boss_browser, granter = (_logged_in(port, p, level) for p in (person, boss, manager))
    return ProductLife(servers.product.application, level, person, today, asker, boss_browser, granter)


def _logged_in(port: int, person: int, level: int) -> Browser:
    """Through the demonstration's picker; the token is that of a form, as a browser has it."""
    browser = Browser(port)
    browser.take_token(browser.get("/demo-login"))
    browser.post("/demo-login", {"person_id": person})
    browser.take_token(browser.get(f"/requests/new/{level}"))
    browser.is_in = True
    return browser


def _bare(servers: Servers, level: int, person: int, boss: int, managers: list[int]) -> Life:
    asker, boss_browser, granter = (_signed(servers, p) for p in (person, boss, managers[0]))
    people = {"manager": str(boss), "system_manager": ",".join(map(str, managers))}
    return BareLife(servers.product.application, level, people, ACTS, asker, boss_browser, granter)


def _signed(servers: Servers, person: int) -> Browser:
    """A session that the handler accepts."""
    app = Flask(__name__)
    app.secret_key = servers.secret
    signer: Any = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]  # Flask's own
    return Browser(servers.ports["bare"], {"session": signer.dumps({"person_id": person})}, is_in=True)


def _viewflow(servers: Servers, contestant: str, number: int, today: str) -> Life:
    def browser(name: str) -> Browser:
        token = "a" * 32
        found = Browser(servers.ports[contestant], {"sessionid": servers.cookies[name], "csrftoken": token}, token)
        found.field, found.is_in = "csrfmiddlewaretoken", True
        return found

    who = (browser(f"subject{number}"), browser("manager"), browser("system_manager"))
    if contestant != "viewflow":
        with psycopg.connect(servers.viewflow.owner) as connection:
            subject = _row(connection.execute("SELECT id FROM auth_user WHERE username = %s", [f"subject{number}"]))[0]
        return WholeViewflowLife(servers.viewflow.owner, subject, today, *who)
    return ViewflowLife(servers.viewflow.owner, today, *who)


def _row(found: Any) -> Any:
    row = found.fetchone()
    if row is None:
        raise RuntimeError("the example catalogue has no such level")
    return row
