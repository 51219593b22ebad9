"""Reading bodies, and writing them back to the same document."""

from __future__ import annotations

import copy
import string
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as holds_for
from hypothesis import strategies as st

from padstone.cfx import (
    UNSET,
    AppliedMaterial,
    BadMessage,
    CfxError,
    CfxValueError,
    InstalledComponent,
    InstalledMaterial,
    MaterialCarrier,
    MaterialPackage,
    MaterialsInstalled,
    MaterialsLoaded,
    RejectionReason,
    ResourceState,
    SMDTapeFeeder,
    SMTHeadAndNozzle,
    SMTInstalledComponent,
    SMTNonInstalledComponent,
    SMTPlacementFault,
    Stage,
    StationStateChanged,
    UnitInfo,
    UnitPosition,
    UnitsArrived,
    UnknownMessage,
    decode_body,
    decode_body_with_notes,
    encode_body,
    given,
    settling,
)
from tests.cfx.invented import (
    ALL,
    ARRIVED,
    INSPECTED,
    LOADED,
    PLACED,
    PLACEMENT,
    PROCESSED,
    PROFILE,
    STATE_CHANGED,
    exact,
    written,
)


def placement(**changes: Any) -> dict[str, Any]:
    """The invented placement with its only installed material changed."""
    document = copy.deepcopy(PLACEMENT)
    document["InstalledMaterials"][0] |= changes
    return document


def read_placement(document: dict[str, Any]) -> InstalledMaterial:
    message = decode_body(PLACED, written(document))
    assert isinstance(message, MaterialsInstalled)
    return (given(message.installed_materials) or ())[0]


def goes_round(name: str, document: Any) -> bool:
    return bool(exact(encode_body(decode_body(name, written(document)))) == exact(written(document)))


@pytest.mark.parametrize(("name", "document"), ALL)
def test_a_usual_body_goes_the_direct_way_and_comes_back_equal(
    name: str, document: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "read", lambda *_: pytest.fail("the direct decoder refused a usual body"))

    assert goes_round(name, document)


def test_what_was_sent_arrives_in_its_type() -> None:
    material = read_placement(PLACEMENT)

    package = given(material.material)
    assert package is not None
    assert (package.quantity, package.grey_zone) == (Decimal("195.0"), Decimal(5))
    assert isinstance(package.quantity, Decimal)
    assert given(package.leading_material_package) == MaterialPackage(
        unique_identifier="REEL-A", quantity=Decimal(0)
    )
    location = given(material.carrier_location)
    assert location is not None
    assert location.carrier_information == SMDTapeFeeder(
        unique_identifier="FEEDER-12", lane_number=1, tape_width=8.5
    )
    placed, bare = given(material.installed_components) or ()
    assert isinstance(placed, SMTInstalledComponent)
    assert placed.installation_time == "2031-02-03T04:05:06.1234567+09:00"
    assert placed.head_and_nozzle == SMTHeadAndNozzle(head_id="H1", head_nozzle_number=3, nozzle_type="N05")
    assert bare.installation_time is None
    assert bare.stage is UNSET
    assert given(bare.stage) is None
    (rejected,) = given(material.non_installed_components) or ()
    assert isinstance(rejected, SMTNonInstalledComponent)
    assert rejected.rejection_reason is RejectionReason.BadVisionTestAfterPickup


def test_quantities_are_exact_either_way_and_are_numbers_on_the_wire() -> None:
    digits = Decimal("1234567890123456.7890123456789")
    for vendor in ({}, {"Shelf": "S1"}):
        material = read_placement(placement(Material={"Quantity": digits} | vendor))
        assert given(material.material) == MaterialPackage(quantity=digits, other_properties=vendor or UNSET)
    message = MaterialsInstalled(installed_materials=[InstalledMaterial(quantity_installed=digits)])
    assert f'"QuantityInstalled":{digits}'.encode() in encode_body(message)


