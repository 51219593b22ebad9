"""The standard's own sample messages, where the reference data is at hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from padstone.cfx import (
    KNOWN_MESSAGES,
    MESSAGE_TYPES,
    BadMessage,
    CoatingProcessReading,
    FiducialInfo,
    Head,
    MaterialsInstalled,
    Structure,
    Tool,
    UnitInfo,
    UnitPosition,
    decode_body,
    decode_body_with_notes,
    decode_envelope,
    decode_structure,
    decode_structure_with_notes,
    encode_body,
    encode_envelope,
    given,
    split,
)
from padstone.cfx.structures.assembly import BadElectricalTestRejectionDetails
from tests.cfx.invented import exact


@pytest.fixture(scope="module")
def samples(reference_data: Path) -> list[tuple[str, bytes]]:
    """The class each sample is of, and its text."""
    files = sorted((reference_data / "cfx/examples").glob("*.json"))
    return [(re.sub(r"_\d+$", "", file.stem), file.read_bytes()) for file in files]


STRUCTURE_SAMPLES: dict[str, type[Structure]] = {
    "CFX.Structures.Tool": Tool,
    "CFX.Structures.UnitInfo": UnitInfo,
    "CFX.Structures.UnitPosition": UnitPosition,
    "CFX.Structures.VacuumDeposition.CoatingProcessReading": CoatingProcessReading,
}


def test_every_sample_of_a_message_is_read_and_comes_back_equal(samples: list[tuple[str, bytes]]) -> None:
    messages = [(name, text) for name, text in samples if name in MESSAGE_TYPES]
    assert len(messages) >= 145
    for name, text in messages:
        message, notes = decode_body_with_notes(name, text)
        assert (name, notes) == (name, ())
        assert exact(encode_body(message)) == exact(text), name


def test_every_sample_of_a_structure_is_read_and_comes_back_equal(samples: list[tuple[str, bytes]]) -> None:
    structures = [(name, text) for name, text in samples if name.startswith("CFX.Structures.")]
    assert {name for name, _ in structures} == set(STRUCTURE_SAMPLES)
    for name, text in structures:
        structure = decode_structure(STRUCTURE_SAMPLES[name], text)
        assert exact(encode_body(structure)) == exact(text), name


def test_what_a_sample_writes_otherwise_than_the_standard_is_said(samples: list[tuple[str, bytes]]) -> None:
    found = dict(samples)
    name = "CFX.Structures.VacuumDeposition.CoatingProcessReading"

    reading, notes = decode_structure_with_notes(CoatingProcessReading, found[name])

    assert (reading.chamber_pressure, reading.vaporizer_temperature) == (100.0, 150.0)
    assert len(notes) == 4
    unit, notes = decode_structure_with_notes(UnitInfo, found["CFX.Structures.UnitInfo"])
    assert notes[0] == "Fiducials[0].FiducialX: the text '10.2' read as the number 10.2"
    assert encode_body(unit, as_sent=False).count(b'"FiducialX":10.2') == 1


def test_there_is_no_other_sample(samples: list[tuple[str, bytes]]) -> None:
    rest = {name for name, _ in samples} - KNOWN_MESSAGES - set(STRUCTURE_SAMPLES)
    assert rest == {"CFX.CFXEnvelope"}


def test_the_sample_envelope_goes_round(samples: list[tuple[str, bytes]]) -> None:
    text = dict(samples)["CFX.CFXEnvelope"]
    (head,) = split(text)
    assert isinstance(head, Head)
    assert head.message_name == "CFX.EndpointConnected"
    assert exact(encode_envelope(decode_envelope(text))) == exact(text)


BROKEN = {
    "CFX.Production.Assembly.MaterialsInstalled": 10,
    "CFX.Production.GetUnitInfoRequest": 1,
    "CFX.Production.LocalRecipeChanged": 10,
    "CFX.Production.RecipeActivated": 3,
    "CFX.Production.WorkOrderActionExecuted": 1,
    "CFX.ResourcePerformance.EnergyConsumptionResponse": 1,
}


def test_the_samples_that_are_no_json_are_read_where_they_have_one_meaning(reference_data: Path) -> None:
    folder = reference_data / "cfx/broken_examples"
    read: dict[str, int] = {}
    for file in sorted(folder.glob("*.txt")):
        name = file.stem.rstrip("_")
        if name in BROKEN:
            message, notes = decode_body_with_notes(name, file.read_bytes())
            read[name] = len(notes)
            assert decode_body(name, encode_body(message)) == message
    assert read == BROKEN

    fiducial = decode_structure(FiducialInfo, (folder / "CFX.Structures.FiducialInfo.txt").read_bytes())
    assert (fiducial.fiducial_x, fiducial.fiducial_y, fiducial.fiducial_rxy) == (10.2, 1.3, 0.5)


def test_the_sample_that_lacks_a_value_is_refused_with_its_place(reference_data: Path) -> None:
    name = "CFX.Production.Assembly.PressInsertion.ConditionCompleted"
    with pytest.raises(BadMessage, match="line 4, column 2: a value is missing"):
        decode_body(name, (reference_data / f"cfx/broken_examples/{name}.txt").read_bytes())


def test_the_broken_sample_of_materials_installed(reference_data: Path) -> None:
    # Two commas are missing, one is too many, and numbers are written as text, one name in lower case.
    folder = reference_data / "cfx/broken_examples"
    text = (folder / "CFX.Production.Assembly.MaterialsInstalled.txt").read_bytes()

    message, notes = decode_body_with_notes(MaterialsInstalled.name, text)

    assert isinstance(message, MaterialsInstalled)
    rejected = given((given(message.installed_materials) or ())[1].non_installed_components) or ()
    details = rejected[0].rejection_details
    assert isinstance(details, BadElectricalTestRejectionDetails)
    assert (details.measured_value, details.result) == (3100.0, False)
    assert details.other_properties == {"ValueUnit": "Ohm"}
    assert notes[0] == "line 92, column 14: a comma was missing"
