from __future__ import annotations

from django.db import models


class AuditLine(models.Model):
    """One decision of a person, token or job. Append-only, a link of the chain ``audit``.

    ``before``, ``after`` and ``details`` are canonical JSON ("" for nothing), so that what is stored is what
    is sealed. ``corrects`` is the line that this one puts right: what was written stays.
    """

    at = models.DateTimeField(db_index=True)
    actor_kind = models.CharField(max_length=20)
    actor = models.CharField(max_length=200)
    account = models.CharField(max_length=100, blank=True)
    via = models.CharField(max_length=200, blank=True)
    verb = models.CharField(max_length=100)
    subject = models.CharField(max_length=600)
    why = models.TextField(blank=True)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    details = models.TextField(blank=True)
    corrects = models.BigIntegerField(null=True)
    seal = models.BinaryField(max_length=32, unique=True)

    class Meta:
        indexes = (
            models.Index(fields=("actor", "id"), name="audit_line_actor"),
            models.Index(fields=("verb", "id"), name="audit_line_verb"),
            models.Index(fields=("subject", "id"), name="audit_line_subject"),
        )


class Verification(models.Model):
    """What a run of ``padstone audit verify`` found. For people to see, no evidence itself: run it again to
    know.
    """

    at = models.DateTimeField()
    actor = models.CharField(max_length=200)
    deep = models.BooleanField()
    intact = models.BooleanField()
    findings = models.JSONField(default=list)