def test_vendor_properties_survive_at_their_place() -> None:
    document = placement(
        VendorLane={"Speed": 1.1, "$type": "Acme.Lane, Acme"}, Big=10**30, Exact=Decimal("0.10")
    )
    document["InstalledMaterials"][0]["InstalledComponents"][0]["Camera"] = [1, None, {"Ok": True}]
    document["Site"] = {"$type": "", "Zone": {"$type": "CFX.Structures.SolderReflow.ReflowZone, CFX"}}

    material = read_placement(document)

    assert given(material.other_properties) == {
        "VendorLane": {"Speed": Decimal("1.1"), "$type": "Acme.Lane, Acme"},
        "Big": 10**30,
        "Exact": Decimal("0.10"),
    }
    assert (given(material.installed_components) or ())[0].other_properties == {
        "Camera": [1, None, {"Ok": True}]
    }
    assert goes_round(PLACED, document)


def test_the_name_other_properties_travel_under_means_nothing_from_outside() -> None:
    for body in (b'{"\x7fother": {"Lane": 3}}', b'{"\\u007fother": {"Lane": 3}}', b'{"\\u007Fother": 3}'):
        message = decode_body(ARRIVED, body)
        assert isinstance(message, UnitsArrived)
        assert message.lane is UNSET
        assert exact(encode_body(message)) == exact(body)


def test_a_structure_without_type_is_the_base_and_stays_without() -> None:
    document = placement(InstalledComponents=[{"ReferenceDesignator": "R1"}, {"Stage": {"StageSequence": 2}}])

    components = given(read_placement(document).installed_components) or ()

    assert components == [
        InstalledComponent(reference_designator="R1"),
        InstalledComponent(stage=Stage(stage_sequence=2)),
    ]
    assert [type(component) for component in components] == [InstalledComponent, InstalledComponent]
    assert goes_round(PLACED, document)


def test_an_unknown_type_is_the_base_with_everything_kept() -> None:
    carrier = {"$type": "Acme.Gripper, Acme", "UniqueIdentifier": "G1", "Fingers": 3}
    document = placement(CarrierLocation={"CarrierInformation": carrier})

    location = given(read_placement(document).carrier_location)

    assert location is not None
    assert location.carrier_information == MaterialCarrier(
        unique_identifier="G1", other_properties={"$type": "Acme.Gripper, Acme", "Fingers": 3}
    )
    assert goes_round(PLACED, document)


@pytest.mark.parametrize(
    "name",
    [
        "CFX.Structures.MaterialPackage, CFX",  # a structure, but not one that belongs here
        "CFX.Structures.UnitInfo, CFX",  # a member of another family
        "System.Diagnostics.Process, System",
        "padstone.cfx.structures.smt_placement.SMDTapeFeeder",
    ],
)
def test_a_type_never_brings_in_a_structure_from_elsewhere(name: str) -> None:
    document = placement(CarrierLocation={"CarrierInformation": {"$type": name}})

    location = given(read_placement(document).carrier_location)

    assert location is not None
    assert type(location.carrier_information) is MaterialCarrier
    assert goes_round(PLACED, document)


def test_a_subclass_in_a_place_that_usually_holds_the_base() -> None:
    fault = {
        "$type": "CFX.Structures.SMTPlacement.SMTPlacementFault, CFX",
        "FaultCode": "E42",
        "PlacementFaultType": "PickupError",
        "MaterialLocation": {"CarrierInformation": {"UniqueIdentifier": "F1"}},
        "Humour": "none",
    }
    unit = {"$type": "CFX.Structures.UnitInfo, CFX", "UnitIdentifier": "P1", "BadMark": 2}

    message = decode_body(STATE_CHANGED, written({"RelatedFault": fault}))
    assert isinstance(message, StationStateChanged)
    assert isinstance(message.related_fault, SMTPlacementFault)
    assert message.related_fault.fault_code == "E42"
    assert goes_round(STATE_CHANGED, {"RelatedFault": fault})

    arrived = decode_body(ARRIVED, written({"Units": [{"UnitIdentifier": "P1"}, unit]}))
    assert arrived == UnitsArrived(
        units=[UnitPosition(unit_identifier="P1"), UnitInfo(unit_identifier="P1", bad_mark=2)]
    )
    assert goes_round(ARRIVED, {"Units": [{"UnitIdentifier": "P1"}, unit]})


