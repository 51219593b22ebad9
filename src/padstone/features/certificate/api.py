from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from padstone.features.certificate.queries import (
    Certificate,
    PanelCertificate,
    certificate,
    panel_certificate,
)
from padstone.features.certificate.signed import CertificateSignature, signatures_of_unit
from padstone.platform.accounts.identity import actor_of
from padstone.platform.http_answers import AsOf, json_answer
from padstone.platform.patience import within_patience

router = Router(tags=["units"])


@router.get("/units/{path:identifier}", response=Certificate, summary="What is known of one unit")
def get_unit(request: HttpRequest, identifier: str, as_of: AsOf = None) -> HttpResponse:
    """Its installed parts with their reels and lots, what is missing, and every pass, inspection, test and
    repair.
    """
    return json_answer(certificate(actor_of(request), identifier, as_of=as_of))


@router.get(
    "/certificates/panels/{path:identifier}",
    response=PanelCertificate,
    summary="What is known of all units of one panel",
)
def get_panel_certificate(request: HttpRequest, identifier: str, as_of: AsOf = None) -> HttpResponse:
    """The certificates of its units, by position."""
    with within_patience():
        known = panel_certificate(actor_of(request), identifier, as_of=as_of)
    return json_answer(known)


@router.get(
    "/signatures/units/{path:identifier}",
    response=tuple[CertificateSignature, ...],
    summary="Who signed one unit's certificate, and which version of it",
)
def get_unit_signatures(request: HttpRequest, identifier: str) -> HttpResponse:
    """Oldest first. `sha256` is that of the bytes that `/units/{identifier}?as_of=` answers for the
    signature's `as_of`, to whoever may see all of the unit.
    """
    return json_answer(signatures_of_unit(actor_of(request), identifier))
