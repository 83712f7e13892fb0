"""THE TABLE: what follows when something has happened, in order, in the same transaction. Audit first."""

from __future__ import annotations

from app import people_reactions as people
from app.access import emails as access_emails
from app.access import services as access
from app.appointments import emails as appointment_emails
from app.appointments import handover_emails, orderer_emails, role_ends, standing_in
from app.appointments import reacting as appointments
from app.audit import (
    activation,
    of_matters,
    of_training,
    paper,
    premises,
    privileged,
    suspensions,
)
from app.audit import directory_writes as write_log
from app.audit import emergencies as emergency_log
from app.audit import log_checks as log_check_log
from app.audit import reacting as audit
from app.audit import reviews as review_log
from app.audit import user_lists as list_log
from app.catalogue import freezing as windows
from app.control import reacting as control
from app.emergencies import emails as emergency_emails
from app.emergencies import findings as emergency_findings
from app.events import Reaction
from app.fulfilment import services as directory_writes
from app.grants import activating, emergencies
from app.grants import reacting as grants
from app.links import services as links
from app.log_checks import emails as log_check_emails
from app.log_checks import services as log_checks
from app.matters import asking, succession
from app.matters import emails as matter_emails
from app.matters import following as matter_following
from app.outages import deviations, following
from app.outages import emails as outage_emails
from app.premises import emails as premises_emails
from app.premises import programming
from app.reconciliation import regularising
from app.requests import base_orders, emails, freezing, prerequisites, services
from app.requests import reacting as requests
from app.reviews import emails as review_emails
from app.reviews import services as reviews
from app.tasks import services as tasks
from app.training import services as training
from workflows import events, grant_events, process_events, role_events, system_events, training_events
from workflows.activation_events import GrantActivated, GrantIntroduced
from workflows.conflict_events import ToxicExemptionChanged
from workflows.directory_writing import DirectoryWriteMoved, GrantProvisioned
from workflows.emergency_events import (
    EmergencyBegan,
    EmergencyClosed,
    EmergencyDeviated,
    EmergencyExtended,
    EmergencyFollowedUp,
    EmergencyJudged,
    EmergencyOver,
)
from workflows.list_events import ServiceAccountAccepted, UserListMoved
from workflows.log_check_events import (
    LogCheckDrawn,
    LogCheckSaved,
    LogCheckSigned,
    LogCheckTaskLeft,
    LogCheckTaskRang,
)
from workflows.matter_events import (
    ConditionMet,
    ConditionNear,
    MatterDocumentMade,
    MatterHandedOn,
    MatterMoved,
    MatterMoveRefused,
    MatterTaskLeft,
    MatterTaskRang,
    RenewalOpened,
    SuccessorAnswered,
)
from workflows.paper_events import (
    ContinuityTested,
    FindingMoved,
    OutageChanged,
    OutageLasts,
    PaperAsked,
    PaperOrderMoved,
    PaperPackMade,
    PaperScanFetched,
)
from workflows.premises_events import CredentialChanged, ZonesRead
from workflows.privileged_events import PrivilegedListed, PrivilegedTold
from workflows.review_events import ReviewAnswered, ReviewApplied, ReviewMoved
from workflows.suspension_events import GrantResumed, GrantSuspended


def _kill_links(event: events.TaskClosed) -> None:
    links.kill_for_task(event.task_id, now=event.at)


def _kill_old_link(event: events.TaskReassigned) -> None:
    links.kill_for_task(event.task_id, now=event.at, person_id=event.from_id)


def _show_mail_trouble(event: events.MailFailed) -> None:
    if event.task_id is not None:
        tasks.mark_mail_trouble(event.task_id, event.error)


def _mail_asked(event: events.TaskAsked) -> None:
    if event.matter_id is not None:
        matter_emails.task_asked(event)
        return
    if event.log_check_id is not None:
        log_check_emails.task_asked(event)
        return
    (prerequisites.tell if event.kind == prerequisites.KIND else emails.task_asked)(event)