def test_subclasses_inside_subclasses() -> None:
    applied = {
        "$type": "CFX.Structures.AppliedMaterial, CFX",
        "QuantityApplied": {"Value": 1.5, "ValueUnits": "mg"},
        "InstalledComponents": [
            {"Stage": {"$type": "CFX.Structures.SolderReflow.ReflowZone, CFX", "ReflowZoneType": "Soak"}}
        ],
    }
    document = {"InstalledMaterials": [{}, applied]}

    message = decode_body(PLACED, written(document))

    assert isinstance(message, MaterialsInstalled)
    assert isinstance((given(message.installed_materials) or ())[1], AppliedMaterial)
    assert goes_round(PLACED, document)


def test_type_is_written_where_the_place_declares_something_else_and_nowhere_else() -> None:
    # A reflow zone needs its type where a stage is declared, and must not have it where a zone is.
    zone = {"$type": "CFX.Structures.SolderReflow.ReflowZone, CFX", "StageSequence": 1}
    document = copy.deepcopy(PROFILE)
    document["UnitProcessData"] = [
        {
            "UnitProcessData": {
                "$type": "CFX.Structures.Generic.GenericProcessData, CFX",
                "StageData": [{"Stage": zone}],
            }
        }
    ]
    assert goes_round(PROCESSED, document)

    redundant = {"CommonProcessData": copy.deepcopy(PROFILE["CommonProcessData"])}
    redundant["CommonProcessData"]["ZoneData"][0]["Zone"] |= {"$type": zone["$type"]}
    again = exact(encode_body(decode_body(PROCESSED, written(redundant))))
    assert again == exact(written({"CommonProcessData": PROFILE["CommonProcessData"]}))


def test_what_a_program_builds_is_written_as_a_sender_would() -> None:
    message = MaterialsInstalled(
        transaction_id="T1",
        installed_materials=[
            InstalledMaterial(
                installed_components=[
                    InstalledComponent(reference_designator="C1"),
                    SMTInstalledComponent(
                        reference_designator="C2", head_and_nozzle=SMTHeadAndNozzle(head_id="H1")
                    ),
                ],
            )
        ],
        other_properties={"Plant": {"Name": "north"}},
    )
    assert exact(encode_body(message)) == {
        "TransactionId": "T1",
        "Plant": {"Name": "north"},
        "InstalledMaterials": [
            {
                "InstalledComponents": [
                    {"ReferenceDesignator": "C1"},
                    {
                        "$type": "CFX.Structures.SMTPlacement.SMTInstalledComponent, CFX",
                        "ReferenceDesignator": "C2",
                        "HeadAndNozzle": {"HeadId": "H1"},
                    },
                ]
            }
        ],
    }
    assert encode_body(MaterialsLoaded()) == b"{}"


def test_other_properties_may_not_repeat_a_field() -> None:
    message = UnitsArrived(unit_count=2, other_properties={"UnitCount": 3})

    with pytest.raises(CfxValueError, match="UnitCount"):
        encode_body(message)


def test_a_quantity_that_is_no_number_is_not_written() -> None:
    with pytest.raises(ValueError, match="within reason"):
        MaterialPackage(quantity=Decimal("NaN"))

    package = MaterialPackage(unique_identifier="Infinity NaN")
    message = MaterialsInstalled(installed_materials=[InstalledMaterial(material=package)])
    assert b"Infinity NaN" in encode_body(message)
    package.quantity = Decimal("Infinity")
    with pytest.raises(CfxValueError, match="not a number"):
        encode_body(message)


