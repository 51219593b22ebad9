"""Words and tones of kits."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.translation import gettext, gettext_noop

from padstone.features.kitting.queries.cards import kit_state_of
from padstone.platform.accounts.identity import actor_of

register = template.Library()

_WORDS = {
    "planned": (gettext_noop("not begun"), "idle"),
    "picking": (gettext_noop("picking"), "info"),
    "short": (gettext_noop("short"), "bad"),
    "complete": (gettext_noop("complete"), "good"),
    "issued": (gettext_noop("issued"), "good"),
    "returned": (gettext_noop("returned"), "idle"),
    "done": (gettext_noop("at hand"), "good"),
    "open": (gettext_noop("to fetch"), "info"),
    "in_kit": (gettext_noop("in the kit"), "good"),
    "unfit": (gettext_noop("do not use"), "bad"),
    "freed": (gettext_noop("freed in the store"), "warn"),
    "counted": (gettext_noop("back, counted"), "idle"),
    "untouched": (gettext_noop("back, untouched"), "idle"),
    "used_up": (gettext_noop("used up"), "idle"),
}


@register.filter
def kit_word(state: str) -> str:
    return gettext(_WORDS[state][0]) if state in _WORDS else state.replace("_", " ")


@register.filter
def kit_tone(state: str) -> str:
    return _WORDS[state][1] if state in _WORDS else "idle"


@register.inclusion_tag("kitting/of_order.html", takes_context=True)
def kit_of_order(context: Context, number: str) -> dict[str, Any]:
    """How far the kit of an order is, for its page; nothing for whom the kit is not to see."""
    return {"order": number, "state": kit_state_of(actor_of(context["request"]), number)}
