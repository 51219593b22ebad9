"""Machines that introduce themselves, and the states they are in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone import cfx
from padstone.cfx import given
from padstone.features.sites.commands import change_heartbeat, change_state
from padstone.kernel.actor import INTERPRETER
from padstone.kernel.errors import Invalid

if TYPE_CHECKING:
    from padstone.ingest.context import Context

OFF = 6000
"""SEMI E10 non-scheduled time: what a station is in when its endpoint has said goodbye."""


def endpoint_connected(message: cfx.EndpointConnected, context: Context) -> None:
    _check_handle(given(message.cfx_handle), context)


def endpoint_shutting_down(message: cfx.EndpointShuttingDown, context: Context) -> None:
    _check_handle(given(message.cfx_handle), context)
    change_state.within(INTERPRETER, endpoint_id=context.endpoint.pk, state=OFF, at=context.happened_at)


def heartbeat(message: cfx.Heartbeat, context: Context) -> None:
    _check_handle(given(message.cfx_handle), context)
    frequency = given(message.heartbeat_frequency)
    if frequency is None:
        return
    try:
        seconds = int(cfx.parse_span(frequency).total_seconds())
    except cfx.CfxValueError as error:
        raise Invalid("not_a_span", "{error}", field="HeartbeatFrequency", error=error) from error
    if seconds > 0 and seconds != context.endpoint.heartbeat_s:
        change_heartbeat.within(INTERPRETER, endpoint_id=context.endpoint.pk, seconds=seconds)
        context.endpoint.heartbeat_s = seconds


def station_state_changed(message: cfx.StationStateChanged, context: Context) -> None:
    state = given(message.new_state)
    if state is None:
        raise Invalid("no_state", "The new state is missing.", field="NewState")
    change_state.within(
        INTERPRETER, endpoint_id=context.endpoint.pk, state=int(state), at=context.happened_at
    )


def _check_handle(handle: str | None, context: Context) -> None:
    if handle and handle != context.source:
        context.flag("speaks_for_another", f"{context.source} introduces itself as {handle}.")
