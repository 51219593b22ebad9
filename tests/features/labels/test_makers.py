"""Labels as distributors and makers print them, made up by the public descriptions of their forms."""

from __future__ import annotations

from decimal import Decimal

import pytest

from padstone.features.labels.domain.decoding import decode
from padstone.features.labels.domain.label import Ambiguous, Unreadable, Value

GS, RS, EOT = "\x1d", "\x1e", "\x04"


def iso(*fields: str) -> str:
    return f"[)>{RS}06{GS}" + GS.join(fields) + RS + EOT


def mat(*fields: str) -> str:
    return "[)>@06@" + "@".join(fields) + "@@"


READ: dict[str, tuple[str, dict[str, Value]]] = {
    # --- distributors, EIGP 114 --------------------------------------------------------------------
    "digi-key-2023": (
        iso(
            "P490-10471-1-ND",
            "1PGRM155R71C104KA88D",
            "30P490-10471-1-ND",
            "KPO 77 B",
            "1K85000001",
            "10K99000001",
            "9D2315",
            "1TIA2315X7",
            "11K1",
            "4LJP",
            "Q250",
            "11ZPICK",
            "12Z5000001",
            "13Z999999",
            "20Z" + "0" * 30,
        ),
        {
            "supplier": "Digi-Key",
            "sku": "490-10471-1-ND",
            "mpn": "GRM155R71C104KA88D",
            "customer_po": "PO 77 B",
            "lot": "IA2315X7",
            "date_code": "2315",
            "country": "JP",
            "quantity": Decimal(250),
        },
    ),
    "digi-key-customer-part": (
        iso(
            "P100-0001 REV B",
            "1PLM317T",
            "30P296-LM317T-ND",
            "K",
            "1K1",
            "10K2",
            "9DN/T",
            "1TN/T",
            "11K1",
            "4LMX",
            "Q5",
            "11ZPICK",
            "12Z1",
            "13Z2",
        ),
        {"customer_part": "100-0001 REV B", "sku": "296-LM317T-ND", "quantity": Decimal(5), "country": "MX"},
    ),
    "mouser-2018-header": (
        ">[)>06" + GS + GS.join(["K4500", "14K002", "1PBSS138", "Q100", "11K012345678", "4LCN", "1VON Semi"]),
        {
            "supplier": "Mouser",
            "mpn": "BSS138",
            "po_line": "002",
            "manufacturer": "ON Semi",
            "quantity": Decimal(100),
        },
    ),
    "mouser-customer-part": (
        iso("K1", "14K003", "P200-7", "1PDS18B20+", "Q7", "11K012345678", "4LTH", "1VAnalog Devices"),
        {"customer_part": "200-7", "mpn": "DS18B20+", "supplier": "Mouser", "country": "TH"},
    ),
    "mouser-mixed-origin": (
        iso("K1", "14K003", "1PX-1", "Q7", "11K012345678", "4LAA", "1VTE"),
        {"country": "AA", "mpn": "X-1"},
    ),
    "farnell": (
        iso("3P1234567", "1PNE555P", "Q50", "K12", "9D2210"),
        {"supplier": "Farnell", "sku": "1234567", "mpn": "NE555P"},
    ),
    "newark": (
        iso("3P58K1234", "1PNE555P", "Q50", "4LMY"),
        {"supplier": "Newark", "sku": "58K1234", "country": "MY"},
    ),
    "arrow": (
        iso(
            "P300-1",
            "1PSTM32F103C8T6",
            "Q1500",
            "1TGQ21234V7",
            "9D2133",
            "4LCN",
            "1VSTMicroelectronics",
            "KPO-9",
            "4K10",
            "3S00034567",
        ),
        {
            "mpn": "STM32F103C8T6",
            "lot": "GQ21234V7",
            "po_line": "10",
            "package_id": "00034567",
            "manufacturer": "STMicroelectronics",
        },
    ),
    "avnet": (
        iso(
            "K5500012345",
            "4K0020",
            "P8-1",
            "1PXC7A35T-1CSG324C",
            "Q12",
            "10D2248",
            "1TD7A221A",
            "4LTW",
            "13Q1/3",
            "11K990",
        ),
        {"mpn": "XC7A35T-1CSG324C", "date_code": "2248", "package_count": "1/3", "packing_list": "990"},
    ),
    "future": (
        iso("1PMAX232CPE+", "Q25", "9D2119", "1TAB12", "4LPH", "KF-1", "6D20230115"),
        {"ship_date": "2023-01-15", "lot": "AB12"},
    ),
    "rutronik": (
        iso(
            "12PAB",
            "K1001",
            "1PBC847B,215",
            "31PBC847B,215",
            "Q3000",
            "1TF2201",
            "9D2201",
            "4LCN",
            "V12345",
            "3S998877",
        ),
        {"mpn": "BC847B,215", "order_code": "BC847B,215", "supplier_id": "12345", "quantity": Decimal(3000)},
    ),
    "wuerth": (
        iso("1P744043100", "Q1000", "1T123456", "9D2205", "4LCN", "2P01", "V4711", "16D20220131"),
        {"mpn": "744043100", "revision": "01", "production_date": "2022-01-31", "lot": "123456"},
    ),
    "samtec": (
        iso("KP1", "1PTSW-110-07-G-S", "Q40", "1T7654321", "9D2240", "4LUS"),
        {"mpn": "TSW-110-07-G-S"},
    ),
    "rs-components": (
        iso("30P123-4567", "1PLM7805CT", "Q10", "4LIT"),
        {"sku": "123-4567", "mpn": "LM7805CT", "country": "IT"},
    ),
    "texas-instruments": (
        iso(
            "1PTPS54331DDAR",
            "Q2500",
            "V0033317",
            "31T1234567ML3",
            "4WTKY",
            "D2236",
            "20LMH8",
            "21LJPN",
            "22LQAB",
            "23LPHL",
            "2PG",
            "EG4",
            "3Z1/260C",
        ),
        {
            "manufacturer": "Texas Instruments",
            "mpn": "TPS54331DDAR",
            "lot": "1234567ML3",
            "processing": "TKY",
            "chip_site": "MH8",
            "assembly_country": "PHL",
            "revision": "G",
            "rohs": "G4",
            "msl": "1/260C",
        },
    ),
    "nxp": (
        iso("1PMIMXRT1062DVL6B", "31P935381234557", "Q240", "9D2218", "30TABC123", "1TP1A2", "4LTW", "2PB"),
        {"order_code": "935381234557"},
    ),
    "onsemi": (
        iso("1PNTR4501NT1G", "Q3000", "9D2301", "1T5MCK", "4LMY", "13D22512301", "V0075"),
        {"lot": "5MCK", "quantity": Decimal(3000)},
    ),
    "infineon": (
        iso("1PIRFZ44NPBF", "Q50", "1T1A2B", "9D2320", "S17", "3S7788", "4LCN", "9Q1"),
        {"serial": "17", "package_id": "7788"},
    ),
    "murata": (
        iso("1PGRM21BR61E106KA73L", "Q3000", "1T6A1234", "9D2239", "4LJP", "1VMURATA"),
        {"manufacturer": "MURATA"},
    ),
    "tdk": (
        iso("PC1", "1PC2012X5R1E106K125AB", "Q2000", "1TY22C1", "D220915", "4LJP"),
        {"date_code": "220915", "mpn": "C2012X5R1E106K125AB"},
    ),
    "molex": (
        iso("P", "1P0533980271", "Q1500", "1T220912A", "9D2237", "4LCN", "20L001"),
        {"mpn": "0533980271"},
    ),
    "te": (
        iso("1P282834-2", "Q100", "1T22-37", "9D2237", "4LCZ", "2PA", "K450"),
        {"country": "CZ", "revision": "A"},
    ),
    "phoenix": (
        iso("1P1757019", "Q50", "10D2236", "4LDE", "1VPHOENIX CONTACT", "S2004"),
        {"manufacturer": "PHOENIX CONTACT"},
    ),
    "osram-bin": (
        iso("1PLW E67C", "Q2000", "33PV2BB-5F8G", "1T1234", "9D2240"),
        {"bin_code": "V2BB-5F8G", "mpn": "LW E67C"},
    ),
    "unit-pieces": (iso("1PX-1", "Q100 PCS"), {"quantity": Decimal(100)}),
    "unit-each": (iso("1PX-1", "Q25EA"), {"quantity": Decimal(25)}),
    "unit-kilogram": (
        iso("1PSAC305", "Q0.5KG", "1TL1", "14D20270131"),
        {"quantity": Decimal("0.5"), "unit": "KG", "expiry": "2027-01-31"},
    ),
    "unit-metres": (iso("1PWIRE", "Q30.5M"), {"quantity": Decimal("30.5"), "unit": "M"}),
    "zeros-in-quantity": (iso("1PX-1", "Q0004000"), {"quantity": Decimal(4000)}),
    "three-letter-country": (iso("1PX-1", "4LDEU"), {"country": "DE"}),
    "expiry-the-other-way": (iso("1PX-1", "15D31012027"), {"expiry": "2027-01-31"}),
    "production-the-other-way": (iso("1PX-1", "17D05022024"), {"production_date": "2024-02-05"}),
    "license-plate": (iso("1JUN123456789A2B4", "1PX-1"), {"license_plate": "UN123456789A2B4"}),
    "cage": (iso("17V1ABC2", "1PX-1", "S77"), {"cage": "1ABC2", "serial": "77"}),
    "unknown-identifier": (iso("1PX-1", "99XABC"), {"mpn": "X-1"}),
    # --- automotive, MAT-Label ---------------------------------------------------------------------
    "mat-capacitor": (
        mat(
            "12S0002",
            "P1267370001",
            "1PCGA3E2X7R1H104K",
            "31PCGA3E2X7R1H104K080AA",
            "12V690550701",
            "10VJPN-AKITA",
            "2PA",
            "20P",
            "6D20230110",
            "14D20250110",
            "30PY",
            "Z1",
            "K5100001",
            "16K4711",
            "V46852",
            "3SS170790000999",
            "Q4000NAR000",
            "20T1",
            "1TB1",
            "2TB2",
            "1Z",
        ),
        {
            "customer_part": "1267370001",
            "mpn": "CGA3E2X7R1H104K",
            "order_code": "CGA3E2X7R1H104K080AA",
            "quantity": Decimal(4000),
            "production_date": "2023-01-10",
            "expiry": "2025-01-10",
            "rohs": "Y",
            "msl": "1",
            "lot": "B1",
            "lot_2": "B2",
            "delivery_note": "4711",
            "package_id": "S170790000999",
            "manufacturer_location": "JPN-AKITA",
            "revision": "A",
        },
    ),
    "mat-paste": (
        mat(
            "12S0002",
            "P9",
            "1PSAC305-T4",
            "6D20230110",
            "14D20230710",
            "30PY",
            "ZN",
            "V1",
            "3SS1",
            "Q0KGM500",
            "20T1",
            "1TX",
        ),
        {"quantity": Decimal("0.5"), "unit": "KGM", "expiry": "2023-07-10"},
    ),
    "mat-with-gs": (
        iso("12S0002", "P9", "1PX9", "6D20230110", "30PN", "Z2a", "V77", "Q10NAR000", "1TL"),
        {"msl": "2a", "rohs": "N", "supplier": "77"},
    ),
    "mat-hash": ("[)>|06|12S0002|P9|1PX9|30PY|Z3|V77|Q10|1TL||", {"msl": "3", "quantity": Decimal(10)}),
    # --- spellings ---------------------------------------------------------------------------------
    "pictures": ("[)>␞06␝1PABC-1␝Q10␞␄", {"mpn": "ABC-1", "quantity": Decimal(10)}),
    "named-angles": ("[)><RS>06<GS>1PABC-1<GS>Q10<RS><EOT>", {"mpn": "ABC-1", "quantity": Decimal(10)}),
    "named-square": ("[)>[RS]06[GS]1PABC-1[GS]Q10[RS][EOT]", {"mpn": "ABC-1", "quantity": Decimal(10)}),
    "hexadecimal": ("[)>\\x1e06\\x1d1PABC-1\\x1dQ10\\x1e\\x04", {"mpn": "ABC-1", "quantity": Decimal(10)}),
    "unicode": ("[)>\\u001e06\\u001d1PABC-1\\u001dQ10", {"mpn": "ABC-1", "quantity": Decimal(10)}),
    "zebra": ("[)>~03006~0291PABC-1~029Q10~030~004", {"mpn": "ABC-1", "quantity": Decimal(10)}),
    "percent": ("%5B%29%3E%1E06%1D1PABC-1%1DQ10%1E%04", {"mpn": "ABC-1", "quantity": Decimal(10)}),
    "code-page-437": ("[)>▲06↔1PABC-1↔Q10▲♦", {"mpn": "ABC-1", "quantity": Decimal(10)}),
    "function-keys": ("[)>\uf70c06\uf70b1PABC-1\uf70bQ10\uf70c", {"mpn": "ABC-1", "quantity": Decimal(10)}),
    "entities": ("[)>&#30;06&#29;1PABC-1&#29;Q10&#30;&#4;", {"mpn": "ABC-1", "quantity": Decimal(10)}),
    "header-lost": (f"1PABC-1{GS}Q10{GS}4LCN", {"mpn": "ABC-1", "country": "CN"}),
    "header-cut": (f")>06{GS}1PABC-1{GS}Q10", {"mpn": "ABC-1"}),
    "framed": ("\x02" + iso("1PABC-1", "Q10") + "\x03\r\n", {"mpn": "ABC-1"}),
    "aim-identifier": ("]d1" + iso("1PABC-1", "Q10"), {"mpn": "ABC-1"}),
    "zeros-before": (
        iso("01PABC-1", "00Q10", "04LCN"),
        {"mpn": "ABC-1", "quantity": Decimal(10), "country": "CN"},
    ),
    "small-identifiers": (
        iso("1pABC-1", "q10", "1TX"),
        {"mpn": "ABC-1", "quantity": Decimal(10), "lot": "X"},
    ),
    "spaces-no-part-has": (
        "[)> 06 1PABC-1 Q10 1TL7 4LCN",
        {"mpn": "ABC-1", "quantity": Decimal(10), "lot": "L7", "country": "CN"},
    ),
    "bytes-of-lines": (
        "31PCC0603KRX7R8BB392\r32P223891615631\r1T31E512061159F1056753\rQ0004000\r9D15511610\r26 505\r0002\r",
        {"order_code": "CC0603KRX7R8BB392", "quantity": Decimal(4000), "lot": "31E512061159F1056753"},
    ),
    # --- packed ------------------------------------------------------------------------------------
    "packed-digi-key": (
        "[)>06P1PABM8-16.000MHZ-B2-T30P535-10226-1-NDK1K10027327210K1288457209D24181TA1B2C311K14LTWQ20011ZPICK12Z2128519113Z99999920Z"
        + "0" * 40,
        {
            "mpn": "ABM8-16.000MHZ-B2-T",
            "sku": "535-10226-1-ND",
            "quantity": Decimal(200),
            "lot": "A1B2C3",
            "date_code": "2418",
        },
    ),
    "packed-digi-key-order": (
        "[)>06PC50,C511PCC0402BPNPO9BN8R230P13-CC0402BPNPO9BN8R2CT-NDKPO123451K10027327210K1288457209D24181TA1B2C311K14LTWQ1011ZPICK12Z2128519113Z99999920Z000",
        {
            "customer_po": "PO12345",
            "sales_order": "100273272",
            "invoice": "128845720",
            "customer_part": "C50,C51",
        },
    ),
    "packed-digi-key-old": (
        "[)>06PR1, R31PERJ-6ENF1001VK1K6544643310K7540567211K14LCNQ611ZPICK12Z11895713Z25924920Z" + "0" * 182,
        {
            "mpn": "ERJ-6ENF1001V",
            "customer_part": "R1, R3",
            "quantity": Decimal(6),
            "country": "CN",
            "sales_order": "65446433",
        },
    ),
    "packed-mouser": (
        "[)>06K450001660514K0081PPWR220T-20-50R0FQ511K0860365594LCR1VBourns",
        {
            "customer_po": "4500016605",
            "po_line": "008",
            "mpn": "PWR220T-20-50R0F",
            "quantity": Decimal(5),
            "manufacturer": "Bourns",
        },
    ),
    "packed-mouser-header-lost": (
        ">06K3788739914K0051PBSS138LT1GQ2511K0881306154LCN1VON Semiconductor",
        {"mpn": "BSS138LT1G", "quantity": Decimal(25)},
    ),
    "packed-one-field": ("[)>06Q25", {"quantity": Decimal(25)}),
    # --- own forms ---------------------------------------------------------------------------------
    "lcsc": (
        "{pbn:PICK1,on:SO1,pc:C25744,pm:0402WGF1002TCE,qty:100,mc:R1,cc:1,pdi:1,hp:0,wc:JS}",
        {
            "supplier": "LCSC",
            "sku": "C25744",
            "customer_part": "R1",
            "quantity": Decimal(100),
            "order": "SO1",
        },
    ),
    "lcsc-without-braces": (
        "pbn:PICK1,on:SO1,pc:C25744,pm:0402WGF1002TCE,qty:100",
        {"sku": "C25744", "quantity": Decimal(100)},
    ),
    "lcsc-as-json": (
        '{"pbn":"PICK1","on":"SO1","pc":"C25744","pm":"0402WGF1002TCE","qty":100,"mc":null}',
        {"sku": "C25744", "quantity": Decimal(100)},
    ),
    "tme-with-maker": (
        "QTY:100 PN:CRCW04021K PO:9988776/3 CPO:PO 12 B MFR:VISHAY DALE MPN:CRCW04021K00FKED RoHS https://www.tme.eu/details/CRCW04021K",
        {
            "supplier": "TME",
            "sku": "CRCW04021K",
            "mpn": "CRCW04021K00FKED",
            "manufacturer": "VISHAY DALE",
            "customer_po": "PO 12 B",
            "rohs": True,
        },
    ),
    "tme-data-matrix": (
        "PWBP-302 1PMPNWBP-302 Q1 K19361337/1",
        {"supplier": "TME", "sku": "WBP-302", "quantity": Decimal(1)},
    ),
    "samsung": (
        "AJ1FP7G/CL10C101JB8NNNC/1687/0004000\r\n",
        {"mpn": "CL10C101JB8NNNC", "lot": "AJ1FP7G", "quantity": Decimal(4000)},
    ),
    "koa": (
        "KHK:1:RK73B1ETTP201J:10000:X:5018C394:623:KHK-A01",
        {"manufacturer": "KOA", "mpn": "RK73B1ETTP201J", "lot": "5018C394"},
    ),
    "lite-on": (
        ";;LTST-C191KGKT;2108404746;5000;5/P/D;RLC21032787551;2113;MADE IN CHINA\r",
        {"mpn": "LTST-C191KGKT", "date_code": "2113"},
    ),
    "stackpole": (
        "1PRMCF2010ZT0R00,Q4000,1TT170419155,17/16,JP\r",
        {"mpn": "RMCF2010ZT0R00", "country": "JP", "lot": "T170419155"},
    ),
    "kemet": (
        "042390059 B2014C1206C475K3PAC7800 0002000",
        {"mpn": "C1206C475K3PAC7800", "quantity": Decimal(2000)},
    ),
    "kemet-origin": (
        "232802636 B1008C1206C103K1RAC7800    0004000MEXICO    MX",
        {"mpn": "C1206C103K1RAC7800", "country": "MX"},
    ),
    "rohm": (
        "MCR03EZPFX1002     0050002236E1019K017" + " " * 77,
        {"mpn": "MCR03EZPFX1002", "quantity": Decimal(5000), "date_code": "2236", "lot": "E1019K"},
    ),
    "walsin": (
        "P1206B473K501CTQ2000L130I263678D181029\r",
        {"mpn": "1206B473K501CT", "quantity": Decimal(2000), "lot": "130I263678"},
    ),
    "kefico": (
        "9103160102,160721A031,SKQ0,0050",
        {"customer_part": "9103160102", "quantity": Decimal(50), "supplier_id": "SKQ0"},
    ),
    # --- GS1, EPC ----------------------------------------------------------------------------------
    "gs1-brackets": (
        "(01)04012345678901(10)LOT7(21)S9(17)271231(30)500",
        {
            "gtin": "04012345678901",
            "lot": "LOT7",
            "serial": "S9",
            "expiry": "2027-12-31",
            "quantity": Decimal(500),
        },
    ),
    "gs1-fnc1": (
        f"]d20104012345678901{''}10LOT7{GS}21S9",
        {"gtin": "04012345678901", "lot": "LOT7", "serial": "S9"},
    ),
    "gs1-code-128": ("]C100340123456789012340", {"sscc": "340123456789012340"}),
    "gs1-plain": (
        f"010401234567890117271200{'10'}A1",
        {"gtin": "04012345678901", "expiry": "2027-12", "lot": "A1"},
    ),
    "gs1-in-envelope": (
        f"[)>{RS}05{GS}0104012345678901{GS}10LOT7{RS}{EOT}",
        {"gtin": "04012345678901", "lot": "LOT7"},
    ),
    "digital-link": (
        "https://id.example.com/01/04012345678901/10/LOT%2F7/21/S9?17=271231",
        {"gtin": "04012345678901", "lot": "LOT/7", "serial": "S9", "expiry": "2027-12-31"},
    ),
    "sgtin-hex": ("3074257BF7194E4000001A85", {"gtin": "80614141123458", "serial": "6789"}),
    "sgtin-urn": ("urn:epc:id:sgtin:0614141.812345.6789", {"gtin": "80614141123458", "serial": "6789"}),
    "sgtin-tag": ("urn:epc:tag:sgtin-96:3.0614141.812345.6789", {"gtin": "80614141123458", "serial": "6789"}),
    "lgtin-urn": ("urn:epc:class:lgtin:4012345.012345.998877", {"gtin": "04012345123456", "lot": "998877"}),
    "sscc-urn": ("urn:epc:id:sscc:0614141.1234567890", {"sscc": "106141412345678908"}),
    # --- format 12 ---------------------------------------------------------------------------------
    "text-elements": (
        f"[)>{RS}12{GS}MFR 1ABC2{GS}PNR X-1{GS}SER 77{GS}QTY 10{RS}{EOT}",
        {"mpn": "X-1", "serial": "77", "quantity": Decimal(10)},
    ),
    # --- one code ----------------------------------------------------------------------------------
    "quantity-alone": ("Q4000", {"quantity": Decimal(4000)}),
    "country-alone": ("4LTW", {"country": "TW"}),
    "count-alone": ("13Q2/5", {"package_count": "2/5"}),
}


