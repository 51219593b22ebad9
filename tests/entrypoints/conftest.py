from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from padstone.platform.accounts.models import User

PASSWORD = "kelp-harbour-94-lantern"
UNITS, BAD_LOT, BAD_UNITS = 6, "LX-1", 2


def basic(name: str, password: str = PASSWORD) -> dict[str, str]:
    """The header of HTTP Basic."""
    return {"Authorization": "Basic " + b64encode(f"{name}:{password}".encode()).decode()}


@pytest.fixture
def admin(db: None) -> User:
    from padstone.platform.accounts.models import User  # noqa: PLC0415 - Django is not set up yet when this is read

    return User.objects.create_superuser("ada", password=PASSWORD)


@pytest.fixture
def machine(db: None) -> User:
    from padstone.platform.accounts.models import User  # noqa: PLC0415 - as above

    user = User.objects.create_user("placer", password=PASSWORD)
    user.groups.create(name="machines")
    return user


@pytest.fixture
def guest(db: None) -> User:
    """Somebody who may log in, and nothing else."""
    from padstone.platform.accounts.models import User  # noqa: PLC0415 - as above

    return User.objects.create_user("guest", password=PASSWORD)


@pytest.fixture
def api(admin: User) -> Client:
    """A program that may do everything."""
    from django.test import Client  # noqa: PLC0415 - as above

    return Client(headers=basic("ada"))


@pytest.fixture(scope="session")
def messages() -> list[bytes]:
    """What a line sends while it builds a panel of six boards, two of which get parts of a bad lot."""
    from padstone.simulator.scenarios import Suspect  # noqa: PLC0415 - as above
    from padstone.simulator.world import Settings, run  # noqa: PLC0415 - as above

    sent = run(Settings(units=UNITS, panel_up=UNITS, suspect=Suspect(BAD_LOT, BAD_UNITS))).messages
    return [message for _, message in sent]
