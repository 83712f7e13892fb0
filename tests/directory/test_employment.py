"""Who is employed: the rule of field.md B6, on accounts made by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.directory.account import Account
from app.directory.employment import Employed, Policy, main_account, status_of
from workflows.case import EmploymentStatus as Status

TODAY = date(2026, 11, 24)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def account(login: str = "alice", name: str = "Alice Åberg", **facts) -> Account:
    given = {"employee_number": "1001", "employee_type": "anställd", "display_name": name} | facts
    return Account(object_guid=f"guid-{login}", dn=f"CN={name},DC=x", login=login, **given)


def status(*accounts: Account) -> Employed:
    return status_of(accounts, Policy(), TODAY)


def test_enabled_account_of_an_employee_is_active():
    assert status(account()) == Employed(Status.ACTIVE, reason="enabled_account:alice")


def test_nobody_is_not_found():
    assert status() == Employed(Status.NOT_FOUND, reason="no_account")


def test_account_without_number_is_nobody():
    assert status(account(employee_number="")).status is Status.NOT_FOUND


@pytest.mark.parametrize(
    ("employee_type", "form"),
    [("anställd", "permanent"), ("visstid", "fixed_term"), ("Tim", "hourly"), ("vikarie", "substitute")],
)
def test_employee_type_gives_the_form(employee_type, form):
    assert status(account(employee_type=employee_type)).form == form


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        ({"enabled": False}, "account_disabled:alice"),
        ({"in_disabled_ou": True}, "disabled_ou:alice"),
        ({"expires_on": YESTERDAY}, "account_expired:alice"),
    ],
)
def test_closed_account_has_ended_and_says_why(fact, reason):
    answer = status(account(**fact))
    assert (answer.status, answer.reason) == (Status.ENDED, reason)


def test_last_valid_day_is_still_employment():
    answer = status(account(expires_on=TODAY))
    assert (answer.status, answer.ends_on) == (Status.ACTIVE, TODAY)


def test_start_ahead_is_future():
    answer = status(account(starts_on=TOMORROW))
    assert (answer.status, answer.starts_on) == (Status.FUTURE, TOMORROW)


def test_first_day_is_active():
    assert status(account(starts_on=TODAY)).status is Status.ACTIVE


def test_account_made_before_the_first_day_and_not_yet_open_waits():
    answer = status(account(enabled=False, starts_on=TOMORROW))
    assert (answer.status, answer.reason) == (Status.NOT_FOUND, "not_yet_enabled")


def test_unreadable_start_date_is_unknown_never_a_guess():
    assert status(account(start_readable=False)).status is Status.UNKNOWN


def test_leave_is_leave_and_work_goes_before_leave():
    leave = account("alice2", employee_type="tjänstledig")
    assert status(leave).status is Status.ON_LEAVE
    assert status(leave, account()).status is Status.ACTIVE


@pytest.mark.parametrize("employee_type", ["konsult", "elev", "förtroendevald", ""])
def test_other_kinds_of_account_are_no_employment(employee_type):
    assert status(account(employee_type=employee_type)).status is Status.NOT_FOUND


def test_two_people_with_one_number_are_ambiguous():
    answer = status(account(), account("bob", "Bob Berg"))
    assert (answer.status, answer.reason) == (Status.AMBIGUOUS, "several_people:alice,bob")


@pytest.mark.parametrize("employee_type", ["adm", "anställd", ""])
def test_adm_account_with_the_same_number_is_the_same_person(employee_type):
    adm = account("adm-alice", "Alice Åberg (adm)", employee_type=employee_type)
    answer = status(adm, account())
    assert (answer.status, answer.reason) == (Status.ACTIVE, "enabled_account:alice")


def test_number_given_to_somebody_new_is_ambiguous():
    assert status(account(enabled=False), account("carol", "Carol Ek")).status is Status.AMBIGUOUS


def test_rehired_under_a_new_surname_is_one_person():
    assert status(account(enabled=False), account("alice2", "Alice Ek")).status is Status.ACTIVE


def test_disabled_person_with_an_open_adm_account_has_ended():
    adm = account("adm-alice", "Alice Åberg (adm)", employee_type="adm")
    assert status(account(enabled=False), adm).status is Status.ENDED


def test_one_employment_without_end_has_no_end():
    answer = status(account(expires_on=TOMORROW), account("alice2"))
    assert answer.ends_on is None


def test_the_later_of_two_ends_counts():
    answer = status(account(expires_on=TOMORROW), account("alice2", expires_on=TODAY))
    assert answer.ends_on == TOMORROW


def test_person_is_named_by_the_own_account_not_by_adm():
    adm = account("adm-alice", "Alice Åberg (adm)")
    assert main_account([adm, account()], Policy(), TODAY) == account()


def test_person_is_named_by_the_open_account():
    closed = account("alice-old", enabled=False)
    assert main_account([closed, account()], Policy(), TODAY) == account()