@pytest.mark.parametrize("name", READ)
def test_it_says(name: str) -> None:
    payload, expected = READ[name]
    label = decode(payload)
    assert {key: label.fields.get(key) for key in expected} == expected
    assert label.asks == (name in ASKS), label.doubts


ASKS = {"bytes-of-lines"}
"""These have a piece that nobody knows what it is."""

ASKED: dict[str, str] = {
    "part-alone": "1PRC0402FR-0710KL",
    "lot-alone": "1TA1B2C3",
    "customer-part-alone": "P100-0100",
    "perhaps-a-diode": "1PS76SB10",
    "gtin-alone": "4012345678901",
    "japanese": "3N1ERJ-3EKF1502V 5000",
    "page": "https://www.tme.eu/en/details/MIC334/",
    "comma-in-quantity": iso("1PX-1", "Q1,000"),
    "no-such-country": iso("1PX-1", "4LXX"),
    "no-such-day": iso("1PX-1", "14D20271345"),
    "two-lots": iso("1PX-1", "1TA", "1TB"),
    "all-small": iso("1pabc-1", "q10", "4lcn"),
    "unit-unknown": iso("1PX-1", "Q10K"),
    "piece-without-identifier": iso("1PX-1", "123", "Q5"),
    "cut-behind-the-end": f"[)>{RS}06{GS}1PX-1{RS}Q5",
}
"""Read, but a person must look."""


