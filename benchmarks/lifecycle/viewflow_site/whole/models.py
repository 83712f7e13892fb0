"""The product's tables that a step reads and writes, as Django's models; the tasks themselves are Viewflow's."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from viewflow.workflow.models import Process, Task

USER = settings.AUTH_USER_MODEL


class Employee(models.Model):
    """What the directory is asked about somebody, and who leads them."""

    user = models.OneToOneField(USER, on_delete=models.PROTECT)
    number = models.CharField(max_length=20, unique=True)
    manager = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="led")


class System(models.Model):
    """A business system."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    guideline_version = models.CharField(max_length=20, blank=True)


class Level(models.Model):
    """What is ordered."""

    system = models.ForeignKey(System, on_delete=models.PROTECT)
    code = models.CharField(max_length=40)
    label = models.CharField(max_length=200)
    is_base = models.BooleanField(default=False)


class Appointment(models.Model):
    """Who manages a system."""

    user = models.ForeignKey(USER, on_delete=models.PROTECT)
    system = models.ForeignKey(System, on_delete=models.PROTECT)
    role = models.CharField(max_length=40)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)


class Order(Process):
    """One order."""

    case_number = models.CharField(max_length=20, unique=True)
    state = models.CharField(max_length=40, default="draft")
    version = models.IntegerField(default=1)
    subject = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    orderer = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    level = models.ForeignKey(Level, on_delete=models.PROTECT)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    justification = models.TextField()
    guideline_version = models.CharField(max_length=20, blank=True)
    submitted_at = models.DateTimeField()
    state_since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=20, blank=True)
    reviewed = models.BooleanField(default=False)


class Grant(models.Model):
    """The right that an order led to."""

    order = models.OneToOneField(Order, on_delete=models.PROTECT, null=True)
    subject = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    level = models.ForeignKey(Level, on_delete=models.PROTECT)
    status = models.CharField(max_length=40, default="active")
    valid_from = models.DateField()
    granted_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField()
    target_user_id = models.CharField(max_length=200, blank=True)
    done_on = models.DateField(null=True)
    revoke_reason = models.CharField(max_length=200, blank=True)
    revoke_ordered_at = models.DateTimeField(null=True)
    revoke_ordered_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.IntegerField(default=1)


class Addressee(models.Model):
    """Somebody who is asked."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT)
    user = models.ForeignKey(USER, on_delete=models.PROTECT)
    role = models.CharField(max_length=40, default="addressee")
    why = models.CharField(max_length=40)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)


class Clock(models.Model):
    """What time does to a task."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT)
    act = models.CharField(max_length=40)
    ask = models.CharField(max_length=40, blank=True)
    fires_on = models.DateField()
    fired_at = models.DateTimeField(null=True)


class Link(models.Model):
    """A mail's link; every answer kills those that are unspent."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT)
    user = models.ForeignKey(USER, on_delete=models.PROTECT)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class Event(models.Model):
    """The log."""

    at = models.DateTimeField()
    event = models.CharField(max_length=40)
    actor = models.ForeignKey(USER, on_delete=models.PROTECT, null=True)
    actor_role = models.CharField(max_length=40)
    channel = models.CharField(max_length=20, default="web")
    object_type = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True)
    state_from = models.CharField(max_length=40, blank=True)
    state_to = models.CharField(max_length=40, blank=True)
    guards = models.JSONField(default=list)
    evidence = models.JSONField(default=dict)
    data = models.JSONField(default=dict)


class Mail(models.Model):
    """The outbox."""

    key = models.CharField(max_length=200, unique=True)
    template = models.CharField(max_length=40)
    recipient = models.ForeignKey(USER, on_delete=models.PROTECT)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, null=True)
    data = models.JSONField(default=dict)
    status = models.CharField(max_length=20, default="queued")
    queued_at = models.DateTimeField()
