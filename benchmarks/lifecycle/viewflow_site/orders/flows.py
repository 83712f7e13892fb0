"""Submit, approve, grant, order the end, confirm the removal: five steps by people, as in the product."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpResponse
from viewflow import this
from viewflow.workflow import flow, lock
from viewflow.workflow.flow import views

from benchmarks.lifecycle.viewflow_site.orders.models import AccessProcess, AuditEvent, OutboxMail

MANAGER, SYSTEM_MANAGER = "manager", "system_manager"


class Recorded:
    """Adds the audit's row and a mail's in the step's transaction, the least that the product's step does too."""

    receiver = ""

    def form_valid(self, form: Any) -> HttpResponse:
        """As Viewflow, and the two rows."""
        answered: HttpResponse = super().form_valid(form)  # type: ignore[misc]  # mixed in before a view
        task, user = self.request.activation.task, self.request.user  # type: ignore[attr-defined]  # the view's
        step = task.flow_task.name
        AuditEvent.objects.create(process_id=task.process_id, actor=user, event=step, data={"state": step})
        to = get_user_model().objects.get(username=self.receiver) if self.receiver else user
        OutboxMail.objects.create(key=f"{task.pk}:{to.pk}", recipient=to, data={"step": step})
        return answered


class Submit(Recorded, views.CreateProcessView):  # type: ignore[misc]  # viewflow has no types
    """The order."""

    fields = ("level", "valid_from", "justification")
    receiver = MANAGER


class Approve(Recorded, views.UpdateProcessView):  # type: ignore[misc]  # viewflow has no types
    """The manager's answer."""

    fields = ("approved",)
    receiver = SYSTEM_MANAGER


class Grant(Recorded, views.UpdateProcessView):  # type: ignore[misc]  # viewflow has no types
    """The system manager's receipt."""

    fields = ("done_on", "target_user_id")


class End(Recorded, views.UpdateProcessView):  # type: ignore[misc]  # viewflow has no types
    """The owner of the right does not need it any more."""

    fields = ("end_reason",)
    receiver = SYSTEM_MANAGER


class Remove(Recorded, views.UpdateProcessView):  # type: ignore[misc]  # viewflow has no types
    """The system manager's second receipt."""

    fields = ("removed_on",)


class AccessFlow(flow.Flow):  # type: ignore[misc]  # viewflow has no types
    """The whole life. The lock is the one that Viewflow offers for PostgreSQL: of two deciders one is first."""

    process_class = AccessProcess
    lock_impl = lock.select_for_update_lock

    start = flow.Start(Submit.as_view()).Next(this.approve)
    approve = flow.View(Approve.as_view()).Assign(username=MANAGER).Next(this.check)
    check = flow.If(lambda activation: activation.process.approved).Then(this.grant).Else(this.rejected)
    grant = flow.View(Grant.as_view()).Assign(username=SYSTEM_MANAGER).Next(this.end_right)
    end_right = flow.View(End.as_view()).Assign(this.start.owner).Next(this.remove)
    remove = flow.View(Remove.as_view()).Assign(username=SYSTEM_MANAGER).Next(this.revoked)
    rejected = flow.End()
    revoked = flow.End()
