from __future__ import annotations

from django.conf import settings
from django.db import models

LONGEST_HANDLE = 400
LONGEST_NAME = 100
LONGEST_ADDRESS = 60


class ApiToken(models.Model):
    """Lets a program speak for its owner, as far as its scopes go. Of its secret a digest is kept."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="api_tokens")
    name = models.CharField(max_length=LONGEST_NAME)
    beginning = models.CharField(max_length=8)
    secret_digest = models.BinaryField(max_length=32)
    scopes = models.JSONField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    last_used_from = models.CharField(max_length=LONGEST_ADDRESS, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("owner", "name"), condition=models.Q(revoked_at=None), name="token_name_once"
            ),
        )


class MachineCredential(models.Model):
    """Proves that a machine is the endpoint whose CFX handle it claims: by a secret, of which a digest is
    kept, or by the certificate that it shows in TLS.
    """

    handle = models.CharField(max_length=LONGEST_HANDLE, db_index=True)
    beginning = models.CharField(max_length=8, blank=True)
    secret_digest = models.BinaryField(max_length=32, null=True)
    certificate_fingerprint = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    last_used_from = models.CharField(max_length=LONGEST_ADDRESS, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("certificate_fingerprint",),
                condition=models.Q(revoked_at=None) & ~models.Q(certificate_fingerprint=""),
                name="certificate_speaks_for_one",
            ),
        )


class WrongTries(models.Model):
    """How often an address has lately shown a credential that is none. Counted for all processes together."""

    address = models.CharField(max_length=LONGEST_ADDRESS, unique=True)
    tries = models.PositiveIntegerField()
    since = models.DateTimeField()
    last_at = models.DateTimeField(db_index=True)
