"""Every page says what the books say, with a constant number of SQL statements."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from padstone.ingest.interpret import Interpreter
from padstone.ingest.models import Message
from tests.shop_floor import build, deliver
from tests.web.conftest import BAD_LOT, BAD_UNITS, PANEL_UP, Built

SESSION = 2
"""Statements of every page besides: the session and its user."""


def page(reader: Client, address: str, status: int = 200) -> str:
    """A page's text as people read it: without tags, entities resolved, blanks put together."""
    response = reader.get(address)
    assert response.status_code == status
    body = re.sub(r"<(script|svg).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


AT_MOST = {
    "factory": 9,
    "line": 21,
    "station": 26,  # what feeds, and of all that together what its clocks say
    "board": 27,
    "panel": 5,
    "order": 25,  # how far its kit is, too
    "kits": 60,
    "shortages": 60,
    "kit": 60,
    "package": 39,  # what it went into, how it came, where it is, what its clocks say
    "recall": 29,  # some are asked of all passes together, however few there are
    "exceptions": 10,
    "message": 8,
    "endpoints": 5,
    "endpoint": 13,
    "not found": 15,
}


def address_of(kind: str, name: str) -> str:
    return f"/{kind}/{quote(name)}"


def pages_of(built: Built) -> dict[str, str]:
    return {
        "factory": "/",
        "line": "/lines/Line%201",
        "station": "/stations/Placer%201",
        "board": address_of("boards", built.units[0]),
        "panel": address_of("panels", built.panel),
        "order": address_of("orders", built.order),
        "kits": "/kits/",
        "shortages": "/kits/shortages",
        "kit": address_of("kits/orders", built.order),
        "package": address_of("packages", built.bad_package),
        "recall": f"/recall/?lot={BAD_LOT}",
        "exceptions": "/exceptions/",
        "message": f"/exceptions/{Message.objects.earliest('pk').pk}/",
        "endpoints": "/endpoints/",
        "endpoint": "/endpoints/Kestrelworks.Swift4.KW1182",
        "not found": "/find/?q=HM",
    }


def test_a_page_takes_as_many_statements_for_many_boards_as_for_few(
    reader: Client, build_units: Callable[[int], Built]
) -> None:
    build([UNKNOWN])
    few = statements(reader, build_units(2 * PANEL_UP))
    more = statements(reader, build_units(6 * PANEL_UP))
    assert more == few
    assert {name: count for name, count in few.items() if count > AT_MOST[name]} == {}


def statements(reader: Client, built: Built) -> dict[str, int]:
    counted = {}
    for name, address in pages_of(built).items():
        reader.get(address)  # what is kept in memory by its content is read once, and then no more
        with CaptureQueriesContext(connection) as queries:
            reader.get(address)
        counted[name] = len(queries) - SESSION
    return counted


def test_the_factory_shows_its_line_and_the_boards_worked_on_last(reader: Client, built: Built) -> None:
    text = page(reader, "/")
    for station in (
        "Printer",
        "SPI",
        "Placer 1",
        "Placer 2",
        "Oven",
        "AOI",
        "Functional test",
        "Repair bench",
    ):
        assert station in text
    assert built.units[-1] in text
    assert built.panel in text


def test_a_factory_without_machines_says_what_to_do(reader: Client) -> None:
    assert "No machine has spoken yet." in page(reader, "/")


def test_a_line_shows_what_its_feeders_hold(reader: Client, built: Built) -> None:
    text = page(reader, "/lines/Line%201")
    assert "On the feeders now" in text
    shown = re.findall(r'href="/packages/([^"]+)"', reader.get("/lines/Line%201").content.decode())
    assert len(shown) > 30
    assert set(shown) <= set(built.ledger.packages)
    assert "On no line yet" not in text
    assert "Every machine that has spoken stands on a line." in page(reader, "/lines/")


def test_a_board_shows_every_part_with_its_reel_and_lot(reader: Client, built: Built) -> None:
    (unit, *_) = built.ledger.units_with_lot(BAD_LOT)
    text = page(reader, address_of("boards", unit))
    there = [one for one in built.ledger.installations if one.unit == unit and not one.removed_at]
    assert len(there) > 100
    for one in there:
        assert one.designator in text
        assert all(package in text for package in one.packages)
    assert BAD_LOT in text
    assert "Reflow profile" in text


def test_a_board_is_filtered_by_any_word(reader: Client, built: Built) -> None:
    unit = built.ledger.units_with_lot(BAD_LOT)[0]
    asked = f"{address_of('boards', unit)}?q={BAD_LOT.lower()}+placer"
    body = reader.get(asked).content.decode()
    (table,) = re.findall(r'<div id="parts-table">.*?</section>', body, flags=re.DOTALL)
    wanted = {one.designator for one in built.ledger.installations if one.unit == unit and one.lot == BAD_LOT}
    assert set(re.findall(r'<th scope="row" class="id">(\S+?)</th>', table)) == wanted
    assert "No part of this board matches “zzz”." in page(reader, f"{address_of('boards', unit)}?q=zzz")


def test_a_board_as_of_before_it_was_built_holds_nothing(reader: Client, built: Built) -> None:
    text = page(reader, f"{address_of('boards', built.units[0])}?as_of=1")
    assert "This is what the books knew at journal number 1." in text
    assert "No machine has told of a part on this board yet." in text
    assert "is no number" in page(reader, f"{address_of('boards', built.units[0])}?as_of=x", 422)


def test_a_long_list_of_parts_is_paged_and_can_be_shown_whole(
    reader: Client, built: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("padstone.features.certificate.views.INSTALLATIONS_PER_PAGE", 50)
    address = address_of("boards", built.ledger.units_with_lot(BAD_LOT)[0])
    rows = re.compile(r'<th scope="row" class="id">')
    first, third = (reader.get(f"{address}?page={n}&as_of=").content.decode() for n in (1, 3))
    assert 0 < len(rows.findall(third)) < len(rows.findall(first))
    assert "1 to 50 of" in " ".join(re.sub(r"<[^>]+>", " ", first).split())
    assert len(rows.findall(reader.get(f"{address}?show=all").content.decode())) > 100


def test_a_panel_shows_its_boards_by_position(reader: Client, built: Built) -> None:
    body = reader.get(address_of("panels", built.panel)).content.decode()
    shown = re.findall(r'<a class="\w+" href="/boards/([^"]+)">\s*<span class="place">(\d+)', body)
    true = [(unit, str(r.position)) for unit, r in built.ledger.units.items() if r.panel == built.panel]
    assert shown == sorted(true, key=lambda place: place[1])


def test_an_order_shows_its_panels_and_counts_its_boards(reader: Client, built: Built) -> None:
    text = page(reader, address_of("orders", built.order))
    assert f"Boards on the books {2 * PANEL_UP}" in text
    assert built.panel in text


def test_a_reel_shows_where_it_was_loaded_and_its_boards(reader: Client, built: Built) -> None:
    text = page(reader, address_of("packages", built.bad_package))
    truth = built.ledger.packages[built.bad_package]
    assert truth.lot in text
    assert truth.supplier in text
    assert truth.part_number in text
    assert "Placer" in text
    for unit in built.ledger.units_with_lot(BAD_LOT):
        assert unit in text
    assert f"Boards that hold its parts {BAD_UNITS} of {2 * PANEL_UP} built" in text


def test_a_recall_shows_two_numbers_and_exactly_the_boards(reader: Client, built: Built) -> None:
    response = reader.get(f"/recall/?lot={BAD_LOT}")
    body = response.content.decode()
    assert set(re.findall(r'href="/boards/([^"]+)"', body)) == set(built.ledger.units_with_lot(BAD_LOT))
    text = page(reader, f"/recall/?lot={BAD_LOT}")
    assert f"{BAD_UNITS} certain" in text
    assert "0 possible" in text
    assert f"{2 * PANEL_UP} built" in text


def test_a_recall_leads_to_its_very_answer_as_csv_and_json(reader: Client, built: Built) -> None:
    body = reader.get(f"/recall/?lot={BAD_LOT}").content.decode()
    links = [html.unescape(link) for link in re.findall(r'href="(/api/v1/recall[^"]+)"', body)]
    csv, as_json, as_lines = (reader.get(link) for link in links)
    assert csv["Content-Type"].startswith("text/csv")
    assert len(json.loads(as_json.content)["certain"]) == BAD_UNITS
    assert len(as_lines.content.splitlines()) == BAD_UNITS
    assert all("as_of=" in link for link in links)


def test_doubtful_boards_stand_apart(reader: Client, built: Built) -> None:
    doubtful = next(one for one in built.ledger.installations if one.certainty == "possible")
    bodies = [
        reader.get(f"/recall/?package={quote(package)}").content.decode() for package in doubtful.packages
    ]
    assert any('id="possible"' in body and 'id="certain"' in body for body in bodies)


@pytest.mark.parametrize(
    ("question", "status", "answer"),
    [
        ("lot=NOPE", 404, "Not on the books No package on the books has all of this. Check the spelling"),
        ("since=yesterday&lot=x", 422, "“yesterday” is no date and time. Write it like 2026-03-01 14:30."),
        ("since=0001-01-01T00:00%2B14:00&lot=x", 422, "is no date and time."),
        ("until=9999-12-31&lot=x", 422, "“9999-12-31” is no date and time."),
        ("since=2026-02-31&lot=x", 422, "“2026-02-31” is no date and time."),
        ("since=2026-03-01", 422, "Say what is suspect."),
        ("station=AOI&since=2026-03-02&until=2026-03-01", 422, "The time window ends before it begins."),
        ("lot=x&as_of=soon", 422, "“soon” is no number that as_of could have."),
    ],
)
def test_a_recall_that_cannot_be_answered_says_why(
    reader: Client, question: str, status: int, answer: str
) -> None:
    text = page(reader, f"/recall/?{question}", status)
    assert answer in text
    assert "Placed at station" in text  # the form, with what was asked


def test_a_recall_asks_first(reader: Client) -> None:
    text = page(reader, "/recall/")
    assert "Find the boards" in text
    assert "certain" not in text


@pytest.mark.parametrize(
    ("address", "answer"),
    [
        ("/boards/x", "x"),
        ("/panels/x", "No machine has told of a panel x."),
        ("/packages/x", "No reel, tray or stick x is on the books."),
        ("/orders/x", "There is no work order x."),
        ("/stations/x", "There is no station x."),
        ("/lines/x", "There is no line x."),
        ("/exceptions/999/", "There is no message 999."),
        ("/boards/a%2Fb%3C%3E", "a/b<>"),
    ],
)
def test_what_is_not_known_is_said_in_words(reader: Client, address: str, answer: str) -> None:
    text = page(reader, address, 404)
    assert "Not known" in text
    assert answer in text


def test_an_unknown_address_has_a_page_of_the_same_look(reader: Client) -> None:
    response = reader.get("/nowhere")
    assert response.status_code == 404
    assert "No page has this address." in response.content.decode()
    assert "padstone.css" in response.content.decode()


def test_a_fault_of_padstone_has_a_page_that_tells_nothing_of_it(
    reader: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("padstone.features.production.views.panel_card", broken)
    reader.raise_request_exception = False
    response = reader.get("/panels/x")
    assert response.status_code == 500
    assert "Padstone failed" in response.content.decode()
    assert "secret" not in response.content.decode()


def scan(reader: Client, text: str) -> str:
    response = reader.get("/find/", {"q": text})
    assert response.status_code == 302
    return str(response["Location"])


def test_one_field_takes_any_scan(reader: Client, built: Built) -> None:
    handle = "Kestrelworks.Swift4.KW1182"
    assert scan(reader, f" {built.units[0]} ") == address_of("boards", built.units[0])
    assert scan(reader, built.panel) == address_of("panels", built.panel)
    assert scan(reader, built.order) == address_of("orders", built.order)
    assert scan(reader, "Placer 1") == scan(reader, handle) == "/stations/Placer%201"
    assert scan(reader, built.bad_package) == address_of("packages", built.bad_package)
    assert scan(reader, BAD_LOT) == f"/recall/?lot={BAD_LOT}"


def test_a_scan_of_nothing_known_shows_what_begins_like_it(reader: Client, built: Built) -> None:
    begun = built.units[0][:-1]
    text = page(reader, f"/find/?q={quote(begun)}", 404)
    assert "Not known" in text
    assert built.units[0] in text
    assert (
        'value="' not in re.findall(r'<input id="scan"[^>]*>', reader.get("/find/?q=zz").content.decode())[0]
    )


def test_the_field_has_the_focus_on_work_screens(reader: Client, built: Built) -> None:
    for name, address in pages_of(built).items():
        body = reader.get(address).content.decode()
        (field,) = re.findall(r'<input id="scan"[^>]*>', body, flags=re.DOTALL)
        assert ("autofocus" in field) == (name in {"factory", "line", "station", "board", "not found"}), name


UNKNOWN = b"""{"MessageName": "CFX.Production.NoSuchThing", "Version": "2.1", "UniqueID": "1f6ce7ad-1",
"Source": "a.b.c", "TimeStamp": "2026-03-02T06:00:00+00:00",
"MessageBody": {"Text": "<script>alert(1)</script> \xc3\xa4"}}"""


def test_exceptions_show_reason_and_way_out(reader: Client, db: None) -> None:
    assert "Nothing to look at" in page(reader, "/exceptions/")
    build([UNKNOWN, b'{"MessageName": "CFX.'])
    text = page(reader, "/exceptions/")
    assert "CFX has no message CFX.Production.NoSuchThing." in text
    assert "Rejected 2" in text
    assert "Exceptions 2" in text  # in the menu of every page
    assert "No message is in this state." in page(reader, "/exceptions/?state=waiting")
    assert "CFX.Production.NoSuchThing" in page(reader, "/exceptions/?state=rejected")


def test_a_message_shows_its_exact_bytes_and_nothing_in_it_runs(reader: Client, db: None) -> None:
    build([UNKNOWN])
    number = Message.objects.get().pk
    body = reader.get(f"/exceptions/{number}/").content.decode()
    assert "<script>alert" not in body
    assert "&lt;script&gt;alert(1)&lt;/script&gt; ä" in body
    exact = reader.get(f"/exceptions/{number}/bytes")
    assert exact.content == UNKNOWN
    assert exact["Content-Disposition"] == f'attachment; filename="message-{number}"'
    assert exact["Content-Type"] == "application/octet-stream"


def test_bytes_that_are_no_text_are_shown_all_the_same(reader: Client, db: None) -> None:
    deliver([b"\xff\xfe\x00 no json"])
    assert "no json" in page(reader, f"/exceptions/{Message.objects.get().pk}/")


def test_a_message_is_retried_from_its_page(reader: Client, db: None) -> None:
    build([UNKNOWN])
    number = Message.objects.get().pk
    assert reader.get(f"/exceptions/{number}/retry").status_code == 405
    response = reader.post(f"/exceptions/{number}/retry", follow=True)
    assert f"Message {number} is on its way again." in response.content.decode()
    assert Message.objects.get().state == "received"
    Interpreter().all()
    assert Message.objects.get().attempts == 2


def test_older_exceptions_are_a_page_away(reader: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("padstone.entrypoints.web.exceptions.PER_PAGE", 2)
    deliver([b"{1", b"{2", b"{3"])
    first = reader.get("/exceptions/?state=rejected").content.decode()
    (older,) = re.findall(r'href="(\?[^"]*before=\d+)"', first)
    second = reader.get("/exceptions/" + html.unescape(older)).content.decode()
    numbers = [re.findall(r'<td class="fit"><a href="/exceptions/(\d+)/', body) for body in (first, second)]
    assert [len(some) for some in numbers] == [2, 1]
    assert "before=" not in second
