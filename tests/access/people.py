"""Everybody who may stand at a door: how each sends a request, and the factory that they find behind it."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from datetime import timedelta
from http.cookies import SimpleCookie

from django.test import Client

from padstone.features.parts.commands import import_bom
from padstone.features.parts.lookups import revision
from padstone.features.production.commands import plan_work_order
from padstone.features.production.models import Unit, WorkOrder
from padstone.ingest.models import Message
from padstone.kernel import clock
from padstone.platform.accounts.commands import create_person
from padstone.platform.accounts.models import User
from padstone.platform.accounts.roles import CLIENT, ROLES
from padstone.platform.credentials.commands import create_machine_credential, create_token
from padstone.simulator import world
from tests.shop_floor import AUDITOR, build, deliver

PASSWORD = "a-long-word-for-tests"
OWN_CLIENT, OTHER_CLIENT = "Herzfeld GmbH", "Another Ltd"
TOKEN_SCOPES = ("view_factory", "view_findings", "view_audit", "retry_message", "assign_station")
BILL = b"part_number,designators,quantity\nPS-1,R1,1\n"


@dataclass(slots=True)
class Visitor:
    """Somebody at the door. ``headers`` go with every request; ``user`` is logged in, if there is one."""

    user: User | None = None
    headers: dict[str, str] = field(default_factory=dict)
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
    """What the addresses of the matrix name."""

    unit: Unit
    message: Message
    order: str
    package: str
    handle: str
    visitors: dict[str, Visitor]


def factory() -> Factory:
    """A panel of four built for one client, a message that was rejected, and everybody who may knock."""
    run = world.run(world.Settings(units=4))
    order = run.ledger.header.work_orders[0]
    import_bom(AUDITOR, product="P", revision="A", content=BILL, file_name="p.csv")
    planned = revision("P", "A")
    assert planned is not None
    plan_work_order(AUDITOR, number=order, revision_id=planned.pk, quantity=4, client=OWN_CLIENT)
    build([message for _, message in run.messages])
    deliver([b'{"MessageName": "CFX.Nonsense", "MessageBody": {}}'], sender="line")
    assert WorkOrder.objects.get(number=order).client == OWN_CLIENT
    handle = run.messages[0][0]
    return Factory(
        unit=Unit.objects.select_related("panel").earliest("pk"),
        message=Message.objects.latest("pk"),
        order=order,
        package=next(iter(run.ledger.packages)),
        handle=handle,
        visitors=_visitors(handle),
    )


def _visitors(handle: str) -> dict[str, Visitor]:
    visitors = {"anonymous": Visitor()}
    for role in ROLES:
        visitors[role] = Visitor(_person(role, role, OWN_CLIENT if role == CLIENT else ""))
    visitors["client, foreign"] = Visitor(_person("foreign", CLIENT, OTHER_CLIENT))
    for scope in TOKEN_SCOPES:
        issued = create_token(
            AUDITOR,
            owner="administrator",
            name=scope,
            scopes=[scope],
            expires_at=clock.now() + timedelta(days=1),
        )
        visitors[f"token {scope}"] = Visitor(headers={"Authorization": f"Bearer {issued.text}"})
    for name, its_handle in (("machine", handle), ("machine, foreign", "Somebody.Else.1")):
        secret = create_machine_credential(AUDITOR, handle=its_handle).text
        word = b64encode(f"{its_handle}:{secret}".encode()).decode()
        visitors[name] = Visitor(headers={"Authorization": f"Basic {word}"})
    return visitors


def _person(name: str, role: str, client: str) -> User:
    create_person(AUDITOR, name=name, password=PASSWORD, roles=[role], client=client)
    return User.objects.get(username=name)
