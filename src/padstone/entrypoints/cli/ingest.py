from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click

from padstone.ingest.delivery import Delivery
from padstone.ingest.inbox import accept
from padstone.ingest.interpret import Interpreter
from padstone.ingest.queries import counts, exceptions
from padstone.kernel import clock
from padstone.kernel.actor import Actor
from padstone.kernel.errors import Invalid
from padstone.platform.accounts.identity import operator_of_this_machine
from padstone.platform.progress import bars
from padstone.platform.terminal import say_facts, say_table

ENDINGS = (".json", ".ndjson", ".jsonl", ".json.gz", ".ndjson.gz", ".jsonl.gz", ".gz")
NEEDS_A_LOOK = ("waiting", "rejected", "failed")
COLUMNS = ("id", "state", "name", "code", "reason", "awaits")
SHOWN_AT_MOST = 20
FILES_AT_ONCE = 200
BYTES_AT_ONCE = 8 * 1024 * 1024
LARGEST_FILE = 256 * 1024 * 1024


@click.command(short_help="Read CFX messages from files")
@click.argument(
    "paths", nargs=-1, required=True, metavar="FILE|FOLDER...", type=click.Path(exists=True, path_type=Path)
)
@click.pass_context
def ingest(ctx: click.Context, paths: tuple[Path, ...]) -> None:
    """Store CFX messages from files, in the order of their names, and work out what they mean.

    A file holds one envelope, a JSON array of envelopes, or one per line; .gz is unpacked. Of a folder all
    .json, .ndjson, .jsonl and .gz files are read, of its subfolders too. A message that is here already
    changes nothing, so repeating a command does no harm.

    Ends with 1 if a message was rejected or failed; one that waits for another is no fault.
    """
    files = [file for path in paths for file in _files(path)]
    if not files:
        raise click.UsageError("There is no .json, .ndjson, .jsonl or .gz file there.")
    actor = operator_of_this_machine()
    bad_before = _bad(actor)
    read = read_files(files)
    say_facts("Read", (("files", str(len(files))), *((name, str(count)) for name, count in read.items())))
    lines = [line for state in NEEDS_A_LOOK for line in exceptions(actor, state=state, limit=SHOWN_AT_MOST)]
    if lines:
        say_table("Need a look", COLUMNS, [[getattr(line, name) for name in COLUMNS] for line in lines])
    if _bad(actor) > bad_before:
        ctx.exit(1)


def read_files(files: list[Path]) -> Counter[str]:
    """Store and interpret what is in the files, with a progress bar; how many were received, repeated,
    rejected.
    """
    read = _store(files)
    _interpret(read["received"])
    return read


def _bad(actor: Actor) -> int:
    known = counts(actor)
    return known.get("rejected", 0) + known.get("failed", 0)


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    else:
        yield from sorted(file for file in path.rglob("*") if file.is_file() and file.name.endswith(ENDINGS))


def _store(files: list[Path]) -> Counter[str]:
    counted: Counter[str] = Counter(received=0, repeated=0, rejected=0)
    with bars() as bar:
        task = bar.add_task("Reading", total=len(files))
        for some in _in_portions(files):
            receipt = accept([_delivery(file) for file in some])
            counted.update(received=receipt.received, repeated=receipt.repeated, rejected=receipt.rejected)
            bar.advance(task, len(some))
    return counted


def _in_portions(files: list[Path]) -> Iterator[list[Path]]:
    """As many files as one commit may hold: a folder of small files is not one commit each, and memory stays
    small.
    """
    portion: list[Path] = []
    size_bytes = 0
    for file in files:
        size_bytes += file.stat().st_size
        if portion and (len(portion) == FILES_AT_ONCE or size_bytes > BYTES_AT_ONCE):
            yield portion
            portion, size_bytes = [], file.stat().st_size
        portion.append(file)
    if portion:
        yield portion


def _delivery(file: Path) -> Delivery:
    """Refuses (Invalid) a file that would not fit into the inbox in one piece; .gz is limited where it is
    unpacked.
    """
    size_bytes = file.stat().st_size
    if size_bytes > LARGEST_FILE:
        raise Invalid(
            "file_too_large",
            "{file} has {size_bytes} bytes; at most {most} are taken in one piece.",
            field="file",
            way_out="Split it at the ends of lines (split --line-bytes=256M); nothing of it was stored.",
            file=file.name,
            size_bytes=size_bytes,
            most=LARGEST_FILE,
        )
    return Delivery(
        door="file",
        sender=file.name,
        body=file.read_bytes(),
        content_encoding="gzip" if file.suffix == ".gz" else "",
        sent_at=None,
        received_at=clock.now(),
    )


def _interpret(count: int) -> None:
    with bars() as bar:
        task = bar.add_task("Interpreting", total=count)
        interpreter = Interpreter()
        while moved := interpreter.some():
            bar.advance(task, moved)
