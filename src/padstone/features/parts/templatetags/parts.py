"""How pages of parts and designs write values."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django import template

register = template.Library()


@register.filter
def at_key(mapping: Mapping[str, str], key: str) -> str:
    return mapping.get(key, "")


@register.filter
def plain_quantity(number: Decimal | None) -> str:
    """A number as a form takes it back."""
    return "" if number is None else f"{number.normalize():f}"