def test_text_that_looks_like_our_marks_is_only_text() -> None:
    tricky = 'a","$type":"",\x7fother "$type":""'
    message = UnitsArrived(primary_identifier=tricky)

    assert decode_body(ARRIVED, encode_body(message)) == message


@pytest.mark.parametrize(
    ("name", "document", "path", "reason"),
    [
        (
            PLACED,
            {"InstalledMaterials": [{"Material": {"Quantity": "many"}}]},
            "InstalledMaterials[0].Material.Quantity",
            "must be a number, not the text 'many'",
        ),
        (
            PLACED,
            {"InstalledMaterials": [{"Material": {"Quantity": "NaN"}}]},
            "InstalledMaterials[0].Material.Quantity",
            "must be a number, not the text 'NaN'",
        ),
        (
            PLACED,
            {"InstalledMaterials": [{"Material": {"Quantity": True}}]},
            "InstalledMaterials[0].Material.Quantity",
            "must be a number, not true",
        ),
        (
            PLACED,
            {"InstalledMaterials": [{}, None]},
            "InstalledMaterials[1]",
            "must be an object (InstalledMaterial), not null",
        ),
        (PLACED, {"InstalledMaterials": {}}, "InstalledMaterials", "must be a list, not an object"),
        (
            PLACED,
            {"InstalledMaterials": [{"InstalledComponents": [{"Stage": 3}]}]},
            "InstalledMaterials[0].InstalledComponents[0].Stage",
            "must be an object (Stage), not the number 3",
        ),
        (
            ARRIVED,
            {"Units": [{"$type": "CFX.Structures.UnitInfo, CFX", "BadMark": "x"}]},
            "Units[0].BadMark",
            "must be a whole number of 32 bits, not the text 'x'",
        ),
        (
            ARRIVED,
            {"UnitCount": 2**40},
            "UnitCount",
            f"must be a whole number of 32 bits, not the number {2**40}",
        ),
        (
            ARRIVED,
            {"Units": [{"FlipX": "maybe"}]},
            "Units[0].FlipX",
            "must be true or false, not the text 'maybe'",
        ),
        (
            ARRIVED,
            {"Units": [{"Status": "Great"}]},
            "Units[0].Status",
            "must be one of Pass, Fail, Scrap, Skip, not the text 'Great'",
        ),
        (ARRIVED, {"PrimaryIdentifier": ["a"]}, "PrimaryIdentifier", "must be text, not a list"),
        (
            STATE_CHANGED,
            {"RelatedFault": {"DescriptionTranslations": {"de": {}}}},
            "RelatedFault.DescriptionTranslations.de",
            "must be text, not an object",
        ),
        (STATE_CHANGED, [], "", "the body must be an object, not a list"),
    ],
)
def test_a_refusal_names_the_place_and_says_what_would_do(
    name: str, document: Any, path: str, reason: str
) -> None:
    with pytest.raises(BadMessage) as refusal:
        decode_body(name, written(document))
    assert (refusal.value.path, refusal.value.reason) == (path, reason)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("Units[0].X", b'{"Units": [{"X": 1e999}]}'),
        ("Units[0].X", b'{"Units": [{"X": 1e999999999}]}'),
        ("Units[0].PositionNumber", b'{"Units": [{"PositionNumber": 1e999999999}]}'),
        ("Units[0].Status", b'{"Units": [{"Status": 1e999999999}]}'),
        ("Units[0].PositionNumber", b'{"Units": [{"PositionNumber": NaN}]}'),
        ("Units[0].X", b'{"Units": [{"X": Infinity}]}'),
        ("", b'{"UnitCount": ' + b"9" * 5000 + b"}"),
        ("", b'{"PrimaryIdentifier": "\xff"}'),
        ("", b'{"PrimaryIdentifier": "\\ud800"}'),
        ("", b'{"Units": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
        ("", b'{"Vendor": ' * 100_000 + b"1" + b"}" * 100_000),
        ("", b'{"Units": [{"X": 1}'),
        ("", b""),
    ],
)
def test_hostile_bodies_are_refused_and_nothing_else(path: str, body: bytes) -> None:
    with pytest.raises(BadMessage) as refusal:
        decode_body(ARRIVED, body)
    assert refusal.value.path == path


