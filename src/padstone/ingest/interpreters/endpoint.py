"""Machines that introduce themselves, and the states they are in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from padstone import cfx
from padstone.cfx import given
from padstone.features.sites.commands import (
    LONGEST_VERSION,
    Description,
    change_cfx_version,
    change_heartbeat,
    change_state,
    describe_endpoint,
    note_connected,
    note_shut_down,
)
from padstone.ingest.inbox import storable
from padstone.kernel.actor import INTERPRETER
from padstone.kernel.errors import Invalid

if TYPE_CHECKING:
    from padstone.ingest.context import Context

OFF = 6000
"""SEMI E10 non-scheduled time: what a station is in when its endpoint has said goodbye."""


MOST_TOPICS = 500
MOST_MESSAGES = 500
"""Of one topic, and topics of one endpoint: the standard has some thirty topics, and 182 messages in all."""


def note_version(version: str | None, context: Context) -> None:
    """The CFX version that an envelope names, where the endpoint's last one named another."""
    endpoint = context.endpoint
    version = storable(version or "")[:LONGEST_VERSION]
    if version and version != endpoint.cfx_version:
        change_cfx_version.within(INTERPRETER, endpoint_id=endpoint.pk, version=version)
        endpoint.cfx_version = version


def endpoint_connected(message: cfx.EndpointConnected, context: Context) -> None:
    _check_handle(given(message.cfx_handle), context)
    note_connected.within(
        INTERPRETER,
        endpoint_id=context.endpoint.pk,
        at=context.happened_at,
        journal_no=context.journal_no,
        told={
            "request_network_uri": given(message.request_network_uri) or "",
            "request_target_address": given(message.request_target_address) or "",
        },
    )


def endpoint_information(message: cfx.GetEndpointInformationResponse, context: Context) -> None:
    """An answer without a description tells nothing of the endpoint."""
    told = given(message.endpoint_information)
    if told is None:
        return
    _check_handle(given(told.cfx_handle), context)
    describe_endpoint.within(
        INTERPRETER,
        endpoint_id=context.endpoint.pk,
        at=context.happened_at,
        journal_no=context.journal_no,
        description=Description(
            friendly_name=given(told.friendly_name) or "",
            vendor=given(told.vendor) or "",
            model_number=given(told.model_number) or "",
            serial_number=given(told.serial_number) or "",
            supported_topics=[_topic(topic) for topic in (given(told.supported_topics) or ())[:MOST_TOPICS]],
        ),
    )


def _topic(topic: cfx.SupportedTopic) -> dict[str, Any]:
    support = given(topic.topic_support_type)
    return {
        "name": given(topic.topic_name) or "",
        "support": str(support) if support else "",
        "messages": list(given(topic.supported_messages) or ())[:MOST_MESSAGES],
    }


def endpoint_shutting_down(message: cfx.EndpointShuttingDown, context: Context) -> None:
    _check_handle(given(message.cfx_handle), context)
    change_state.within(INTERPRETER, endpoint_id=context.endpoint.pk, state=OFF, at=context.happened_at)
    note_shut_down.within(
        INTERPRETER, endpoint_id=context.endpoint.pk, at=context.happened_at, journal_no=context.journal_no
    )


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
