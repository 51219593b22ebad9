"""Everybody who may stand at a door: how each sends a request, and the factory that they find behind it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from http.cookies import SimpleCookie

from django.test import Client

from padstone.features.parts.commands import import_bom
from padstone.features.parts.lookups import revision
from padstone.features.production.commands import plan_work_order
from padstone.features.production.models import Unit, WorkOrder
from padstone.features.sites.commands import assign_station
from padstone.ingest.models import Message
from padstone.kernel import clock
from padstone.platform.accounts.commands import create_person
from padstone.platform.accounts.models import User
from padstone.platform.accounts.roles import CLIENT, ROLES
from padstone.platform.credentials.commands import create_machine_credential, create_token
from padstone.simulator import world
from padstone.simulator.ledger import Ledger
from tests.shop_floor import AUDITOR, build

PASSWORD = "a-long-word-for-tests"
LINE = "Line 1"
CLIENTS = OWN_CLIENT, OTHER_CLIENT = "Herzfeld GmbH", "Another Ltd"
TOKEN_SCOPES = ("view_factory", "view_findings", "view_audit", "retry_message", "assign_station")
BILL = b"part_number,designators,quantity\nPS-1,R1,1\n"


@dataclass(slots=True)
class Visitor:
    """Somebody at the door. ``headers`` go with every request; ``user`` is logged in, if there is one;
    ``sees`` are the clients of whose work they may be told.
    """

    user: User | None = None
    headers: dict[str, str] = field(default_factory=dict)
    sees: Collection[str] = ()
    _cookies: SimpleCookie = field(default_factory=SimpleCookie)

    def client(self) -> Client:
        """A browser that has just been opened, with the login that the visitor has."""
        browser = Client(headers=self.headers, raise_request_exception=False)
        if self.user is not None and not self._cookies:
            browser.force_login(self.user)
            self._cookies = browser.cookies
        browser.cookies = SimpleCookie({name: morsel.value for name, morsel in self._cookies.items()})
        return browser


@dataclass(slots=True)
class Factory:
    """What the addresses of the matrix name, and what is whose: ``ledgers`` by client."""

    unit: Unit
    message: Message
    order: str
    package: str
    handle: str
    line: str
    visitors: dict[str, Visitor]
    ledgers: dict[str, Ledger]

    def names_of(self, client: str) -> set[str]:
        """What tells of a client's work: the client itself, its order, panels, units, reels and lots."""
        ledger = self.ledgers[client]
        panels = {unit.panel for unit in ledger.units.values()}
        lots = {package.lot for package in ledger.packages.values()}
        return {client, *ledger.header.work_orders, *panels, *ledger.units, *ledger.packages, *lots}

    def hidden_from(self, visitor: Visitor) -> set[str]:
        """What that visitor must not be told, ever."""
        others = self.ledgers.keys() - visitor.sees
        return {name for client in others for name in self.names_of(client)}


def factory(scopes: Collection[str] = TOKEN_SCOPES) -> Factory:
    """A panel of four built for each of two clients, a message that was rejected, and everybody who may
    knock, with a token for each of the scopes.
    """
    import_bom(AUDITOR, product="P", revision="A", content=BILL, file_name="p.csv")
    runs = {
        client: world.run(
            world.Settings(units=4, seed=seed, start=world.DEFAULT_START + timedelta(days=seed))
        )
        for seed, client in enumerate(CLIENTS, start=1)
    }
    for client, run in runs.items():
        _built_for(client, run)
    build([b'{"MessageName": "CFX.Nonsense", "MessageBody": {}}'])
    own = runs[OWN_CLIENT]
    handle = own.messages[0][0]
    assign_station(AUDITOR, handle=handle, name=handle, kind="printer", line=LINE, place_in_line=1)
    return Factory(
        unit=Unit.objects.select_related("panel").earliest("pk"),
        message=Message.objects.latest("pk"),
        order=own.ledger.header.work_orders[0],
        package=next(iter(own.ledger.packages)),
        handle=handle,
        line=LINE,
        visitors=_visitors(handle, scopes),
        ledgers={client: run.ledger for client, run in runs.items()},
    )


def _built_for(client: str, run: world.Run) -> None:
    order = run.ledger.header.work_orders[0]
    planned = revision("P", "A")
    assert planned is not None
    plan_work_order(AUDITOR, number=order, revision_id=planned.pk, quantity=4, client=client)
    build([message for _, message in run.messages])
    assert WorkOrder.objects.get(number=order).client == client


def _visitors(handle: str, scopes: Collection[str]) -> dict[str, Visitor]:
    visitors = {"anonymous": Visitor()}
    for role in ROLES:
        client = OWN_CLIENT if role == CLIENT else ""
        visitors[role] = Visitor(_person(role, role, client), sees=[client] if client else CLIENTS)
    visitors["client, foreign"] = Visitor(_person("foreign", CLIENT, OTHER_CLIENT), sees=[OTHER_CLIENT])
    for scope in sorted(scopes):
        headers = _token("administrator", scope)
        visitors[f"token {scope}"] = Visitor(headers=headers, sees=CLIENTS if scope == "view_factory" else ())
    visitors["token, client"] = Visitor(headers=_token(CLIENT, "view_own_orders"), sees=[OWN_CLIENT])
    for name, its_handle in (("machine", handle), ("machine, foreign", "Somebody.Else.1")):
        secret = create_machine_credential(AUDITOR, handle=its_handle).text
        word = b64encode(f"{its_handle}:{secret}".encode()).decode()
        visitors[name] = Visitor(headers={"Authorization": f"Basic {word}"})
    return visitors


def _token(owner: str, scope: str) -> dict[str, str]:
    ends = clock.now() + timedelta(days=1)
    issued = create_token(AUDITOR, owner=owner, name=scope, scopes=[scope], expires_at=ends)
    return {"Authorization": f"Bearer {issued.text}"}


def _person(name: str, role: str, client: str) -> User:
    create_person(AUDITOR, name=name, password=PASSWORD, roles=[role], client=client)
    return User.objects.get(username=name)
