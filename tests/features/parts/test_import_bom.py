from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from padstone.features.parts import lookups, queries
from padstone.features.parts.cli import bom
from padstone.features.parts.commands import ImportReport, import_bom, register_part
from padstone.features.parts.models import BomDesignator, BomLine, Part, Product, Revision
from padstone.kernel import clock
from padstone.kernel.actor import EVERYTHING, INTERPRETER, Actor, ActorKind
from padstone.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from padstone.platform.audit.models import AuditLine
from padstone.platform.command import durable

pytestmark = pytest.mark.django_db

PLANNER = Actor(ActorKind.PERSON, "planner", EVERYTHING)
FILE = b"""part_number,description,manufacturer,mpn,quantity,designators
100-001,Resistor 10k,Yageo,RC0402FR-0710KL,3,R1-R3
100-002,Capacitor 100n,Murata,GRM155,2,"C1,C2"
900-001,Glue,,,0.05,
"""


def do_import(content: bytes = FILE, product: str = "BRD-1", revision: str = "A") -> ImportReport:
    return import_bom(PLANNER, product=product, revision=revision, content=content, file_name="bom.csv")


def counts() -> tuple[int, ...]:
    return tuple(
        model.objects.count() for model in (Product, Revision, BomLine, BomDesignator, Part, AuditLine)
    )


def test_an_import_puts_the_whole_bill_on_the_books() -> None:
    with clock.clock_at(datetime(2026, 5, 1, 12, tzinfo=UTC)):
        report = import_bom(
            PLANNER,
            product=" BRD-1 ",
            revision="A",
            content=FILE,
            file_name="bom.csv",
            product_name="Controller",
        )

    assert (report.lines, report.designators, report.findings) == (3, 5, ())
    assert not report.already_imported
    bill = queries.bill_of_materials(PLANNER, "BRD-1", "A")
    assert bill.product_name == "Controller"
    assert (bill.imported_by, bill.imported_at) == ("planner", datetime(2026, 5, 1, 12, tzinfo=UTC))
    assert [(line.part, str(line.quantity.normalize()), line.designators) for line in bill.lines] == [
        ("100-001", "3", ("R1", "R2", "R3")),
        ("100-002", "2", ("C1", "C2")),
        ("900-001", "0.05", ()),
    ]


def test_the_import_is_on_the_audit_trail_with_the_files_digest() -> None:
    do_import()

    line = AuditLine.objects.get()
    assert (line.actor, line.verb, line.subject) == ("planner", "import_bom", "BRD-1 A")
    details = json.loads(line.details)
    assert details["sha256"] == bytes(Revision.objects.get().source_digest).hex()
    assert (details["file_name"], details["lines"]) == ("bom.csv", 3)


def test_the_same_file_again_changes_nothing_and_says_so() -> None:
    do_import()
    before = counts()

    report = do_import()

    assert report.already_imported
    assert (report.lines, report.designators) == (3, 5)
    assert counts() == before


def test_another_file_under_the_same_label_is_refused_with_the_way_out() -> None:
    do_import()
    before = counts()

    with pytest.raises(Conflict) as refusal:
        do_import(FILE.replace(b"100-002", b"100-003"))

    assert refusal.value.code == "revision_exists"
    assert "new revision label" in refusal.value.way_out
    assert counts() == before


def test_another_label_and_another_product_take_the_same_file() -> None:
    do_import()
    do_import(revision="B")
    do_import(product="BRD-2")

    assert [
        (row.product, row.revision, row.lines, row.designators) for row in queries.revisions(PLANNER)
    ] == [
        ("BRD-1", "A", 3, 5),
        ("BRD-1", "B", 3, 5),
        ("BRD-2", "A", 3, 5),
    ]
    assert Part.objects.count() == 3


@pytest.mark.parametrize(
    "last", [b"100-004,,,,1,R1\n", b"100-004,,,,one,R9\n", b'100-004,"never closed,,,1,R9\n']
)
def test_a_file_that_is_refused_leaves_nothing_behind(last: bytes) -> None:
    with pytest.raises(Invalid):
        do_import(FILE + last)

    assert counts() == (0, 0, 0, 0, 0, 0)


@pytest.mark.parametrize(("product", "revision"), [("", "A"), ("  ", "A"), ("BRD-1", ""), ("x" * 201, "A")])
def test_names_must_be_names(product: str, revision: str) -> None:
    with pytest.raises(Invalid):
        do_import(product=product, revision=revision)


def test_importing_needs_the_right() -> None:
    with pytest.raises(Forbidden):
        import_bom(
            Actor(ActorKind.PERSON, "guest"), product="P", revision="A", content=FILE, file_name="bom.csv"
        )
    assert counts() == (0, 0, 0, 0, 0, 0)


