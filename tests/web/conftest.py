"""A browser that has logged in, and a factory that has built boards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from padstone.platform.accounts.models import User
    from padstone.simulator.ledger import Ledger

PASSWORD = "kelp-harbour-94-lantern"
BAD_LOT, BAD_UNITS = "LX-1", 2
PANEL_UP = 4


@dataclass(frozen=True, slots=True)
class Built:
    """A factory that has built its boards, and the truth about them."""

    ledger: Ledger

    @property
    def units(self) -> list[str]:
        return list(self.ledger.units)

    @property
    def order(self) -> str:
        return self.ledger.header.work_orders[0]

    @property
    def panel(self) -> str:
        return self.ledger.units[self.units[0]].panel

    @property
    def bad_package(self) -> str:
        return next(
            package
            for one in self.ledger.installations
            for package in one.packages
            if self.ledger.packages[package].lot == BAD_LOT
        )


@pytest.fixture
def admin(db: None) -> User:
    from padstone.platform.accounts.models import User  # noqa: PLC0415 - Django is not set up yet when this is read

    return User.objects.create_superuser("ada", password=PASSWORD)


@pytest.fixture
def reader(admin: User) -> Client:
    """A browser in which somebody who may do everything has logged in."""
    from django.test import Client  # noqa: PLC0415 - as above

    browser = Client()
    browser.force_login(admin)
    return browser


@pytest.fixture
def guest(db: None) -> Client:
    """A browser of somebody who may log in, and nothing else."""
    from django.test import Client  # noqa: PLC0415 - as above

    from padstone.platform.accounts.models import User  # noqa: PLC0415 - as above

    browser = Client()
    browser.force_login(User.objects.create_user("guest", password=PASSWORD))
    return browser


def build_factory(units: int) -> Built:
    """Build so many boards on a line whose stations all stand in their places. Two get parts of a bad lot."""
    from padstone.features.sites.commands import assign_station  # noqa: PLC0415 - as above
    from padstone.simulator.line import pulse_line  # noqa: PLC0415 - as above
    from padstone.simulator.scenarios import Suspect  # noqa: PLC0415 - as above
    from padstone.simulator.world import Settings, run  # noqa: PLC0415 - as above
    from tests.shop_floor import AUDITOR, build  # noqa: PLC0415 - as above

    made = run(Settings(units=units, panel_up=PANEL_UP, suspect=Suspect(BAD_LOT, BAD_UNITS)))
    line = pulse_line()
    for place, spec in enumerate(line.stations, start=1):
        assign_station(
            AUDITOR, handle=spec.handle, name=spec.name, kind=spec.kind, line=line.name, place_in_line=place
        )
    build([message for _, message in made.messages])
    return Built(made.ledger)


@pytest.fixture
def build_units(db: None) -> Callable[[int], Built]:
    """As :func:`build_factory`, for one test."""
    return build_factory


@pytest.fixture
def built(build_units: Callable[[int], Built]) -> Built:
    return build_units(2 * PANEL_UP)
