"""What people have completed and signed, and what a level asks for that they have not (rules.md C0.3 G8, G9)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import joinedload

from app.catalogue.models import AccessLevel, Agreement, Course
from app.catalogue.queries import confidentiality_of
from app.db import db
from app.errors import NotFound
from app.training.models import Completion, Signature, TrainingImport

BASE_COURSES = ("INFOSEC-BAS", "GDPR-BAS")  # rules.md C1: within 20 working days, and before any new K2 or K3
FROM_CONFIDENTIALITY = 2
# Three columns, for whoever reads a person in a statement of their own: they take :subject and :today.
COLUMNS = """
ARRAY (
  SELECT course.code FROM completion JOIN course ON course.id = completion.course_id
  WHERE completion.person_id = :subject AND (expires_on IS NULL OR expires_on >= :today)
    AND (counts_from IS NULL OR completed_on >= counts_from)
) AS courses, ARRAY (
  SELECT in_force.type FROM signature JOIN (
    SELECT DISTINCT ON (type) id, type FROM agreement WHERE valid_from <= :today
    ORDER BY type, valid_from DESC, id DESC
  ) AS in_force ON in_force.id = signature.agreement_id WHERE signature.person_id = :subject
) AS agreements, ARRAY (SELECT code FROM course WHERE code IN ('INFOSEC-BAS', 'GDPR-BAS')) AS base_given
"""
HAS = text(" ".join(("SELECT", COLUMNS)))

NEWCOMERS = text("""
SELECT person.id, manager_id, starts_on, array_agg(course.name ORDER BY array_position(:base, course.code))
FROM person JOIN course ON course.code = ANY (:base)
WHERE employment_status = 'active' AND starts_on BETWEEN :since AND :today AND NOT EXISTS (
  SELECT FROM completion WHERE completion.person_id = person.id AND completion.course_id = course.id
    AND (expires_on IS NULL OR expires_on >= :today) AND (counts_from IS NULL OR completed_on >= counts_from)
)
GROUP BY person.id ORDER BY person.id
""")


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who began lately, and the names of the base courses that are missing."""

    id: int
    manager_id: int | None
    starts_on: date
    missing: list[str]


@dataclass(frozen=True, slots=True)
class Has:
    """What a person has today: codes of courses that count, types of agreements in force that are signed.

    ``base_given``: which of the base courses the municipality gives at all.
    """

    courses: frozenset[str]
    agreements: frozenset[str]
    base_given: frozenset[str]

    @classmethod
    def of(cls, courses: Collection[str], agreements: Collection[str], base_given: Collection[str]) -> Has:
        """From the lists that a statement gave."""
        return cls(frozenset(courses), frozenset(agreements), frozenset(base_given))


@dataclass(frozen=True, slots=True)
class Lacking:
    """What a level asks for and a person does not have: codes, in the level's order."""

    courses: tuple[str, ...] = ()
    agreement: str = ""

    def __bool__(self) -> bool:
        return bool(self.courses or self.agreement)


def has(person_id: int, today: date) -> Has:
    """What the person has; one statement."""
    return Has.of(*db.session.execute(HAS, {"subject": person_id, "today": today}).one())


def lacking(level: AccessLevel, kind: str, held: Has) -> Lacking:
    """What is missing for an order of the level.

    Beside the level's own courses, the base courses for everything new from K2 on (rules.md C1); who only extends
    what they have is asked for no more than the level says.
    """
    wanted = list(level.courses)
    if kind != "extend" and confidentiality_of(level) >= FROM_CONFIDENTIALITY:
        wanted += [code for code in BASE_COURSES if code in held.base_given and code not in wanted]
    agreement = level.agreement if level.agreement not in held.agreements else ""
    return Lacking(tuple(code for code in wanted if code not in held.courses), agreement)


def newcomers_without_base_courses(since: date, today: date) -> list[Newcomer]:
    """Who began between the two days, is at work, and lacks a base course that is given; one statement."""
    rows = db.session.execute(NEWCOMERS, {"since": since, "today": today, "base": list(BASE_COURSES)})
    return [Newcomer(*row) for row in rows]


def course_names(codes: Collection[str]) -> list[str]:
    """The names of courses, in the order of their codes as given; a code that no course has stands for itself."""
    if not codes:
        return []
    rows = db.session.execute(select(Course.code, Course.name).where(Course.code.in_(codes)))
    found = {code: name for code, name in rows}
    return [found.get(code, code) for code in codes]


def in_force(type_: str, today: date) -> Agreement | None:
    """The version of an agreement that is in force; None before its first day."""
    wanted = select(Agreement).where(Agreement.type == type_, Agreement.valid_from <= today)
    return db.session.scalar(wanted.order_by(Agreement.valid_from.desc(), Agreement.id.desc()).limit(1))


def all_in_force(today: date) -> dict[str, Agreement]:
    """Every agreement in force, by type."""
    wanted = select(Agreement).where(Agreement.valid_from <= today).ext(distinct_on(Agreement.type))
    ordered = wanted.order_by(Agreement.type, Agreement.valid_from.desc(), Agreement.id.desc())
    return {agreement.type: agreement for agreement in db.session.scalars(ordered)}


def completions_of(person_id: int) -> Sequence[Completion]:
    """The person's latest completion of each course, by the course's name."""
    latest = (
        select(Completion.id)
        .where(Completion.person_id == person_id)
        .ext(distinct_on(Completion.course_id))
        .order_by(Completion.course_id, Completion.completed_on.desc())
    )
    wanted = select(Completion).join(Completion.course).options(joinedload(Completion.course))
    return db.session.scalars(wanted.where(Completion.id.in_(latest)).order_by(Course.name)).all()


def signature(signature_id: int) -> Signature:
    """One signature with its text. Raises NotFound."""
    found = db.session.get(Signature, signature_id, options=[joinedload(Signature.agreement)])
    if found is None:
        raise NotFound()
    return found


def one_import(import_id: int) -> TrainingImport:
    """One report of a file. Raises NotFound."""
    found = db.session.get(TrainingImport, import_id)
    if found is None:
        raise NotFound()
    return found


def latest_imports(limit: int = 20) -> Sequence[TrainingImport]:
    """The reports of the files that were read last."""
    wanted = select(TrainingImport).options(joinedload(TrainingImport.read_by)).order_by(TrainingImport.id.desc())
    return db.session.scalars(wanted.limit(limit)).all()


def signature_id(person_id: int, agreement_id: int) -> int:
    """The id of the person's signature of the version."""
    wanted = select(Signature.id).where(Signature.person_id == person_id, Signature.agreement_id == agreement_id)
    return db.session.scalars(wanted).one()


def signatures_of(person_id: int) -> Sequence[Signature]:
    """What the person has signed, newest first, with the texts."""
    wanted = select(Signature).where(Signature.person_id == person_id).options(joinedload(Signature.agreement))
    return db.session.scalars(wanted.order_by(Signature.signed_at.desc(), Signature.id.desc())).all()
