"""The vocabulary: what people of the municipality do in the product, each in a sentence of the story.

Orders and answers go by the same functions as the pages' (``ordering.place``, ``answering.answer`` and so on), and
answers by mail through the page of the link itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from app import clock, permissions
from app.appointments import handovers
from app.appointments.handovers import NewHandover
from app.appointments.models import RoleHandover
from app.catalogue import queries as catalogue
from app.catalogue import services as roles
from app.catalogue.deputising import NewDeputy, end_deputy, set_deputy
from app.catalogue.models import AccessLevel, Appointment, Deputyship, ToxicPair
from app.catalogue.services import NewAppointment
from app.conflicts import services as conflicts
from app.conflicts.models import ToxicExemption
from app.db import db, transaction
from app.decisions import answering, pages, reassigning
from app.directory import services as directory
from app.directory.models import Person
from app.grants import activating
from app.grants import services as grants
from app.grants.models import Grant
from app.processes import checks, moving, services
from app.processes import queries as processes
from app.requests import definitions, ordering
from app.requests import services as requests
from app.requests.models import AccessRequest, WorkflowVersion
from app.requests.services import Push
from app.training import importing
from app.training import services as training
from tests.stateful.town import NUMBERS, by_number
from tests.stateful.world import World, given
from workflows.events import Actor

WHY = "Behövs för arbetet på enheten under våren."
LINK = re.compile(r"http://[^/\s]+(/d/[\w-]+)")
HIDDEN = re.compile(r'name="(nonce|csrf_token)" type="hidden" value="([^"]*)"')
RECEIPT = {"done_on": "", "target_user_id": "u1", "note": ""}
CLERK = Actor(None, "administrator", "cli")
MANAGERS_CLOCK = "reminders: [2, 4], escalations: [{ask: deputy, after: 5}"


class Acts:
    """People by given name, orders by case number, everything else by its id."""

    def __init__(self, world: World) -> None:
        self.world = world

    # Ordering.

    def order(self, orderer: str, subject: str, level: tuple[str, str], days: int) -> bool:
        """A new right, for so many days from today."""

        def act() -> None:
            who, whom = by_number(NUMBERS[orderer]), by_number(NUMBERS[subject])
            wanted = catalogue.level_by_code(*level)
            values = {**self._period(days), "subject": whom, "level": wanted}
            if wanted.scope_kind != "system":
                values["scope"] = whom.unit.name if whom.unit else "?"
            values["answers"] |= _answers_to(wanted, whom)
            ordering.place(values, actor=Actor(who.id, "orderer"), now=clock.now())

        return self.world.does(f"{orderer} orders {'.'.join(level)} for {subject}, {days} days", act)

    def order_about(self, orderer: str, grant_id: int, kind: str, level: tuple[str, str], days: int) -> bool:
        """A longer time for a right (extend), or another level in its place (change)."""

        def act() -> None:
            grant, who = given(Grant, grant_id), by_number(NUMBERS[orderer])
            permissions.require(f"grant.{kind}", who, grant)
            wanted = catalogue.level_by_code(*level) if kind == "change" else grant.level
            values = {**self._period(days), "subject": grant.subject, "level": wanted, "kind": kind}
            values |= {"grant_id": grant.id, "scope": grant.scope, "employment_id": grant.employment_id}
            values["answers"] |= _answers_to(wanted, grant.subject) if kind == "change" else {}
            ordering.place(values, actor=Actor(who.id, "orderer"), now=clock.now())

        about = f"to {'.'.join(level)} " if kind == "change" else ""
        return self.world.does(f"{orderer} orders to {kind} right {grant_id} {about}for {days} days", act)

    def _period(self, days: int) -> dict[str, Any]:
        today = clock.today()
        return {
            "valid_from": today,
            "valid_to": today + timedelta(days=days) if days else None,
            "justification": WHY,
            "answers": {"need_analysis_ref": "SOC 2026/17", "is_needed": "yes"},
        }

    def complete(self, who: str, case_number: str) -> bool:
        """Send a returned order again."""

        def act() -> None:
            order, actor = _order(case_number), Actor(by_number(NUMBERS[who]).id, "orderer")
            now = clock.now()
            evidence = directory.lookup(order.subject, now)
            with transaction():
                values = self._period(60)
                values["answers"] |= order.answers or {}
                requests.amend(order, values, actor=actor)
                requests.submit(order, Push(actor, now, evidence))

        return self.world.does(f"{who} completes {case_number} and sends it again", act)

    def withdraw(self, who: str, case_number: str) -> bool:
        """Take an order back."""

        def act() -> None:
            with transaction():
                push = Push(Actor(by_number(NUMBERS[who]).id, "orderer"), clock.now())
                requests.withdraw(_order(case_number), push)

        return self.world.does(f"{who} withdraws {case_number}", act)

    # Answering.

    def answer(self, who: str, task_id: int, verdict: str, *, asked: bool = True) -> bool:
        """Answer a task after login. ``asked`` False: by somebody who may not be asked, past the page's own check."""

        def act() -> None:
            person, task = by_number(NUMBERS[who]), pages.found(task_id)
            actor = Actor(person.id, "meddler")
            if asked:
                actor = answering.actor_for(answering.addressee_of(task, person.id), "web", {})
            _answers(task, verdict, actor)

        adverb = "" if asked else "barges in and "
        return self.world.does(f"{who} {adverb}answers task {task_id} {self._about(task_id)}: {verdict}", act)

    def read_mail(self, who: str) -> list[str]:
        """The paths of the links in somebody's mails, newest first; reading them changes nothing."""
        found = []
        for mail in reversed(self.world.smtp.to(f"{NUMBERS[who]}@exempel.se")):
            body = mail.get_body(("plain",))
            found += LINK.findall(body.get_content()) if body is not None else []
        return found

    def follow_link(self, who: str, path: str, verdict: str) -> bool:
        """Open the link of a mail and answer, whatever the page is good for by then."""

        def act() -> None:
            browser = self.world.app.test_client()
            hidden = dict(HIDDEN.findall(browser.get(path).text))
            filled = {**hidden, "verdict": verdict, "reviewed": "y", "reason": WHY}
            answered = browser.post(path, data=filled)
            if answered.status_code >= 500 and answered.status_code != 503:
                raise RuntimeError(f"{answered.status_code} {answered.text[:300]}")

        return self.world.does(f"{who} follows a link ({path[3:9]}) and answers: {verdict}", act)

    def pass_on(self, who: str, task_id: int, place: int) -> bool:
        """Pass a task on to one of those to whom it may go."""

        def act() -> None:
            task, now = pages.found(task_id), clock.now()
            asked = answering.addressee_of(task, by_number(NUMBERS[who]).id)
            found = reassigning.receivers(task, now)
            if found:
                to = found[place % len(found)].party.id
                reassigning.pass_on(task, to, answering.actor_for(asked, "web", {}), reason=WHY, now=now)

        return self.world.does(f"{who} passes on task {task_id} {self._about(task_id)}", act)

    def prepare(self, who: str) -> bool:
        """Take the course and sign the agreement that sensitive levels ask for."""

        def act() -> None:
            person, now = by_number(NUMBERS[who]), clock.now()
            with transaction():
                row = f"{person.employee_number};SEKRETESS;{clock.today()}"
                importing.load(row.encode(), source="portal", actor=CLERK, now=now)
            with transaction():
                training.sign("SOC", "1", actor=Actor(person.id, "employee"), method="password", now=now)

        return self.world.does(f"{who} takes the course and signs", act)

    def end(self, who: str, grant_id: int) -> bool:
        """Order that a right ends."""

        def act() -> None:
            grant, person = given(Grant, grant_id), by_number(NUMBERS[who])
            permissions.require("grant.end", person, grant)
            with transaction():
                grants.order_revocation(grant, reason="Behövs inte.", actor=Actor(person.id, "any"), now=clock.now())

        return self.world.does(f"{who} orders the end of right {grant_id}", act)

    # People and their roles.

    def name_deputy(self, who: str, deputy: str, days: int, *, absence: bool) -> bool:
        """Somebody stands in, from today on."""

        def act() -> None:
            person, other, today = by_number(NUMBERS[who]), by_number(NUMBERS[deputy]), clock.today()
            new = NewDeputy(person.id, other.id, today, today + timedelta(days=days), absence)
            with transaction():
                set_deputy(new, actor=Actor(person.id, "employee"), now=clock.now())

        kind = "during absence" if absence else "standing"
        return self.world.does(f"{deputy} becomes deputy of {who}, {kind}, {days} days", act)

    def end_deputy(self, deputyship_id: int) -> bool:
        """The deputy is none from today on."""

        def act() -> None:
            found = given(Deputyship, deputyship_id)
            yesterday, actor = clock.today() - timedelta(days=1), Actor(found.person_id, "employee")
            with transaction():
                end_deputy(found, last_day=yesterday, reason="Tillbaka.", actor=actor, now=clock.now())

        return self.world.does(f"deputyship {deputyship_id} is ended", act)

    def give_role(self, who: str, role: str, system: str) -> bool:
        """One more holder of a role, from today."""

        def act() -> None:
            new = NewAppointment(role, by_number(NUMBERS[who]).id, clock.today(), source="cli")
            if system:
                new = NewAppointment(
                    role, new.person_id, new.valid_from, system_id=catalogue.system(system).id, source="cli"
                )
            with transaction():
                roles.appoint(new, actor=CLERK, now=clock.now())

        return self.world.does(f"{who} becomes {role} {system}", act)

    def end_role(self, appointment_id: int) -> bool:
        """Somebody's role ended yesterday."""

        def act() -> None:
            yesterday = clock.today() - timedelta(days=1)
            with transaction():
                roles.end_appointment(appointment_id, last_day=yesterday, actor=CLERK, now=clock.now())

        with self.world.app.app_context():
            found = given(Appointment, appointment_id)
            told = f"{found.person.given_name} is {found.role} {found.system.code if found.system else ''} no more"
        return self.world.does(told, act)

    def hand_over(self, appointment_id: int, successor: str, days: int) -> bool:
        """Somebody proposes that another takes over the role."""

        def act() -> None:
            found, to = given(Appointment, appointment_id), by_number(NUMBERS[successor])
            new = NewHandover(
                found.role, found.person_id, to.id, clock.today() + timedelta(days=days),
                system_id=found.system_id, board=found.board,
            )  # fmt: skip
            with transaction():
                handovers.propose(new, actor=Actor(found.person_id, "holder"), now=clock.now())

        return self.world.does(f"appointment {appointment_id} is to go to {successor} in {days} days", act)

    def settle_handover(self, handover_id: int, word: str) -> bool:
        """The successor accepts or declines."""

        def act() -> None:
            found = given(RoleHandover, handover_id)
            with transaction():
                getattr(handovers, word)(found, actor=Actor(found.to_id, "successor"), now=clock.now())

        return self.world.does(f"handover {handover_id}: {word}", act)

    # Exemptions from a toxic pair.

    def ask_exemption(self, who: str, subject: str, days: int) -> bool:
        """Both sides of the pair that allows it, with a compensating control."""

        def act() -> None:
            pair = db.session.query(ToxicPair).filter_by(mode="approve").one()
            wish = "Ekonomichefen går igenom utbetalningarna varje vecka.", clock.today() + timedelta(days=days)
            actor = Actor(by_number(NUMBERS[who]).id, "orderer")
            with transaction():
                conflicts.ask(pair, by_number(NUMBERS[subject]).id, wish, actor, clock.now())

        return self.world.does(f"{who} asks for an exemption for {subject}, {days} days", act)

    def settle_exemption(self, who: str, exemption_id: int, role: str, word: str) -> bool:
        """Approve as owner or coordinator, reject, or end."""

        def act() -> None:
            found, person = given(ToxicExemption, exemption_id), by_number(NUMBERS[who])
            permissions.require("exemption.decide", person, found)
            held = {a.role for a in catalogue.roles_of(person.id, clock.today())}
            actor = Actor(person.id, role if role in held else "employee")
            with transaction():
                if word == "approve":
                    conflicts.approve(found, actor, clock.now())
                else:
                    (conflicts.reject if word == "reject" else conflicts.end)(found, actor, WHY, clock.now())

        return self.world.does(f"{who} as {role} says {word} to exemption {exemption_id}", act)

    # Processes.

    def propose_version(self, who: str, process: str) -> bool:
        """The next version: slower and quicker in turn, so that each number always has the same text."""

        def act() -> None:
            number = services.next_version(process)
            person = by_number(NUMBERS[who])
            with transaction():
                actor = Actor(person.id, "administrator")
                services.propose(_text(process, number), "ny.yaml", why="Fler dagar.", actor=actor, now=clock.now())
            checks.run_waiting()

        return self.world.does(f"{who} proposes a version of {process}", act)

    def activate_version(self, who: str, version_id: int) -> bool:
        """The other of the two eyes, or the same once more."""

        def act() -> None:
            proposal = given(WorkflowVersion, version_id)
            present = processes.active(proposal.process)
            actor = Actor(by_number(NUMBERS[who]).id, "administrator")
            with transaction():
                number = present.version if present else None
                services.activate(proposal, instead_of=number, actor=actor, now=clock.now())

        return self.world.does(f"{who} activates version {version_id}", act)

    def move_order(self, who: str, case_number: str) -> bool:
        """Let an order follow the version that is active now."""

        def act() -> None:
            with transaction():
                actor = Actor(by_number(NUMBERS[who]).id, "administrator")
                moving.move(_order(case_number), reason="Samma regler för alla.", actor=actor, now=clock.now())

        return self.world.does(f"{who} moves {case_number} to the active version", act)

    def change_log(self) -> bool:
        """The application's own role tries to touch the log: the database refuses, in each of three ways."""
        from sqlalchemy import text
        from sqlalchemy.exc import DBAPIError

        def act() -> None:
            for attempt in ("UPDATE audit_event SET reason = 'x'", "DELETE FROM audit_event", "TRUNCATE audit_event"):
                try:
                    with transaction() as session:
                        session.execute(text(attempt))
                except DBAPIError:
                    continue
                raise RuntimeError(f"the log let through: {attempt}")

        return self.world.does("somebody with the application's rights tries to change the log", act)

    def _about(self, task_id: int) -> str:
        rows = self.world.ledger.rows(
            "SELECT t.kind || ' ' || coalesce(r.case_number, 'right ' || t.grant_id) FROM task t"
            " LEFT JOIN access_request r ON r.id = t.request_id WHERE t.id = %(id)s",
            id=task_id,
        )
        return f"({rows[0][0]})" if rows else ""


