"""``padstone bom``: bills of materials from the command line."""

from __future__ import annotations

from pathlib import Path

import click

from padstone.features.parts.commands import ImportReport, import_bom
from padstone.features.parts.domain.bill import MOST_BYTES
from padstone.features.parts.domain.columns import OWN_FORM
from padstone.features.parts.queries import bill_of_materials, revisions
from padstone.platform.accounts.identity import operator_of_this_machine
from padstone.platform.terminal import format_option, say_facts, say_json, say_table

EXAMPLE = f"""{OWN_FORM}
100-0100,"Resistor 10k 1% 0402",Yageo,RC0402FR-0710KL,4,"R1,R2,R7-R8"
200-0104,"Capacitor 100n 16V X7R 0402",Murata,GRM155R71C104KA88D,2,C1 C2
300-3301,"LDO 3.3V 500mA",Texas Instruments,TLV75533PDBVR,1,U1
900-0001,"Conformal coating, ml",,,0.5,
"""


@click.group()
def bom() -> None:
    """Bills of materials: import one, show what is on the books."""


@bom.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--product", required=True, help="The product's number.")
@click.option("--revision", required=True, help="The label of the revision that this file describes.")
@click.option("--name", default="", help="The product's name, for people.")
@format_option("table", "json")
def import_file(file: Path, product: str, revision: str, name: str, output: str) -> None:
    """Import the CSV FILE as a revision of a product, whole or not at all.

    A revision never changes: another file needs another label.
    """
    report = import_bom(
        operator_of_this_machine(),
        product=product,
        revision=revision,
        content=_content(file),
        file_name=file.name,
        product_name=name,
    )
    if output == "json":
        say_json(report)
        return
    if report.findings:
        say_table("Findings", ("row", "column", "what was found"), report.findings)
    click.echo(_summary(report))


def _content(file: Path) -> bytes:
    """Its bytes; of a file that is too large no more than shows that it is."""
    with file.open("rb") as content:
        return content.read(MOST_BYTES + 1)


@bom.command()
def example() -> None:
    """Print a small bill in the plain form, to begin from."""
    click.echo(EXAMPLE, nl=False)


@bom.command()
@click.option("--product", default="", help="Show this product's bill; with --revision.")
@click.option("--revision", default="", help="The label of the revision to show.")
@format_option("table", "json")
def show(product: str, revision: str, output: str) -> None:
    """List the revisions on the books, or the bill of one of them."""
    if not product and not revision:
        _show_revisions(output)
        return
    if not product or not revision:
        raise click.UsageError("A bill is shown by --product and --revision together.")
    bill = bill_of_materials(operator_of_this_machine(), product, revision)
    if output == "json":
        say_json(bill)
        return
    facts = (("name", bill.product_name), ("imported at", bill.imported_at), ("by", bill.imported_by))
    say_facts(f"{bill.product} {bill.revision}", facts)
    say_table(
        "Bill of materials",
        ("line", "part", "quantity", "designators", "manufacturer", "mpn", "description"),
        (
            (
                line.line_number,
                line.part,
                f"{line.quantity.normalize():f}",
                line.designators,
                line.manufacturer,
                line.manufacturer_part_number,
                line.description,
            )
            for line in bill.lines
        ),
    )


def _show_revisions(output: str) -> None:
    rows = revisions(operator_of_this_machine())
    if output == "json":
        say_json(rows)
        return
    say_table(
        "Revisions",
        ("product", "name", "revision", "lines", "designators", "imported at", "by"),
        (
            (
                row.product,
                row.product_name,
                row.revision,
                row.lines,
                row.designators,
                row.imported_at,
                row.imported_by,
            )
            for row in rows
        ),
    )


def _summary(report: ImportReport) -> str:
    if report.already_imported:
        done = "was imported from this very file before; nothing was changed"
    else:
        done = "is on the books"
    return (
        f"{report.product} {report.revision} {done}. Lines: {report.lines}, "
        f"designators: {report.designators}, findings: {len(report.findings)}."
    )
