"""A report that has the form of a known one is read as it would be if it were decoded."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from padstone import cfx
from padstone.features.genealogy.domain.placement import Columns
from padstone.features.sites.commands import assign_station, set_zone
from padstone.ingest.context import Context
from padstone.ingest.forms import Form, cut
from padstone.ingest.instants import WIDTH, ticks_of_one_hour, ticks_of_reports
from padstone.ingest.interpreters import assembly, placing
from padstone.ingest.models import Message, State
from padstone.ingest.repeating import KnownReports, MayRepeat, Repetition, recognising_all
from padstone.ingest.usual import Envelope, Material, decode_usual
from padstone.kernel import clock
from padstone.kernel.errors import Refusal
from tests.ingest.factory import (
    AUDITOR,
    INSTALLED,
    PLACER,
    Factory,
    codes,
    installed,
    placed,
    transaction,
)
from tests.ingest.test_usual import by_head

TEXTS = ("TimeStamp", "UniqueID", "TransactionId", "UnitIdentifier", "InstallationTime", "UniqueIdentifier")
NUMBERS = ("Quantity",)
TIME = "2026-05-04T12:00:0{}.1234567+02:00"
REPORT = {
    "MessageName": INSTALLED,
    "Version": "2.1",
    "TimeStamp": TIME.format(9),
    "UniqueID": "id-1",
    "Source": PLACER,
    "MessageBody": installed(
        1,
        placed("SN1", 1, "R1", InstalledComponents=by_head("C1", "C2", time=TIME.format(1))),
        placed("SN1", 1, "R2", slot="F2", InstalledComponents=by_head("C3", time=TIME.format(2))),
        placed("SN2", 2, "R1", InstalledComponents=by_head("C1", time=TIME.format(3))),
    ),
}
MODEL = json.dumps(REPORT, separators=(",", ":")).encode()


def envelope(raw: bytes) -> Envelope | None:
    return decode_usual(INSTALLED, raw)


def form() -> Form:
    found = Form.of(MODEL, TEXTS, NUMBERS)
    assert found is not None
    return found


FORM = form()


def with_values(form: Form, values: dict[str, bytes]) -> Envelope:
    """What the model says, with these values in the place of its own."""
    single = {
        name: iter([value.decode() for value in cut(values[name], form.widths[name])]) for name in values
    }
    model = envelope(MODEL)
    assert model is not None
    materials = [
        replace(
            one,
            unit_identifier=next(single["UnitIdentifier"]),
            material=replace(
                one.material or Material(),
                unique_identifier=next(single["UniqueIdentifier"]),
                quantity=int(next(single["Quantity"])),
            ),
            installed_components=[
                replace(component, installation_time=next(single["InstallationTime"]))
                for component in one.installed_components or ()
            ],
        )
        for one in model.message_body.installed_materials or ()
    ]
    return replace(
        model,
        time_stamp=next(single["TimeStamp"]),
        unique_id=next(single["UniqueID"]),
        message_body=replace(
            model.message_body, transaction_id=next(single["TransactionId"]), installed_materials=materials
        ),
    )


def is_read_alike(raw: bytes) -> bool:
    """Whether it has the form; if so, it is read by it as it is decoded."""
    for one in (FORM, FORM.fitted(raw)):
        values = one.values(raw) if one is not None else None
        if one is not None and values is not None:
            assert envelope(raw) == with_values(one, dict(values))
            return True
    return False


def test_the_model_has_its_own_form() -> None:
    assert is_read_alike(MODEL)
    assert FORM.values(MODEL) is not None


@pytest.mark.parametrize("byte", b'"\\09}{,:-. \x00\x1f\x7f\xc3A')
def test_any_other_byte_anywhere(byte: int) -> None:
    """Where it has the form still, only a value has changed."""
    kept = 0
    for at in range(len(MODEL)):
        raw = bytearray(MODEL)
        raw[at] = byte
        kept += is_read_alike(bytes(raw))
    assert kept < len(MODEL)


@pytest.mark.parametrize(
    "piece", [b'"', b"\\", b"0", b"9", b"}", b",", b" ", b'""', b"\xc3\xa9", b"\\u0041", b""]
)
def test_a_piece_more_or_less_anywhere(piece: bytes) -> None:
    for at in range(len(MODEL)):
        is_read_alike(MODEL[:at] + piece + MODEL[at:])
        is_read_alike(MODEL[:at] + piece + MODEL[at + 1 :])


plain = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E, exclude_characters='"\\'), max_size=40)
anything = st.text(max_size=12)
numbers = st.one_of(st.integers(0, 5000), st.integers(-(10**12), 10**12), st.floats(0, 9), st.none())


@given(
    st.lists(st.one_of(plain, anything), min_size=16, max_size=16), st.lists(numbers, min_size=3, max_size=3)
)
@settings(max_examples=300)
def test_any_other_values(texts: list[str], quantities: list[Any]) -> None:
    """Plain texts and whole numbers are values of the form; nothing else is."""
    said, numbered = iter(texts), iter(quantities)

    def changed(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: changed(one, key) for key, one in value.items()}
        if isinstance(value, list):
            return [changed(one) for one in value]
        if name in TEXTS:
            return next(said)
        return next(numbered) if name in NUMBERS else value

    raw = json.dumps(changed(REPORT), separators=(",", ":")).encode()
    are_plain = all(text.isascii() and text.isprintable() and not {*text} & {*'"\\'} for text in texts)
    are_whole = all(isinstance(one, int) and 0 <= one < 10**9 for one in quantities)
    assert is_read_alike(raw) == (are_plain and are_whole)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(MODEL.replace(b'"F1"', b'"\\u00461"'), id="a backslash"),
        pytest.param(b'{"Quantity":1,"Quantity":2}', id="nothing of it"),
    ],
)
def test_what_gives_no_form_or_none_that_fits(raw: bytes) -> None:
    found = Form.of(raw, TEXTS, NUMBERS)
    assert found is None or found.values(MODEL) is None


@given(st.lists(st.tuples(st.integers(0, 59), st.integers(0, 9_999_999)), min_size=1, max_size=9))
def test_times_of_one_hour_are_what_each_is(times: list[tuple[int, int]]) -> None:
    texts = [f"2026-05-04T12:{59 - second:02}:{second:02}.{part:07}+02:00" for second, part in times]
    expected = tuple(cfx.parse_instant(text).ticks for text in texts)
    assert ticks_of_one_hour("".join(texts).encode(), {}) == expected


def test_reports_are_read_together_as_each_is_alone() -> None:
    usual = "".join(TIME.format(second) for second in (1, 2, 3)).encode()
    broken = usual[:-1] + b"x"
    ticks, is_usual = ticks_of_reports([usual, broken, usual], {})
    assert is_usual.tolist() == [True, False, True]
    assert tuple(ticks[0].tolist()) == tuple(ticks[2].tolist()) == ticks_of_one_hour(usual, {})


@pytest.mark.parametrize("byte", b"0569:-+.TZ \x00\xff")
def test_a_time_with_any_other_byte_is_read_right_or_left(byte: int) -> None:
    first = TIME.format(1).encode()
    hours: dict[bytes, int] = {}
    assert ticks_of_one_hour(first, hours)
    for at in range(WIDTH):
        other = bytearray(first)
        other[at] = byte
        for together in (first + other, bytes(other) + first, bytes(other)):
            ticks = ticks_of_one_hour(together, hours)
            texts = [together[n : n + WIDTH].decode(errors="replace") for n in range(0, len(together), WIDTH)]
            if ticks:
                assert ticks == tuple(cfx.parse_instant(text).ticks for text in texts)


# --- on the way to the books --------------------------------------------------------------------------------


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Every repetition is decoded as well, and both must be read alike. Answers for each report whether it
    was read as one.
    """
    by_form = placing.columns_of_repetition
    seen: list[bool] = []

    def both(message: Repetition, context: Any, work: Any) -> Columns | None:
        columns = by_form(message, context, work)
        if columns is not None:
            assert columns == placing.columns_of(message.decoded(), context, work)
            context.read = None
        seen.append(columns is not None)
        return columns

    monkeypatch.setattr(assembly, "columns_of_repetition", both)
    return seen


