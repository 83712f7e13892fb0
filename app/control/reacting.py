"""What follows when something has happened in the internal control: each is on record, and some are told by mail."""

from __future__ import annotations

from collections.abc import Mapping

from app.audit import control as log
from app.control import emails
from app.events import Reaction
from workflows import control_events as events

LOGGED = (
    events.ControlAttested,
    events.ControlRiskNoted,
    events.ControlRiskDecided,
    events.ControlRiskClosed,
    events.ControlRoundOpened,
    events.ControlRoundFrozen,
    events.ControlReportWritten,
    events.ControlReportReceived,
    events.ControlReportClosed,
    events.ControlReportSupplemented,
    events.ControlReportExported,
    events.ControlActivityRecorded,
)
TABLE: Mapping[type, tuple[Reaction, ...]] = {
    **dict.fromkeys(LOGGED, (log.moved,)),
    events.ControlReportsDrafted: (log.moved, emails.drafted),
    events.ControlReportReminded: (log.moved, emails.reminded),
    events.ControlReportSubmitted: (log.moved, emails.moved),
    events.ControlReportApproved: (log.moved, emails.moved),
    events.ControlReportReturned: (log.moved, emails.moved),
}
