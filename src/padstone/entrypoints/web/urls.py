"""Every page's address. Identifiers come from outside and may hold slashes: they take all that is left."""

from __future__ import annotations

from django.urls import include, path

from padstone.entrypoints.web import (
    audit,
    credentials,
    endpoints,
    exceptions,
    factory,
    scan,
    shared_terminal,
    terminals,
    welcome,
)
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
    path("sign/boards/<path:identifier>", certificate.sign_unit, name="sign_unit"),
    path("panels/<path:identifier>", production.panel, name="panel"),
    path("orders/", production.order_list, name="orders"),
    path("orders/<path:number>", production.order, name="order"),
    path("packages/<path:identifier>", recall.package, name="package"),
    path("recall/", recall.recall, name="recall"),
    path("exceptions/", exceptions.exceptions, name="exceptions"),
    path("exceptions/replay", exceptions.exceptions_replay, name="exceptions_replay"),
    path("exceptions/dismiss", exceptions.exceptions_dismiss, name="exceptions_dismiss"),
    path("exceptions/replays/", exceptions.replay_list, name="replays"),
    path("exceptions/replays/<int:replay_id>/", exceptions.replay, name="replay"),
    path("exceptions/<int:message_id>/", exceptions.exception, name="exception"),
    path("exceptions/<int:message_id>/bytes", exceptions.exception_bytes, name="exception_bytes"),
    path("exceptions/<int:message_id>/retry", exceptions.exception_retry, name="exception_retry"),
    path("exceptions/<int:message_id>/dismiss", exceptions.exception_dismiss, name="exception_dismiss"),
    path("endpoints/", endpoints.endpoints, name="endpoints"),
    path("endpoints/<path:handle>", endpoints.endpoint, name="endpoint"),
    path("ask/<path:handle>", endpoints.ask_who, name="ask_endpoint"),
    path("lock/<path:handle>", endpoints.lock, name="lock_station"),
    path("unlock/<path:handle>", endpoints.unlock, name="unlock_station"),
    path("terminal/", shared_terminal.terminal, name="terminal"),
    path("terminal/scan", shared_terminal.scan, name="terminal_scan"),
    path("terminal/pin", shared_terminal.pin, name="terminal_pin"),
    path("terminal/choose", shared_terminal.choose, name="terminal_choose"),
    path("terminal/leave", shared_terminal.leave, name="terminal_leave"),
    path("terminal/here", shared_terminal.here, name="terminal_here"),
    path("terminals/", terminals.terminals, name="terminals"),
    path("terminals/enrol", terminals.enrol, name="enrol_terminal"),
    path("terminals/<int:terminal_id>/revoke", terminals.revoke, name="revoke_terminal"),
    path("badges/", terminals.badges, name="badges"),
    path("badges/issue", terminals.issue_badge, name="issue_badge"),
    path("badges/<int:badge_id>/revoke", terminals.revoke_badge, name="revoke_badge"),
    path("badges/pin", terminals.issue_pin, name="issue_pin"),
    path("pin/", terminals.own_pin, name="own_pin"),
    path("tokens/", credentials.tokens, name="tokens"),
    path("tokens/make", credentials.make_token, name="make_token"),
    path("tokens/<int:token_id>/revoke", credentials.revoke_token, name="revoke_token"),
    path("machines/", credentials.machines, name="machines"),
    path("machines/credentials", credentials.make_machine_credential, name="make_machine_credential"),
    path(
        "machines/credentials/<int:credential_id>/revoke",
        credentials.revoke_machine_credential,
        name="revoke_machine_credential",
    ),
    path("audit/", audit.audit, name="audit"),
    path("audit/lines.csv", audit.audit_csv, name="audit_csv"),
    path("audit/lines.jsonl", audit.audit_jsonl, name="audit_jsonl"),
    path("audit/<int:number>/correct", audit.audit_correct, name="audit_correct"),
    path("welcome/", welcome.welcome, name="welcome"),
    path("", include("padstone.entrypoints.web.account_urls")),
]
