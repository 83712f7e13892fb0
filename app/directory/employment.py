"""Is this person employed? Pure: accounts in, one status with its reason out (field.md B6, rules.md G1)."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from app.config import Settings
from app.directory.account import Account
from workflows.case import EmploymentStatus as Status

FORMS = {"anställd": "permanent", "visstid": "fixed_term", "tim": "hourly", "vikarie": "substitute"}


@dataclass(frozen=True, slots=True)
class Policy:
    """Which values of employeeType mean an employment, and which mean leave; compared without case."""

    employee_types: tuple[str, ...] = ("anställd", "visstid", "tim", "vikarie")
    leave_types: tuple[str, ...] = ("tjänstledig",)

    @classmethod
    def from_settings(cls, settings: Settings) -> Policy:
        """The municipality's own values."""
        return cls(settings.ldap_employee_types, settings.ldap_leave_types)

    def employs(self, account: Account) -> bool:
        """True when the account's type is one of the employed."""
        return _folded(account.employee_type) in {_folded(name) for name in self.employee_types}

    def on_leave(self, account: Account) -> bool:
        """True when the account's type says leave."""
        return _folded(account.employee_type) in {_folded(name) for name in self.leave_types}

    def is_personal(self, account: Account) -> bool:
        """True for a person's own account; false for adm, pupil and guest accounts of other types."""
        return self.employs(account) or self.on_leave(account)


@dataclass(frozen=True, slots=True)
class Employed:
    """The answer. ``reason`` is a stable code, after a colon what it concerns."""

    status: Status
    starts_on: date | None = None
    ends_on: date | None = None
    form: str = "permanent"
    reason: str = ""


def status_of(accounts: Sequence[Account], policy: Policy, today: date) -> Employed:
    """The employment of whoever holds these accounts (all with one employee number) on the local ``today``."""
    numbered = [account for account in accounts if account.employee_number]
    personal = [account for account in numbered if policy.is_personal(account)]
    usable = [account for account in personal if not unusable_because(account, today)]
    if not numbered:
        return Employed(Status.NOT_FOUND, reason="no_account")
    if strangers := _two_people(usable, personal):
        return Employed(Status.AMBIGUOUS, reason=f"several_people:{strangers}")
    if not usable:
        return _without_usable(numbered, policy, today)
    if unreadable := [account.login for account in usable if not account.start_readable]:
        return Employed(Status.UNKNOWN, reason=f"unreadable_start_date:{unreadable[0]}")
    return _employed(usable, policy, today)


def unusable_because(account: Account, today: date) -> str:
    """Why the account employs nobody on ``today``: a stable code, or nothing when it may be used."""
    if account.in_disabled_ou:
        return "disabled_ou"
    if not account.enabled:
        return "account_disabled"
    if account.expires_on and account.expires_on < today:
        return "account_expired"
    return ""


def other_account(accounts: Sequence[Account], today: date) -> tuple[str, date | None]:
    """What there is of accounts that are nobody's employment, and the last day of those that can be used.

    ``none``, ``usable`` or ``unusable`` (workflows/assignment_guard.py); of two people with one number, none.
    """
    usable = [account for account in accounts if not unusable_because(account, today)]
    if not accounts or _two_people(usable, usable):
        return "none", None
    if not usable:
        return "unusable", None
    ends = [account.expires_on for account in usable if account.expires_on]
    return "usable", max(ends) if len(ends) == len(usable) else None


def main_account(accounts: Sequence[Account], policy: Policy, today: date) -> Account | None:
    """The account that names the person: usable before not, personal before adm, plain name first, then oldest."""
    return min(
        accounts,
        key=lambda account: (
            bool(unusable_because(account, today)),
            not policy.is_personal(account),
            len(_name_words(account)),
            account.created_at.timestamp() if account.created_at else 0,
            account.object_guid,
        ),
        default=None,
    )


def form_of(account: Account) -> str:
    """The employment form by employeeType; an unknown word counts as permanent."""
    return FORMS.get(_folded(account.employee_type), "permanent")


def _employed(usable: Sequence[Account], policy: Policy, today: date) -> Employed:
    """ACTIVE before FUTURE before ON_LEAVE: one valid employment is enough."""
    working = [account for account in usable if policy.employs(account)]
    begun = [account for account in working if not account.starts_on or account.starts_on <= today]
    if begun:
        return _answer(Status.ACTIVE, begun, policy, "enabled_account")
    if working:
        return _answer(Status.FUTURE, working, policy, "start_ahead")
    return _answer(Status.ON_LEAVE, usable, policy, "leave_type")


def _answer(status: Status, accounts: Sequence[Account], policy: Policy, reason: str) -> Employed:
    starts = [account.starts_on for account in accounts if account.starts_on]
    ends = [account.expires_on for account in accounts if account.expires_on]
    main = min(accounts, key=lambda account: (len(_name_words(account)), account.object_guid))
    return Employed(
        status,
        starts_on=min(starts, default=None),
        # One account without an end is an employment without an end.
        ends_on=max(ends) if len(ends) == len(accounts) else None,
        form=form_of(main),
        reason=f"{reason}:{main.login}",
    )


def _without_usable(accounts: Sequence[Account], policy: Policy, today: date) -> Employed:
    """ENDED when an employment was there; NOT_FOUND for another kind of account, or one not yet opened."""
    spent = [a for a in accounts if (policy.is_personal(a) or not a.employee_type) and unusable_because(a, today)]
    if not spent:
        return Employed(Status.NOT_FOUND, reason=f"employee_type:{accounts[0].employee_type}")
    waiting = [a for a in spent if a.starts_on and a.starts_on > today and not a.in_disabled_ou]
    if waiting:
        # HR makes the account before the first day and opens it then: nobody has left.
        return Employed(Status.NOT_FOUND, min(filter(None, (a.starts_on for a in waiting))), reason="not_yet_enabled")
    last = max(spent, key=lambda account: (account.expires_on or date.min, account.object_guid))
    return Employed(
        Status.ENDED, last.starts_on, last.expires_on, form_of(last), f"{unusable_because(last, today)}:{last.login}"
    )


def _two_people(usable: Sequence[Account], personal: Sequence[Account]) -> str:
    """The logins of two accounts that belong to different people, or nothing.

    Two open accounts are the same person's when one name contains the other ("Alice Berg (adm)"). A closed
    account may bear another surname (marriage), but a name without one common word means that the employee
    number was given to somebody new.
    """
    for one, other in combinations(usable, 2):
        if not (_name_words(one) <= _name_words(other) or _name_words(other) <= _name_words(one)):
            return f"{one.login},{other.login}"
    for one in usable:
        for other in personal:
            if other not in usable and not _name_words(one) & _name_words(other):
                return f"{one.login},{other.login}"
    return ""


def _name_words(account: Account) -> frozenset[str]:
    return frozenset(_folded(account.display_name).replace("(", " ").replace(")", " ").split())


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip().casefold()