def _answers_to(level: AccessLevel, subject: Person) -> dict[str, str]:
    """What the definition asks of a privileged level besides: a separate account."""
    return {"admin_account": f"adm-{subject.id}"} if level.profile == "privileged" else {}


def _order(case_number: str) -> AccessRequest:
    found: AccessRequest = db.session.query(AccessRequest).filter_by(case_number=case_number).one()
    return found


def _answers(task: Any, verdict: str, actor: Actor) -> None:
    """As the page of the task does."""
    now = clock.now()
    receipt: Mapping[str, Any] = {**RECEIPT, "done_on": clock.today().isoformat()}
    if task.kind == "revoke":
        with transaction():
            grants.confirm_removed(task, actor=actor, now=now, receipt=receipt)
    elif task.kind == activating.INTRODUCTION:
        with transaction():
            activating.introduce(task, manual_version="3.2", note="", actor=actor, now=now)
    elif task.kind == activating.RECEIPT:
        with transaction():
            activating.receive(task, actor=actor, now=now)
    elif task.request_id is not None:
        answering.answer(task, verdict, actor, reason=WHY, receipt=receipt, now=now)


def _text(process: str, number: int) -> str:
    """The shipped definition as version ``number``, with a day more for the manager in every other version."""
    shipped = definitions.installed()[process]
    source = Path(shipped.source_file).read_text(encoding="utf-8").partition("# Golden cases")[0]
    text = re.sub(r"(?m)^version: .*", f"version: {number}", source)
    if (number - shipped.version) % 2:
        text = text.replace(f"{{due: 3, {MANAGERS_CLOCK}", f"{{due: 4, {MANAGERS_CLOCK}")
    return text


__all__ = ["AccessLevel", "Acts", "Person"]
