"""CFX.Production.TestAndInspection: what was looked at or measured, and what was found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import UNSET

from padstone.cfx.structures.quality import (
    InspectedPanel,
    InspectedUnit,
    InspectionMethod,
    SamplingInformation,
    TestedUnit,
    TestMethod,
)
from padstone.cfx.structures.units import UnitInfo
from padstone.cfx.structures.work import Operator
from padstone.cfx.vocabulary import Maybe, Message


class UnitsInspected(Message, kw_only=True):
    """Units were inspected: what was measured and which defects were found."""

    name: ClassVar[str] = "CFX.Production.TestAndInspection.UnitsInspected"

    transaction_id: Maybe[str] = UNSET
    inspection_method: Maybe[InspectionMethod] = UNSET
    sampling_information: Maybe[SamplingInformation] = UNSET
    inspector: Maybe[Operator] = UNSET
    recipe_name: Maybe[str] = UNSET
    recipe_revision: Maybe[str] = UNSET
    inspected_units: Maybe[Sequence[InspectedUnit]] = UNSET
    inspected_panel: Maybe[InspectedPanel] = UNSET


class UnitsTested(Message, kw_only=True):
    """Units were tested: what was measured and which symptoms appeared."""

    name: ClassVar[str] = "CFX.Production.TestAndInspection.UnitsTested"

    transaction_id: Maybe[str] = UNSET
    test_method: Maybe[TestMethod] = UNSET
    tester: Maybe[Operator] = UNSET
    recipe_name: Maybe[str] = UNSET
    recipe_revision: Maybe[str] = UNSET
    sampling_information: Maybe[SamplingInformation] = UNSET
    tested_units: Maybe[Sequence[TestedUnit]] = UNSET


class GetInspectionInfoRequest(Message, kw_only=True):
    """Asks what an inspection before found on units."""

    name: ClassVar[str] = "CFX.Production.TestAndInspection.GetInspectionInfoRequest"

    primary_identifier: Maybe[str] = UNSET
    hermes_identifier: Maybe[str] = UNSET
    units: Maybe[Sequence[UnitInfo]] = UNSET


class GetInspectionInfoResponse(Message, kw_only=True):
    """What an inspection before found on units."""

    name: ClassVar[str] = "CFX.Production.TestAndInspection.GetInspectionInfoResponse"

    inspected_units: Maybe[Sequence[InspectedUnit]] = UNSET
