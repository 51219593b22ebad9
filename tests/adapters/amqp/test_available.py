from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from padstone.adapters import amqp


def test_it_is_there(require_service: Callable[[str], str]) -> None:
    require_service("proton")
    assert amqp.available() is None


def test_what_to_install_where_it_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "proton", None)
    said = amqp.available()
    assert said is not None
    assert "apt-get install build-essential python3-dev pkg-config libssl-dev" in said
