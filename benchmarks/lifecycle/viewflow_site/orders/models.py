"""An order as Viewflow keeps it, and the two tables that every step adds a row to."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from viewflow.workflow.models import Process


class AccessProcess(Process):
    """One order and the right that it led to: columns of the process, as Viewflow's documentation does it."""

    subject = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True)
    level = models.CharField(max_length=40)
    valid_from = models.DateField()
    justification = models.TextField()
    approved = models.BooleanField(default=False)
    done_on = models.DateField(null=True)
    target_user_id = models.CharField(max_length=200, blank=True)
    end_reason = models.CharField(max_length=200, blank=True)
    removed_on = models.DateField(null=True)


class AuditEvent(models.Model):
    """What happened."""

    process = models.ForeignKey(AccessProcess, on_delete=models.PROTECT)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    event = models.CharField(max_length=40)
    at = models.DateTimeField(auto_now_add=True)
    data = models.JSONField(default=dict)


class OutboxMail(models.Model):
    """A mail to be."""

    key = models.CharField(max_length=200, unique=True)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    data = models.JSONField(default=dict)
    queued_at = models.DateTimeField(auto_now_add=True)
