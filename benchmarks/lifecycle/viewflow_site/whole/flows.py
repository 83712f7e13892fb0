"""The five steps of the product, with all that it keeps of each, on Viewflow's own views."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import F
from django.http import HttpResponse
from django.utils import timezone
from viewflow import this
from viewflow.workflow import flow, lock
from viewflow.workflow.flow import views
from viewflow.workflow.models import Task

from benchmarks.lifecycle.viewflow_site.whole import keeping, rules
from benchmarks.lifecycle.viewflow_site.whole.models import Addressee, Employee, Event, Grant, Order

WITH_NAMES = ("subject", "orderer", "level__system")


class Kept:
    """The frame of a step, in its transaction: look up, check, let Viewflow move on, keep what there is to keep."""

    event = state_to = why = ""
    is_checked = True

    def form_valid(self, form: Any) -> HttpResponse:
        """As Viewflow, with everything that the product's step reads and writes."""
        order, user, now = form.instance, self.request.user, timezone.now()  # type: ignore[attr-defined]  # a view's
        self.prepare(order, user, now)
        evidence: dict[str, Any] = {}
        checked: list[dict[str, Any]] = []
        if self.is_checked:
            employee = Employee.objects.get(user_id=order.subject_id)
            evidence = rules.look_up(employee.number, now)
            checked = rules.guards(order, employee, evidence, now.date())
            if failed := [check["guard"] for check in checked if not check["passed"]]:
                form.add_error(None, f"refused: {failed}")
                return self.form_invalid(form)  # type: ignore[attr-defined,no-any-return]  # a view's
        before, order.state, order.version = order.state, self.state_to or order.state, order.version + 1
        order.state_since = now
        moved: HttpResponse = super().form_valid(form)  # type: ignore[misc]  # mixed in before a view
        task = self.request.activation.task  # type: ignore[attr-defined]  # Viewflow's
        events = [
            Event(
                at=now,
                event=self.event,
                actor=user,
                actor_role=self.why or "orderer",
                object_type="request",
                object_id=order.pk,
                order=order,
                state_from=before,
                state_to=order.state,
                guards=checked,
                evidence=evidence,
                data={"client": {"address": "127.0.0.1", "user_agent": ""}},
            )
        ]
        more, mails = self.follow(order, user, now)
        keeping.keep([*events, *more], mails, task if self.why else None)
        return moved

    def prepare(self, order: Order, user: Any, now: Any) -> None:
        """Only whoever is asked may answer."""
        task_id = self.request.activation.task.pk  # type: ignore[attr-defined]  # Viewflow's
        if self.why and not Addressee.objects.filter(task_id=task_id, user=user, removed_at=None).exists():
            raise PermissionDenied

    def follow(self, order: Order, user: Any, now: Any) -> tuple[list[Event], list[Any]]:
        """The events and the mails of what follows."""
        raise NotImplementedError

    def ask(self, order: Order, people: list[Any], why: str) -> tuple[list[Event], list[Any]]:
        """The task that Viewflow has made next is asked of these people."""
        task = Task.objects.filter(process_id=order.pk, status="ASSIGNED").latest("pk")
        return keeping.asked(order, task, people, why)


class Answered(Kept):
    """A step about an order that is there; it is read with its names in one statement."""

    def get_object(self, queryset: Any = None) -> Any:
        """The order that Viewflow has locked, for its activation too."""
        activation = self.request.activation  # type: ignore[attr-defined]  # Viewflow's
        activation.process = Order.objects.select_related(*WITH_NAMES).get(pk=activation.process.pk)
        return activation.process