def test_a_chain_of_packages_without_end_is_refused() -> None:
    chain = b'{"LeadingMaterialPackage": ' * 5000 + b"{}" + b"}" * 5000
    with pytest.raises(BadMessage, match="nested too deeply"):
        decode_body(PLACED, b'{"InstalledMaterials": [{"Material": ' + chain + b"}]}")


def test_an_absurd_quantity_is_refused_on_the_direct_way_too() -> None:
    with pytest.raises(BadMessage, match="within reason") as refusal:
        decode_body(PLACED, b'{"InstalledMaterials": [{"QuantityInstalled": 1e40}]}')
    assert refusal.value.path == "InstalledMaterials[0].QuantityInstalled"


def test_the_last_of_repeated_properties_counts() -> None:
    assert decode_body(ARRIVED, b'{"Lane": 1, "Lane": 2}') == UnitsArrived(lane=2)


@pytest.mark.parametrize(
    ("name", "document", "meant", "note"),
    [
        (
            ARRIVED,
            {"Units": [{"Status": "pass"}]},
            {"Units": [{"Status": "Pass"}]},
            "Units[0].Status: the text 'pass' read as the text 'Pass'",
        ),
        (
            ARRIVED,
            {"Units": [{"Status": 2}]},
            {"Units": [{"Status": "Scrap"}]},
            "Units[0].Status: the number 2 read as the text 'Scrap'",
        ),
        (
            ARRIVED,
            {"Units": [{"X": "1.5"}]},
            {"Units": [{"X": 1.5}]},
            "Units[0].X: the text '1.5' read as the number 1.5",
        ),
        (ARRIVED, {"UnitCount": "2"}, {"UnitCount": 2}, "UnitCount: the text '2' read as the number 2"),
        (
            ARRIVED,
            {"Units": [{"FlipX": "True"}]},
            {"Units": [{"FlipX": True}]},
            "Units[0].FlipX: the text 'True' read as true",
        ),
        (
            ARRIVED,
            {"PrimaryIdentifier": 4711},
            {"PrimaryIdentifier": "4711"},
            "PrimaryIdentifier: the number 4711 read as the text '4711'",
        ),
        (
            ARRIVED,
            {"primaryidentifier": "P"},
            {"PrimaryIdentifier": "P"},
            "primaryidentifier: read as PrimaryIdentifier",
        ),
        (
            STATE_CHANGED,
            {"NewState": "SBY_NoHost"},
            {"NewState": 2500},
            "NewState: the text 'SBY_NoHost' read as the number 2500",
        ),
        (
            STATE_CHANGED,
            {"NewState": "1100"},
            {"NewState": 1100},
            "NewState: the text '1100' read as the number 1100",
        ),
    ],
)
def test_what_is_certain_in_meaning_is_read_and_noted(
    name: str, document: Any, meant: Any, note: str
) -> None:
    message, notes = decode_body_with_notes(name, written(document))
    assert notes == (note,)
    assert exact(encode_body(message)) == exact(written(document))
    assert exact(encode_body(message, as_sent=False)) == exact(written(meant))


def test_a_whole_number_with_a_point_needs_no_note() -> None:
    assert decode_body_with_notes(ARRIVED, b'{"UnitCount": 2.0}') == (UnitsArrived(unit_count=2), ())


def test_two_spellings_of_one_property_are_kept_apart() -> None:
    document = {"TransactionID": "A", "TransactionId": "B"}

    message = decode_body(PLACED, written(document))

    assert message == MaterialsInstalled(transaction_id="B", other_properties={"TransactionID": "A"})
    assert goes_round(PLACED, document)


