"""Words and tones of the goods-in."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.translation import gettext, gettext_noop

from padstone.features.receiving.queries.orders import receipt_of
from padstone.platform.accounts.identity import actor_of

register = template.Library()

_STATES = {
    "open": (gettext_noop("open"), "idle"),
    "late": (gettext_noop("late"), "bad"),
    "part": (gettext_noop("delivered in part"), "info"),
    "delivered": (gettext_noop("delivered"), "good"),
    "over": (gettext_noop("more than ordered"), "bad"),
    "short": (gettext_noop("closed short"), "warn"),
    "new": (gettext_noop("nobody decided"), "warn"),
    "approved": (gettext_noop("approved"), "good"),
    "suspended": (gettext_noop("suspended"), "bad"),
    "rejected": (gettext_noop("rejected"), "bad"),
}


@register.filter
def receiving_word(state: str) -> str:
    return gettext(_STATES[state][0]) if state in _STATES else state.replace("_", " ")


@register.filter
def receiving_tone(state: str) -> str:
    return _STATES[state][1] if state in _STATES else "idle"


@register.inclusion_tag("receiving/receipt_card.html", takes_context=True)
def receipt_card(context: Context, package: str) -> dict[str, Any]:
    """How a package was received, for its page; nothing where it came another way."""
    return {"receipt": receipt_of(actor_of(context["request"]), package), "package_name": package}
