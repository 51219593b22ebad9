"""``padstone import`` and ``padstone design``: a client's files taken in, drafts checked and released."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import click

from padstone.features.design import commands, queries
from padstone.features.design.abilities import abilities
from padstone.features.design.commands import TakenIn
from padstone.features.design.domain.phases import PHASES
from padstone.features.design.domain.sources import Source
from padstone.features.design.exports import FORMATS, written
from padstone.features.design.rehearsal import rehearse
from padstone.features.design.taken import what_it_is
from padstone.features.parts.lookups import revision as revision_by_names
from padstone.kernel.errors import Invalid, NotFound
from padstone.platform.accounts.identity import operator_of_this_machine
from padstone.platform.progress import telling
from padstone.platform.terminal import format_option, say_facts, say_json, say_table

F = TypeVar("F", bound=Callable[..., object])
A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
ABILITY = (
    "line",
    "least_gap",
    "smallest_length",
    "smallest_width",
    "tallest",
    "board_length",
    "board_width",
    "fiducials",
    "sides",
    "stated_by",
)
WORDS = {"read": "Reading", "match": "Matching parts", "write": "Writing"}


MILLIMETRES = click.FloatRange(min=0)


@click.group(name="import")
def import_() -> None:
    """Take a client's files into a draft of a product's revision: bills, placements, IPC-2581."""


def _taking(purpose: str, words: str) -> Callable[[F], click.Command]:
    def make(documented: F) -> click.Command:
        @click.argument("file", type=A_FILE)
        @click.option("--product", required=True, help="The product's number.")
        @click.option("--revision", required=True, help="The label of the draft; made if there is none.")
        @click.option("--client", default="", help="Whose design it is; their columns are remembered.")
        @click.option("--name", default="", help="The product's name, for people.")
        @click.option("--phase", type=click.Choice(list(PHASES)), default="prototype", show_default=True)
        @click.option(
            "--column",
            "columns",
            multiple=True,
            metavar="NAME=MEANING",
            help="What a column says: its name or its number from 1, and designators, mpn, quantity …",
        )
        @click.option("--register", is_flag=True, help="Put the parts that nobody knows on the books.")
        @click.option("--dry-run", is_flag=True, help="Say what would come of it, and keep nothing.")
        @format_option("table", "json")
        def taking(**given: Any) -> None:
            _take(purpose, **given)

        taking.__doc__ = documented.__doc__
        return click.command(purpose if purpose != "bill" else "bom", short_help=words)(taking)

    return make


@_taking("bill", "Take in a bill of materials")
def bom() -> None:
    """Take the bill of materials in FILE into a draft: CSV, TSV, XLSX, XLS, KiCad's XML.

    Its columns are read as they were confirmed for that client, or proposed by their names and contents; what
    is not certain is told, with file, row and column. The draft is released on its page, or by padstone
    design release.
    """


@_taking("placement", "Take in a placement file")
def placement() -> None:
    """Take the placement in FILE into a draft: KiCad, Altium, Eagle, Allegro, CPL or any table that names x
    and y.
    """


@_taking("ipc2581", "Take in an IPC-2581 file")
def ipc2581() -> None:
    """Take bill, placement, outline and packages of an IPC-2581 FILE into a draft."""


for one in (bom, placement, ipc2581):
    import_.add_command(one)


def _take(  # noqa: PLR0913 - a parameter for each option
    purpose: str,
    *,
    file: Path,
    product: str,
    revision: str,
    client: str,
    name: str,
    phase: str,
    columns: Sequence[str],
    register: bool,
    dry_run: bool,
    output: str,
) -> None:
    source = Source.from_path(file)
    found, evidence = what_it_is(source)
    if found != purpose:
        raise Invalid(
            "file_of_other_purpose",
            "{file} is a {found} file: {evidence}.",
            field="file",
            way_out=f"padstone import {'bom' if found == 'bill' else found}",
            file=file.name,
            found=found,
            evidence="; ".join(evidence),
        )
    actor = operator_of_this_machine()
    take = rehearse if dry_run else commands.take_in
    with telling(WORDS) as progress:
        told = take(
            actor,
            file_name=file.name,
            content=source.content,
            product=product,
            revision=revision,
            client=client,
            product_name=name,
            phase=phase,
            mapping=_mapping(columns),
            progress=progress,
        )
    registered = 0
    if register and not dry_run:
        registered = commands.register_new_parts(actor, revision_id=told.revision_id)
    if output == "json":
        say_json(told)
        return
    _say(told, registered, dry_run=dry_run)


def _mapping(columns: Sequence[str]) -> dict[str, str]:
    found = {}
    for column in columns:
        name, is_given, meaning = column.rpartition("=")
        if not is_given:
            raise click.UsageError(f"--column {column}: write NAME=MEANING.")
        found[name] = meaning
    return found


def _say(told: TakenIn, registered: int, *, dry_run: bool) -> None:
    if told.doubts:
        say_table(
            "Doubts",
            ("asks", "place", "reason", "way_out"),
            [
                ("" if one.severity == "note" else str(one.severity), one.place.text, one.reason, one.way_out)
                for one in told.doubts
            ],
        )
    words = "Nothing was kept." if dry_run else f"It is draft {told.revision_id}."
    more = f" Registered: {registered}." if registered else ""
    click.echo(
        f"{told.product} {told.revision}: {told.lines} lines, {told.designators} designators, "
        f"{told.placed} placed; {told.matched} lines matched, {told.unknown} not known. {words}{more}"
    )


@click.group()
def design() -> None:
    """Revisions: what there is, whether it is ready, released, compared."""


@design.command("list")
@format_option("table", "json")
def list_(output: str) -> None:
    """Every revision of every product."""
    rows = queries.designs(operator_of_this_machine())
    if output == "json":
        say_json(rows)
        return
    columns = (
        "product",
        "product_name",
        "client",
        "revision",
        "state",
        "phase",
        "imported_at",
        "imported_by",
    )
    say_table("Designs", columns, [[getattr(row, name) for name in columns] for row in rows])


@design.command()
@click.argument("product")
@click.argument("revision")
@format_option("table", "json")
def readiness(product: str, revision: str, output: str) -> None:
    """What speaks against a release of PRODUCT's REVISION, gravest first."""
    actor = operator_of_this_machine()
    report = queries.readiness(actor, _id(product, revision))
    if output == "json":
        say_json(report)
        return
    say_facts(
        f"{report.product} {report.revision}",
        (
            ("state", report.state),
            ("phase", report.phase),
            ("ready", "yes" if report.ready else "no"),
            ("open doubts", report.open_doubts),
            ("findings that hold it up", report.holding_up),
        ),
    )
    say_table(
        "Findings",
        ("gravity", "rule", "subject", "evidence", "remedy", "waived_by"),
        [
            (one.gravity, one.rule, one.subject, one.evidence, one.remedy, one.waived_by)
            for one in report.findings
        ],
    )


