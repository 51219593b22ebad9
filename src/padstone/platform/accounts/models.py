from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person who logs in. ``roles`` are names of ``roles.ROLES``; ``client`` is the client whose things
    alone a person with that role sees. ``company_login`` is the name that the company's own login tells of
    this person.
    """

    roles = models.JSONField(default=list, blank=True)
    client = models.CharField(max_length=200, blank=True)
    company_login = models.CharField(max_length=200, blank=True)


class SetUpCode(models.Model):
    """The code with which one makes the first administrator, as a digest. One at most; once used, it goes."""

    digest = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()


class CachedValue(models.Model):
    """The table of Django's database cache, which counts attempts to log in for all processes together."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "accounts_cache"