def report(number: int, reel: str = "R1", left: int = 4000, **more: Any) -> list[dict[str, Any]]:
    named = {"UniqueIdentifier": reel, "InternalPartNumber": "100-001", "Quantity": left}
    return [
        placed(
            f"P{number}",
            position,
            reel,
            **{
                "Material": named,
                "InstalledComponents": by_head("C1", "C2", time=TIME.format(position + number % 5)),
                **more,
            },
        )
        for position in (1, 2)
    ]


def tell(factory: Factory, number: int, *materials: dict[str, Any]) -> Message:
    factory.start(number, f"P{number}", (1, 2))
    line = factory.install(number, *materials)
    return Message.objects.get(pk=line.id)


def test_panel_after_panel(factory: Factory, compared: list[bool]) -> None:
    """The second is known from the first; fewer digits, a longer name and another reel are but values."""
    factory.receive("R1", "R2", "REEL-3")
    for number, (reel, left) in enumerate(
        [
            ("R1", 1002),
            ("R1", 1001),
            ("R1", 1000),
            ("R1", 999),
            ("R2", 998),
            ("R2", 997),
            ("REEL-3", 5),
            ("R1", 4),
        ],
        start=8,
    ):
        assert tell(factory, number, *report(number, reel, left)).state == State.DONE
        for position in (1, 2):
            told = factory.certificate(f"P{number}:{position}").installations
            assert [(one.designator, one.package) for one in told] == [("C1", reel), ("C2", reel)]
            assert {one.installed_at.second for one in told if one.installed_at is not None} == {
                position + number % 5
            }
    assert compared == [True] * 6


