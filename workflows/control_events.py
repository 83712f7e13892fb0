"""What has happened in the internal control: something was attested, a risk decided, a report moved on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflows.events import Actor


@dataclass(frozen=True, slots=True)
class ControlMoved:
    """The subclasses say what. ``object_type`` and ``object_id``: of what; ``data`` is for the log: plain JSON values.

    ``system_id`` is None for what concerns a board, or the whole municipality.
    """

    object_type: str
    object_id: int
    system_id: int | None
    actor: Actor
    at: datetime
    reason: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


class ControlAttested(ControlMoved):
    """Somebody has attested a thing of a system's profile."""

    __slots__ = ()


class ControlRiskNoted(ControlMoved):
    """A risk was written down."""

    __slots__ = ()


class ControlRiskDecided(ControlMoved):
    """The owner has decided about a risk."""

    __slots__ = ()


class ControlRiskClosed(ControlMoved):
    """A risk is no more, or its measure is done."""

    __slots__ = ()


class ControlRoundOpened(ControlMoved):
    """The year's round is open."""

    __slots__ = ()


class ControlRoundFrozen(ControlMoved):
    """The reports' data is read and kept; ``data["digests"]``: the hash of each, by the report's id."""

    __slots__ = ()


class ControlReportsDrafted(ControlMoved):
    """People may write in the reports; ``data["reports"]``: their ids."""

    __slots__ = ()


class ControlReportReminded(ControlMoved):
    """A day of the round has come (``reason`` says which) and these reports wait: ``data["reports"]``."""

    __slots__ = ()


class ControlReportWritten(ControlMoved):
    """Somebody has written in a report beside its figures."""

    __slots__ = ()


class ControlReportSubmitted(ControlMoved):
    """The author has handed the report to the owner."""

    __slots__ = ()


class ControlReportApproved(ControlMoved):
    """The owner stands for the report; ``data`` has the rating."""

    __slots__ = ()


class ControlReportReceived(ControlMoved):
    """The coordinator has taken it over, with its diary number."""

    __slots__ = ()


class ControlReportReturned(ControlMoved):
    """It goes back to its author, with a question (``reason``)."""

    __slots__ = ()


class ControlReportClosed(ControlMoved):
    """It is locked."""

    __slots__ = ()


class ControlReportSupplemented(ControlMoved):
    """A correction was added to a closed report."""

    __slots__ = ()


class ControlReportExported(ControlMoved):
    """A file was made of it; ``data``: its kind and its SHA-256."""

    __slots__ = ()


class ControlActivityRecorded(ControlMoved):
    """A control that somebody made by hand was written down."""

    __slots__ = ()
