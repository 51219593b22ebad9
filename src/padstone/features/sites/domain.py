"""What a station's resource state number means: IPC-2591's ``ResourceState``, grouped as in SEMI E10."""

from __future__ import annotations

from enum import IntEnum


class StateGroup(IntEnum):
    """SEMI E10's six basic states. The thousands of a CFX number name its group."""

    PRODUCTIVE = 1
    STANDBY = 2
    ENGINEERING = 3
    SCHEDULED_DOWN = 4
    UNSCHEDULED_DOWN = 5
    NON_SCHEDULED = 6


_WORDS = {
    1000: "Producing",
    1100: "Producing",
    1200: "Producing for others",
    1300: "Rework",
    1400: "Engineering run",
    2000: "Standby",
    2100: "No operator",
    2200: "No product",
    2201: "Blocked",
    2202: "Starved",
    2300: "No support tool",
    2400: "Neighbour is down",
    2500: "No host",
    3000: "Engineering",
    3100: "Process experiments",
    3200: "Equipment experiments",
    4000: "Scheduled stop",
    4100: "Waiting for maintenance",
    4200: "Waiting for supplier",
    4300: "Preventive maintenance",
    4400: "Changing consumables",
    4500: "Setup",
    4600: "Production test",
    4700: "Facilities",
    5000: "Down",
    5100: "Down, waiting for maintenance",
    5200: "Down, waiting for supplier",
    5300: "Under repair",
    5400: "Input material out of spec",
    5500: "Out of consumables",
    5600: "Facilities failed",
    6000: "Not scheduled",
    6100: "Unworked shift",
    6200: "Installation",
    6300: "Modification",
    6400: "Training",
    6500: "Starting or stopping",
}


def group_of(resource_state: int) -> StateGroup | None:
    """The E10 group of a CFX resource state; None for a number outside 1000 to 6999."""
    thousands = resource_state // 1000
    return StateGroup(thousands) if 1 <= thousands <= len(StateGroup) else None


def word_for(resource_state: int) -> str:
    """What people call the state. A number the table lacks goes by its nearest parent (2201, 2200, 2000)."""
    for digits in (1, 10, 100, 1000):
        rounded = resource_state // digits * digits
        if rounded in _WORDS:
            return _WORDS[rounded]
    return f"State {resource_state}"