@design.command()
@click.argument("product")
@click.argument("revision")
@click.option(
    "--accept-doubts",
    default="",
    metavar="WHY",
    help="Accept every open doubt of its files, for this reason.",
)
def release(product: str, revision: str, accept_doubts: str) -> None:
    """Release the draft PRODUCT REVISION: from then on it is built to, and never changes.

    Signatures that its phase asks for are given in the browser: they take a password.
    """
    actor, revision_id = operator_of_this_machine(), _id(product, revision)
    if accept_doubts:
        for doubt in queries.revision_card(actor, revision_id).doubts:
            if doubt.asks and not doubt.settled:
                commands.settle_doubt(actor, revision_id=revision_id, key=doubt.key, why=accept_doubts)
    commands.release(actor, revision_id=revision_id)
    click.echo(f"{product} {revision} is released.")


@design.command()
@click.argument("product")
@click.argument("before")
@click.argument("after")
@format_option("table", "json")
def difference(product: str, before: str, after: str, output: str) -> None:
    """What changed in PRODUCT from revision BEFORE to revision AFTER."""
    answer = queries.comparison(operator_of_this_machine(), _id(product, before), _id(product, after))
    if output == "json":
        say_json(answer)
        return
    say_table(
        f"{product}: {before} to {after}",
        ("code", "designators", "before", "after"),
        [(one.code, one.designators, one.before, one.after) for one in answer.changes],
    )


@design.command("lines")
@format_option("table", "json")
def lines(output: str) -> None:
    """What each line can place and solder, in millimetres: boards are checked against it."""
    told = abilities(operator_of_this_machine())
    if output == "json":
        say_json(told)
        return
    say_table("Lines", ABILITY, [[getattr(one, name) for name in ABILITY] for one in told])


@design.command("line")
@click.argument("line")
@click.option("--least-gap", type=MILLIMETRES, required=True, help="Between two bodies.")
@click.option(
    "--smallest", type=(MILLIMETRES, MILLIMETRES), required=True, help="Length and width of a body."
)
@click.option("--tallest", type=MILLIMETRES, required=True, help="Above the board.")
@click.option(
    "--board", type=(MILLIMETRES, MILLIMETRES), required=True, help="Length and width of the largest."
)
@click.option("--fiducials", type=int, default=2, show_default=True, help="On each side with components.")
@click.option("--sides", type=int, default=2, show_default=True)
def state_line(
    line: str,
    least_gap: float,
    smallest: tuple[float, float],
    tallest: float,
    board: tuple[float, float],
    fiducials: int,
    sides: int,
) -> None:
    """State what LINE can place and solder, in millimetres."""
    gap, *lengths = (Decimal(str(length)) for length in (least_gap, *smallest, tallest, *board))
    ability = commands.Ability(
        least_gap=gap,
        smallest_length=lengths[0],
        smallest_width=lengths[1],
        tallest=lengths[2],
        board_length=lengths[3],
        board_width=lengths[4],
        fiducials=fiducials,
        sides=sides,
    )
    commands.state_ability(operator_of_this_machine(), line=line, ability=ability)
    click.echo(f"{line}: stated.")


@design.command("export")
@click.argument("product")
@click.argument("revision")
@click.argument("kind", type=click.Choice(list(FORMATS)))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(product: str, revision: str, kind: str, file: Path) -> None:
    """Write the bill or the placement of PRODUCT REVISION to FILE; importing it again gives the same."""
    file.write_bytes(written(operator_of_this_machine(), _id(product, revision), kind))
    click.echo(f"{file}: {kind} of {product} {revision}.")


def _id(product: str, label: str) -> int:
    row = revision_by_names(product, label)
    if row is None:
        raise NotFound(
            "revision_unknown",
            "Product {product} has no revision {revision} on the books.",
            way_out="padstone design list says what there is.",
            product=product,
            revision=label,
        )
    return row.pk
