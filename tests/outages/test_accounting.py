"""The count of every serial, and closing the outage (rules.md C12, ``closed``)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from app import clock
from app.audit.models import AuditEvent
from app.db import db, transaction
from app.errors import Conflict, NotAllowed
from app.outages import accounting, packs, queries, tasks
from app.outages.models import Outage, PaperForm, PaperPack
from app.outages.paper_models import PaperOrder, PaperRegistration, PaperScan
from app.reconciliation import services as findings
from app.reconciliation.models import Finding
from tests.outages.paperwork import FIRST, act, ended, printed, register, verify
from tests.people import Town
from workflows.case import EmploymentStatus
from workflows.paper import CLASSES, Counted

pytestmark = pytest.mark.usefixtures("frozen_time")
SECOND, THIRD = "PB-MIC-0002", "PB-MIC-0003"


def classes(outage: Outage) -> dict[str, str]:
    """Where each serial is."""
    db.session.expire_all()
    return dict(accounting.account(queries.outage(outage.id)).classes)


def do(act_: Callable[..., Any], outage: Outage, *said: Any, by: Any = None) -> None:
    """One act of counting, by whoever, in a transaction of its own."""
    with transaction():
        act_(outage, *said, actor=act(by), now=clock.now())


def hindrances(outage: Outage) -> tuple[str, ...]:
    """What keeps it open."""
    db.session.expire_all()
    found = queries.outage(outage.id)
    return accounting.hindrances(found, accounting.account(found))


def test_outage_closes_when_every_serial_is_used_void_missing_or_blank(town: Town) -> None:
    printed(town, 4)
    outage = ended(town, Counted(3, 1))
    assert classes(outage) == dict.fromkeys((FIRST, SECOND, THIRD, "PB-MIC-0004"), "")
    with pytest.raises(NotAllowed, match="not_all_accounted") as refusal:
        do(accounting.close, outage, by=town.olga)
    assert refusal.value.details["hindrances"] == ("unaccounted", "count_differs")
    paper = register(town, outage)
    do(accounting.make_void, outage, SECOND, "Fel namn.", by=town.carol)
    do(accounting.report_missing, outage, THIRD, "Inte i pärmen.", by=town.carol)
    assert hindrances(outage) == ("unaccounted", "unverified")
    do(accounting.confirm_blank, outage, town.mic, by=town.carol)
    assert hindrances(outage) == ("unverified",)
    verify(town, paper)
    do(accounting.close, outage, by=town.olga)
    assert list(classes(outage).values()) == ["used", "void", "missing", "blank"]
    logged = db.session.scalars(select(AuditEvent).where(AuditEvent.event == "outage.closed")).one()
    assert logged.data == {"used": [FIRST], "void": [SECOND], "missing": [THIRD], "blank": 1}


def test_paper_that_waits_for_the_directory_keeps_it_open(town: Town) -> None:
    printed(town, 1)
    outage = ended(town, Counted(1, 0))
    verify(town, register(town, outage), status=EmploymentStatus.UNKNOWN)
    assert hindrances(outage) == ("waiting",)


def test_lost_form_is_a_finding_until_it_is_found(town: Town) -> None:
    printed(town, 2)
    outage = ended(town, Counted(2, 0))
    for serial in (FIRST, SECOND):
        do(accounting.report_missing, outage, serial, "Inte i pärmen.", by=town.carol)
    found = db.session.scalars(select(Finding)).one()
    assert (found.type, found.person_id, set(found.evidence)) == ("paper_form_missing", None, {FIRST, SECOND})
    with pytest.raises(NotAllowed, match="serial_missing"):
        register(town, outage)
    do(accounting.undo, outage, FIRST, by=town.carol)
    db.session.refresh(found)
    assert (set(found.evidence), found.state) == ({SECOND}, "open")
    do(accounting.undo, outage, SECOND, by=town.carol)
    db.session.refresh(found)
    assert found.state == "false_positive"
    assert register(town, outage).state == "registered"


def test_owner_accepts_a_lost_form_for_a_time_and_then_it_is_open_again(town: Town, frozen_time: Any) -> None:
    printed(town, 1)
    outage = ended(town, Counted(1, 0))
    do(accounting.report_missing, outage, FIRST, "Inte i pärmen.", by=town.carol)
    found = db.session.scalars(select(Finding)).one()
    until = clock.today() + timedelta(days=90)
    why = "Vi har letat, och ingen ny användare finns i systemet."
    for reason, day, refusal in (
        ("Borta.", until, "reason_too_short"),
        (why, clock.today() + timedelta(days=184), "risk_too_long"),
        (why, clock.today() - timedelta(days=1), "back_dated"),
    ):
        with pytest.raises(NotAllowed, match=refusal), transaction():
            findings.accept(found.id, reason, day, act(town.olga), clock.now())
    with transaction():
        findings.accept(found.id, why, until, act(town.olga), clock.now())
    with pytest.raises(Conflict, match="finding_settled"), transaction():
        findings.accept(found.id, why, until, act(town.olga), clock.now())
    frozen_time.shift(timedelta(days=91))
    tasks.follow()
    db.session.refresh(found)
    assert (found.state, found.accepted_until, found.due_on > clock.today()) == ("reopened", None, True)


def test_count_that_was_wrong_is_corrected_and_opens_a_closed_outage(town: Town) -> None:
    printed(town, 2)
    outage = ended(town, Counted(0, 0))
    assert outage.closed_at is not None
    do(accounting.recount, outage, Counted(1, 0), "En blankett låg i en låda.", by=town.olga)
    paper = register(town, outage)
    verify(town, paper)
    do(accounting.confirm_blank, outage, town.mic, by=town.carol)
    do(accounting.recount, outage, Counted(1, 1), "Räknade fel.", by=town.olga)
    assert hindrances(outage) == ("void_differs",)
    do(accounting.recount, outage, Counted(1, 0), "Räknade fel igen.", by=town.olga)
    do(accounting.close, outage, by=town.olga)
    with pytest.raises(Conflict, match="outage_closed"):
        do(accounting.undo, outage, FIRST, by=town.carol)


@pytest.mark.parametrize(
    ("counted", "why", "reason"),
    [(Counted(1, 2), "Räknade fel.", "count_wrong"), (Counted(2, 1), "x", "note_needed")],
)
def test_count_that_cannot_be(town: Town, counted: Counted, why: str, reason: str) -> None:
    outage = ended(town, Counted(0, 0))
    with pytest.raises(NotAllowed, match=reason):
        do(accounting.recount, outage, counted, why, by=town.olga)


def test_form_is_void_with_a_reason_and_without_a_personnummer(town: Town) -> None:
    printed(town, 1)
    outage = ended(town, Counted(1, 1))
    for note, reason in (("", "note_needed"), ("Gäller 19121212-1212.", "personnummer")):
        with pytest.raises(NotAllowed, match=reason):
            do(accounting.make_void, outage, FIRST, note, by=town.carol)
    do(accounting.make_void, outage, FIRST, "Fel namn.", by=town.carol)
    with pytest.raises(NotAllowed, match="serial_void"):
        register(town, outage)


def test_no_form_of_an_outage_is_made_void_by_a_new_edition_before_it_is_counted(town: Town) -> None:
    printed(town, 1)
    outage = ended(town, Counted(1, 0))
    with transaction():
        packs.make(town.mic, None, 1, act(town.carol), clock.now())
    assert list(classes(outage)) == [FIRST]  # and not what was printed afterwards
    with pytest.raises(NotAllowed, match="serial_printed_later"):
        register(town, outage, SECOND)
    verify(town, register(town, outage))
    do(accounting.confirm_blank, outage, town.mic, by=town.carol)
    do(accounting.close, outage, by=town.olga)


def test_form_used_in_one_of_two_outages_is_counted_in_that_one(town: Town) -> None:
    printed(town, 2)
    first = ended(town, Counted(1, 0))
    second = ended(town, Counted(1, 0), "network")
    register(town, first)
    assert list(classes(first)) == [FIRST, SECOND]
    assert list(classes(second)) == [SECOND]
    with pytest.raises(NotAllowed, match="serial_used"):
        register(town, second)


SERIALS = (FIRST, SECOND, THIRD)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(("use", "void", "missing", "undo", "blank", "verify", "return", "close")),
        st.sampled_from(SERIALS),
    ),
    max_size=14,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS, issued=st.integers(1, 3), void=st.integers(0, 1))
def test_every_issued_serial_ends_in_exactly_one_class(
    town: Town, acts: list[tuple[str, str]], issued: int, void: int
) -> None:
    _forget()
    printed(town, len(SERIALS))
    serials = list(db.session.scalars(select(PaperForm.serial).order_by(PaperForm.number)))
    named = dict(zip(SERIALS, serials, strict=True))
    outage = ended(town, Counted(issued, void))
    for what, serial in acts:
        _try(town, outage, what, named[serial])
    found = classes(outage)
    assert sorted(found) == sorted(serials)
    assert set(found.values()) <= {*CLASSES, ""}
    papers = set(db.session.scalars(select(PaperForm.serial).join(PaperOrder, PaperOrder.form_id == PaperForm.id)))
    assert papers == {serial for serial, is_in in found.items() if is_in == "used"}
    lost = {
        s for f in db.session.scalars(select(Finding).where(Finding.type == accounting.MISSING)) for s in f.evidence
    }
    assert lost == {serial for serial, is_in in found.items() if is_in == "missing"}
    db.session.refresh(outage)
    if outage.closed_at is not None:
        taken = [is_in for is_in in found.values() if is_in != "blank"]
        assert "" not in taken and (len(taken), taken.count("void")) == (issued, void)


def _try(town: Town, outage: Outage, what: str, serial: str) -> None:
    acts: dict[str, Callable[[], Any]] = {
        "use": lambda: register(town, outage, serial),
        "void": lambda: do(accounting.make_void, outage, serial, "Fel namn.", by=town.carol),
        "missing": lambda: do(accounting.report_missing, outage, serial, "Inte i pärmen.", by=town.carol),
        "undo": lambda: do(accounting.undo, outage, serial, by=town.carol),
        "blank": lambda: do(accounting.confirm_blank, outage, town.mic, by=town.carol),
        "verify": lambda: [verify(town, paper) for paper in db.session.scalars(select(PaperOrder)).all()],
        "close": lambda: do(accounting.close, outage, by=town.olga),
    }
    try:
        acts.get(what, lambda: None)()
    except (NotAllowed, Conflict):
        db.session.rollback()


def _forget() -> None:
    """Each example begins with an empty binder; as the owner of the tables, for the product itself removes nothing."""
    from flask import current_app
    from sqlalchemy import create_engine

    from app.grants.models import Grant

    db.session.rollback()
    engine = create_engine(current_app.extensions["settings"].database_owner_url)
    tables = (PaperOrder, PaperScan, PaperRegistration, PaperForm, PaperPack, Outage, Finding)
    with engine.begin() as connection:
        for table in tables:
            connection.execute(delete(table))
        connection.execute(delete(Grant).where(Grant.source == "paper"))
    engine.dispose()
    db.session.expire_all()
