"""Clocks for programs: what is left, what runs out next, what packages go through, and the rules."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router, Schema
from pydantic import Field

from padstone.features.clocks import commands
from padstone.features.clocks.boards import BoardClock, board_clock
from padstone.features.clocks.queries import (
    PolicyLine,
    Remaining,
    RunningOut,
    clock_of,
    clocks_of,
    policy_lines,
    running_out,
)
from padstone.platform.accounts.identity import actor_of
from padstone.platform.http_answers import in_utc, json_answer

router = Router(tags=["clocks"])


class Exposure(Schema):
    """What packages went through. ``kind``: opened, sealed, dry_in, dry_out, bake_began (``value`` °C),
    bake_ended, card_read (``value`` % RH), label_life (``value`` seconds), cold_in, cold_out, on_stencil or
    off_stencil. Without ``at`` it is now.
    """

    packages: list[str] = Field(min_length=1, max_length=commands.MOST_AT_ONCE)
    kind: str
    value: int | None = Field(None, ge=0, lt=2**31)
    at: datetime | None = None


class ClockRules(Schema):
    """What ``policy`` leaves out is as without a decision. ``site`` "" is the whole house. The rules hold
    from now on, or from a later instant.
    """

    policy: dict[str, Any]
    why: str
    site: str = ""
    valid_from: datetime | None = None


@router.get("/clocks", response=list[RunningOut], summary="What runs out next, first what has")
def list_clocks(
    request: HttpRequest, within_h: Annotated[int | None, Query(ge=0, le=100_000)] = None
) -> HttpResponse:
    """Of the packages on feeders, of those whose clocks somebody told of in the last weeks, and of those that
    expire; `within_h`: only what runs out in so many hours.
    """
    within = None if within_h is None else timedelta(hours=within_h)
    return json_answer(running_out(actor_of(request), within=within))


@router.get(
    "/clocks/packages/{path:identifier}", response=Remaining, summary="How long a package may be used"
)
def get_clock(request: HttpRequest, identifier: str) -> HttpResponse:
    return json_answer(clock_of(actor_of(request), identifier))


@router.get(
    "/clocks/panels/{path:identifier}",
    response=BoardClock,
    summary="Floor life of a panel's parts",
)
def get_board_clock(request: HttpRequest, identifier: str) -> HttpResponse:
    return json_answer(board_clock(actor_of(request), identifier))


@router.post("/clocks/exposures", response=list[Remaining], summary="Tell what packages went through")
def note_exposure(request: HttpRequest, exposure: Annotated[Exposure, Body()]) -> HttpResponse:
    """All or none; answers how the packages stand now."""
    actor = actor_of(request)
    commands.note_exposure(
        actor,
        packages=exposure.packages,
        kind=exposure.kind,
        value=exposure.value,
        at=in_utc(exposure.at, "at"),
    )
    found = clocks_of(actor, [one.strip() for one in exposure.packages])
    return json_answer([found[one] for one in sorted(found)])


@router.get("/clocks/rules", response=list[PolicyLine], summary="Every revision of the clocks' rules")
def list_clock_rules(request: HttpRequest) -> HttpResponse:
    return json_answer(policy_lines(actor_of(request)))


@router.post("/clocks/rules", response={201: list[PolicyLine]}, summary="Decide the clocks' rules")
def decide_clock_rules(request: HttpRequest, rules: Annotated[ClockRules, Body()]) -> HttpResponse:
    """They hold from now on, or from `valid_from`. How a package stood before is judged by what held then."""
    actor = actor_of(request)
    commands.decide_policy(
        actor,
        policy=rules.policy,
        why=rules.why,
        site=rules.site,
        valid_from=in_utc(rules.valid_from, "valid_from"),
    )
    return json_answer(policy_lines(actor), status=201)
