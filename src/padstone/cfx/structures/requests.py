"""CFX.Structures: what a response says about the request it answers."""

from __future__ import annotations

from msgspec import UNSET

from padstone.cfx.vocabulary import Maybe, Structure, Whole, Word


class StatusResult(Word):
    """How a request ended."""

    Success = "Success"
    PartialSuccess = "PartialSuccess"
    Failed = "Failed"
    Warning = "Warning"


class RequestResult(Structure, kw_only=True):
    """Whether a request was carried out. `result_code` is 0 where it was, else the endpoint's own number."""

    result: Maybe[StatusResult] = UNSET
    result_code: Maybe[Whole] = UNSET
    message: Maybe[str] = UNSET