def _mail_waiting(event: events.RequestWaiting) -> None:
    """What is missing is told by the subject's task, once (rules.md C0.3 G8)."""
    if not prerequisites.are_waited_for(event.request_id):
        emails.waiting(event)


TABLE: dict[type, tuple[Reaction, ...]] = {
    events.RequestAsked: (
        audit.request_moved,
        services.close_tasks,
        services.ask_next,
        prerequisites.ask,
        base_orders.link,
        regularising.order_began,
    ),
    events.RequestWaiting: (
        audit.request_moved,
        services.close_tasks,
        base_orders.link,
        _mail_waiting,
        prerequisites.ask,
        regularising.order_began,
    ),
    events.RequestReturned: (audit.request_moved, services.close_tasks, services.ask_next),
    events.RequestRejected: (
        audit.request_moved,
        services.close_tasks,
        emails.rejected,
        base_orders.link,
        regularising.order_rejected,
    ),
    events.RequestWithdrawn: (
        audit.request_moved,
        emails.withdrawn,
        services.close_tasks,
        base_orders.link,
        regularising.order_came_to_nothing,
    ),
    events.RequestLapsed: (
        audit.request_moved,
        services.close_tasks,
        emails.lapsed,
        base_orders.link,
        regularising.order_came_to_nothing,
    ),
    events.RequestCancelled: (
        audit.request_moved,
        services.close_tasks,
        emails.cancelled,
        base_orders.link,
        regularising.order_came_to_nothing,
    ),
    events.RequestGranted: (
        audit.request_moved,
        services.close_tasks,
        grants.issue_ordered,
        emails.granted,
        deviations.order_granted,
        regularising.order_granted,
    ),
    process_events.RequestMovedToVersion: (audit.request_moved, services.close_tasks, services.ask_next),
    events.RequestRevoked: (audit.request_moved,),
    events.MoveRefused: (audit.move_refused, prerequisites.refused),
    events.TaskAsked: (audit.task_asked, _mail_asked),
    events.TaskEscalated: (audit.task_escalated, emails.delayed),
    events.TaskReassigned: (audit.task_reassigned, _kill_old_link),
    events.TaskClosed: (_kill_links,),
    grant_events.GrantIssued: (
        audit.grant_issued,
        activating.begin,
        programming.grant_issued,
        directory_writes.grant_issued,
        requests.base_grant_came,
        access.note,
    ),
    GrantIntroduced: (activation.grant_introduced,),
    GrantActivated: (activation.grant_activated,),
    GrantProvisioned: (write_log.grant_provisioned, directory_writes.done_by_hand),
    DirectoryWriteMoved: (write_log.write_moved,),
    GrantSuspended: (suspensions.grant_suspended,),
    GrantResumed: (suspensions.grant_resumed,),
    grant_events.GrantExtended: (audit.grant_extended,),
    grant_events.GrantRevocationOrdered: (
        audit.grant_revocation_ordered,
        emergencies.removal_ordered,
        directory_writes.removal_ordered,
        emails.revocation_ordered,
        reviews.right_ends,
    ),
    grant_events.GrantReplaced: (audit.grant_replaced,),
    grant_events.GrantRevoked: (
        audit.grant_revoked,
        directory_writes.done_by_hand,
        requests.grant_is_gone,
        emails.grant_revoked,
        deviations.right_is_gone,
    ),
    grant_events.GrantEndNear: (emails.grant_ending,),
    EmergencyBegan: (emergency_log.emergency_moved, emergency_emails.began),
    EmergencyExtended: (emergency_log.emergency_moved, emergency_emails.extended),
    EmergencyOver: (emergency_log.emergency_moved, emergency_emails.over),
    EmergencyJudged: (emergency_log.emergency_moved, emergency_emails.judged),
    EmergencyFollowedUp: (emergency_log.emergency_moved,),
    EmergencyDeviated: (emergency_log.emergency_moved, emergency_findings.deviated),
    EmergencyClosed: (emergency_log.emergency_moved, emergency_findings.closed),
    **people.TABLE,
    training_events.TrainingImported: (of_training.training_imported, prerequisites.came),
    training_events.AgreementSigned: (of_training.agreement_signed, prerequisites.came),
    events.CatalogueLoaded: (audit.catalogue_loaded, windows.catalogue_loaded, training.catalogue_loaded),
    PrivilegedTold: (privileged.told,),
    PrivilegedListed: (privileged.listed, access_emails.listed),
    MatterMoved: (
        of_matters.moved,
        asking.close_tasks,
        matter_following.place_system,
        matter_following.replace_previous,
        matter_following.end_its_beginning,
        matter_emails.moved,
        asking.ask_next,
        succession.begin,
    ),
    MatterMoveRefused: (of_matters.refused,),
    MatterHandedOn: (of_matters.handed_on,),
    MatterDocumentMade: (of_matters.document_made,),
    MatterTaskRang: (asking.rang,),
    MatterTaskLeft: (asking.left,),
    **control.TABLE,
    LogCheckDrawn: (log_check_log.moved,),
    LogCheckSaved: (log_check_log.moved,),
    LogCheckSigned: (log_check_log.moved, log_check_emails.signed),
    LogCheckTaskRang: (log_checks.rang,),
    LogCheckTaskLeft: (log_checks.left,),
    ReviewMoved: (review_log.moved, review_emails.moved),
    ReviewAnswered: (review_log.answered,),
    ReviewApplied: (review_log.applied, review_emails.applied),
    ConditionMet: (of_matters.condition_met,),
    ConditionNear: (of_matters.condition_near, matter_emails.condition_near),
    RenewalOpened: (of_matters.renewal_opened, matter_emails.renewal_opened),
    SuccessorAnswered: (of_matters.successor_answered,),
    system_events.LifecycleChanged: (of_matters.lifecycle_changed,),
    ToxicExemptionChanged: (audit.toxic_exemption_changed,),
    PaperPackMade: (paper.pack_made,),
    OutageChanged: (paper.outage_changed, following.begin),
    OutageLasts: (paper.outage_lasts, outage_emails.lasts),
    PaperOrderMoved: (paper.paper_order_moved, following.ask_second_person),
    PaperScanFetched: (paper.scan_fetched,),
    PaperAsked: (paper.asked, outage_emails.asked),
    FindingMoved: (paper.finding_moved, following.tell_of_finding, requests.finding_moved),
    UserListMoved: (list_log.list_moved,),
    ServiceAccountAccepted: (list_log.service_accepted,),
    ContinuityTested: (paper.continuity_tested,),
    CredentialChanged: (premises.credential_changed, premises_emails.credential_changed),
    ZonesRead: (premises.zones_read,),
    process_events.WorkflowProposed: (audit.workflow_changed,),
    process_events.WorkflowProved: (audit.workflow_changed,),
    process_events.WorkflowActivated: (audit.workflow_changed, requests.process_changed),
    process_events.WorkflowWithdrawn: (audit.workflow_changed,),
    system_events.FreezeChanged: (audit.freeze_changed, freezing.windows_changed),
    system_events.TaskDueMoved: (audit.task_due_moved,),
    events.AppointmentChanged: (audit.appointment_changed, role_ends.ask_others),
    role_events.DeputyNamed: (audit.deputy_changed, appointment_emails.deputy_named, standing_in.ask_at_once),
    role_events.OrdererAsked: (orderer_emails.orderer_asked,),
    role_events.OrdererMoved: (audit.orderer_moved, orderer_emails.orderer_moved, appointments.orderer_moved),
    role_events.HandoverMoved: (audit.handover_moved, handover_emails.handover_moved),
    role_events.DeputyEnded: (audit.deputy_changed, appointment_emails.deputy_ended, standing_in.ask_no_more),
    events.MailFailed: (_show_mail_trouble,),
    events.LoggedIn: (audit.logged_in,),
}
