"""CFX.Structures: activities of a station during a transaction, with their share in adding value."""

from __future__ import annotations

from msgspec import UNSET, field

from padstone.cfx.structures.resources import Stage
from padstone.cfx.vocabulary import Family, InstantText, Maybe, SpanText, Word


class ActivityState(Word):
    """What an activity has come to; `On` and `Off` are for those that merely last."""

    Started = "Started"
    Aborted = "Aborted"
    Completed = "Completed"
    On = "On"
    Off = "Off"


class ValueAddType(Word):
    """What an activity adds: value for the customer, what the business needs, or nothing."""

    RealValueAdd = "RealValueAdd"
    BusinessValueAdd = "BusinessValueAdd"
    NonValueAdd = "NonValueAdd"


class Activity(Family, kw_only=True):
    """Base of what a station does besides the work itself. Start and end of one activity share its instance
    id.
    """

    time_stamp: Maybe[InstantText] = UNSET
    activity_instance_id: Maybe[str] = UNSET
    activity_state: Maybe[ActivityState] = UNSET
    activity_name: Maybe[str] = UNSET
    comments: Maybe[str] = UNSET
    value_add_type: Maybe[ValueAddType] = UNSET


class UnitAlignmentActivity(Activity, kw_only=True, tag="CFX.Structures.UnitAlignmentActivity, CFX"):
    """The station found how far a unit lies from where it should, along the axes and in the planes."""

    dx: Maybe[float] = field(default=UNSET, name="DX")
    dy: Maybe[float] = field(default=UNSET, name="DY")
    dz: Maybe[float] = field(default=UNSET, name="DZ")
    dxy: Maybe[float] = field(default=UNSET, name="DXY")
    dzx: Maybe[float] = field(default=UNSET, name="DZX")
    dzy: Maybe[float] = field(default=UNSET, name="DZY")


class UnitConveyingActivity(Activity, kw_only=True, tag="CFX.Structures.UnitConveyingActivity, CFX"):
    """A unit was moved from one stage to another."""

    conveying_distance: Maybe[float] = UNSET
    departure_stage: Maybe[Stage] = UNSET
    arrival_stage: Maybe[Stage] = UNSET


class UnitLoadActivity(Activity, kw_only=True, tag="CFX.Structures.UnitLoadActivity, CFX"):
    """A unit was brought into the station."""

    load_time: Maybe[SpanText] = UNSET


class UnitUnloadActivity(Activity, kw_only=True, tag="CFX.Structures.UnitUnloadActivity, CFX"):
    """A unit was brought out of the station."""

    unload_time: Maybe[SpanText] = UNSET
