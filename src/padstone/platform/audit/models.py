from __future__ import annotations

from django.db import models


class AuditLine(models.Model):
    """One decision of a person, token or job. Append-only, sealed into a chain."""

    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=20)
    actor = models.CharField(max_length=200)
    verb = models.CharField(max_length=100)
    subject = models.CharField(max_length=300)
    details = models.JSONField(default=dict)
    seal = models.BinaryField(max_length=32, unique=True)
