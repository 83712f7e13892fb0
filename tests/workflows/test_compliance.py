"""An account beside what was granted: the six states, and the rights without an account (rules.md C13, F13)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from workflows import compliance as rules
from workflows.compliance import Account, Right, judge, missing

TODAY, TAKEN = date(2026, 3, 5), date(2026, 3, 4)
LONG_AGO = date(2025, 1, 7)


def right(level: str = "LÄS", status: str = "active", **more: object) -> Right:
    return Right(**{"id": 1, "level": level, "status": status, "granted_on": LONG_AGO, **more})  # type: ignore[arg-type]


def said(account: Account, *rights: Right) -> tuple[str, str]:
    verdict = judge(account, rights, TAKEN, TODAY)
    assert verdict.state in rules.STATES
    return verdict.state, verdict.why


LAS, SKRIV = Account("LÄS"), Account("SKRIV")


@pytest.mark.parametrize(
    ("account", "rights", "expected"),
    [
        (LAS, [right()], ("approved", "granted")),
        (LAS, [right(status="pending_activation")], ("approved", "granted")),
        (LAS, [right(source="legacy_attested")], ("approved", "granted")),
        (Account(), [right("SKRIV")], ("approved", "granted")),
        (LAS, [right(source="legacy")], ("implied", "legacy")),
        (LAS, [right("SKRIV", gives_more_than=frozenset({"LÄS"}))], ("implied", "higher")),
        (SKRIV, [right(gives_more_than=frozenset({"TITTA"}))], ("in_violation", "wrong_level")),
        (LAS, [], ("not_approved", "no_right")),
        (LAS, [right(status="suspended")], ("in_violation", "suspended")),
        (LAS, [right(status="revocation_pending", ended_on=TODAY)], ("pending_removal", "removal_ordered")),
        (LAS, [right(status="revocation_pending")], ("pending_removal", "removal_ordered")),
        (LAS, [right(status="expired", ended_on=TODAY - timedelta(1))], ("in_violation", "still_there")),
        (LAS, [right(status="revoked", ended_on=LONG_AGO)], ("in_violation", "still_there")),
        (LAS, [right(status="revoked", ended_on=TAKEN)], ("pending_removal", "removed_since")),
        (LAS, [right(status="revoked", ended_on=LONG_AGO), right()], ("approved", "granted")),
        (Account(is_enabled=False), [], ("closed", "disabled")),
        (Account(is_enabled=False, who=rules.NOBODY), [], ("closed", "disabled")),
        (Account(who=rules.NOBODY), [], ("orphan", "nobody")),
        (Account(who=rules.SEVERAL), [], ("orphan", "several")),
        (Account(who=rules.NOBODY, service_until=TODAY), [], ("implied", "service")),
        (Account(who=rules.NOBODY, service_until=TAKEN), [], ("orphan", "service_over")),
        (Account("LÄS", has_left=True), [right()], ("in_violation", "left")),
        (Account("LÄS", has_left=True), [], ("in_violation", "left")),
        (
            Account("LÄS", has_left=True),
            [right(status="revocation_pending", ended_on=TODAY)],
            ("pending_removal", "removal_ordered"),
        ),
        (
            Account("LÄS", has_left=True),
            [right(status="revocation_pending", ended_on=TAKEN)],
            ("in_violation", "left"),
        ),
    ],
)
def test_states(account: Account, rights: list[Right], expected: tuple[str, str]) -> None:
    assert said(account, *rights) == expected


def test_what_is_still_there_counts_its_days() -> None:
    late = right(status="revoked", ended_on=date(2026, 2, 28))
    assert judge(LAS, [late], TAKEN, TODAY).days == 5
    assert judge(Account(has_left=True, left_on=date(2026, 2, 23)), [], TAKEN, TODAY).days == 10
    assert judge(Account(has_left=True), [], TAKEN, TODAY).days is None
    assert judge(Account(has_left=True, left_on=TODAY + timedelta(3)), [], TAKEN, TODAY).days == 0


def lacking(rights: list[Right], *accounts: Account) -> list[tuple[str, str]]:
    judged = [(account, judge(account, rights, TAKEN, TODAY)) for account in accounts]
    return [(one.level, why) for one, why in missing(rights, judged, TAKEN)]


class TestMissing:
    def test_a_right_without_an_account(self) -> None:
        assert lacking([right()]) == [("LÄS", "no_account")]
        assert lacking([right()], LAS) == []
        assert lacking([right()], Account()) == []

    def test_one_that_is_closed_opens_nothing(self) -> None:
        assert lacking([right()], Account("LÄS", is_enabled=False)) == [("LÄS", "disabled")]
        assert lacking([right()], Account("SKRIV", is_enabled=False)) == [("LÄS", "no_account")]

    def test_another_level_is_one_mismatch_and_not_two(self) -> None:
        assert lacking([right()], SKRIV) == []
        assert lacking([right(), right("SKRIV", id=2)], SKRIV) == [("LÄS", "no_account")]

    def test_what_the_list_cannot_know_is_not_missing(self) -> None:
        assert lacking([right(granted_on=TAKEN)]) == []
        assert lacking([right(source="emergency")]) == []
        for status in ("pending_activation", "suspended", "revocation_pending", "expired", "revoked"):
            assert lacking([right(status=status)]) == []


def test_a_list_is_fresh_for_seven_days() -> None:
    assert rules.is_fresh(TODAY - timedelta(7), TODAY)
    assert not rules.is_fresh(TODAY - timedelta(8), TODAY)


def test_dormant_is_after_90_days_and_180_for_doors() -> None:
    assert not rules.is_dormant(TODAY - timedelta(90), TODAY) and rules.is_dormant(TODAY - timedelta(91), TODAY)
    assert not rules.is_dormant(TODAY - timedelta(180), TODAY, physical=True)
    assert rules.is_dormant(TODAY - timedelta(181), TODAY, physical=True)
    assert not rules.is_dormant(None, TODAY)
