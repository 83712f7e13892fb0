"""Roles and deputies: dated, limited, never for oneself, and no system left without its people."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.catalogue import services
from app.catalogue.appointing import months_later
from app.catalogue.models import Deputyship, System
from app.directory.models import Person, Unit
from app.errors import NotAllowed, NotFound
from tests.catalogue.conftest import CLERK, NOW, TODAY, give
from workflows.events import Actor
from workflows.role_events import DeputyNamed

People = dict[str, Person]
Units = dict[str, Unit]


def refusal(act: Any, *args: Any, **kwargs: Any) -> str:
    """The reason that ``act`` is refused with."""
    with pytest.raises(NotAllowed) as caught:
        act(*args, **kwargs)
    return caught.value.reason


def deputy(people: People, person: str, instead: str, *, absence: bool = True, until: date | None = None) -> Deputyship:
    """Name ``instead`` as deputy of ``person`` from today on."""
    new = services.NewDeputy(people[person].id, people[instead].id, TODAY, until or date(2026, 6, 1), absence)
    return services.set_deputy(new, actor=CLERK, now=NOW)


def test_appointment_is_kept_and_published(trial: System, people: People, published: list[Any]) -> None:
    appointment = give("system_manager", people["Carol"], system_id=trial.id)
    assert (appointment.person, appointment.valid_from, appointment.valid_to) == (people["Carol"], TODAY, None)
    assert [(e.what, e.person_id, e.data["role"]) for e in published] == [
        ("appointed", people["Carol"].id, "system_manager")
    ]


def test_nobody_appoints_himself(trial: System, people: People) -> None:
    carol = people["Carol"]
    new = services.NewAppointment("system_manager", carol.id, TODAY, system_id=trial.id)
    assert refusal(services.appoint, new, actor=Actor(carol.id, "system_owner"), now=NOW) == "not_self"


def test_who_has_left_is_not_appointed(trial: System, people: People) -> None:
    assert refusal(give, "system_manager", people["Eva"], system_id=trial.id) == "not_employed"


def test_unknown_employment_is_not_appointed(trial: System, people: People) -> None:
    people["Dan"].employment_status = "unknown"
    assert refusal(give, "system_manager", people["Dan"], system_id=trial.id) == "not_employed"


@pytest.mark.parametrize(
    ("role", "more", "reason"),
    [
        ("king", {}, "unknown_role"),
        ("system_owner", {}, "system_needed"),
        ("authorised_orderer", {}, "unit_needed"),
        ("board_manager", {}, "board_needed"),
        ("auditor", {"valid_to": date(2026, 3, 1)}, "period"),
    ],
)
def test_half_an_appointment_is_refused(
    published: list[Any], people: People, role: str, more: Any, reason: str
) -> None:
    assert refusal(give, role, people["Bob"], **more) == reason
    assert published == []


def test_same_role_twice_is_refused_but_not_after_it_ended(trial: System, people: People) -> None:
    give("auditor", people["Dan"], valid_to=date(2026, 3, 31))
    assert refusal(give, "auditor", people["Dan"]) == "already_appointed"
    give("auditor", people["Dan"], valid_from=date(2026, 4, 1))


@pytest.mark.parametrize(("until", "allowed"), [("2028-03-02", True), ("2028-03-03", False), (None, False)])
def test_orderer_is_appointed_for_24_months_at_most(
    published: list[Any], people: People, units: Units, until: str | None, allowed: bool
) -> None:
    valid_to = date.fromisoformat(until) if until else None
    more = {"unit_id": units["house"].id, "valid_to": valid_to}
    if allowed:
        assert give("authorised_orderer", people["Carol"], **more).valid_to == valid_to
    else:
        assert refusal(give, "authorised_orderer", people["Carol"], **more) == "orderer_period"


def test_unknown_system_and_person_are_not_found(trial: System, people: People) -> None:
    with pytest.raises(NotFound):
        give("system_manager", people["Carol"], system_id=-1)
    with pytest.raises(NotFound):
        services.appoint(services.NewAppointment("auditor", -1, TODAY), actor=CLERK, now=NOW)
    with pytest.raises(NotFound):
        services.end_appointment(-1, last_day=TODAY, actor=CLERK, now=NOW)


def test_last_manager_stays_until_there_is_another(trial: System, people: People, published: list[Any]) -> None:
    carol = give("system_manager", people["Carol"], system_id=trial.id)
    assert refusal(services.end_appointment, carol.id, last_day=TODAY, actor=CLERK, now=NOW) == "last_holder"
    give("system_manager", people["Dan"], system_id=trial.id, valid_from=date(2026, 3, 3))
    ended = services.end_appointment(carol.id, last_day=TODAY, actor=CLERK, now=NOW)
    assert ended.valid_to == TODAY
    assert published[-1].what == "ended"


def test_successor_who_starts_too_late_does_not_count(trial: System, people: People) -> None:
    bob = give("system_owner", people["Bob"], system_id=trial.id)
    give("system_owner", people["Dan"], system_id=trial.id, valid_from=date(2026, 3, 10))
    assert refusal(services.end_appointment, bob.id, last_day=TODAY, actor=CLERK, now=NOW) == "last_holder"
    services.end_appointment(bob.id, last_day=date(2026, 3, 9), actor=CLERK, now=NOW)


def test_role_ends_once_and_not_before_it_began(published: list[Any], people: People) -> None:
    auditor = give("auditor", people["Dan"])
    assert refusal(services.end_appointment, auditor.id, last_day=date(2026, 3, 1), actor=CLERK, now=NOW) == "period"
    services.end_appointment(auditor.id, last_day=TODAY, actor=CLERK, now=NOW)
    assert refusal(services.end_appointment, auditor.id, last_day=TODAY, actor=CLERK, now=NOW) == "already_ended"


def test_deputy_is_kept_and_published(published: list[Any], people: People) -> None:
    assert deputy(people, "Bob", "Carol").deputy == people["Carol"]
    assert (type(published[0]), published[0].person_id) == (DeputyNamed, people["Bob"].id)


def test_nobody_is_his_own_deputy(published: list[Any], people: People) -> None:
    assert refusal(deputy, people, "Bob", "Bob") == "deputy_self"


def test_deputy_who_has_left_is_refused(published: list[Any], people: People) -> None:
    assert refusal(deputy, people, "Bob", "Eva") == "not_employed"


@pytest.mark.parametrize(("until", "reason"), [("2027-03-03", "deputy_period"), ("2026-03-01", "period")])
def test_deputy_is_named_for_12_months_at_most(published: list[Any], people: People, until: str, reason: str) -> None:
    assert refusal(deputy, people, "Bob", "Carol", until=date.fromisoformat(until)) == reason
    assert deputy(people, "Bob", "Carol", until=date(2027, 3, 2)).valid_to == date(2027, 3, 2)


def test_deputies_make_no_chain_in_either_direction(published: list[Any], people: People) -> None:
    deputy(people, "Bob", "Carol")
    assert refusal(deputy, people, "Carol", "Dan") == "deputy_chain"
    assert refusal(deputy, people, "Alice", "Bob") == "deputy_chain"
    assert deputy(people, "Bob", "Dan").absence is True


def test_standing_deputies_are_another_matter_than_absence(published: list[Any], people: People) -> None:
    deputy(people, "Bob", "Carol")
    assert deputy(people, "Carol", "Dan", absence=False).absence is False


def test_months_end_on_the_last_day_of_a_shorter_month() -> None:
    assert months_later(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_later(date(2026, 12, 15), 24) == date(2028, 12, 15)
    assert months_later(date(2028, 2, 29), 12) == date(2029, 2, 28)
