from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from padstone.simulator import world
from tests.adapters.amqp.rabbit import Rabbit
from tests.end_to_end.plant import Planting, planted


@dataclass(frozen=True)
class Day:
    """A recorded day: a file with one envelope in a line, and the facts of an unbroken run."""

    file: Path
    lines: list[bytes]
    facts: dict[str, Any]


@pytest.fixture(scope="session")
def plant(empty_books: Path) -> Planting:
    return partial(planted, books=empty_books)


@pytest.fixture(scope="module")
def day(
    tmp_path_factory: pytest.TempPathFactory,
    plant: Planting,
    proving: bool,
    require_service: Callable[[str], str],
) -> Day:
    require_service("proton")
    folder = tmp_path_factory.mktemp("day")
    run = world.run(world.Settings(units=500 if proving else 8))
    lines = [message for _, message in run.messages]
    file = folder / "messages.ndjson"
    file.write_bytes(b"\n".join(lines))
    from tests.end_to_end.told import tell  # noqa: PLC0415 (where Proton is absent the test skips)

    with plant(folder / "calm") as calm:
        calm.ingestd("--amqp-anonymous")
        port = int(calm.says(r"AMQP 1.0 on 127.0.0.1 port (\d+)")[1])
        tell(f"amqp://127.0.0.1:{port}/cfx", lines)
        calm.wait_for(len(lines))
        facts = calm.report()
    assert facts["states"] == {"done": len(lines)}
    return Day(file, lines, facts)


@pytest.fixture
def rabbit(tmp_path: Path, require_service: Callable[[str], str]) -> Iterator[Rabbit]:
    folder = tmp_path / "rabbit"
    folder.mkdir()
    node = Rabbit(require_service("rabbitmq"), folder)
    try:
        node.start()
        yield node
    finally:
        node.close()
