from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Query, Router, Schema
from pydantic import AwareDatetime, Field

from padstone.features.recall.queries import (
    AffectedPage,
    RecallCounts,
    RecallReport,
    Survey,
    Suspect,
    survey,
)
from padstone.features.recall.tables import csv_of, json_lines_of, json_of
from padstone.platform.accounts.identity import actor_of
from padstone.platform.http_answers import AsOf, in_utc, json_answer, streamed_answer, wants_csv
from padstone.platform.patience import within_patience

router = Router(tags=["recall"])

MOST_IN_ONE_PIECE = 500
"""Units. A longer answer is sent as it is found."""

OTHER_FORMS = {
    "responses": {
        200: {
            "content": {
                "text/csv": {"schema": {"type": "string"}},
                "application/x-ndjson": {"schema": {"type": "string"}},
            }
        }
    },
}
Form = Annotated[Literal["json", "csv", "jsonl"] | None, Query(alias="format")]


class SuspectParameters(Schema):
    """What the suspect parts have in common. All that is given must hold; nothing given is refused."""

    lot: str = ""
    date_code: str = ""
    package: str = Field("", description="The identifier of a reel, tray, stick or bag")
    supplier: str = ""
    part: str = Field("", description="The internal part number")
    station: str = Field("", description="Installed at this station")
    location: str = Field(
        "", description="Installed from this feeder location: its label, name or identifier"
    )
    feeder: str = Field("", description="Installed from where this feeder was, as far as the station told")
    head: str = Field("", description="Installed by this head")
    nozzle: str = Field("", description="Installed by this nozzle, as a certificate shows it")
    lane: int | None = Field(None, ge=0, le=32_767, description="Installed on this lane of the line")
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
            location=self.location,
            feeder=self.feeder,
            head=self.head,
            nozzle=self.nozzle,
            lane=self.lane,
            since=in_utc(self.since, "since"),
            until=in_utc(self.until, "until"),
        )


@router.get(
    "/recall",
    response=RecallReport,
    summary="Which units hold suspect parts: the certain ones and the possible ones",
    openapi_extra=OTHER_FORMS,
)
def get_recall(
    request: HttpRequest, parameters: Query[SuspectParameters], as_of: AsOf = None, output: Form = None
) -> HttpResponseBase:
    """The whole answer, sent as it is found, however long. CSV, one row for each suspect part, for
    `format=csv` or `Accept: text/csv`; a line of JSON for each unit for `format=jsonl`.
    """
    return _whole(request, parameters.suspect(), as_of, output, "recall")


@router.get(
    "/recall/counts",
    response=RecallCounts,
    summary="How many units hold suspect parts",
)
def count_recall(
    request: HttpRequest, parameters: Query[SuspectParameters], as_of: AsOf = None
) -> HttpResponse:
    """The numbers alone; the units page by page: `/recall/units`."""
    with within_patience():
        return json_answer(survey(actor_of(request), parameters.suspect(), as_of=as_of).counts())


@router.get(
    "/recall/units",
    response=AffectedPage,
    summary="Some of the units that hold suspect parts",
)
def list_recalled_units(
    request: HttpRequest,
    parameters: Query[SuspectParameters],
    as_of: AsOf = None,
    certainty: Literal["certain", "possible"] = "certain",
    after: Annotated[
        int, Query(ge=0, le=2**62, description="`next` of the page before, for those behind it")
    ] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> HttpResponse:
    """In the order in which the units came onto the books. Pages of one answer have one `as_of`: take it from
    `/recall/counts`.
    """
    with within_patience():
        found = survey(actor_of(request), parameters.suspect(), as_of=as_of)
        return json_answer(found.page(certainty, after=after, limit=limit))


@router.get(
    "/packages/{path:identifier}/units",
    response=RecallReport,
    summary="Which units hold parts of one package",
    openapi_extra=OTHER_FORMS,
    tags=["packages"],
)
def list_units_of_package(
    request: HttpRequest, identifier: str, as_of: AsOf = None, output: Form = None
) -> HttpResponseBase:
    """As `/recall?package=`."""
    return _whole(request, Suspect(package=identifier), as_of, output, "units-of-package")


def _whole(
    request: HttpRequest, suspect: Suspect, as_of: int | None, output: str | None, name: str
) -> HttpResponseBase:
    with within_patience():
        found = survey(actor_of(request), suspect, as_of=as_of)
        is_short = found.certain + found.possible <= MOST_IN_ONE_PIECE
        if output == "jsonl":
            kind, pieces = "application/x-ndjson", json_lines_of(found)
            return streamed_answer(pieces, kind, _filename(name, found, "jsonl"), is_short=is_short)
        if wants_csv(request, output):
            kind, lines = "text/csv; charset=utf-8", csv_of(found)
            return streamed_answer(lines, kind, _filename(name, found, "csv"), is_short=is_short)
        return streamed_answer(json_of(found), "application/json", is_short=is_short)


def _filename(name: str, found: Survey, suffix: str) -> str:
    return f"{name}-as-of-{found.as_of}.{suffix}"
