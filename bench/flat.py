"""Ingest into empty books and, in turns with it, into those of a long history: does what is there slow it?

The history is one that ``bench/scale --keep`` has left; it is copied, and what is copied is added to.

    python bench/flat.py /a/large/disk/1000000000/sqlite
    python bench/flat.py postgresql://bench@127.0.0.1:54329/bench_postgresql_1000000000
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import click
from ingest import PLACEMENTS, keep, placing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PARTS = 20
"""In so many the messages are taken in, after a first that makes ready."""


@click.command()
@click.argument("history")
@click.option("--panels", default=2_000, help="How many reports of a placer are taken in.")
@click.option("--inside", is_flag=True, hidden=True)
def main(history: str, panels: int, inside: bool) -> None:
    if inside:
        _inside(panels)
        return
    with ExitStack() as stack:
        books = {
            "empty": stack.enter_context(_books(history, is_empty=True)),
            "with a history": stack.enter_context(_books(history, is_empty=False)),
        }
        engines = {name: stack.enter_context(_started(where, panels)) for name, where in books.items()}
        for name, engine in engines.items():
            print(f"  {name}: {_said(engine)['passes']:,} passes are on the books", flush=True)
        took: dict[str, list[tuple[float, float]]] = {name: [] for name in engines}
        for _ in range(PARTS):
            for name, engine in engines.items():
                print("next", file=engine.stdin, flush=True)
                took[name].append(tuple(_said(engine)["took"]))
    for name, parts in took.items():
        speed = panels * PLACEMENTS / PARTS / median(wall for wall, _ in parts)
        print(f"  {name:<16}{speed:>14,.0f} placements/s")
    for number, what in ((0, "by the clock"), (1, "by processor time")):
        pairs = zip(took["empty"], took["with a history"], strict=True)
        ratio = median(empty[number] / full[number] for empty, full in pairs)
        print(f"  ratio {what}: {ratio:.2f} of the speed into empty books")


@contextmanager
def _books(history: str, *, is_empty: bool) -> Iterator[dict[str, str]]:
    """A copy, or empty ones of the same kind: the surroundings of a process that works on them."""
    with tempfile.TemporaryDirectory(prefix="padstone-bench-", dir=os.environ.get("BENCH_DISK")) as folder:
        if not history.startswith("postgresql"):
            if not is_empty:
                shutil.copy(_file(history), folder)
            yield {"PADSTONE_DATA": folder, "PADSTONE_DATABASE_URL": ""}
            return
        import psycopg

        address = urlsplit(history)
        name = f"bench_flat_{'empty' if is_empty else 'full'}"
        template = "template0" if is_empty else address.path.lstrip("/")
        with psycopg.connect(urlunsplit(address._replace(path="/postgres")), autocommit=True) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{name}"')
            server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
            yield {
                "PADSTONE_DATA": folder,
                "PADSTONE_DATABASE_URL": urlunsplit(address._replace(path=f"/{name}")),
            }
            server.execute(f'DROP DATABASE "{name}"')


def _file(history: str) -> Path:
    file = Path(history) / "padstone.sqlite3"
    if not file.is_file():
        raise click.ClickException(f"{file} is not there; name the folder of an engine that bench/scale kept")
    return file


@contextmanager
def _started(surroundings: dict[str, str], panels: int) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, __file__, "--inside", "--panels", str(panels), "-"]
    environment = {**os.environ, **surroundings, "DJANGO_SETTINGS_MODULE": "padstone.config.settings"}
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    yield process
    process.communicate()


def _said(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise click.ClickException("an ingest process fell silent")
    found: dict[str, Any] = json.loads(line)
    return found


def _inside(panels: int) -> None:
    """Take in and interpret a part for each line that comes."""
    import django

    django.setup()
    from django.core.management import call_command

    from padstone.features.genealogy.models import Pass
    from padstone.ingest.interpret import Interpreter
    from padstone.ingest.models import Message, State
    from padstone.platform.collecting import keep_what_is_here

    call_command("migrate", verbosity=0)
    stream = placing(panels + panels // PARTS)
    interpreter = Interpreter()
    first, *parts = _parts(stream.messages, PARTS + 1)
    keep([*stream.before, *first])
    interpreter.all()
    keep_what_is_here()
    print(json.dumps({"passes": Pass.objects.count()}), flush=True)
    for part, _ in zip(parts, sys.stdin, strict=False):
        began, busy = time.perf_counter(), time.process_time()
        keep(part)
        interpreter.all()
        took = (time.perf_counter() - began, time.process_time() - busy)
        print(json.dumps({"took": took}), flush=True)
    if left := list(Message.objects.exclude(state=State.DONE).values_list("state", "code", "reason")[:3]):
        raise click.ClickException(f"not everything is on the books: {left}")


def _parts(messages: Sequence[bytes], count: int) -> list[Sequence[bytes]]:
    step = len(messages) // count
    return [messages[step * number : step * (number + 1)] for number in range(count)]


if __name__ == "__main__":
    main()
