"""How pages show what is left of a package's time: ``{% load clocks %}``.

``{% clocks_of rows "package" as clocks %}`` asks once for all rows of a table, of which each names its
package so; ``{% include "clocks/mark.html" with one=clocks|clock_at:row.package %}`` draws one.
``{% clock_card name %}`` is the card of a package's own page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.template import Context
from django.utils.translation import gettext, gettext_noop

from padstone.features.clocks.queries import Remaining, card_of, clocks_that_run
from padstone.platform.accounts.identity import actor_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

register = template.Library()

_DAY_S, _HOUR_S, _MINUTE_S = 86_400, 3_600, 60

KEEPING = {
    "packed": gettext_noop("in its dry pack"),
    "open": gettext_noop("open"),
    "dry": gettext_noop("stored dry"),
    "oven": gettext_noop("in the oven"),
}
DEEDS = {
    "opened": gettext_noop("Opened"),
    "dry_in": gettext_noop("Into the dry cabinet"),
    "dry_out": gettext_noop("Out of the dry cabinet"),
    "sealed": gettext_noop("Sealed into a dry pack"),
    "bake_began": gettext_noop("Bake began"),
    "bake_ended": gettext_noop("Bake ended"),
    "card_read": gettext_noop("Humidity card read"),
    "label_life": gettext_noop("Time on the label"),
    "cold_in": gettext_noop("Into the fridge"),
    "cold_out": gettext_noop("Out of the fridge"),
    "on_stencil": gettext_noop("Onto the stencil"),
    "off_stencil": gettext_noop("Off the stencil"),
    "mixed": gettext_noop("Poured together"),
}
UNITS = {"bake_began": "°C", "card_read": "% RH", "label_life": "s"}


@register.filter
def time_left(seconds: int | None) -> str:
    """How long in two units at most: ``6 d 23 h``, ``59 min``. "" for no end."""
    if seconds is None:
        return ""
    if seconds >= _DAY_S:
        return f"{seconds // _DAY_S} d {seconds % _DAY_S // _HOUR_S} h"
    if seconds >= _HOUR_S:
        return f"{seconds // _HOUR_S} h {seconds % _HOUR_S // _MINUTE_S} min"
    return f"{seconds // _MINUTE_S} min"


@register.filter
def deed_word(kind: str) -> str:
    return gettext(DEEDS.get(kind, kind))


@register.filter
def deed_unit(kind: str) -> str:
    return UNITS.get(kind, "")


@register.filter
def keeping_word(keeping: str) -> str:
    return gettext(KEEPING.get(keeping, keeping))


@register.filter
def clock_tone(one: Remaining) -> str:
    """bad: it must not be used; warn: it runs out soon, or somebody should look; idle: its clock stands."""
    if one.reasons:
        return "bad"
    if one.is_soon or one.doubts:
        return "warn"
    return "good" if one.runs_out_at is not None else "idle"


@register.filter
def clock_word(one: Remaining) -> str:
    """The one thing to know: why it must not be used, else what is left."""
    if one.reasons:
        return gettext(one.reasons[0].text)
    left = time_left(one.left_s)
    if one.is_soon:
        return gettext("Runs out in %(left)s") % {"left": left}
    return gettext("%(left)s left") % {"left": left} if left else gettext("No end in sight")


@register.simple_tag(takes_context=True)
def clocks_of(context: Context, rows: Iterable[Any], name: str = "package") -> dict[str, Remaining]:
    """The clocks of the packages that these rows name."""
    identifiers = {row[name] if isinstance(row, dict) else getattr(row, name) for row in rows}
    return clocks_that_run(actor_of(context["request"]), identifiers) if identifiers else {}


@register.filter
def clock_at(clocks: Mapping[str, Remaining], package: str) -> Remaining | None:
    return clocks.get(package)


@register.inclusion_tag("clocks/card.html", takes_context=True)
def clock_card(context: Context, package: str) -> dict[str, Any]:
    """All that the clocks know of a package."""
    request = context["request"]
    actor = actor_of(request)
    one, told = card_of(actor, package)
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "one": one,
        "told": told,
        "may_note": actor.may("note_exposure"),
        "package_name": package,
    }
