"""Who is about to sign shows once more who sits there; a session left open is no place to guess at."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import RequestFactory

from padstone.kernel.errors import Forbidden
from padstone.platform.accounts.attempts import TooManyAttempts
from padstone.platform.accounts.models import User
from padstone.platform.accounts.reauthentication import reauthenticate

pytestmark = pytest.mark.django_db

PASSWORD = "kelp-harbour-94-lantern"


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada", password=PASSWORD)


def at_the_desk_of(user: User) -> HttpRequest:
    request = RequestFactory().post("/sign/", REMOTE_ADDR="10.0.0.1")
    request.user, request.session = user, SessionStore()
    return request


def test_wrong_ones_are_slowed_then_refused_and_the_neighbour_signs(
    ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: now)
    desk = at_the_desk_of(ada)
    for number in range(9):
        with pytest.raises(Forbidden):
            reauthenticate(desk, name="ada", password="wrong")
        if number % 3 == 2:
            with pytest.raises(TooManyAttempts):
                reauthenticate(desk, name="ada", password=PASSWORD)
            now += timedelta(seconds=11).total_seconds()
    with pytest.raises(Forbidden):
        reauthenticate(desk, name="ada", password="wrong")
    now += timedelta(seconds=11).total_seconds()
    with pytest.raises(TooManyAttempts):
        reauthenticate(desk, name="ada", password=PASSWORD)
    bob = User.objects.create_user("bob", password=PASSWORD)
    assert reauthenticate(at_the_desk_of(bob), name="bob", password=PASSWORD).fresh
    now += timedelta(minutes=10).total_seconds()
    assert reauthenticate(desk, name="ada", password=PASSWORD).fresh