class Submit(Kept, views.CreateProcessView):  # type: ignore[misc]  # viewflow has no types
    """The order."""

    fields = ("subject", "level", "valid_from", "justification")
    event, state_to = "request.submit", "requested"

    def prepare(self, order: Order, user: Any, now: Any) -> None:
        """A case number, and what the person does not fill in."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('case_number')")
            order.case_number = f"BEH-{now.year}-{cursor.fetchone()[0]:06d}"
        order.orderer, order.submitted_at = user, now
        order.guideline_version = order.level.system.guideline_version

    def follow(self, order: Order, user: Any, now: Any) -> tuple[list[Event], list[Any]]:
        """The manager is asked."""
        manager = Employee.objects.select_related("manager").get(user_id=order.subject_id).manager
        return self.ask(order, [manager], "line_manager")


class Approve(Answered, views.UpdateProcessView):  # type: ignore[misc]  # viewflow has no types
    """The manager's answer."""

    fields = ("verdict", "reviewed")
    event, state_to, why = "request.approve", "manager_approved", "line_manager"

    def follow(self, order: Order, user: Any, now: Any) -> tuple[list[Event], list[Any]]:
        """The system managers are asked."""
        return self.ask(order, rules.managers_of(order.level, now.date()), "system_manager")


class Granted(Answered, views.UpdateProcessView):  # type: ignore[misc]  # viewflow has no types
    """The system manager's receipt."""

    fields = ("verdict",)
    event, state_to, why = "request.grant", "granted", "system_manager"

    def prepare(self, order: Order, user: Any, now: Any) -> None:
        """The order ends here."""
        super().prepare(order, user, now)
        order.ended_at = now

    def follow(self, order: Order, user: Any, now: Any) -> tuple[list[Event], list[Any]]:
        """The right begins."""
        receipt = {name: self.request.POST.get(name, "") for name in ("done_on", "target_user_id")}  # type: ignore[attr-defined]
        grant = Grant.objects.create(
            order=order,
            subject=order.subject,
            level=order.level,
            valid_from=order.valid_from,
            granted_by=user,
            granted_at=now,
            **receipt,
        )
        event = Event(
            at=now,
            event="grant.issued",
            actor=user,
            actor_role=self.why,
            object_type="grant",
            object_id=grant.pk,
            order=order,
            data=receipt,
        )
        return [event], [keeping.told(order, "order_granted", order.subject)]


class End(Answered, views.UpdateProcessView):  # type: ignore[misc]  # viewflow has no types
    """The owner of the right does not need it any more."""

    fields = ()
    event, is_checked = "grant.revocation_ordered", False

    def follow(self, order: Order, user: Any, now: Any) -> tuple[list[Event], list[Any]]:
        """The removal is ordered, and asked for."""
        Grant.objects.filter(order=order, status="active").update(
            status="revocation_pending", revoke_ordered_at=now, revoke_ordered_by=user, version=F("version") + 1
        )
        return self.ask(order, rules.managers_of(order.level, now.date()), "system_manager")


class Remove(Answered, views.UpdateProcessView):  # type: ignore[misc]  # viewflow has no types
    """The system manager's second receipt."""

    fields = ()
    event, state_to, why, is_checked = "request.revoke", "revoked", "system_manager", False

    def follow(self, order: Order, user: Any, now: Any) -> tuple[list[Event], list[Any]]:
        """The right is gone."""
        Grant.objects.filter(order=order).update(
            status="revoked", revoked_at=now, revoked_by=user, version=F("version") + 1
        )
        data = {"done_on": self.request.POST.get("done_on", "")}  # type: ignore[attr-defined]  # a view's
        event = Event(
            at=now,
            event="grant.revoked",
            actor=user,
            actor_role=self.why,
            object_type="grant",
            object_id=order.pk,
            order=order,
            data=data,
        )
        return [event], [keeping.told(order, "grant_revoked", order.subject)]


class OrderFlow(flow.Flow):  # type: ignore[misc]  # viewflow has no types
    """The whole life."""

    process_class = Order
    lock_impl = lock.select_for_update_lock

    start = flow.Start(Submit.as_view()).Next(this.approve)
    approve = flow.View(Approve.as_view()).Assign(username="manager").Next(this.check)
    check = flow.If(lambda activation: activation.process.verdict == "approve").Then(this.grant).Else(this.rejected)
    grant = flow.View(Granted.as_view()).Assign(username="system_manager").Next(this.end_right)
    end_right = flow.View(End.as_view()).Assign(this.start.owner).Next(this.remove)
    remove = flow.View(Remove.as_view()).Assign(username="system_manager").Next(this.revoked)
    rejected = flow.End()
    revoked = flow.End()
