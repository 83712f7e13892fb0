"""Where HR and the directory say different things of one person: which of them counts, field by field (field.md B6).

In force once BEHORIG_HR_FEED names a file. BEHORIG_HR_FIELDS says what HR decides; whatever it does not tell is the
directory's: login and mail always, leave where HR has none, and everything of somebody whom HR does not know. A number
that two people share in the directory is ambiguous whatever HR says, and either of them may protect an identity.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from flask import current_app
from sqlalchemy import select, text

from app import clock
from app.config import Settings
from app.db import db
from app.directory.employment import Employed
from app.directory.hr_models import HrEmploymentRow, HrPerson
from workflows.case import EmploymentStatus as Status
from workflows.hr_employment import HrEmployment, answer

# s: staged_person, h: hr_person.
STATUS = "CASE WHEN h.status = 'active' AND s.status = 'on_leave' THEN 'on_leave' ELSE h.status END"
EMPLOYMENT = f"""
  status = CASE WHEN s.status = 'ambiguous' THEN s.status ELSE {STATUS} END,
  reason = CASE WHEN s.status = 'ambiguous' THEN s.reason ELSE h.reason END,
  form = h.form, starts_on = h.starts_on, ends_on = h.ends_on,
  named = s.status <> 'ambiguous' AND s.display_name IS NOT NULL
"""
# The manager's account, so that one statement finds every manager; the directory's where HR's has none.
MANAGER = """
  manager_dn = coalesce(
    (SELECT a.dn FROM directory_account a WHERE h.manager <> '' AND a.employee_number = h.manager
       AND a.missing_since IS NULL ORDER BY a.enabled DESC, a.id LIMIT 1),
    (SELECT r.dn FROM directory_reading r WHERE h.manager <> '' AND r.employee_number = h.manager
     ORDER BY r.enabled DESC, r.id LIMIT 1),
    s.manager_dn)
"""
SETS = {
    "employment": EMPLOYMENT,
    "title": "title = coalesce(nullif(h.title, ''), s.title), search = s.search || ' ' || h.search",
    "unit": """
      unit_code = coalesce(nullif(h.unit_code, ''), s.unit_code),
      unit_name = CASE WHEN h.unit_code = '' THEN s.unit_name ELSE h.unit_name END,
      board = CASE WHEN h.unit_code = '' THEN s.board ELSE h.board END
    """,
    "manager": MANAGER,
}
PROTECTED = "protected = s.protected OR h.protected"
OVER = "UPDATE staged_person s SET [sets] FROM hr_person h WHERE h.employee_number = s.employee_number"
# Whom HR employs and the directory does not have (yet, or any more) keeps the name that is known, or has HR's.
WITHOUT_ACCOUNT = """
UPDATE staged_person s SET given_name = coalesce(p.given_name, h.given_name), surname = coalesce(p.surname, h.surname),
  display_name = coalesce(p.display_name, trim(h.given_name || ' ' || h.surname)),
  search = coalesce(p.search, h.search),
  sort_key = coalesce(p.sort_key, h.sort_key), login = coalesce(p.login, ''), mail = coalesce(p.mail, ''),
  language = coalesce(p.language, 'sv'), title = coalesce(p.title, h.title), unit_code = coalesce(u.code, h.unit_code),
  unit_name = coalesce(u.name, h.unit_name), board = coalesce(u.board, h.board), manager_dn = '',
  protected = coalesce(p.protected_identity, h.protected)
FROM hr_person h LEFT JOIN person p ON p.employee_number = h.employee_number LEFT JOIN unit u ON u.id = p.unit_id
WHERE h.employee_number = s.employee_number AND s.display_name IS NULL AND s.status <> 'ambiguous'
  AND h.status IN ('active', 'on_leave', 'future')
"""
# Whom somebody here has ended (rules.md C6) has ended, whatever HR and the directory say of that employment.
ENDED_HERE = """
UPDATE staged_person s SET status = 'ended', reason = 'ended_here' FROM person p
WHERE s.employee_number = p.employee_number AND p.ended_here_at IS NOT NULL
  AND s.status IN ('active', 'on_leave', 'future')
  AND (s.starts_on IS NULL OR s.starts_on <= CAST(p.ended_here_at AT TIME ZONE :zone AS date))
"""
# What a whole reading would say of somebody, for the circuit breaker: ``told`` is what the directory alone says.
AFTER = f"""
CASE WHEN :hr AND h.employee_number IS NOT NULL AND s.status IS DISTINCT FROM 'ambiguous' THEN {STATUS} ELSE [told] END
"""


def in_force() -> bool:
    """True where the municipality has a file from HR."""
    return bool(_settings().hr_feed)


def decides(what: str) -> bool:
    """True when HR is asked about ``what``: employment, title, unit or manager."""
    return in_force() and what in _settings().hr_fields


def lay_over() -> None:
    """Let HR's word stand on everybody who is laid out (``staging``), and above it what was ended here."""
    if in_force():
        _lay_over_of_hr()
    db.session.execute(text(ENDED_HERE), {"zone": clock.zone().key})


def _lay_over_of_hr() -> None:
    if "employment" in _settings().hr_fields:
        db.session.execute(text(WITHOUT_ACCOUNT))
    wanted = [*(SETS[what] for what in _settings().hr_fields), PROTECTED]
    db.session.execute(text(OVER.replace("[sets]", ", ".join(wanted))))


def employed(number: str, told: Employed, today: date) -> Employed:
    """The answer about employment, of the directory that ``told`` it and of HR; as ``lay_over``, for one person."""
    if not decides("employment") or told.status is Status.AMBIGUOUS:
        return told
    known = db.session.get(HrPerson, number)
    if known is None:
        return told
    if known.gone_since is not None:
        return replace(told, status=Status.ENDED, ends_on=known.ends_on, reason=known.reason)
    said = answer(employments_of(number), today)
    on_leave = said.status is Status.ACTIVE and told.status is Status.ON_LEAVE
    status = Status.ON_LEAVE if on_leave else said.status
    return Employed(status, said.starts_on, said.ends_on, said.main.form, said.reason)


def employments_of(number: str) -> list[HrEmployment]:
    """What HR's file has of the person."""
    rows = db.session.scalars(select(HrEmploymentRow).where(HrEmploymentRow.employee_number == number))
    return [employment_of(row) for row in rows]


def employment_of(row: HrEmploymentRow) -> HrEmployment:
    """The row as the rule takes it."""
    values: dict[str, Any] = {name: getattr(row, name) for name in HrEmployment.__slots__}
    return HrEmployment(**values)


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found
