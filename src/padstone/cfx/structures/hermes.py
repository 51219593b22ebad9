"""CFX.Structures: boards and magazines as IPC-HERMES-9852 knows them."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET

from padstone.cfx.structures.work import WorkOrderIdentifier
from padstone.cfx.vocabulary import Maybe, Structure, Whole


class HermesUnit(Structure, kw_only=True):
    """A board in a slot of a magazine, as Hermes has it. `lenght` is the standard's own spelling."""

    slot_id: Maybe[Whole] = UNSET
    board_id: Maybe[str] = UNSET
    board_id_created_by: Maybe[str] = UNSET
    failed_board: Maybe[Whole] = UNSET
    product_type_id: Maybe[str] = UNSET
    flipped_board: Maybe[Whole] = UNSET
    top_barcode: Maybe[str] = UNSET
    bottom_barcode: Maybe[str] = UNSET
    lenght: Maybe[float] = UNSET
    width: Maybe[float] = UNSET
    thickness: Maybe[float] = UNSET
    conveyor_speed: Maybe[float] = UNSET
    top_clearance_height: Maybe[float] = UNSET
    bottom_clearance_height: Maybe[float] = UNSET
    weight: Maybe[float] = UNSET
    work_order_identifier: Maybe[WorkOrderIdentifier] = UNSET


class Magazine(Structure, kw_only=True):
    """A magazine and the boards in it."""

    magazine_id: Maybe[str] = UNSET
    hermes_units: Maybe[Sequence[HermesUnit]] = UNSET
