"""Every address, put together."""

from __future__ import annotations

from django.urls import include, path

from padstone.entrypoints.api import door

urlpatterns = [
    path("api/v1/", door.urls),
    path("", include("padstone.entrypoints.web.urls")),
]
