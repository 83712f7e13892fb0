"""From rows to the frozen Case: everything that the rules may see of one matter."""

from __future__ import annotations

from datetime import date, datetime

from app import clock
from app.db import db
from app.directory.models import Person
from app.matters import around, queries, readiness
from app.matters.definitions import board_of, of, terms_of
from app.matters.models import Matter
from app.requests.facts import named_people, party
from workflows import form_answers
from workflows.case import Case, Level, Party, Profile
from workflows.conditions import Traits
from workflows.form_fields import Field
from workflows.matter_facts import MatterFacts

SECRET = 3  # K3


def profile_of(confidentiality: int, personal_data: bool) -> Profile:
    """How much protection the content needs. From K3 sensitive with personal data, privileged without; else standard
    with, basic without: so conditions on profiles can ask about both.
    """
    if confidentiality >= SECRET:
        return Profile.SENSITIVE if personal_data else Profile.PRIVILEGED
    return Profile.STANDARD if personal_data else Profile.BASIC


def traits_of(matter: Matter) -> Traits:
    """What the conditions of the definition ask of a matter."""
    profile = profile_of(matter.confidentiality, matter.personal_data)
    board = board_of(matter)
    return Traits(profile, matter.kind, board=board, confidentiality=matter.confidentiality)


def case_for(matter: Matter, *, now: datetime, actor_id: int | None, step: str | None = None) -> Case:
    """The matter as the rules see it at ``now``. ``step``: what is being answered, whose fields must be filled in."""
    today, workflow = clock.local(now).date(), of(matter)
    found = around.read(matter, today, workflow)
    opener = party(matter.opened_by)
    actor = db.session.get(Person, actor_id) if actor_id is not None else None
    group = found.groups.get
    return Case(
        subject=opener,
        orderer=opener,
        actor=party(actor) if actor else None,
        level=Level(
            system=matter.system.code if matter.system else "",
            code="",
            profile=profile_of(matter.confidentiality, matter.personal_data),
            board=board_of(matter),
            confidentiality=matter.confidentiality,
        ),
        today=today,
        state=matter.state,
        kind=matter.kind,
        round=matter.round,
        system_owners=group("system_owner", ()),
        other_owners=group(around.OTHER_OWNER, ()) or _same_owners(matter, group("system_owner", ())),
        system_managers=group("system_manager", ()),
        board_managers=group("board_manager", ()),
        system_board_managers=group("board_manager", ()),
        coordinators=group("infosec_coordinator", ()),
        it_managers=group("it_manager", ()),
        protection_officers=group("data_protection_officer", ()),
        named_roles={role: group(role, ()) for role in workflow.roles},
        named_people=named_people(workflow, matter.answers),
        deputies=found.deputies,
        standing_deputies=found.standing_deputies,
        decisions=found.decisions,
        matter=_facts(matter, today, step),
    )


def _same_owners(matter: Matter, owners: tuple[Party, ...]) -> tuple[Party, ...]:
    """Where both systems have the same owners, they are the other's too, and the rules ask somebody else second."""
    return owners if matter.other_system_id == matter.system_id else ()


def asked_by_now(matter: Matter, step: str | None) -> tuple[Field, ...]:
    """The questions that must be answered by now: the opener's, those of steps already passed, and of ``step``."""
    terms = terms_of(matter)
    editable = matter.state in ("draft", "returned")  # a new round: what steps had filled in is void
    passed = queries.steps_passed(matter) if matter.id is not None and not editable else frozenset()
    return tuple(f for f in terms.form if f.step == "" or f.step in passed or f.step == step)


def _facts(matter: Matter, today: date, step: str | None) -> MatterFacts:
    asked = asked_by_now(matter, step)
    return MatterFacts(
        missing=form_answers.missing(asked, matter.answers),
        risks=form_answers.unhandled_risks(terms_of(matter).form, matter.answers),
        conditions=tuple(c.text for c in queries.conditions_left(matter)) if matter.id is not None else (),
        gaps=readiness.gaps(matter, today),
        rights=queries.rights_left(matter),
    )
