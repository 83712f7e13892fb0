"""The part of the table of reactions that is about who works here: what follows when somebody comes, or leaves."""

from __future__ import annotations

from app.absences import reacting as absences
from app.appointments import reacting as appointments
from app.assignments import emails as assignment_emails
from app.assignments import tasks as assignments
from app.audit import arrivals, of_directory, of_leavers
from app.audit import assignments as assignment_log
from app.audit import of_absences as absence_log
from app.audit import of_movers as mover_log
from app.audit import reacting as audit
from app.directory import damping
from app.events import Reaction
from app.grants import reacting as grants
from app.hr_feed import emails as hr_emails
from app.leavers import emails as leaver_emails
from app.leavers import reacting as leavers
from app.matters import reacting as matters
from app.movers import emails as mover_emails
from app.movers import reacting as movers
from app.outages import deviations
from app.reconciliation import emails as reading_emails
from app.requests import reacting as requests
from workflows import events
from workflows.absence_events import AbsenceMoved
from workflows.arrival_events import ArrivalMoved
from workflows.assignment_events import AssignmentMoved
from workflows.directory_events import (
    BaselineAnswered,
    BaselineTaken,
    EmploymentEnded,
    HrFileApplied,
    HrFileLate,
    HrFileRefused,
    PersonMoved,
    ReadingHeld,
    ReadingReleased,
)
from workflows.findings import OrderAfterwardsAsked
from workflows.leaver_events import LeaverHasAccess, LeaverMoved
from workflows.mover_events import MoverMoved, MoverRowDecided, MovesHeld, MovesReleased, ReorganisationMoved

TABLE: dict[type, tuple[Reaction, ...]] = {
    events.EmploymentChanged: (
        audit.employment_changed,
        damping.employment_changed,
        requests.employment_changed,
        grants.employment_changed,
        absences.employment_changed,
    ),
    EmploymentEnded: (
        of_directory.employment_ended,
        leavers.employment_ended,
        movers.employment_ended,
        absences.employment_ended,
        matters.employment_ended,
        requests.employment_ended,
        grants.employment_ended,
        appointments.employment_ended,
        assignments.employment_ended,
        deviations.employment_ended,
    ),
    PersonMoved: (mover_log.person_moved, movers.person_moved),
    AbsenceMoved: (absence_log.moved,),
    MoverMoved: (mover_log.moved,),
    MoverRowDecided: (mover_log.row_decided,),
    ReorganisationMoved: (mover_log.reorganisation_moved, mover_emails.reorganisation_moved),
    MovesHeld: (mover_log.held,),
    MovesReleased: (mover_log.released,),
    AssignmentMoved: (
        assignment_log.assignment_moved,
        requests.assignment_moved,
        grants.assignment_moved,
        assignment_emails.assignment_moved,
    ),
    ReadingHeld: (of_directory.held, reading_emails.held),
    OrderAfterwardsAsked: (reading_emails.order_asked,),
    ReadingReleased: (of_directory.released,),
    HrFileApplied: (of_directory.hr_file,),
    HrFileRefused: (of_directory.hr_file, hr_emails.refused),
    HrFileLate: (of_directory.hr_file, hr_emails.late),
    BaselineTaken: (of_directory.baseline_taken,),
    BaselineAnswered: (of_directory.baseline_answered,),
    ArrivalMoved: (arrivals.arrival_moved,),
    LeaverMoved: (of_leavers.moved, leaver_emails.moved),
    LeaverHasAccess: (of_leavers.has_access,),
}
