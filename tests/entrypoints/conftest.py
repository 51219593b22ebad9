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


HANDLE = "Vendor.Placer.1"


def bearer(text: str) -> dict[str, str]:
    """The header of a program that shows a token, or of a machine that shows its credential."""
    return {"Authorization": f"Bearer {text}"}


def token_of(user: User, *scopes: str, days: int = 1) -> str:
    """A new token of an account's, with these scopes, or with all that the account may be given."""
    from datetime import timedelta  # noqa: PLC0415 - as below

    from padstone.kernel import clock  # noqa: PLC0415 - as below
    from padstone.platform.credentials.commands import create_token  # noqa: PLC0415 - Django is not set up yet
    from padstone.platform.credentials.models import ApiToken  # noqa: PLC0415 - as above
    from padstone.platform.credentials.queries import scopes_for  # noqa: PLC0415 - as above
    from tests.shop_floor import AUDITOR  # noqa: PLC0415 - as above

    every = [scope for group in scopes_for(user).values() for scope in group]
    return create_token(
        AUDITOR,
        owner=user.username,
        name=f"test {ApiToken.objects.count()}",
        scopes=scopes or every,
        expires_at=clock.now() + timedelta(days=days),
    ).text


@pytest.fixture
def machine(db: None) -> dict[str, str]:
    """The headers of a machine that proves to be HANDLE."""
    from padstone.platform.credentials.commands import create_machine_credential  # noqa: PLC0415 - as above
    from tests.shop_floor import AUDITOR  # noqa: PLC0415 - as above

    return basic(HANDLE, create_machine_credential(AUDITOR, handle=HANDLE).text)


@pytest.fixture
def guest(db: None) -> User:
    """Somebody who may log in, and nothing else."""
    from padstone.platform.accounts.models import User  # noqa: PLC0415 - as above

    return User.objects.create_user("guest", password=PASSWORD)


@pytest.fixture
def api(admin: User) -> Client:
    """A program that may do everything."""
    from django.test import Client  # noqa: PLC0415 - as above

    return Client(headers=bearer(token_of(admin)))


@pytest.fixture(scope="session")
def messages() -> list[bytes]:
    """What a line sends while it builds a panel of six boards, two of which get parts of a bad lot."""
    from padstone.simulator.scenarios import Suspect  # noqa: PLC0415 - as above
    from padstone.simulator.world import Settings, run  # noqa: PLC0415 - as above

    sent = run(Settings(units=UNITS, panel_up=UNITS, suspect=Suspect(BAD_LOT, BAD_UNITS))).messages
    return [message for _, message in sent]
