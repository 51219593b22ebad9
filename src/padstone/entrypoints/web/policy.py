"""What a page may load and do, said to the browser with every answer; and how much a form may bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; object-src 'none'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""Files of this server and nothing else: no inline script or style, no eval, no foreign address, no frame."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
        "microphone=(), midi=(), payment=(), usb=()"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
}

API = "/api/"
"""Below it the doors refuse a large body themselves, with a problem that a program understands."""


class Protection:
    """Middleware, the outermost: puts :data:`HEADERS` on every answer, pages, files and errors alike; one
    that carries its own keeps it. A form larger than LARGEST_FORM is refused (413) before a byte of it is
    read.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = _too_large() if _is_too_large(request) else self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


def _is_too_large(request: HttpRequest) -> bool:
    announced = request.META.get("CONTENT_LENGTH") or "0"
    return not request.path.startswith(API) and announced.isdigit() and int(announced) > settings.LARGEST_FORM


def _too_large() -> HttpResponse:
    most = settings.LARGEST_FORM // 2**20
    return HttpResponse(
        f"A form with its files may have {most} MiB. Nothing was changed.",
        status=413,
        content_type="text/plain; charset=utf-8",
        headers={"X-Content-Type-Options": "nosniff"},
    )
