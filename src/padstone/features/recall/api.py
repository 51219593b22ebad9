from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import AwareDatetime, Field

from padstone.features.recall.queries import RecallReport, Suspect, recall
from padstone.features.recall.tables import report_csv
from padstone.platform.accounts.identity import actor_of
from padstone.platform.http_answers import AsOf, csv_answer, in_utc, json_answer, wants_csv

router = Router(tags=["recall"])

CSV_TOO = {
    "responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
}


class SuspectParameters(Schema):
    """What the suspect parts have in common. All that is given must hold; nothing given is refused."""

    lot: str = ""
    date_code: str = ""
    package: str = Field("", description="The identifier of a reel, tray, stick or bag")
    supplier: str = ""
    part: str = Field("", description="The internal part number")
    station: str = Field("", description="Installed at this station")
    since: AwareDatetime | None = Field(
        None, description="Installed at or after this instant (with its offset)"
    )
    until: AwareDatetime | None = Field(None, description="Installed before this instant (with its offset)")

    def suspect(self) -> Suspect:
        return Suspect(
            lot=self.lot,
            date_code=self.date_code,
            package=self.package,
            supplier=self.supplier,
            part=self.part,
            station=self.station,
            since=in_utc(self.since, "since"),
            until=in_utc(self.until, "until"),
        )


@router.get(
    "/recall",
    response=RecallReport,
    summary="Which units hold suspect parts: the certain ones and the possible ones",
    openapi_extra=CSV_TOO,
)
def get_recall(
    request: HttpRequest,
    parameters: Query[SuspectParameters],
    as_of: AsOf = None,
    output: Annotated[Literal["json", "csv"] | None, Query(alias="format")] = None,
) -> HttpResponse:
    """CSV, one row for each suspect part, for `format=csv` or `Accept: text/csv`."""
    report = recall(actor_of(request), parameters.suspect(), as_of=as_of)
    if wants_csv(request, output):
        return csv_answer(report_csv(report), f"recall-as-of-{report.as_of}.csv")
    return json_answer(report)


@router.get(
    "/packages/{path:identifier}/units",
    response=RecallReport,
    summary="Which units hold parts of one package",
    openapi_extra=CSV_TOO,
    tags=["packages"],
)
def list_units_of_package(
    request: HttpRequest,
    identifier: str,
    as_of: AsOf = None,
    output: Annotated[Literal["json", "csv"] | None, Query(alias="format")] = None,
) -> HttpResponse:
    report = recall(actor_of(request), Suspect(package=identifier), as_of=as_of)
    if wants_csv(request, output):
        return csv_answer(report_csv(report), f"units-of-package-as-of-{report.as_of}.csv")
    return json_answer(report)
