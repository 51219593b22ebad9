from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Terminal(models.Model):
    """A browser on the floor that many people share. It proves itself with a token that only it has; here
    stands the token's SHA-256.

    ``allowed_network``: addresses it may call from, as a network (10.1.2.0/24); "" for any.
    """

    name = models.CharField(max_length=100)
    place = models.CharField(max_length=100, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    idle_s = models.PositiveIntegerField(default=600)
    allowed_network = models.CharField(max_length=50, blank=True)
    enrolled_by = models.CharField(max_length=200)
    enrolled_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)
    unknown_badges = models.PositiveIntegerField(default=0)
    unknown_badge_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("name",), condition=Q(revoked_at=None), name="terminal_name"),
        )


class Badge(models.Model):
    """What a person carries. The code is kept as an HMAC under a key made from the site's secret key: whoever
    takes this table has no badge.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="badges")
    code_hash = models.CharField(max_length=64)
    issued_by = models.CharField(max_length=200)
    issued_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("code_hash",), condition=Q(revoked_at=None), name="badge_code"),
            models.UniqueConstraint(fields=("user",), condition=Q(revoked_at=None), name="badge_of_person"),
        )


class Pin(models.Model):
    """What a person knows. ``wrong`` counts the PINs in a row that were not it, those under way included;
    until ``waits_until`` none is looked at.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="pin")
    encoded = models.CharField(max_length=200)
    changed_at = models.DateTimeField()
    one_time = models.BooleanField(default=False)
    wrong = models.PositiveIntegerField(default=0)
    waits_until = models.DateTimeField(null=True)


class TerminalPresence(models.Model):
    """Who is on at a terminal, and whose badge waits for its PIN there. One row for each terminal."""

    terminal = models.OneToOneField(Terminal, models.CASCADE, related_name="presence")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    badge = models.ForeignKey(Badge, models.CASCADE, null=True, related_name="+")
    since = models.DateTimeField(null=True)
    last_act_at = models.DateTimeField(null=True)
    asked_badge = models.ForeignKey(Badge, models.CASCADE, null=True, related_name="+")
    asked_at = models.DateTimeField(null=True)