@pytest.mark.parametrize(
    ("material", "state", "code"),
    [
        pytest.param({"UnitIdentifier": "P4"}, State.REJECTED, "unit_of_another_panel", id="another panel"),
        pytest.param({"UnitIdentifier": "nobody"}, State.WAITING, "unknown_unit", id="unknown unit"),
        pytest.param({"UnitPositionNumber": 3}, State.WAITING, "unknown_unit", id="unknown position"),
    ],
)
def test_what_is_refused_is_refused_all_the_same(
    factory: Factory, compared: list[bool], material: dict[str, Any], state: str, code: str
) -> None:
    factory.receive("R1")
    for number in (1, 2, 3, 4):
        tell(factory, number, *report(number))
    row = tell(factory, 5, *[one | material for one in report(5)])
    assert (row.state, row.code) == (state, code)
    assert tell(factory, 6, *report(6)).state == State.DONE
    assert compared[:2] == [True, True]


def test_an_unknown_reel_is_waited_for(factory: Factory, compared: list[bool]) -> None:
    factory.receive("R1")
    for number in (1, 2, 3):
        tell(factory, number, *report(number))
    row = tell(factory, 4, *report(4, "R9"))
    assert (row.state, row.awaits) == (State.WAITING, "package:R9")
    factory.receive("R9")
    row.refresh_from_db()
    assert row.state == State.DONE
    assert {one.package for one in factory.certificate("P4:1").installations} == {"R9"}


def test_a_reel_that_is_blocked_within_the_same_batch_is_seen(factory: Factory, compared: list[bool]) -> None:
    """The batch was read ahead before anything spoke against the reel."""
    factory.receive("R1", "R2")
    for number in (1, 2, 3):
        tell(factory, number, *report(number))
    factory.start(4, "P4", (1, 2))
    blocked = {"MaterialPackageIdentifiers": ["R2"], "Reason": "SuspectedProblem"}
    rows = factory.deliver(
        factory.envelope(cfx.BlockMaterialsRequest.name, blocked),
        factory.envelope(INSTALLED, installed(4, *report(4, "R2"))),
    )
    factory.interpret()
    assert compared[-1] is True
    assert [flag.code for flag in factory.line(rows[1]).flags] == ["unfit_package"]


