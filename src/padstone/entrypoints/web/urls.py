"""Every page's address. Identifiers come from outside and may hold slashes: they take the rest of the path."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from padstone.entrypoints.web import exceptions, factory, scan
from padstone.features.certificate import views as certificate
from padstone.features.production import views as production
from padstone.features.recall import views as recall

urlpatterns = [
    path("", factory.factory, name="factory"),
    path("find/", scan.find, name="find"),
    path("lines/", factory.line, name="no_line"),
    path("lines/<path:name>", factory.line, name="line"),
    path("stations/<path:name>", factory.station, name="station"),
    path("boards/<path:identifier>", certificate.unit, name="unit"),
    path("panels/<path:identifier>", production.panel, name="panel"),
    path("orders/<path:number>", production.order, name="order"),
    path("packages/<path:identifier>", recall.package, name="package"),
    path("recall/", recall.recall, name="recall"),
    path("exceptions/", exceptions.exceptions, name="exceptions"),
    path("exceptions/<int:message_id>/", exceptions.exception, name="exception"),
    path("exceptions/<int:message_id>/bytes", exceptions.exception_bytes, name="exception_bytes"),
    path("exceptions/<int:message_id>/retry", exceptions.exception_retry, name="exception_retry"),
    path("login/", LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", LogoutView.as_view(next_page="login"), name="logout"),
]
