"""What several employments say together: is the person employed, and which employment is the main one (field.md B6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from workflows.case import EmploymentStatus as Status


@dataclass(frozen=True, slots=True)
class HrEmployment:
    """One employment as HR has it. ``starts_on`` and ``ends_on`` both count; ``ends_on`` None: until further notice.

    ``leave_from`` without ``leave_to``: nobody knows yet when the leave ends.
    """

    key: str
    form: str
    starts_on: date
    ends_on: date | None = None
    title: str = ""
    unit_code: str = ""
    unit_name: str = ""
    board: str = ""
    is_main: bool = False
    is_manual: bool = False
    manager: str = ""
    hiring_manager: str = ""
    event: str = ""
    leave_from: date | None = None
    leave_to: date | None = None

    def lasts(self, day: date) -> bool:
        """True on the days of the employment."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def rests(self, day: date) -> bool:
        """True while the leave lasts."""
        return (
            self.leave_from is not None and self.leave_from <= day and (self.leave_to is None or day <= self.leave_to)
        )


@dataclass(frozen=True, slots=True)
class HrAnswer:
    """The status on a day, the reason as a stable code, and the employment that names title, unit and manager."""

    status: Status
    reason: str
    main: HrEmployment
    starts_on: date
    ends_on: date | None


def answer(employments: Sequence[HrEmployment], today: date) -> HrAnswer:
    """What the ``employments`` of one person (at least one) say on the local date ``today``.

    One that lasts is enough; one that begins where another ends prolongs it: there is no last day between them.
    """
    lasting = [one for one in employments if one.lasts(today)]
    if lasting:
        main = _main(lasting)
        working = [one for one in lasting if not one.rests(today)]
        status, why = (Status.ACTIVE, "lasts") if working else (Status.ON_LEAVE, "leave")
        return HrAnswer(
            status, _reason(why, main), main, min(one.starts_on for one in lasting), _last_day(employments, today)
        )
    ahead = [one for one in employments if one.starts_on > today]
    if ahead:
        first = min(one.starts_on for one in ahead)
        main = _main([one for one in ahead if one.starts_on == first])
        return HrAnswer(Status.FUTURE, _reason("start_ahead", main), main, first, _last_day(employments, first))
    last = max(one.ends_on or date.max for one in employments)
    main = _main([one for one in employments if one.ends_on == last])
    return HrAnswer(Status.ENDED, _reason("ended", main), main, main.starts_on, last)


def _main(employments: Sequence[HrEmployment]) -> HrEmployment:
    """HR's own mark first, what HR did not write by hand before what it did, then what lasts longest."""
    return min(
        employments,
        key=lambda one: (
            not one.is_main,
            one.is_manual,
            -(one.ends_on or date.max).toordinal(),
            one.starts_on,
            one.key,
        ),
    )


def _last_day(employments: Sequence[HrEmployment], day: date) -> date | None:
    """The last day of the unbroken time that ``day`` is in; None for no end."""
    last = day
    for one in sorted(employments, key=lambda one: one.starts_on):
        if one.starts_on > last + timedelta(days=1):
            break
        if one.ends_on is None:
            return None
        last = max(last, one.ends_on)
    return last


def _reason(why: str, main: HrEmployment) -> str:
    return f"hr:{why}:{main.key}"