@pytest.mark.parametrize("digits", ["", ".1234567"])
@pytest.mark.parametrize(
    ("at", "hours", "doubts"),
    [
        pytest.param("2026-05-04T14:00:0{}", 2, [], id="summer"),
        pytest.param("2025-12-04T13:00:0{}", 1, [], id="winter"),
        pytest.param("2025-10-26T02:00:0{}", 2, ["time_twice"], id="twice"),
        pytest.param("2025-03-30T02:00:0{}", 1, ["time_never"], id="never"),
        pytest.param("2025-03-30T01:59:5{}", 1, [], id="just before"),
    ],
)
def test_times_without_a_zone(
    factory: Factory, compared: list[bool], digits: str, at: str, hours: int, doubts: list[str]
) -> None:
    assign_station(AUDITOR, handle=PLACER, name=PLACER, kind="placer", line="L1")
    set_zone(AUDITOR, handle=PLACER, zone="Europe/Berlin")
    factory.receive("R1")
    for number in range(1, 5):
        factory.start(number, f"P{number}", (1, 2))
        parts = by_head("C1", "C2", time=at.format(number) + digits)
        line = factory.install(
            number, *report(number, InstalledComponents=parts), TimeStamp=at.format(9) + digits, door="file"
        )
        assert (line.state, codes(line)) == (State.DONE, doubts)
    assert compared == [True] * 2
    for number in range(1, 5):
        shown = datetime.fromisoformat((at.format(number) + digits)[:26]).replace(tzinfo=UTC)
        installed_at = {one.installed_at for one in factory.certificate(f"P{number}:1").installations}
        assert installed_at == {shown - timedelta(hours=hours)}


def test_units_that_stand_otherwise_on_their_panel(factory: Factory, compared: list[bool]) -> None:
    """The same names in the same places, and the station has numbered its units the other way round."""
    factory.receive("R1")
    for number in (1, 2, 3):
        factory.start(number, f"P{number}", [(f"P{number}a", 1), (f"P{number}b", 2)])
        one, other = report(number)
        one, other = one | {"UnitIdentifier": f"P{number}a"}, other | {"UnitIdentifier": f"P{number}b"}
        factory.install(number, one, other)
    factory.start(4, "P4", [("P4b", 1), ("P4a", 2)])
    one, other = report(4)
    factory.install(4, one | {"UnitIdentifier": "P4a"}, other | {"UnitIdentifier": "P4b"})
    assert compared == [True, False]
    for unit in ("P4a", "P4b"):
        assert {i.designator for i in factory.certificate(unit).installations} == {"C1", "C2"}


def test_two_recipes_take_turns(factory: Factory, compared: list[bool]) -> None:
    factory.receive("R1")
    for number in range(1, 9):
        words = ("C1", "C2") if number % 2 else ("C3",)
        parts = by_head(*words, time=TIME.format(number))
        tell(factory, number, *report(number, InstalledComponents=parts))
    assert compared == [True] * 4


def test_a_known_report_whose_message_was_undone_is_forgotten(factory: Factory) -> None:
    known = factory.interpreter.memory.reports
    factory.receive("R1")
    for number in (1, 2, 3):
        tell(factory, number, *report(number))
    assert isinstance(known[PLACER], KnownReports)
    factory.interpreter.memory.forget()
    assert not known


