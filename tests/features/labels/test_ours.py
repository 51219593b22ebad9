"""Our own labels: whatever stands on them, the decoder reads it back; printers get what they understand."""

from __future__ import annotations

import re
import socket
import threading
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from padstone.features.labels import drawing
from padstone.features.labels.domain.codes import ALPHABET, LARGEST, package_code, package_number
from padstone.features.labels.domain.decoding import decode
from padstone.features.labels.domain.label import Unreadable
from padstone.features.labels.domain.our_labels import LocationLabel, PackageLabel
from padstone.features.labels.domain.sizes import SHEETS, SIZES, size_called
from padstone.features.labels.domain.zpl import zpl
from padstone.features.labels.images import symbols
from padstone.features.labels.label_files import labels_in
from padstone.features.labels.printing import Printer, PrinterSilent, send
from padstone.kernel.errors import Invalid

LABEL = PackageLabel(
    package=package_code(123_456_789),
    part="100-0100",
    description="Resistor 10 kΩ 1 % 0402",
    mpn="RC0402FR-0710KL",
    manufacturer="Yageo",
    quantity=Decimal(10_000),
    lot="T31E512061",
    date_code="2436",
    msl="3",
    expiry="2027-01-31",
)
PLACE = LocationLabel(location="A-01-03", name="Shelf 3", path="Main / Rack 1")
SAYS = {
    "package": LABEL.package,
    "customer_part": "100-0100",
    "mpn": "RC0402FR-0710KL",
    "quantity": Decimal(10_000),
    "lot": "T31E512061",
    "date_code": "2436",
    "expiry": "2027-01-31",
}


class TestCodes:
    @given(st.integers(0, LARGEST))
    @example(LARGEST)
    def test_a_code_gives_its_number(self, number: int) -> None:
        code = package_code(number)
        assert package_number(code) == number
        assert package_number(f" {code[:2].lower()}-{code[2:6]} {code[6:].lower()}") == number

    @given(st.integers(0, LARGEST), st.integers(2, 9), st.sampled_from(ALPHABET))
    def test_one_wrong_character_is_found(self, number: int, place: int, other: str) -> None:
        code = package_code(number)
        wrong = code[:place] + other + code[place + 1 :]
        assert (package_number(wrong) is None) == (wrong != code)

    @given(st.integers(0, LARGEST), st.integers(2, 9), st.integers(2, 9))
    def test_two_characters_in_each_others_place_are_found(self, number: int, one: int, two: int) -> None:
        code = list(package_code(number))
        code[one], code[two] = code[two], code[one]
        assert (package_number("".join(code)) is None) == ("".join(code) != package_code(number))

    def test_what_is_no_number_has_no_code(self) -> None:
        for number in (-1, LARGEST + 1):
            with pytest.raises(ValueError, match=str(number)):
                package_code(number)

    def test_a_mistyped_code_is_refused_as_one(self) -> None:
        code = package_code(77)
        wrong = code[:-1] + next(letter for letter in ALPHABET if letter != code[-1])
        with pytest.raises(Unreadable) as refusal:
            decode(wrong)
        assert refusal.value.code == "package_code_mistyped"
        assert decode(code).fields == {"package": code}


class TestPictures:
    @pytest.mark.parametrize("size", sorted(SIZES))
    @pytest.mark.parametrize("dpi", [203, 300])
    def test_what_is_drawn_is_read_back(self, size: str, dpi: int) -> None:
        for label, says in ((LABEL, SAYS), (PLACE, {"location": "A-01-03"})):
            [symbol] = symbols(drawing.png(label, SIZES[size], dpi=dpi))
            read = decode(symbol.payload, symbol.symbology)
            assert read.fields == says
            assert not read.asks

    @example("^]")
    @example("{GS}")
    @given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=20))
    def test_any_printable_text_is_read_back(self, text: str) -> None:
        label = PackageLabel(package=package_code(1), part=text)
        assert decode(label.payload).fields == {"package": label.package, "customer_part": text}

    def test_what_no_symbol_holds_is_refused(self) -> None:
        with pytest.raises(Invalid, match="cannot hold"):
            drawing.png(PackageLabel(package="XP1", part="Größe"), SIZES["57x32"])

    def test_a_sheet_begins_where_labels_are_left(self) -> None:
        sheet = SHEETS["L7160"]
        assert pages(drawing.pdf([LABEL] * sheet.count, sheet)) == 1
        assert pages(drawing.pdf([LABEL] * sheet.count, sheet, skip=1)) == 2
        assert pages(drawing.roll([LABEL, PLACE], SIZES["50x25"])) == 2

    @pytest.mark.parametrize("name", sorted(SHEETS))
    def test_a_sheets_labels_lie_on_its_paper(self, name: str) -> None:
        sheet = SHEETS[name]
        left, top = sheet.place(sheet.count - 1)
        assert left + sheet.label.width <= sheet.paper[0] + 0.01
        assert top + sheet.label.height <= sheet.paper[1] + 0.01

    @pytest.mark.parametrize("name", ["", "x", "5x5", "1000x1000", "57", "axb"])
    def test_a_size_that_is_none_is_refused(self, name: str) -> None:
        with pytest.raises(Invalid, match="no size"):
            size_called(name)


