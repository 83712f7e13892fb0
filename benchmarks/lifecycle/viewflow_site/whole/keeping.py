"""What every step keeps besides Viewflow's own rows: whom it asks, the clocks, the log, the mails. In bulk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone
from viewflow.workflow.models import Task

from benchmarks.lifecycle.viewflow_site.whole.models import Addressee, Clock, Event, Link, Mail, Order

ACTS = {
    "approve": (("remind_1", ""), ("remind_2", ""), ("escalate_1", "deputy"), ("escalate_2", "next"), ("lapse", "")),
    "grant": (
        ("remind_1", ""),
        ("remind_2", ""),
        ("escalate_1", "mailbox"),
        ("escalate_2", "owner"),
        ("escalate_3", "it"),
    ),
    "remove": (("remind_1", ""), ("remind_2", ""), ("escalate_1", "owner"), ("escalate_2", "it")),
}


def about(order: Order, role: str) -> dict[str, Any]:
    """What a mail is made from."""
    return {
        "role": role,
        "level": order.level.label,
        "system": order.level.system.name,
        "case_number": order.case_number,
        "url_path": f"/orders/{order.case_number}",
        "subject_name": order.subject.get_username(),
        "orderer_name": order.orderer.get_username(),
        "unit": "",
        "replaces": "",
        "protected": False,
        "sensitive": False,
        "same_day": False,
    }


def asked(order: Order, task: Task, people: Sequence[Any], why: str) -> tuple[list[Event], list[Mail]]:
    """Keep whom a task asks and its clocks; the event and the mails of it."""
    now = timezone.now()
    days = [now.date() + timedelta(days=n + 1) for n in range(5)]
    Addressee.objects.bulk_create([Addressee(task=task, user=p, why=why, added_at=now) for p in people])
    Clock.objects.bulk_create(
        [
            Clock(task=task, act=act, ask=ask, fires_on=day)
            for (act, ask), day in zip(ACTS[task.flow_task.name], days, strict=False)
        ]
    )
    data = {"kind": task.flow_task.name, "asked": [{"person": p.pk, "role": "addressee"} for p in people]}
    event = Event(
        at=now,
        event="task.asked",
        actor_role="time",
        channel="system",
        object_type="task",
        object_id=task.pk,
        order=order,
        data=data,
    )
    terms = {**about(order, "addressee"), "kind": task.flow_task.name, "due_on": str(days[-1])}
    mails = [
        Mail(
            key=f"task:{task.pk}:{p.pk}",
            template=f"task_{task.flow_task.name}",
            recipient=p,
            task=task,
            data=terms,
            queued_at=now,
        )
        for p in people
    ]
    return [event], mails


def told(order: Order, template: str, to: Any) -> Mail:
    """A mail that asks nothing."""
    return Mail(
        key=f"{template}:{order.pk}:{to.pk}",
        template=template,
        recipient=to,
        data=about(order, "subject"),
        queued_at=timezone.now(),
    )


def keep(events: Sequence[Event], mails: Sequence[Mail], answered: Task | None) -> None:
    """The log and the outbox, one statement each; the unspent links of what was answered die."""
    Event.objects.bulk_create(events)
    Mail.objects.bulk_create(mails, ignore_conflicts=True)
    if answered is not None:
        Link.objects.filter(task=answered, used_at=None, revoked_at=None).update(revoked_at=timezone.now())
