"""What doors ask about accounts."""

from __future__ import annotations

from padstone.platform.accounts.models import User


def admins() -> tuple[str, ...]:
    """Names of the active accounts that may do everything, oldest first."""
    return tuple(
        User.objects.filter(is_superuser=True, is_active=True)
        .order_by("id")
        .values_list("username", flat=True)
    )


def exists(name: str) -> bool:
    return User.objects.filter(username=name).exists()