def test_many_are_recognised_beside_as_each_is_alone(factory: Factory) -> None:
    factory.receive("R1")
    for number in (1, 2, 3):
        tell(factory, number, *report(number))
    memory = factory.interpreter.memory
    known = memory.reports[PLACER]
    texts = [
        factory.envelope(INSTALLED, {"TransactionId": transaction(n), "InstalledMaterials": report(n)})
        for n in range(4, 24)
    ]
    texts[7] = b"{}"
    many = [MayRepeat(number, known, text) for number, text in enumerate(texts)]
    together = recognising_all(many, memory.hours)()
    alone = {n: found for one in many for n, found in recognising_all([one], memory.hours)().items()}
    assert sorted(together) == sorted(alone) == sorted(set(range(20)) - {7})
    for number, found in together.items():
        assert (found.raw, found.packed) == (texts[number], alone[number].packed)
        assert found.packed is not None


def test_transactions_are_told_apart(factory: Factory, compared: list[bool]) -> None:
    """The same report again under a new id is known as placed before."""
    factory.receive("R1")
    for number in (1, 2, 3):
        tell(factory, number, *report(number))
    line = factory.install(3, *report(3))
    assert [flag.code for flag in line.flags] == ["placed_twice"]
    assert transaction(3) in factory.bytes_of(line).decode()


ODD = {
    "UnitIdentifier": ["", "P1", "P2", "P9", "P9:1", "P9:2", "P9:3", "nobody"],
    "UniqueIdentifier": ["", "R1", "R11", "1R", "11", "R9"],
    "InstallationTime": [
        "",
        "2026-05-04T12:00:05.1234567+02:00",
        "2026-05-04T12:00:65.1234567+02:00",
        "2026-05-04T13:00:05.1234567+02:00",
        "2026-05-04T12:00:05.1234567Z",
        "2026-05-04T12:00:05",
        "soon",
    ],
    "TransactionId": [transaction(9)],
}


def oddly(value: Any, chance: Random, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: oddly(one, chance, key) for key, one in value.items()}
    if isinstance(value, list):
        return [oddly(one, chance) for one in value]
    return chance.choice(ODD[name]) if name in ODD and chance.random() < 0.4 else value


def outcome(read: Callable[..., Any], message: Any, context: Context, work: Any) -> Any:
    """What is read, what is doubted on the way, and what it is refused for."""
    context.flags.clear()
    try:
        return read(message, context, work), list(context.flags)
    except Refusal as refusal:
        return type(refusal), str(refusal)


def test_whatever_the_values_are_it_is_read_as_it_is_decoded(factory: Factory) -> None:
    factory.receive("R1", "R11", "1R", "11")
    for number in (1, 2, 3, 9):
        factory.start(number, f"P{number}", (1, 2))
    for number in (1, 2, 3):
        factory.install(number, *report(number))
    memory = factory.interpreter.memory
    context = Context(memory, PLACER, clock.now(), 0, 0)
    work = context.transaction(UUID(transaction(9)))
    model = {"TransactionId": transaction(9), "InstalledMaterials": report(9)}
    chance = Random(1)
    alike = 0
    for number in range(300):
        raw = factory.envelope(INSTALLED, oddly(model, chance), UniqueID=f"odd-{number}")
        repetition = memory.reports[PLACER].recognise(raw)
        assert repetition is not None
        by_form = outcome(placing.columns_of_repetition, repetition, context, work)
        in_full = outcome(placing.columns_of, repetition.decoded(), context, work)
        if by_form[0] is not None:
            assert by_form == in_full
            alike += isinstance(by_form[0], Columns)
    assert alike > 20


def test_names_that_are_the_same_end_to_end_are_others(factory: Factory, compared: list[bool]) -> None:
    factory.receive("R1", "R11", "1R", "R")
    for number, reels in enumerate([("R1", "1R"), ("R1", "1R"), ("R1", "1R"), ("R11", "R")], start=1):
        tell(factory, number, *(report(number, reel)[at] for at, reel in enumerate(reels)))
        told = {one.package for at in (1, 2) for one in factory.certificate(f"P{number}:{at}").installations}
        assert told == set(reels)
