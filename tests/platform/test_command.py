"""A command asks for its permission, whichever way it is called."""

from __future__ import annotations

import pytest

from padstone.features.parts.commands import register_part
from padstone.features.parts.models import Part
from padstone.kernel.actor import Actor, ActorKind
from padstone.kernel.errors import Forbidden
from padstone.platform.command import Command, durable

pytestmark = pytest.mark.django_db

NOBODY = Actor(ActorKind.PERSON, "nobody", frozenset({"view_factory"}))
SOMEBODY = Actor(ActorKind.PERSON, "somebody", frozenset({"register_part"}))


def test_on_its_own() -> None:
    with pytest.raises(Forbidden):
        register_part(NOBODY, number="100-001")
    assert not Part.objects.exists()
    register_part(SOMEBODY, number="100-001")


def test_within_another() -> None:
    """Whoever may do the outer one need not be allowed the inner one."""
    assert isinstance(register_part, Command)
    with durable(), pytest.raises(Forbidden):
        register_part.within(NOBODY, number="100-001")
    assert not Part.objects.exists()
    with durable():
        register_part.within(SOMEBODY, number="100-001")
