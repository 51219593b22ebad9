from __future__ import annotations

from base64 import b64encode

import pytest
from django.test import Client

from padstone.platform.accounts.identity import MACHINES
from padstone.platform.accounts.models import User

PASSWORD = "kelp-harbour-94-lantern"


def basic(name: str, password: str = PASSWORD) -> dict[str, str]:
    """The header of HTTP Basic."""
    return {"Authorization": "Basic " + b64encode(f"{name}:{password}".encode()).decode()}


@pytest.fixture
def admin(db: None) -> User:
    return User.objects.create_superuser("ada", password=PASSWORD)


@pytest.fixture
def machine(db: None) -> User:
    user = User.objects.create_user("placer", password=PASSWORD)
    user.groups.create(name=MACHINES)
    return user


@pytest.fixture
def guest(db: None) -> User:
    """Somebody who may log in, and nothing else."""
    return User.objects.create_user("guest", password=PASSWORD)


@pytest.fixture
def api(admin: User) -> Client:
    """A program that may do everything."""
    return Client(headers=basic("ada"))