def pages(content: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", content))


class TestPrinters:
    def test_no_text_is_taken_for_a_command(self) -> None:
        evil = PackageLabel(package="XP1", part="^XZ~JA", description="^XA^FX \n~")
        program = zpl(evil, SIZES["57x32"])
        assert program.count("^XA") == program.count("^XZ") == 1
        assert "~J" not in program
        assert "_5EXZ" in program

    def test_the_symbol_holds_the_payload(self) -> None:
        field = re.search(r"\^BXN,\d+,200,,,,~\^FH_\^FD(.*?)\^FS", zpl(LABEL, SIZES["57x32"]))
        assert field is not None
        text = re.sub(r"_([0-9A-F]{2})", lambda found: chr(int(found[1], 16)), field[1])
        assert text == LABEL.payload
        assert decode(text).fields == SAYS

    def test_a_printer_gets_all_of_it(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            got: list[bytes] = []

            def take() -> None:
                line, _ = listening.accept()
                with line:
                    while part := line.recv(4096):
                        got.append(part)

            taker = threading.Thread(target=take)
            taker.start()
            send(Printer("127.0.0.1", listening.getsockname()[1]), zpl(LABEL, SIZES["57x32"]))
            taker.join(5)
        assert b"".join(got).decode() == zpl(LABEL, SIZES["57x32"])

    def test_a_printer_that_is_not_there_is_told(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = listening.getsockname()[1]
        with pytest.raises(PrinterSilent, match=str(port)):
            send(Printer("127.0.0.1", port), "^XA^XZ")

    def test_a_printer_that_leaves_the_line_open_has_taken_it(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            send(Printer("127.0.0.1", listening.getsockname()[1]), "^XA^XZ", patience=0.05)
            line, _ = listening.accept()
            with line:
                assert line.recv(64) == b"^XA^XZ"

    def test_a_printer_that_stops_taking_is_told(self) -> None:
        with (
            socket.create_server(("127.0.0.1", 0)) as listening,
            pytest.raises(PrinterSilent, match="within"),
        ):
            send(Printer("127.0.0.1", listening.getsockname()[1]), "^XA" * 20_000_000, patience=0.05)

    @pytest.mark.parametrize(
        ("address", "host", "port"),
        [
            ("10.0.0.7", "10.0.0.7", 9100),
            ("zebra:6101", "zebra", 6101),
            ("[::1]:9100", "::1", 9100),
            ("[::1]", "::1", 9100),
        ],
    )
    def test_addresses(self, address: str, host: str, port: int) -> None:
        assert Printer.at(address) == Printer(host, port)

    @pytest.mark.parametrize("address", ["", ":9100", "zebra:0", "zebra:99999", "zebra:x"])
    def test_wrong_addresses_are_refused(self, address: str) -> None:
        with pytest.raises(Invalid, match="no printer"):
            Printer.at(address)


class TestFiles:
    def test_a_row_is_a_label(self) -> None:
        content = f"package,part,quantity\n{LABEL.package},100-0100,10000\n".encode()
        [label] = labels_in(content, "labels.csv")
        assert label == PackageLabel(package=LABEL.package, part="100-0100", quantity=Decimal(10_000))
        assert list(labels_in(b"location,name\nA-01,Shelf\n", "l.csv")) == [
            LocationLabel(location="A-01", name="Shelf")
        ]

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"a,b\n1,2\n",
            b"package,location\n1,2\n",
            b"package,part\n,X\n",
            b"package,part\nXP,1,2,3\n",
            b"\xff\xfe",
        ],
    )
    def test_other_files_are_refused(self, content: bytes) -> None:
        with pytest.raises(Invalid, match=r"l\.csv"):
            list(labels_in(content, "l.csv"))

    @pytest.mark.parametrize("quantity", ["x", "-1", "NaN", "Infinity"])
    def test_a_quantity_that_is_none_is_refused(self, quantity: str) -> None:
        with pytest.raises(Invalid, match="row 2"):
            list(labels_in(f"package,part,quantity\nXP,1,{quantity}\n".encode(), "l.csv"))
