"""Opening stock: a spreadsheet becomes packages in store, or says why not; cut off, it goes on."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from padstone.features.design.domain.sources import Source
from padstone.features.materials.commands import PackageFacts, receive_package
from padstone.features.materials.models import MaterialPackage
from padstone.features.stock.commands import book_in
from padstone.features.stock.models import Movement, PackageCode, Position
from padstone.features.stock.opening import importing
from padstone.features.stock.opening.importing import Opened, Wishes, import_opening
from padstone.kernel.actor import EVERYTHING, Actor, ActorKind
from padstone.kernel.errors import Forbidden, Invalid

ANNA = Actor(ActorKind.PERSON, "anna", EVERYTHING)

pytestmark = pytest.mark.django_db


def opened(text: str, **wishes: Any) -> Opened:
    wished = Wishes(**{"register": True, **wishes})
    source = Source("opening.csv", text.encode())
    return import_opening(ANNA, source=source, wishes=wished, tell=lambda *told: None)


def in_store() -> dict[str, tuple[str, Decimal]]:
    rows = Position.objects.select_related("package", "location")
    return {row.package.identifier: (row.location.code if row.location else "", row.quantity) for row in rows}


def test_each_row_is_a_package_in_store() -> None:
    result = opened(
        "package,part,quantity,location,lot,supplier,expiry date,codes,owner\n"
        "R1,100-0100,4000,A-01,L1,TME,2027-01-31,M77; E9,Acme\n"
        "R2,100-0100,0.5,A-02,,,31.12.2026,,\n"
    )
    assert (result.rows, result.added, result.known, result.left_out) == (2, 2, 0, 0)
    assert in_store() == {"R1": ("A-01", Decimal(4000)), "R2": ("A-02", Decimal("0.5"))}
    one, other = MaterialPackage.objects.select_related("lot__supplier").order_by("identifier")
    assert one.lot is not None
    assert one.lot.supplier is not None
    assert (one.lot.code, one.lot.supplier.name) == ("L1", "TME")
    assert other.lot is None
    assert other.expires_at is not None
    assert other.expires_at.date().isoformat() == "2026-12-31"
    assert set(PackageCode.objects.values_list("code", flat=True)) == {"M77", "E9"}
    assert Position.objects.get(package=one).owner == "Acme"
    assert set(Movement.objects.values_list("why", flat=True)) == {"opening stock"}


def test_inventrees_export_is_read_as_it_is() -> None:
    result = opened(
        "Stock Item ID,Part.IPN,Part.Name,Quantity,Batch,Location.Name,Supplier Name,Expiry Date\n"
        "17,100-0100,Resistor 10k,4000.00000,B7,Shelf 3,Mouser,\n"
        "18,,Solder paste,0.5,,Fridge,,2027-01-31\n"
    )
    assert result.doubts == ()
    assert in_store() == {"INV-SI17": ("Shelf 3", Decimal(4000)), "INV-SI18": ("Fridge", Decimal("0.5"))}
    assert set(MaterialPackage.objects.values_list("part__number", flat=True)) == {"100-0100", "Solder paste"}


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("R9,100-0100,1.000,5,A-01,", "quantity_wrong", "qty"),
        ("R9,100-0100,many,A-01,", "quantity_wrong", "qty"),
        ("R9,100-0100,-5,A-01,", "quantity_wrong", "qty"),
        ("R9,,5,A-01,", "part_missing", "part"),
        (",100-0100,5,A-01,", "package_missing", "package"),
        ("R9,100-0100,5,,", "location_missing", "location"),
        ("R1,100-0100,5,A-01,", "package_twice", "package"),
        ("R9,100-0100,5,A-01,01/02/2027", "day_wrong", "expiry"),
        (f"{'R' * 201},100-0100,5,A-01,", "text_too_long", "package"),
    ],
)
def test_a_row_that_is_no_package_says_where_and_why(row: str, code: str, column: str) -> None:
    row = row.replace("1.000,5", '"1.000,5"')
    result = opened(f"package,part,qty,location,expiry\nR1,100-0100,4000,A-01,\n{row}\nR2,100-0100,7,A-01,\n")
    assert set(in_store()) == {"R1", "R2"}
    assert result.left_out == 1
    [doubt] = result.doubts
    assert doubt.code == code
    assert doubt.place.text.startswith("opening.csv, row 3, column ")
    assert column in doubt.place.text
    assert doubt.way_out


def test_what_nobody_knows_is_left_out_unless_it_is_registered() -> None:
    text = "package,part,quantity,location\nR1,100-0100,5,A-01\n"
    assert [doubt.code for doubt in opened(text, register=False).doubts] == ["part_unknown"]
    receive_package(ANNA, facts=PackageFacts(identifier="R0", part_number="100-0100"))
    assert [doubt.code for doubt in opened(text, register=False).doubts] == ["location_unknown"]
    assert in_store() == {}
    assert opened(text).added == 1


def test_a_package_that_is_known_as_another_part_is_left_as_it_is() -> None:
    receive_package(ANNA, facts=PackageFacts(identifier="R1", part_number="200-0200"))
    result = opened("package,part,quantity,location\nR1,100-0100,5,A-01\n")
    assert [doubt.code for doubt in result.doubts] == ["package_known_otherwise"]
    assert in_store() == {}


def test_the_same_file_again_adds_nothing() -> None:
    text = "part,quantity\n100-0100,5\n100-0100,7\n"
    assert opened(text, name_rows="OLD-", location="A-01").added == 2
    again = opened(text, name_rows="OLD-", location="A-01")
    assert (again.added, again.known) == (0, 2)
    assert in_store() == {"OLD-2": ("A-01", Decimal(5)), "OLD-3": ("A-01", Decimal(7))}
    assert Movement.objects.count() == 2


def test_cut_off_in_the_middle_it_goes_on_and_doubles_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "AT_ONCE", 10)
    rows = "".join(
        f"R{number},100-{number % 7},{number},A-{number % 3},L{number % 5}\n" for number in range(1, 48)
    )
    text = "package,part,quantity,location,lot\n" + rows
    batches = []
    booking = book_in.within

    def killed(*given: Any, **named: Any) -> Any:
        batches.append(1)
        if len(batches) == 3:
            raise KeyboardInterrupt
        return booking(*given, **named)

    monkeypatch.setattr(book_in, "within", killed)
    with pytest.raises(KeyboardInterrupt):
        opened(text)
    assert len(in_store()) == 20
    assert MaterialPackage.objects.count() == 20
    monkeypatch.setattr(book_in, "within", booking)
    result = opened(text)
    assert (result.added, result.known, result.left_out) == (27, 20, 0)
    assert in_store() == {f"R{number}": (f"A-{number % 3}", Decimal(number)) for number in range(1, 48)}
    assert Movement.objects.count() == 47


def test_how_far_it_is_is_told() -> None:
    told: list[tuple[str, int, int]] = []
    source = Source("o.csv", b"package,part,quantity,location\nR1,1,5,A\nR2,1,5,A\n")
    import_opening(ANNA, source=source, wishes=Wishes(register=True), tell=lambda *one: told.append(one))
    assert told[-1] == ("rows", 2, 2)


@pytest.mark.parametrize(
    ("text", "wishes", "code"),
    [
        ("a,b\n1,2\n", {}, "opening_columns_missing"),
        ("package,part\nR1,1\n", {}, "opening_columns_missing"),
        ("package,part,quantity\nR1,1,2\n", {"columns": {"x": "nonsense"}}, "opening_meaning_unknown"),
    ],
)
def test_a_table_of_something_else_is_refused(text: str, wishes: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        opened(text, **wishes)
    assert refusal.value.code == code


def test_a_column_can_be_told() -> None:
    columns = {"Teil": "part", "Stueck": "quantity", "Ort": "location", "Rolle": "package"}
    assert opened("Rolle;Teil;Stueck;Ort\nR1;100;5;A\n", columns=columns).added == 1


def test_who_may_not_receive_may_not_import() -> None:
    nobody = Actor(ActorKind.PERSON, "eve", frozenset())
    source = Source("o.csv", b"package,part,quantity,location\nR1,1,5,A\n")
    with pytest.raises(Forbidden):
        import_opening(nobody, source=source, wishes=Wishes(register=True), tell=lambda *one: None)
    assert in_store() == {}
