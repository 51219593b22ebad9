"""The standard's own sample messages, where the reference data is at hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from padstone.cfx import (
    KNOWN_MESSAGES,
    MESSAGE_TYPES,
    Head,
    MaterialsInstalled,
    UnknownMessage,
    decode_body_with_notes,
    decode_envelope,
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


def test_every_sample_of_a_typed_message_is_read_and_comes_back_equal(
    samples: list[tuple[str, bytes]],
) -> None:
    typed = [(name, text) for name, text in samples if name in MESSAGE_TYPES]
    assert len(typed) >= 26
    for name, text in typed:
        message, notes = decode_body_with_notes(name, text)
        assert (name, notes) == (name, ())
        assert exact(encode_body(message)) == exact(text), name


def test_every_other_sample_of_a_message_is_a_known_name(samples: list[tuple[str, bytes]]) -> None:
    untyped = [(name, text) for name, text in samples if name in KNOWN_MESSAGES and name not in MESSAGE_TYPES]
    assert len(untyped) > 100
    for name, text in untyped:
        with pytest.raises(UnknownMessage) as refusal:
            decode_body_with_notes(name, text)
        assert refusal.value.known


def test_what_is_no_message_is_a_structure_or_the_envelope(samples: list[tuple[str, bytes]]) -> None:
    rest = {name for name, _ in samples} - KNOWN_MESSAGES
    assert rest
    assert all(name == "CFX.CFXEnvelope" or name.startswith("CFX.Structures.") for name in rest)


def test_the_sample_envelope_goes_round(samples: list[tuple[str, bytes]]) -> None:
    text = dict(samples)["CFX.CFXEnvelope"]
    (head,) = split(text)
    assert isinstance(head, Head)
    assert head.message_name == "CFX.EndpointConnected"
    assert exact(encode_envelope(decode_envelope(text))) == exact(text)


def test_the_broken_sample_of_materials_installed_is_read_once_it_is_json(reference_data: Path) -> None:
    # Two commas are missing, one is too many, and numbers are written as text, one name in lower case.
    folder = reference_data / "cfx/broken_examples"
    text = (folder / "CFX.Production.Assembly.MaterialsInstalled.txt").read_text()
    text = re.sub(r'("TesterSerialNumber" : "[^"]*"|"Frequency": "1000")\n', r"\1,\n", text)
    text = re.sub(r",(\s*})", r"\1", text)

    message, notes = decode_body_with_notes(MaterialsInstalled.name, text.encode())

    assert isinstance(message, MaterialsInstalled)
    rejected = given((given(message.installed_materials) or ())[1].non_installed_components) or ()
    details = rejected[0].rejection_details
    assert isinstance(details, BadElectricalTestRejectionDetails)
    assert (details.measured_value, details.result) == (3100.0, False)
    assert details.other_properties == {"ValueUnit": "Ohm"}
    assert len(notes) == 7
