from __future__ import annotations

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A person who logs in. Our own from the first day, so that it can grow without a rebuilt table."""
