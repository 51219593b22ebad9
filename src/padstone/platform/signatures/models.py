from __future__ import annotations

from django.db import models

from padstone.platform.signatures.domain import MEANINGS


class Signature(models.Model):
    """A person's signature under one version of a record. Append-only, a link of the chain ``signatures``.

    21 CFR 11.50: printed name, date and time, meaning. 11.70: ``version_digest`` is the SHA-256 of the record
    as it was shown, so the signature belongs to that version and to no other; ``version`` says how to ask for
    it again. 11.200: ``components`` are the means by which the signer was recognised, at ``recognised_at``.
    ``corrects`` is an earlier signature of the same record that this one takes the place of.
    """

    at = models.DateTimeField()
    printed_name = models.CharField(max_length=300)
    actor = models.CharField(max_length=200)
    account = models.CharField(max_length=100)
    via = models.CharField(max_length=200, blank=True)
    meaning = models.CharField(max_length=30, choices=list(MEANINGS.items()))
    reason = models.TextField(blank=True)
    subject_kind = models.CharField(max_length=30)
    subject = models.CharField(max_length=500)
    version = models.CharField(max_length=100)
    version_digest = models.BinaryField(max_length=32)
    components = models.CharField(max_length=100)
    recognised_at = models.DateTimeField()
    corrects = models.BigIntegerField(null=True)
    seal = models.BinaryField(max_length=32, unique=True)

    class Meta:
        indexes = (models.Index(fields=("subject_kind", "subject", "id"), name="signature_subject"),)