def test_a_known_part_keeps_what_it_says_and_gets_what_it_lacks() -> None:
    with durable():
        register_part.within(INTERPRETER, number="100-001", description="R 10k")
        register_part.within(
            INTERPRETER, number="100-002", manufacturer="TDK", manufacturer_part_number="C1005"
        )

    report = do_import()

    resistor, capacitor = Part.objects.filter(number__startswith="100-").order_by("number")
    assert (resistor.description, resistor.manufacturer_part_number) == ("R 10k", "RC0402FR-0710KL")
    assert (capacitor.manufacturer, capacitor.manufacturer_part_number) == ("TDK", "C1005")
    assert [(finding.row, "C1005" in finding.text) for finding in report.findings] == [(3, True)]


def test_registering_a_part_twice_is_registering_it_once() -> None:
    with durable():
        first = register_part.within(INTERPRETER, number="100-001", description="R 10k")
        again = register_part.within(INTERPRETER, number="100-001", manufacturer="Yageo")

    assert first.pk == again.pk
    assert (again.description, again.manufacturer) == ("R 10k", "Yageo")
    assert not AuditLine.objects.exists(), "what a machine told cites its message, not the audit trail"


def test_a_part_needs_a_number() -> None:
    with pytest.raises(Invalid):
        register_part(PLANNER, number=" ")


def test_lookups_say_what_is_expected_where() -> None:
    do_import()

    revision = lookups.revision("BRD-1", "A")
    assert revision is not None
    assert lookups.expected_parts(revision.pk) == {
        "R1": "100-001",
        "R2": "100-001",
        "R3": "100-001",
        "C1": "100-002",
        "C2": "100-002",
    }
    assert lookups.revision("BRD-1", "Z") is None
    part = lookups.part_by_number("100-002")
    assert part is not None
    assert part.description == "Capacitor 100n"
    assert lookups.part_by_number("nobody") is None


def test_a_revision_nobody_imported_is_not_found() -> None:
    with pytest.raises(NotFound):
        queries.bill_of_materials(PLANNER, "BRD-1", "A")


def test_the_command_line_imports_and_shows(tmp_path: Path) -> None:
    file = tmp_path / "board.csv"
    file.write_bytes(FILE.replace(b",3,R1", b",4,R1"))
    names = ["--product", "BRD-1", "--revision", "A"]

    imported = said("import", str(file), *names, "--name", "Controller")
    assert "Quantity 4, and 3 designators." in imported
    assert "BRD-1 A is on the books. Lines: 3, designators: 5, findings: 1." in imported
    assert "nothing was changed" in said("import", str(file), *names)
    assert "Controller" in said("show")
    assert "R1, R2, R3" in said("show", *names)
    assert '"already_imported":true' in said("import", str(file), *names, "--format", "json")
    assert '"revision":"A"' in said("show", "--format", "json")
    assert '"quantity":"0.05' in said("show", *names, "--format", "json")
    assert CliRunner().invoke(bom, ["show", "--product", "BRD-1"]).exit_code == 2


def test_the_example_can_be_imported_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "example.csv"
    file.write_text(said("example"))

    imported = said("import", str(file), "--product", "BRD-1", "--revision", "A")
    assert "Lines: 4, designators: 7, findings: 0." in imported


def said(*arguments: str) -> str:
    result = CliRunner().invoke(bom, arguments)
    assert result.exit_code == 0, result.output
    return result.output


EXPECTED = {
    "2020-05-22_dde88f2_BBB_Industrial_BOM.csv": (72, 347),
    "2023-04-27_cc8647a_BBB_BOM.csv": (70, 377),
    "BBB_BOM.csv": (70, 377),
}


@pytest.mark.parametrize(("name", "size"), EXPECTED.items())
def test_real_bills_are_read(reference_data: Path, name: str, size: tuple[int, int]) -> None:
    content = (reference_data / "bom" / "beaglebone" / name).read_bytes()

    report = do_import(content)

    assert (report.lines, report.designators) == size
    wanted = lookups.expected_parts(Revision.objects.get().pk)
    assert wanted["U12"] == ("D2516EC4BXGGBI-U" if "Industrial" in name else "MT41K256M16HA-125:E")
    assert "P2" not in wanted, "a part below DO NOT INSTALL is not expected"
    assert {"R119", "C148", "R106"} <= wanted.keys(), "designators cut by line wraps are whole"


@pytest.mark.parametrize(
    ("name", "rows"),
    [("2017-08-18_075dadd_BBB_BOM.csv", ("10", "19")), ("2021-08-24_f87d1a8_BBB_BOM.csv", ("12", "24"))],
)
def test_a_real_bill_with_one_designator_on_two_lines_is_refused(
    reference_data: Path, name: str, rows: tuple[str, str]
) -> None:
    content = (reference_data / "bom" / "beaglebone" / name).read_bytes()

    with pytest.raises(Invalid) as refusal:
        do_import(content)

    assert refusal.value.params["designator"] == "C106"
    assert (refusal.value.params["first"], refusal.value.params["row"]) == rows
