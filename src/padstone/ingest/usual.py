"""The usual form of the message that carries nearly all facts: what placers write into MaterialsInstalled.

The structures of ``cfx`` hold all that the standard allows. Most of the time of decoding goes into what
placers do not say: measurements, pictures, stages, subclasses. The structures here have only what they
usually do say, under the same names, and refuse all else. So whoever reads them reads the same as from the
full structure, or nothing: what they refuse is decoded in full.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Struct, field

from padstone import cfx
from padstone.cfx.vocabulary import Whole

Text = str | None


class _Usual(Struct, rename="pascal", forbid_unknown_fields=True, frozen=True, gc=False):
    """Nothing in here can hold itself: the collector need not look."""


class _Unmarked(_Usual, tag_field="$type", tag="none of the standard's", frozen=True):
    """Where a structure says which it is, msgspec insists on that only if there are several."""


class HeadAndNozzle(_Usual, kw_only=True, frozen=True):
    unique_identifier: Text = None
    name: Text = None
    head_id: Text = None
    head_nozzle_number: Whole | None = None
    nozzle_type: Text = None


class Component(
    _Usual,
    kw_only=True,
    frozen=True,
    tag_field="$type",
    tag=cfx.SMTInstalledComponent.__struct_config__.tag,
):
    reference_designator: Text = None
    installation_time: Text = None
    head_and_nozzle: HeadAndNozzle | None = None
    picking_time: Text = None
    picking_sequence: Whole | None = None
    installation_sequence: Whole | None = None
    cycle_sequence: Whole | None = None


class TapeFeeder(
    _Usual,
    kw_only=True,
    frozen=True,
    tag_field="$type",
    tag=cfx.SMDTapeFeeder.__struct_config__.tag,
):
    unique_identifier: Text = None
    name: Text = None
    base_unique_identifier: Text = None
    base_name: Text = None
    lane_number: Whole | None = None
    tape_width: float | None = None
    tape_pitch: float | None = None


class CarrierLocation(_Usual, kw_only=True, frozen=True):
    location_identifier: Text = None
    location_name: Text = None
    carrier_information: TapeFeeder | _Unmarked | None = None


class Material(_Usual, kw_only=True, frozen=True):
    """``leading_material_package`` and ``grey_zone`` are never told here: they are what a splice is about."""

    unique_identifier: Text = None
    internal_part_number: Text = None
    quantity: int | None = None
    leading_material_package: None = None
    grey_zone: None = None


class InstalledMaterial(_Usual, kw_only=True, frozen=True):
    unit_identifier: Text = None
    unit_position_number: Whole | None = None
    quantity_installed: int | None = None
    quantity_non_installed: int | None = None
    material: Material | None = None
    carrier_location: CarrierLocation | None = None
    installed_components: Sequence[Component | _Unmarked] | None = None
    non_installed_components: None = None


class MaterialsInstalled(_Usual, kw_only=True, frozen=True):
    transaction_id: Text = None
    installed_materials: Sequence[InstalledMaterial] | None = None


class Envelope(_Usual, kw_only=True, frozen=True):
    """What is in the envelope but for its body was read at the door, save for the time."""

    message_name: Text = None
    version: Text = None
    time_stamp: Text = None
    unique_id: Text = field(default=None, name="UniqueID")
    source: Text = None
    target: Text = None
    request_id: Text = field(default=None, name="RequestID")
    message_body: MaterialsInstalled


_decoder = msgspec.json.Decoder(Envelope)


def decode_usual(name: str, raw: bytes) -> Envelope | None:
    """The message in its usual form, of a whole envelope; None for another message, or one that says anything
    else.
    """
    if name != cfx.MaterialsInstalled.name or b"\\u0000" in raw:
        return None
    try:
        return _decoder.decode(raw)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return None