def test_a_state_the_standard_does_not_name_is_kept() -> None:
    message = decode_body(STATE_CHANGED, b'{"OldState": 2207, "NewState": 1300}')
    assert message == StationStateChanged(old_state=2207, new_state=ResourceState.PRD_Rework)


def test_names_without_a_structure() -> None:
    with pytest.raises(UnknownMessage, match=r"'Acme\.Weather' is not a message of the standard"):
        decode_body("Acme.Weather", b"{}")


NAMES = [
    "$type", "TransactionId", "InstalledMaterials", "Units", "Material", "Quantity", "InstalledComponents",
    "Stage", "StageSequence", "Status", "X", "Lane", "UnitProcessData", "CommonProcessData", "Measurements",
    "InspectedUnits", "Inspections", "CarrierLocation", "CarrierInformation", "Vendor",
]  # fmt: skip
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False, width=32)
    | st.text(string.ascii_letters, min_size=1, max_size=5)
    | st.sampled_from(["Pass", "CFX.Structures.SMTPlacement.SMDTapeFeeder, CFX", "Acme.X, Acme"])
)
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=25,
)
BODIES = st.dictionaries(st.sampled_from(NAMES), DOCUMENTS, max_size=5)


@holds_for(name=st.sampled_from([PLACED, ARRIVED, PROCESSED, INSPECTED, LOADED]), body=BODIES)
def test_any_document_is_refused_properly_or_comes_back_equal(name: str, body: dict[str, Any]) -> None:
    data = written(body)
    try:
        message, notes = decode_body_with_notes(name, data)
    except CfxError as refusal:
        assert isinstance(refusal, BadMessage)  # noqa: PT017 - any other error is the failure looked for
        return
    again = encode_body(message)
    assert notes or exact(again) == exact(data)
    assert decode_body(name, again) == message
    assert decode_body_with_notes(name, encode_body(message, as_sent=False))[1] == ()


def test_a_free_key_that_is_called_type_is_only_a_key() -> None:
    fault = {"DescriptionTranslations": {"de": "leer", "$type": ""}, "FaultCode": "E1"}

    assert goes_round(STATE_CHANGED, {"RelatedFault": fault})


def test_an_empty_object_is_the_base_where_a_subclass_is_usual() -> None:
    assert goes_round(PROCESSED, {"CommonProcessData": {}})


def test_a_type_told_in_full_is_read_and_written_again_as_it_was() -> None:
    for name in (
        "CFX.Structures.SMTPlacement.SMDTapeFeeder, CFX, Version=1.7.0.0",
        "CFX.Structures.SMDTapeFeeder",
    ):
        document = placement(CarrierLocation={"CarrierInformation": {"$type": name, "LaneNumber": 1}})
        message, notes = decode_body_with_notes(PLACED, written(document))
        assert len(notes) == 1
        assert exact(encode_body(message)) == exact(written(document))
        location = given(read_placement(document).carrier_location)
        assert location is not None
        assert isinstance(location.carrier_information, SMDTapeFeeder)


def test_what_was_sent_otherwise_is_written_anew_once_the_field_has_another_value() -> None:
    message = decode_body(ARRIVED, b'{"UnitCount": "2", "lane": "1"}')
    assert isinstance(message, UnitsArrived)
    message.unit_count = 3

    assert exact(encode_body(message)) == {"UnitCount": Decimal(3), "lane": "1"}


@pytest.mark.parametrize("zero", [b"-0", b"-0e0", b"-0.e0", b"-0.0", b"-0E+3"])
def test_a_number_where_text_belongs_is_the_same_when_it_is_read_again(zero: bytes) -> None:
    name = "CFX.GetEndpointInformationRequest"
    read = decode_body(name, b'{"CFXHandle":' + zero + b"}")
    assert decode_body(name, encode_body(read)) == read
