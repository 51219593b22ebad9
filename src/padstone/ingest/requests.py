"""Answers to the requests of machines (IPC-2591, request/response): what is asked of Padstone as an endpoint,
who decides it, and the envelope around it.

AreYouThere, WhoIsThere and GetEndpointInformation any endpoint answers; what else is answered, `deciders`
say; every other request is not supported, and told so (NotSupportedResponse).
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import InterfaceError, OperationalError
from msgspec import UNSET

from padstone import cfx
from padstone.cfx import given
from padstone.kernel import clock
from padstone.kernel.errors import Refusal

Decider = Callable[[Any, str], cfx.Message]
"""Answers a request, which has been read, for the endpoint of that handle ("" where nobody knows whose it
is).
"""

NOT_DONE, NOT_READ, NOT_SUPPORTED, FAULT = 1, 2, 3, 4
"""Result codes of Padstone's own, which the standard leaves to the endpoint."""

log = logging.getLogger(__name__)


def result(
    status: cfx.StatusResult = cfx.StatusResult.Success, code: int = 0, message: str = "OK"
) -> cfx.RequestResult:
    return cfx.RequestResult(result=status, result_code=code, message=message)


def failed(code: int, message: str) -> cfx.RequestResult:
    return result(cfx.StatusResult.Failed, code, message)


@dataclass(frozen=True, slots=True)
class Desk:
    """Answers as the endpoint `handle`. Called from any thread; holds nothing."""

    handle: str
    deciders: Mapping[str, Decider] = field(default_factory=dict)

    def __call__(self, request: cfx.Head, handle: str) -> bytes | None:
        """The answer's envelope; None where the request is meant for another endpoint, which is heard of
        where a broker spreads what is sent. Who has proved a handle speaks over a connection of his own, and
        to nobody else; and as nobody else: what bears another's name is not answered.
        """
        if not handle and request.target not in {None, "", self.handle}:
            return None
        if handle and request.source not in {None, "", handle}:
            return None
        asker = handle or request.source or ""
        answer = self._answer(request, asker)
        return None if answer is None else self._envelope(request, asker, answer)

    def supports(self, name: str) -> bool:
        return name in self.deciders or name in _OF_ANY_ENDPOINT

    def _answer(self, request: cfx.Head, asker: str) -> cfx.Message | None:
        name = request.message_name
        if not self.supports(name):
            return _not_supported(name)
        try:
            asked = cfx.decode_body(name, request.body or b"{}")
        except cfx.CfxError as error:
            return refusal_of(name, failed(NOT_READ, str(error)))
        return self._decided(name, asked, asker) if name in self.deciders else self._of_itself(asked)

    def _of_itself(self, asked: cfx.Message) -> cfx.Message | None:
        if isinstance(asked, cfx.WhoIsThereRequest):
            return cfx.WhoIsThereResponse(result=result(), cfx_handle=self.handle)
        if not isinstance(asked, cfx.AreYouThereRequest | cfx.GetEndpointInformationRequest):
            return None
        if given(asked.cfx_handle) not in {None, "", self.handle}:
            return None
        if isinstance(asked, cfx.AreYouThereRequest):
            return cfx.AreYouThereResponse(result=result(), cfx_handle=self.handle)
        return cfx.GetEndpointInformationResponse(result=result(), endpoint_information=self._information())

    def _decided(self, name: str, asked: cfx.Message, asker: str) -> cfx.Message:
        try:
            return self.deciders[name](asked, asker)
        except (OperationalError, InterfaceError):
            raise
        except Refusal as refusal:
            return refusal_of(name, failed(NOT_DONE, str(refusal)))
        except Exception:  # a machine that waits for a verdict is told that there is none
            log.exception("%s of %s could not be answered", name, asker)
            return refusal_of(name, failed(FAULT, "A fault of Padstone's: nothing can be said."))

    def _information(self) -> cfx.Endpoint:
        vendor, _, rest = self.handle.partition(".")
        model, _, serial = rest.partition(".")
        by_topic: dict[str, list[str]] = {"CFX": [], "CFX.Production": [], "CFX.Materials": []}
        for name in sorted(self.deciders):
            by_topic.setdefault(name.rpartition(".")[0], []).append(name.rpartition(".")[2])
        return cfx.Endpoint(
            cfx_handle=self.handle,
            cfx_version=cfx.CFX_VERSION,
            vendor=vendor,
            model_number=model,
            serial_number=serial,
            supported_topics=[
                cfx.SupportedTopic(
                    topic_name=topic,
                    topic_support_type=cfx.TopicSupportType.Consumer,
                    supported_messages=UNSET if topic in _WHOLE_TOPICS else names,
                )
                for topic, names in by_topic.items()
            ],
        )

    def _envelope(self, request: cfx.Head, asker: str, answer: cfx.Message) -> bytes:
        return cfx.encode_envelope(
            cfx.Envelope(
                message_name=answer.name,
                time_stamp=cfx.format_instant(clock.now()),
                unique_id=str(uuid.uuid4()),
                source=self.handle,
                target=asker or None,
                request_id=request.request_id or request.unique_id,
                message_body=answer,
            )
        )


_OF_ANY_ENDPOINT = frozenset(
    {cfx.AreYouThereRequest.name, cfx.WhoIsThereRequest.name, cfx.GetEndpointInformationRequest.name}
)
_WHOLE_TOPICS = frozenset({"CFX", "CFX.Production", "CFX.Materials"})
"""Of these everything is taken; of the others what is named."""


def _not_supported(name: str) -> cfx.NotSupportedResponse:
    refused = failed(NOT_SUPPORTED, f"{name} is not supported by this endpoint")
    return cfx.NotSupportedResponse(request_result=refused)


def refusal_of(name: str, refused: cfx.RequestResult) -> cfx.Message:
    """The response to a request of this name that says no more than why there is none."""
    made = cfx.MESSAGE_TYPES[response_to(name)]()
    setattr(made, "result", refused)  # noqa: B010 - every response of those that are answered has one
    return made


def response_to(name: str) -> str:
    """The name of the response to a request."""
    return f"{name.removesuffix('Request')}Response"
