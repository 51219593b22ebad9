"""The usual form says what the full structure says, or nothing."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from padstone import cfx
from padstone.ingest.models import State
from padstone.ingest.usual import Component, Envelope, InstalledMaterial, decode_usual
from tests.ingest.factory import INSTALLED, PLACER, Factory, codes, placed

HEAD = "CFX.Structures.SMTPlacement.SMTInstalledComponent, CFX"
TAPE = "CFX.Structures.SMTPlacement.SMDTapeFeeder, CFX"

odd: st.SearchStrategy[Any] = st.sampled_from(
    [None, "", "x", 0, 1, -1, 2**31, 1.5, 10**30, True, [], {}, "1"]
)
texts = st.sampled_from(["C1", "P1", "é", "2026-05-04T12:00:00.0000000+02:00"])


def sometimes(usual: dict[str, st.SearchStrategy[Any]], more: dict[str, st.SearchStrategy[Any]]) -> Any:
    """An object with most of its usual members, now and then one that is odd or that is not usual."""
    members = {name: st.one_of(value, value, value, value, odd) for name, value in usual.items()}
    return st.fixed_dictionaries({}, optional=members | more)


tools = sometimes(
    {"HeadId": texts, "HeadNozzleNumber": st.integers(0, 9), "NozzleType": texts}, {"Name": odd}
)
components = sometimes(
    {
        "$type": st.just(HEAD),
        "ReferenceDesignator": texts,
        "InstallationTime": texts,
        "HeadAndNozzle": tools,
        "PickingSequence": st.integers(0, 9),
    },
    {"Stage": odd, "referenceDesignator": texts, "Vendor": odd},
)
carriers = sometimes(
    {"$type": st.sampled_from([TAPE, TAPE, "other"]), "LaneNumber": st.integers(0, 2)}, {"Name": odd}
)
materials = sometimes(
    {
        "UnitIdentifier": texts,
        "UnitPositionNumber": st.integers(0, 4),
        "QuantityInstalled": st.integers(-1, 9),
        "Material": sometimes(
            {"UniqueIdentifier": texts, "InternalPartNumber": texts, "Quantity": st.integers(-1, 9)},
            {"GreyZone": odd, "LeadingMaterialPackage": odd, "BatchId": odd},
        ),
        "CarrierLocation": sometimes(
            {"LocationIdentifier": texts, "LocationName": texts, "CarrierInformation": carriers},
            {"ResourceLocation": odd},
        ),
        "InstalledComponents": st.lists(components, max_size=3),
    },
    {"NonInstalledComponents": odd, "ReferencePartNumber": texts, "$type": st.sampled_from(["", "x"])},
)
bodies = sometimes(
    {"TransactionId": texts, "InstalledMaterials": st.lists(materials, max_size=3)}, {"Other": odd}
)


def same(usual: Any, full: Any) -> None:
    """Every field of the usual form is what the full structure has, and that has nothing else."""
    if isinstance(usual, msgspec.Struct):
        assert usual.__struct_config__.tag in {None, full.__struct_config__.tag}
        for field in msgspec.structs.fields(full):
            same(getattr(usual, field.name, None), cfx.given(getattr(full, field.name)))
    elif isinstance(usual, list):
        assert len(usual) == len(full)
        for one, other in zip(usual, full, strict=True):
            same(one, other)
    else:
        assert usual == full


def decoded(body: Any) -> Envelope | None:
    raw = json.dumps({"MessageName": INSTALLED, "UniqueID": "1", "MessageBody": body}).encode()
    return decode_usual(INSTALLED, raw)


@given(bodies)
@settings(max_examples=400)
def test_it_reads_what_the_full_structure_reads(body: dict[str, Any]) -> None:
    usual = decoded(body)
    if usual is not None:
        full, repairs = cfx.decode_body_with_notes(INSTALLED, json.dumps(body).encode())
        assert repairs == ()
        same(usual.message_body, full)


def test_a_placer_says_the_usual() -> None:
    usual = decoded(
        {"InstalledMaterials": [{"InstalledComponents": [{"$type": HEAD, "ReferenceDesignator": "C1"}]}]}
    )
    assert usual is not None
    assert usual.message_body.installed_materials == [
        InstalledMaterial(installed_components=[Component(reference_designator="C1")])
    ]


@pytest.mark.parametrize(
    "component",
    [
        pytest.param({"ReferenceDesignator": "C1", "HeadAndNozzle": {"HeadId": "1"}}, id="of no kind"),
        pytest.param({"$type": HEAD, "referencedesignator": "C1"}, id="in other letters"),
        pytest.param(
            {"$type": HEAD, "ReferenceDesignator": "C1", "Stage": {"StageName": "1"}}, id="with more"
        ),
        pytest.param({"$type": HEAD, "ReferenceDesignator": "C\x00"}, id="with a NUL"),
    ],
)
def test_what_is_not_usual_is_left_to_the_full_structure(component: dict[str, Any]) -> None:
    assert decoded({"InstalledMaterials": [{"InstalledComponents": [component]}]}) is None


def by_head(*designators: str, time: str = "2026-05-04T12:00:00.5000000+02:00") -> list[dict[str, Any]]:
    tool = {"HeadId": "1", "HeadNozzleNumber": 2, "NozzleType": "N040"}
    return [
        {"$type": HEAD, "ReferenceDesignator": one, "InstallationTime": time, "HeadAndNozzle": tool}
        for one in designators
    ]


@pytest.mark.parametrize("more", [{}, {"Stage": {"StageName": "1"}}], ids=["usual", "in full"])
def test_both_ways_lead_to_the_same_books(factory: Factory, more: dict[str, Any]) -> None:
    """Reported panel after panel, with a reel exchanged, and another part of it mismatched."""
    factory.receive("R1", "R2")
    for number, reel in enumerate(["R1", "R1", "R2", "R2"], start=1):
        factory.start(number, f"P{number}")
        parts = [one | more for one in by_head("C1", "C2")]
        line = factory.install(number, placed(f"P{number}", 1, reel, InstalledComponents=parts))
        assert (line.state, codes(line)) == (State.DONE, [])
    certificate = factory.certificate("P3")
    assert [(i.designator, i.package, i.head, i.nozzle) for i in certificate.installations] == [
        ("C1", "R2", "1", "2 N040"),
        ("C2", "R2", "1", "2 N040"),
    ]
    assert {str(i.installed_at) for i in certificate.installations} == {"2026-05-04 10:00:00.500000+00:00"}


def test_what_it_says_of_a_wrong_part_is_flagged_every_time(factory: Factory) -> None:
    factory.receive("R1", part="100-002")
    for number in (1, 2):
        factory.start(number, f"P{number}")
        line = factory.install(number, placed(f"P{number}", 1, "R1", InstalledComponents=by_head("C1")))
        assert codes(line) == ["part_mismatch"]


def test_lanes_of_one_feeder_are_locations_apart(factory: Factory) -> None:
    factory.receive("R1", "R2")
    factory.start(1, "P1")
    place = {"LocationIdentifier": "F1", "LocationName": "F1"}
    lanes = [place | {"CarrierInformation": {"$type": TAPE, "LaneNumber": lane}} for lane in (1, 2)]
    factory.install(
        1,
        placed("P1", 1, "R1", CarrierLocation=lanes[0], InstalledComponents=by_head("C1")),
        placed("P1", 1, "R2", CarrierLocation=lanes[1], InstalledComponents=by_head("C2")),
    )
    assert {i.location for i in factory.certificate("P1").installations} == {"F1 lane 1", "F1 lane 2"}


def test_times_of_two_minutes_and_zones(factory: Factory) -> None:
    times = [
        "2026-05-04T12:00:59.9999999+02:00",
        "2026-05-04T12:01:00.0000001+02:00",
        "2026-05-04T10:01:00.0000001+00:00",
        "2026-05-04T12:00:59.1234567+02:00",
    ]
    factory.receive("R1")
    factory.start(1, "P1")
    parts = [one for n, time in enumerate(times) for one in by_head(f"C{n}", time=time)]
    factory.install(1, placed("P1", 1, "R1", InstalledComponents=parts))
    assert [str(i.installed_at) for i in factory.certificate("P1").installations] == [
        "2026-05-04 10:00:59.999999+00:00",
        "2026-05-04 10:01:00+00:00",
        "2026-05-04 10:01:00+00:00",
        "2026-05-04 10:00:59.123456+00:00",
    ]


@pytest.mark.parametrize("time", ["2026-05-04T12:00:60.0000000+02:00", "2026-05-04T12:00:0x.0000000+02:00"])
def test_a_time_that_is_none_among_others_of_its_minute(factory: Factory, time: str) -> None:
    factory.receive("R1")
    factory.start(1, "P1")
    parts = [*by_head("C1"), *by_head("C2", time=time)]
    line = factory.install(1, placed("P1", 1, "R1", InstalledComponents=parts), Source=PLACER)
    assert (line.state, line.code) == (State.REJECTED, "not_a_time")
