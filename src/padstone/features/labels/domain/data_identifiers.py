"""Data identifiers: which field a text belongs to that a label puts under ``1P``, ``Q``, ``9D`` ..."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

SOURCE: Final = (
    "ANSI MH10.8.2 (data identifiers of ISO/IEC 15418), with ECIA EIGP 114 for electronic components"
)
REVISION: Final = "MH10.8.2-2022; EIGP 114.2018; what distributors and makers add is marked +"

_ROWS: Final = """
B    -                  text        container type
1B   container          text        returnable container
C    -                  text        + customer's number, on some makers' reels
D    date_code          D           date YYMMDD; some makers put a date code YYWW here
1D   date               DDMMYY      date
2D   date               MMDDYY      date
3D   -                  n4          date YDDD
4D   -                  n5          date YYDDD
5D   -                  text        date YYMMDD with a qualifier
6D   ship_date          YYYYMMDD    date YYYYMMDD, a qualifier may follow; EIGP 114: ship date
7D   -                  n4          month and year MMYY
8D   -                  text        event, date and time
9D   date_code          datecode    date, form mutually defined; EIGP 114: date code YYWW
10D  date_code          datecode    date YYWW
11D  date_code          datecode    date YYYYWW
12D  date               YYYYMMDD    date
13D  -                  n8          oldest and newest manufacture YYWWYYWW
14D  expiry             YYYYMMDD    expiration date
15D  expiry             DDMMYYYY    expiration date
16D  production_date    YYYYMMDD    date of manufacture
17D  production_date    DDMMYYYY    date of manufacture
18D  -                  text        time of tag activation
20D  -                  DDMMYYYY    inspection date
22D  -                  text        time of record
23D  -                  text        date and time in UTC
24D  -                  text        qualified date
25D  best_before        YYYYMMDD    best before date
26D  -                  YYYYMMDD    first freeze date
27D  -                  YYYYMMDD    harvest date
E    rohs               text        restricted substances; EIGP 114: RoHS category
F    -                  text        looping header
H    -                  text        name of a party
I    -                  text        vehicle identification
J    license_plate      word        unique license plate number
1J   license_plate      word        license plate of a smallest package
2J   license_plate      word        license plate of a transport unit with several packages
3J   license_plate      word        license plate of a smallest package, with EDI
4J   license_plate      word        license plate of several packages, with EDI
5J   license_plate      word        license plate of a mixed transport unit
6J   license_plate      word        license plate of a master transport unit
K    customer_po        text        customer's purchase order
1K   sales_order        word        supplier's order
2K   -                  word        waybill of the supplier
3K   -                  word        waybill of the carrier
4K   po_line            word        line of the purchase order
5K   -                  text        release against a blanket order
6K   -                  text        carrier's PRO number
7K   -                  text        carrier mode
8K   -                  text        contract
9K   -                  text        transaction reference
10K  invoice            word        invoice
11K  packing_list       word        packing list
12K  -                  text        carrier and PRO number
13K  -                  text        bill of lading
14K  po_line            text        order and line, joined by +; Mouser: the line alone
15K  kanban             word        kanban
16K  delivery_note      word        delivery document
17K  -                  text        check number
20K  -                  text        license
21K  -                  text        customer's data
27K  -                  text        quotation
L    location           text        storage location
1L   location           text        location
2L   -                  text        ship to
3L   -                  text        ship from
4L   country            country     country of origin
5L   -                  text        ship for
6L   -                  text        route
7L   -                  text        activity code
10L  -                  text        + maker's country, on some reels
20L  -                  word        first level; Texas Instruments: chip site
21L  -                  word        second level; Texas Instruments: chip country
22L  -                  word        third level; Texas Instruments: assembly site
23L  -                  word        fourth level; Texas Instruments: assembly country
24L  -                  word        fifth level
25L  -                  text        party's location
26L  -                  text        location code
27L  -                  text        event location
33L  url                url         URL
51L  -                  text        + origin of the die, on some reels
N    -                  text        national stock number; + maker's part number on some reels
3N   -                  text        coded structure, as Japanese makers use it
12N  -                  text        coded structure
15N  -                  text        industrial internet identifier
P    customer_part      text        customer's item
1P   mpn                text        supplier's item; EIGP 114: maker's part number
2P   revision           text        revision
3P   -                  text        GS1 item; + Farnell, Newark: order code
4P   -                  text        GS1 item
5P   -                  text        freight class
6P   -                  text        supplier and item
7P   -                  word        CLEI
8P   gtin               gtin        GTIN-14
9P   -                  text        DUNS and item
10P  -                  text        hazardous material
11P  -                  clei        CLEI, ten characters
12P  -                  text        document type
17P  -                  text        GS1 supplier and item
19P  -                  text        component of an item
20P  -                  text        customer's first level; MAT-Label: additional part information
21P  -                  text        customer's second level
22P  -                  text        customer's third level
23P  -                  text        customer's fourth level
24P  -                  text        customer's fifth level
25P  -                  text        party and item
26P  -                  text        item of the next higher assembly
27P  tariff_code        tariff      tariff code
28P  -                  text        cargo name
30P  sku                text        supplier's first level; Digi-Key: its part number; MAT-Label: RoHS
31P  order_code         text        supplier's second level; ordering code
32P  -                  text        supplier's third level
33P  bin_code           text        supplier's fourth level; EIGP 114: BIN code
34P  -                  text        supplier's fifth level
40P  -                  text        safety data sheet
42P  manufacturer       text        + manufacturer, on some reels
49P  -                  text        export control
50P  mpn                plus        maker's item and version, joined by +
51P  -                  plus2       party, item and version, joined by +
52P  color              text        color
54P  -                  text        medical device
55P  -                  text        certificate
Q    quantity           amount      quantity
1Q   -                  measure     theoretical length or weight
2Q   weight             measure     actual weight
3Q   unit               unit        unit of measure
4Q   -                  measure     gross amount
5Q   -                  measure     net amount
6Q   -                  n/n         containers of one product
7Q   weight             measured    amount with its unit
8Q   -                  measure     container's rated weight
9Q   -                  measure     weight of a piece
11Q  -                  measure     tare weight
12Q  price              price       monetary value
13Q  package_count      n/n         package n of m
14Q  -                  measure     beginning secondary quantity
15Q  -                  measure     ending secondary quantity
27Q  -                  measure     net price
30Q  -                  measure     discount
31Q  -                  text        currency
1R   -                  text        supplier's return authorisation
2R   -                  text        customer's return
S    serial             word        serial number
1S   -                  word        additional serial number
2S   asn                word        advance shipment notice
3S   package_id         text        package, smallest
4S   logistic_id        word        package, master, like items
5S   mixed_id           word        package, master, unlike items
6S   logistic_id        word        package, like items, several orders
7S   mixed_id           word        package, unlike items, several orders
8S   sscc               n18         SSCC
9S   package            word        package, mutually defined
10S  -                  word        machine or tool
11S  -                  word        fixed asset
12S  document           word        document; MAT-Label: its version
13S  -                  word        seal
15S  -                  word        vendor's serial number
16S  software           text        version
18S  -                  text        CAGE and serial number
20S  -                  word        customer's traceability code
22S  -                  word        mobile telephone
23S  mac                mac         MAC address
25S  -                  text        party and serial number
30S  -                  word        additional traceability code
31S  -                  word        beginning serial number
32S  -                  word        ending serial number
37S  -                  text        unique item
50S  -                  word        supplier's first level
51S  -                  word        supplier's second level
52S  -                  word        supplier's third level
53S  -                  word        supplier's fourth level
54S  -                  word        supplier's fifth level
96S  epc                word        EPC
T    -                  word        customer's lot
1T   lot                text        lot
2T   lot_2              text        + MAT-Label: second batch
3T   -                  word        exclusive assignment
20T  -                  word        customer's first level; MAT-Label: batch counter
21T  -                  word        customer's second level
25T  -                  text        party and lot
30T  -                  word        supplier's first level; + second lot on some reels
31T  lot                word        supplier's second level; Texas Instruments: lot
32T  -                  word        supplier's third level
33T  -                  word        supplier's fourth level
34T  -                  word        supplier's fifth level
5U   -                  text        postal service
V    supplier_id        text        supplier's code, assigned by the customer
1V   manufacturer       text        supplier's code, its own; EIGP 114: manufacturer
2V   -                  text        U.P.C. company
3V   -                  text        GS1 company
4V   -                  text        carrier
5V   -                  text        bank
6V   manufacturer_id    text        manufacturer's code
7V   -                  text        liable party
8V   -                  text        customer's code, its own
9V   -                  text        customer's code, assigned by the supplier
10V  -                  text        manufacturer's identifier; MAT-Label: its place
11V  -                  text        budget
12V  manufacturer_id    text        manufacturer's DUNS
13V  -                  text        supplier's DUNS
14V  -                  text        customer's DUNS
15V  -                  text        shipper
17V  cage               cage        CAGE code
18V  party              text        party by ISO/IEC 15459
20V  -                  text        party with its role
21V  -                  text        unit of a party
22V  -                  text        carrier
23V  -                  text        supplier's VAT number
24V  -                  text        customer's VAT number
25V  manufacturer_cage  cage        manufacturer's CAGE code
W    work_order         text        work order
1W   -                  text        operation sequence
2W   -                  text        operation
3W   -                  text        work order and operation, joined by +
4W   -                  text        status; Texas Instruments: processing
Z    -                  text        mutually defined; MAT-Label: moisture level
1Z   -                  text        mutually defined; MAT-Label: supplier's data
2Z   -                  text        mutually defined
3Z   -                  text        free text; Texas Instruments: moisture level
4Z   -                  text        mutually defined
5Z   -                  text        mutually defined
10Z  -                  text        structured text
11Z  label_type         word        structured text; Digi-Key: kind of label
12Z  part_id            word        structured text; Digi-Key: part
13Z  load_id            word        structured text; Digi-Key: load
20Z  -                  text        structured text; Digi-Key: padding
"""


@dataclass(frozen=True, slots=True)
class DataIdentifier:
    """A row of the table. ``name`` is "" for what no field of a package is; ``form`` is one of ``forms``."""

    code: str
    name: str
    form: str
    title: str


def _row(line: str) -> DataIdentifier:
    code, name, form, title = line.split(maxsplit=3)
    return DataIdentifier(code, "" if name == "-" else name, form, title)


TABLE: Final = {row.code: row for row in map(_row, filter(None, _ROWS.splitlines()))}

SHAPE: Final = re.compile(r"0*(?P<code>(?:[1-9][0-9]{0,2})?[A-Za-z])(?P<text>.*)", re.DOTALL)
"""An identifier and its text. Some labels and scanners put zeros before the identifier."""

COMPONENT_LABEL: Final = frozenset(
    (
        "P 1P 2P 30P 31P 33P Q 13Q 1T 9D 10D 6D 14D 16D 4L 1V V K 1K 4K 10K 11K 14K S 3S 4S 5S E "
        "11Z 12Z 13Z 20Z"
    ).split()
)
"""What labels of electronic components bear; of several readings those with these alone are told first."""
