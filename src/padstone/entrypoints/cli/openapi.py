from __future__ import annotations

import click

from padstone.entrypoints.api.door import description
from padstone.platform.answers import json_bytes


@click.command(short_help="Print the API's description (OpenAPI 3.1)")
def openapi() -> None:
    """The API's OpenAPI 3.1 document, as /api/v1/openapi.json gives it."""
    click.echo(json_bytes(description()), nl=False)
