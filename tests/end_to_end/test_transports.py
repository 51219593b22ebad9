"""The same day over three ways, told by somebody else's AMQP: three equal sets of facts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.adapters.amqp.rabbit import PASSWORD, USER, Rabbit
from tests.adapters.rhea import rhea
from tests.end_to_end.conftest import Day
from tests.end_to_end.plant import Planting

QUEUE = "/amq/queue/cfx"


@pytest.mark.long
def test_rhea_tells_the_day_to_the_listener(
    day: Day, tmp_path: Path, plant: Planting, require_service: Callable[[str], str]
) -> None:
    require_service("node")
    with plant(tmp_path / "plant") as ours:
        ours.ingestd("--amqp-anonymous")
        port = ours.says(r"AMQP 1.0 on 127.0.0.1 port (\d+)")[1]
        assert rhea.run("publish.js", port, "cfx", str(day.file)).strip() == str(len(day.lines))
        ours.wait_for(len(day.lines))
        assert ours.report() == day.facts


def test_rhea_tells_the_day_through_rabbitmq(
    day: Day, tmp_path: Path, plant: Planting, rabbit: Rabbit, require_service: Callable[[str], str]
) -> None:
    require_service("node")
    with plant(tmp_path / "plant", brokers=rabbit.url(QUEUE)) as ours:
        ours.ingestd()
        rhea.run("publish.js", str(rabbit.port), QUEUE, str(day.file), USER, PASSWORD)
        ours.wait_for(len(day.lines))
        assert ours.report() == day.facts
        assert PASSWORD not in ours.said()


def test_rhea_tells_the_day_through_a_broker_made_of_rhea(
    day: Day, tmp_path: Path, plant: Planting, require_service: Callable[[str], str]
) -> None:
    require_service("node")
    with rhea.running("broker.js") as port:
        broker = f"amqp://{USER}:{PASSWORD}@127.0.0.1:{port}?subscribe=cfx"
        with plant(tmp_path / "plant", brokers=broker) as ours:
            ours.ingestd()
            rhea.run("publish.js", port, "cfx", str(day.file), USER, PASSWORD)
            ours.wait_for(len(day.lines))
            assert ours.report() == day.facts
