"""How design pages write places of a drawing and addresses of lines."""

from __future__ import annotations

from django import template

register = template.Library()


@register.simple_tag
def half(number: float) -> str:
    """Half of a length, as SVG wants it."""
    return repr(round(number / 2, 4))


@register.simple_tag
def line_address(line: int, per_page: int) -> str:
    """Where a line of the bill stands on the page of its revision."""
    page = (line - 1) // per_page + 1
    return f"?page={page}#line-{line}" if page > 1 else f"#line-{line}"
