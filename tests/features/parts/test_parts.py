"""Parts: what they can do, who makes them, what may replace them, and that nothing of them is lost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from padstone.features.parts import cards, commands, lookups
from padstone.features.parts.cli import part as part_cli
from padstone.features.parts.domain.parameters import CATEGORIES, Value, compare, parameter, read_value
from padstone.features.parts.models import ManufacturerPart, Part, PartKey
from padstone.kernel.actor import EVERYTHING, INTERPRETER, Actor, ActorKind
from padstone.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from padstone.platform.command import durable

ENGINEER = Actor(ActorKind.PERSON, "eve", EVERYTHING)
FILE = """\
part_number,description,category,manufacturer,mpn,approval,lifecycle,resistance,tolerance,power,package
R-1,Resistor 10k 1% 0402,resistor,Yageo,RC0402FR-0710KL,approved,active,10k,1 %,63 mW,0402
R-2,Resistor 10k 0.5% 0402,resistor,Vishay,CRCW040210K0DHED,approved,active,10 kΩ,0.5 %,0.1 W,0402
R-3,Resistor 10k 5% 0402,resistor,Yageo,RC0402JR-0710KL,,active,10000,5 %,63 mW,0402
R-4,Resistor 10k 1% 0603,resistor,Yageo,RC0603FR-0710KL,,obsolete,10k,1 %,0.1 W,0603
R-5,Resistor 4k7 1% 0402,resistor,Yageo,RC0402FR-074K7L,,active,4k7,1 %,63 mW,0402
R-6,Resistor,resistor,,,,active,ten,1 %,63 mW,0402
""".encode()


class TestParameters:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("4k7", "4700"),
            ("10 kΩ", "10000"),
            ("10k Ohm", "10000"),
            ("4K7 Ohm", "4700"),
            ("0R1", "0.1"),
            ("4,7 MΩ", "4700000"),
            ("100", "100"),
            ("22 mΩ", "0.022"),
        ],
    )
    def test_values_are_read_as_people_write_them(self, text: str, value: str) -> None:
        assert read_value(parameter("resistor", "resistance"), text).number == Decimal(value)

    @pytest.mark.parametrize("text", ["ten", "10 kHz", "10 V", "1e999999", "∞", "", "4k7k"])
    def test_what_is_no_value_of_that_unit_is_refused(self, text: str) -> None:
        with pytest.raises(Invalid):
            read_value(parameter("resistor", "resistance"), text)

    def test_better_is_more_or_less_as_the_parameter_says(self) -> None:
        def values(**told: str) -> dict[str, Value]:
            return {name: read_value(parameter("capacitor", name), text) for name, text in told.items()}

        wanted = values(capacitance="100 nF", voltage="16 V", tolerance="10 %", height="0.5 mm")
        offered = values(capacitance="0.1 µF", voltage="25 V", tolerance="20 %")
        verdicts = {one.parameter.name: one.verdict for one in compare("capacitor", wanted, offered)}
        assert verdicts == {
            "capacitance": "same",
            "voltage": "better",
            "tolerance": "worse",
            "height": "unknown",
        }

    def test_no_category_names_a_parameter_twice(self) -> None:
        for rows in CATEGORIES.values():
            assert len({one.name for one in rows}) == len(rows)


@pytest.mark.django_db
class TestImport:
    def test_rows_become_parts_and_a_wrong_one_is_told(self) -> None:
        report = commands.import_parts(ENGINEER, content=FILE, file_name="parts.csv")
        assert (report.parts, report.new, report.left_out) == (5, 5, 1)
        assert (report.refused[0].row, report.refused[0].column) == (7, "resistance")
        card = cards.part_card(ENGINEER, "R-1")
        assert {one.name: one.value for one in card.parameters} == {
            "resistance": "10000",
            "tolerance": "1",
            "power": "0.063",
            "package": "0402",
        }
        assert [(one.number, one.approval) for one in card.sources] == [("RC0402FR-0710KL", "approved")]
        again = commands.import_parts(ENGINEER, content=FILE, file_name="parts.csv")
        assert (again.parts, again.new) == (5, 0)
        assert ManufacturerPart.objects.count() == 5

    def test_an_approval_in_a_file_needs_the_right_to_approve(self) -> None:
        actor = Actor(ActorKind.PERSON, "sam", frozenset({"manage_parts"}))
        with pytest.raises(Forbidden):
            commands.import_parts(actor, content=FILE, file_name="parts.csv")
        assert not Part.objects.exists()

    @pytest.mark.parametrize("content", [b"number\n1\n", b"\xff\xfe", b'part_number\n"never closed'])
    def test_what_is_no_such_table_is_refused(self, content: bytes) -> None:
        with pytest.raises(Invalid):
            commands.import_parts(ENGINEER, content=content, file_name="parts.csv")


@pytest.mark.django_db
class TestSearch:
    @pytest.fixture(autouse=True)
    def _parts(self) -> None:
        commands.import_parts(ENGINEER, content=FILE, file_name="parts.csv")

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("r-1", ["R-1"]),
            ("rc0402 fr 0710kl", []),
            ("RC0402FR0710", ["R-1"]),
            ("crcw", ["R-2"]),
            ("resistor 0603", ["R-4"]),
            ("resistor yageo 4k7", ["R-5"]),
            ("nothing", []),
        ],
    )
    def test_words_find_what_begins_so(self, text: str, found: list[str]) -> None:
        assert [one.number for one in cards.parts(ENGINEER, text)] == found

    @pytest.mark.skipif(
        "os.environ.get('PADSTONE_TESTS_ON') == 'postgresql'",
        reason="each database has words of its own for a plan",
    )
    def test_the_database_looks_in_its_index(self) -> None:
        plan = cards.found_parts("RC0402").explain()
        assert "USING COVERING INDEX sqlite_autoindex_parts_partkey_1 (key>? AND key<?)" in plan

    @pytest.mark.skipif(
        "os.environ.get('PADSTONE_TESTS_ON') == 'postgresql'",
        reason="each database has words of its own for a plan",
    )
    def test_a_bill_is_matched_by_index(self) -> None:
        keys = PartKey.objects.filter(key__in=["A", "B"], kind__in=["number", "alias"])
        assert (
            "USING COVERING INDEX sqlite_autoindex_parts_partkey_1 (key=?" in keys.values("part_id").explain()
        )

    def test_substitutes_are_equal_or_better_and_say_what_differs(self) -> None:
        (found,) = cards.substitutes(ENGINEER, "R-1")
        assert found.part.number == "R-2"
        assert {one.title: one.verdict for one in found.differences} == {
            "Resistance": "same",
            "Tolerance": "better",
            "Rated power": "better",
            "Package": "same",
        }
        assert cards.substitutes(ENGINEER, "R-2") == ()


@pytest.mark.django_db
class TestDescribing:
    def test_facts_are_noted_with_what_they_were(self) -> None:
        commands.register_part(ENGINEER, number="U-1")
        commands.describe_part(
            ENGINEER,
            number="U-1",
            facts=commands.PartFacts(category="integrated_circuit", moisture_level="3", lead_time_days=112),
        )
        card = cards.part_card(ENGINEER, "U-1")
        assert (card.category, card.moisture_level, card.lead_time_days) == ("integrated_circuit", "3", 112)

    @pytest.mark.parametrize(
        "facts",
        [
            commands.PartFacts(category="spoon"),
            commands.PartFacts(moisture_level="7"),
            commands.PartFacts(lifecycle="asleep"),
            commands.PartFacts(parameters={"resistance": "10k"}),
        ],
    )
    def test_a_word_that_its_list_does_not_have_is_refused(self, facts: commands.PartFacts) -> None:
        commands.register_part(ENGINEER, number="U-1")
        with pytest.raises(Invalid):
            commands.describe_part(ENGINEER, number="U-1", facts=facts)

    def test_a_statement_is_proved_by_its_document_to_the_byte(self) -> None:
        commands.register_part(ENGINEER, number="U-1")
        for day, status in ((date(2025, 1, 1), "unknown"), (date(2026, 1, 1), "compliant")):
            commands.state_compliance(
                ENGINEER,
                part="U-1",
                regulation="RoHS",
                status=status,
                dated=day,
                document_name="declaration.pdf",
                document=b"%PDF " + status.encode(),
            )
        newest, older = cards.part_card(ENGINEER, "U-1").statements
        assert (newest.status, older.status) == ("compliant", "unknown")
        assert newest.document_id is not None
        assert cards.document(ENGINEER, newest.document_id) == ("declaration.pdf", b"%PDF compliant")

    def test_an_offer_has_price_breaks(self) -> None:
        commands.register_part(ENGINEER, number="U-1")
        offer = commands.Offer(
            supplier="Nordlys",
            number="NL-77",
            packaging="Reel",
            minimum_order=Decimal(100),
            currency="EUR",
            prices=[(Decimal(100), Decimal("5.00")), (Decimal(10_000), Decimal("2.00"))],
        )
        commands.offer_part(ENGINEER, part="U-1", offer=offer)
        (sold,) = cards.part_card(ENGINEER, "U-1").offers
        assert [(one.from_quantity, one.price, one.currency) for one in sold.prices] == [
            (Decimal(100), Decimal(5), "EUR"),
            (Decimal(10_000), Decimal(2), "EUR"),
        ]
        assert [one.number for one in cards.parts(ENGINEER, "NL-7")] == ["U-1"]


@pytest.mark.django_db
class TestAlternates:
    @pytest.fixture(autouse=True)
    def _design(self) -> None:
        bill = b"part_number,designators\nA,R1\nB,R2\n"
        for product in ("P", "Q"):
            commands.import_bom(ENGINEER, product=product, revision="1", content=bill, file_name="b.csv")

    def holding(self, product: str, on: date = date(2026, 6, 1)) -> list[str]:
        row = lookups.revision(product, "1")
        part = lookups.part_by_number("A")
        assert row is not None
        assert part is not None
        return [one.other.number for one in lookups.alternates_for(row, [part.pk], on).get(part.pk, ())]

    def test_an_alternate_counts_once_it_is_approved_where_and_while_it_holds(self) -> None:
        scope = commands.Scope(product="P", valid_from=date(2026, 1, 1), valid_until=date(2026, 12, 31))
        number = commands.allow_alternate(ENGINEER, part="A", other="B", reason="Shortage.", scope=scope)
        assert self.holding("P") == []
        commands.decide_alternate(ENGINEER, number=number, approved=True)
        assert self.holding("P") == ["B"]
        assert self.holding("Q") == []
        assert self.holding("P", date(2027, 1, 1)) == []
        with pytest.raises(Conflict):
            commands.decide_alternate(ENGINEER, number=number, approved=False)
        commands.withdraw_alternate(ENGINEER, number=number, why="It is back.")
        assert self.holding("P") == []

    def test_what_cannot_be_an_alternate_is_refused(self) -> None:
        with pytest.raises(Invalid):
            commands.allow_alternate(ENGINEER, part="A", other="A", reason="x")
        with pytest.raises(Invalid):
            commands.allow_alternate(ENGINEER, part="A", other="B", reason=" ")
        with pytest.raises(NotFound):
            commands.allow_alternate(ENGINEER, part="A", other="Z", reason="x")


@pytest.mark.django_db
class TestMerging:
    def test_nothing_is_lost_and_the_old_number_leads_to_the_new(self) -> None:
        bill = b"part_number,designators,mpn,manufacturer\nOLD,R1,RC1,Yageo\n"
        commands.import_bom(ENGINEER, product="P", revision="1", content=bill, file_name="b.csv")
        commands.register_part(ENGINEER, number="NEW", manufacturer_part_number="RC-1-B")
        commands.merge_parts(ENGINEER, duplicate="OLD", into="NEW", why="The same part.")
        card = cards.part_card(ENGINEER, "OLD")
        assert (card.number, card.other_numbers) == ("NEW", ("OLD",))
        assert {(one.number, one.under) for one in card.sources} == {("RC1", "OLD"), ("RC-1-B", "")}
        assert [(one.product, one.under) for one in card.used_in] == [("P", "OLD")]
        assert [one.number for one in cards.parts(ENGINEER, "OLD")] == ["NEW"]
        assert lookups.parts_by_key(["maker"], ["RC1"]).popitem()[1] == (Part.objects.get(number="NEW").pk,)
        with durable():
            row = commands.register_part.within(INTERPRETER, number="OLD")
        assert row.number == "OLD", "what machines book under it stays booked under it"

    def test_who_is_merged_into_what_was_merged_goes_all_the_way(self) -> None:
        for number in ("A", "B", "C"):
            commands.register_part(ENGINEER, number=number)
        commands.merge_parts(ENGINEER, duplicate="A", into="B", why="Same.")
        commands.merge_parts(ENGINEER, duplicate="B", into="C", why="Same.")
        assert cards.part_card(ENGINEER, "A").number == "C"
        for duplicate, into in (("C", "A"), ("C", "C")):
            with pytest.raises(Invalid):
                commands.merge_parts(ENGINEER, duplicate=duplicate, into=into, why="A ring.")
        with pytest.raises(Conflict):
            commands.merge_parts(ENGINEER, duplicate="A", into="C", why="Again.")


@pytest.mark.django_db
def test_the_command_line_imports_shows_and_merges(tmp_path: Path) -> None:
    file = tmp_path / "parts.csv"
    file.write_bytes(FILE)
    assert "Parts: 5, new: 5, left out: 1." in said("import", str(file))
    assert "R-2" in said("list", "crcw")
    assert "Equal or better" in said("show", "R-1")
    assert said("merge", "R-3", "R-1", "--why", "Same.") == "R-3 leads to R-1.\n"


def said(*arguments: str) -> str:
    result = CliRunner().invoke(part_cli, arguments)
    assert result.exit_code == 0, result.output
    return result.output