@pytest.mark.parametrize("name", ASKED)
def test_it_asks(name: str) -> None:
    assert decode(ASKED[name]).asks


REFUSED: dict[str, tuple[str, str]] = {
    "nothing": ("", "label_empty"),
    "blanks": (" \r\n", "label_empty"),
    "header-alone": ("[)>06", "label_empty"),
    "words": ("hello world", "label_says_not_what"),
    "digits": ("1234567890", "label_says_not_what"),
    "part-number": ("74HC595D,118", "label_says_not_what"),
    "mouser-digits": ("[)>06K3788739914K0051P5277Q2511K0881306154LCN1VKeystone", "label_ambiguous"),
    "packed-unknown": ("[)>06PABC1PXYZQ1001TLOT", "label_ambiguous"),
    "packed-two-ends": (
        "[)>06P1PRC0402FR-0710KLK1K6544643310K7540567211K14LCNQ611ZPICK12Z11895713Z25924920Z00",
        "label_ambiguous",
    ),
    "spaces": ("[)> 06 PR1 R2 1PX-1 Q10", "label_ambiguous"),
    "gs1-lost": ("]C1010401234567890110LOT21S9", "label_ambiguous"),
    "german-keyboard": ("ü=:06", "label_keyboard_layout"),
    "edi": (f"[)>{RS}03{GS}ISA", "label_format_not_handled"),
    "too-long": ("A" * 8001, "label_too_long"),
    "tangled": ("[)>06" + "K1Q" * 400, "label_too_entangled"),
    "sign-for-gs-unknown": ("[)>06P1}1PX}Q5", "label_separators_unknown"),
    "wrong-check-digit": ("(01)04012345678902", "label_says_not_what"),
    "epc-of-no-partition": ("307FFFFFFFFFFFFFFFFFFFFF", "label_says_not_what"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_refuses(name: str) -> None:
    payload, code = REFUSED[name]
    with pytest.raises((Unreadable, Ambiguous)) as refusal:
        decode(payload)
    assert refusal.value.code == code
    assert refusal.value.way_out
    if isinstance(refusal.value, Ambiguous):
        assert len({str(one.fields) for one in refusal.value.readings}) > 1


def test_more_than_a_hundred_are_tried() -> None:
    assert len(READ) + len(ASKED) + len(REFUSED) > 120
