"""How much the books take of one value. An identifier is never cut: what is longer is refused."""

from __future__ import annotations

from padstone.kernel.errors import Invalid

LONGEST_IDENTIFIER = 200
_SHOWN = 40


def check_length(text: str, field: str, longest: int = LONGEST_IDENTIFIER) -> None:
    """Refuse (Invalid) an identifier that is longer than the books take."""
    if len(text) > longest:
        raise Invalid(
            "identifier_too_long",
            "“{beginning}…” has {length} characters; at most {longest} are taken.",
            field=field,
            way_out="Check what was read: a barcode reader may have joined several codes.",
            beginning=text[:_SHOWN],
            length=len(text),
            longest=longest,
        )


def check_range(number: int, field: str, least: int, most: int) -> None:
    """Refuse (Invalid) a number outside what it can be."""
    if not least <= number <= most:
        raise Invalid(
            "number_out_of_range",
            "{field_name} is {number}; it can be from {least} to {most}.",
            field=field,
            way_out="Correct the machine's report and send it again under a new UniqueID.",
            field_name=field,
            number=number,
            least=least,
            most=most,
        )
