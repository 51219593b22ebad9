"""What has run out is used by no path. The paths are listed here whole: the commands (behind every page, API
address, scan and command line), the questions of machines and their reports. One that is new fails until
somebody has said what it does with a package that must not be used.
"""

from __future__ import annotations

import importlib.util
import inspect
import json
import pkgutil
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from padstone import cfx, features
from padstone.features.clocks.commands import decide_policy
from padstone.features.clocks.queries import found_feeding
from padstone.features.parts.commands import PartFacts, describe_part
from padstone.features.sites.commands import assign_station
from padstone.features.stock.commands import Arrival, book_in, define_location, move, reserve
from padstone.ingest.answering import Answering
from padstone.ingest.deciding import DECIDERS
from padstone.ingest.interpreters import INTERPRETERS
from padstone.ingest.models import OutgoingRequest
from padstone.ingest.outbox import send_request, unblock_package
from padstone.ingest.stopping import stop_what_ran_out
from padstone.kernel import clock
from padstone.kernel.errors import Conflict
from padstone.platform.command import COMMANDS
from tests.ingest.factory import AUDITOR, LOADED, SPLICED, installed, placed, started

if TYPE_CHECKING:
    from tests.ingest.factory import Factory

OURS, PLACER = "Padstone.Padstone.1", "L.PLACER.1"
EXPIRED = "REEL-OLD"
ORDER = {"WorkOrderIdentifier": {"WorkOrderId": "WO-1"}}

REFUSE = {
    "features.kitting.commands.picking.pick",
    "features.stock.commands.moving.move",
    "features.stock.commands.reserving.reserve",
    "ingest.outbox.send_request",
}
"""Commands that put a package to use: they refuse one that must not be used."""
KEEP_TOLD_FACTS = {
    "features.materials.commands.record_loads",
    "features.genealogy.commands.passes.record_pass",
    "features.genealogy.commands.hands.record_changes",
    "features.genealogy.commands.applying.record_applications",
}
"""Commands that book what a machine did already. It is kept; whoever calls them judges it, below."""
MACHINES_USE = {
    cfx.MaterialsLoaded.name,
    cfx.SplicePointDetected.name,
    cfx.MaterialsInstalled.name,
    cfx.MaterialsApplied.name,
}
"""Reports of use: kept, and flagged for a person."""
MACHINES_ASK = {
    cfx.ValidateStationSetupRequest.name,
    cfx.GetMaterialInformationRequest.name,
}
"""Questions whose answers speak of packages: they say that it must not be used."""


@pytest.fixture
def line(factory: Factory) -> Factory:
    """A placer, and a package of which a machine and a label say different things, but whose shelf life is
    over.
    """
    assign_station(AUDITOR, handle=PLACER, name="Placer 1", kind="placer", line="L1")
    factory.receive(EXPIRED, ExpiryDate="2026-01-01T00:00:00Z")
    factory.receive("REEL-NEW")
    return factory


def load(factory: Factory, *packages: str, **head: Any) -> Any:
    told = [
        {"LocationIdentifier": f"L{n}", "LocationName": f"F{n}", "MaterialPackage": {"UniqueIdentifier": one}}
        for n, one in enumerate(packages)
    ]
    return factory.tell(LOADED, {"Materials": told}, Source=PLACER, **head)


def flags(line: Any) -> list[tuple[str, str]]:
    return [(flag.code, flag.reason) for flag in line.flags if flag.code == "unfit_package"]


def ask(factory: Factory, name: str, body: dict[str, Any]) -> dict[str, Any]:
    envelope = factory.envelope(name, body, Source=PLACER, Target=OURS, RequestID="r-1")
    factory.deliver(envelope, sender=PLACER)
    (piece,) = cfx.split(envelope)
    assert isinstance(piece, cfx.Head)
    answer = Answering(OURS, patience_s=0)(piece, PLACER)
    assert answer is not None
    told: dict[str, Any] = json.loads(answer)["MessageBody"]
    return told


# --- the lists are whole ---


def speaks_of_packages(kind: Any, seen: set[Any] | None = None) -> bool:
    """Whether a message has a place where a package of material stands."""
    seen = set() if seen is None else seen
    if kind in seen:
        return False
    seen.add(kind)
    if isinstance(kind, type) and issubclass(kind, cfx.MaterialPackage | cfx.MaterialPackageDetail):
        return True
    found = []
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        found = [one.type for one in msgspec.structs.fields(kind)]
    return any(speaks_of_packages(one, seen) for one in (*found, *getattr(kind, "__args__", ())))


def test_every_report_that_speaks_of_packages_is_judged_or_uses_none() -> None:
    uses_none = {
        cfx.MaterialsInitialized.name,
        cfx.MaterialsUnloaded.name,
        cfx.MaterialsModified.name,
        cfx.MaterialsJoined.name,
        cfx.MaterialsChainSplit.name,
        cfx.MaterialsConsumed.name,
        cfx.MaterialsEmpty.name,
        cfx.MaterialsOpened.name,
        cfx.MaterialsExpired.name,
        cfx.MaterialsPlacedInDryStorage.name,
        cfx.MaterialsRemovedFromDryStorage.name,
        cfx.MaterialsRestored.name,
        cfx.MaterialsUninstalled.name,
        cfx.MaterialsUnapplied.name,
        cfx.MaterialsRetired.name,
        cfx.MaintenancePerformed.name,  # spare parts
        cfx.WorkOrdersScheduled.name,  # what is planned; loading it is another report
    }
    speaking = {name for name in INTERPRETERS if speaks_of_packages(cfx.MESSAGE_TYPES[name])}
    assert speaking >= MACHINES_USE
    assert speaking - MACHINES_USE - uses_none == set()


def test_every_answer_that_speaks_of_packages_is_listed() -> None:
    speaking = {
        name
        for name in DECIDERS
        if speaks_of_packages(cfx.MESSAGE_TYPES[name.replace("Request", "Response")])
    }
    assert speaking | {cfx.ValidateStationSetupRequest.name} == MACHINES_ASK
    assert not speaks_of_packages(cfx.GetRequiredSetupResponse)  # it names parts alone


USES_NONE = {
    # registers, tells, corrects
    "features.clocks.commands.note_exposure",
    "features.clocks.commands.note_mixed",
    "features.clocks.commands.note_run_out",
    "features.materials.commands.lot_of_correction",
    "features.materials.commands.receive_package",
    "features.materials.commands.record_exposures",
    "features.materials.commands.record_package_news",
    "features.materials.commands.split_package",
    "features.genealogy.commands.zones.open_zone",
    # counts, divides, holds, gives away; to a line it goes by move alone
    "features.kitting.commands.returning.give_back",
    "features.stock.commands.counting.count",
    "features.stock.commands.counting.note_retired",
    "features.stock.commands.dividing.join",
    "features.stock.commands.dividing.note_split",
    "features.stock.commands.dividing.split",
    "features.stock.commands.holding.dispose",
    "features.stock.commands.holding.hold",
    "features.stock.commands.holding.note_blocked",
    "features.stock.commands.holding.release_hold",
    "features.stock.commands.leaving.return_to_supplier",
    "features.stock.commands.leaving.scrap",
    "features.stock.commands.leaving.spoil",
    "features.stock.commands.leaving.write_off",
    "features.stock.commands.moving.add_codes",
    "features.stock.commands.moving.book_in",
    "features.stock.commands.reserving.unreserve",
}
_OF_PACKAGES = {"package", "packages", "package_id", "loads", "feeds", "changes", "applications", "arrivals"}


def test_every_command_on_a_package_is_known() -> None:
    """By its parameters: a command is the only code that changes anything, whichever door calls it."""
    for one in pkgutil.iter_modules(features.__path__, f"{features.__name__}."):
        if importlib.util.find_spec(f"{one.name}.commands") is not None:
            importlib.import_module(f"{one.name}.commands")
    named = {
        name.removeprefix("padstone.")
        for name, one in COMMANDS.items()
        if _OF_PACKAGES & set(inspect.signature(one).parameters) or name.endswith("outbox.send_request")
    }
    assert named - USES_NONE - REFUSE - KEEP_TOLD_FACTS == set()
    assert named >= REFUSE | KEEP_TOLD_FACTS


# --- and each of them does what it says ---


def test_what_a_machine_loads_is_kept_and_flagged(line: Factory) -> None:
    told = load(line, "REEL-NEW", EXPIRED)
    assert told.state == "done"
    assert flags(told) == [
        ("unfit_package", f"Package {EXPIRED} was loaded and must not be. Its shelf life is over.")
    ]
    assert not OutgoingRequest.objects.exists()


def test_what_a_machine_splices_is_flagged(line: Factory) -> None:
    place = {"LocationIdentifier": "L1", "LocationName": "F1"}
    told = line.tell(
        SPLICED,
        {
            "DepletedMaterial": {**place, "MaterialPackage": {"UniqueIdentifier": "REEL-NEW"}},
            "NewlyActiveMaterial": {**place, "MaterialPackage": {"UniqueIdentifier": EXPIRED}},
        },
        Source=PLACER,
    )
    assert [code for code, _ in flags(told)] == ["unfit_package"]


def test_what_a_machine_places_from_is_flagged_once(line: Factory) -> None:
    for number in (1, 2):
        line.tell("CFX.Production.WorkStarted", started(number, f"P-{number}"), Source=PLACER)
        report = installed(number, placed(f"P-{number}", 1, EXPIRED, "R1", slot="F1"))
        told = line.tell("CFX.Production.Assembly.MaterialsInstalled", report, Source=PLACER)
        assert told.state == "done"
        assert len(flags(told)) == (1 if number == 1 else 0)
    assert [one.package for one in line.certificate("P-1").installations] == [EXPIRED]


def test_what_a_machine_prints_is_flagged(line: Factory) -> None:
    line.tell("CFX.Production.WorkStarted", started(1, "P-1"), Source=PLACER)
    applied = {
        "TransactionId": "00000001-0000-4000-8000-000000000000",
        "AppliedMaterials": [
            {"UnitIdentifier": "P-1", "UnitPositionNumber": 1, "Material": {"UniqueIdentifier": EXPIRED}}
        ],
    }
    told = line.tell(cfx.MaterialsApplied.name, applied, Source=PLACER)
    assert [code for code, _ in flags(told)] == ["unfit_package"]


@pytest.mark.parametrize(
    ("rule", "asked"),
    [
        ("tell", []),
        ("block", [cfx.BlockMaterialsRequest.name]),
        ("lock", [cfx.BlockMaterialsRequest.name, cfx.LockStationRequest.name]),
    ],
)
def test_the_machine_is_stopped_where_the_rules_say_so(line: Factory, rule: str, asked: list[str]) -> None:
    decide_policy(AUDITOR, policy={"on_unfit_load": rule}, why="Nothing old is placed here.")
    load(line, EXPIRED)
    rows = OutgoingRequest.objects.order_by("pk")
    assert [(row.name, row.target) for row in rows] == [(name, PLACER) for name in asked]
    if asked:
        body = json.loads(bytes(rows[0].envelope))["MessageBody"]
        assert (body["MaterialPackageIdentifiers"], body["Reason"]) == ([EXPIRED], "ExpiredMaterial")


def test_what_runs_out_while_it_feeds_is_found_once_and_stopped(line: Factory) -> None:
    decide_policy(AUDITOR, policy={"on_unfit_load": "block"}, why="Nothing old is placed here.")
    describe_part(AUDITOR, number="100-001", facts=PartFacts(moisture_level="5a"))
    load(line, "REEL-NEW")
    assert stop_what_ran_out() == 0
    with clock.clock_at(clock.now() + timedelta(hours=24, seconds=1)):
        assert (stop_what_ran_out(), stop_what_ran_out()) == (1, 0)
        (found,) = found_feeding(AUDITOR)
    assert (found.package, found.station, found.why) == ("REEL-NEW", "Placer 1", "Its floor life is over.")
    (asked,) = OutgoingRequest.objects.all()
    assert (asked.name, asked.target, asked.by) == (cfx.BlockMaterialsRequest.name, PLACER, "clockwatch")


def test_no_machine_is_stopped_because_of_history(line: Factory) -> None:
    decide_policy(AUDITOR, policy={"on_unfit_load": "lock"}, why="Nothing old is placed here.")
    told = load(line, EXPIRED, TimeStamp="2026-05-04T10:00:00Z")
    assert [code for code, _ in flags(told)] == ["unfit_package"]
    assert not OutgoingRequest.objects.exists()


def test_a_setup_with_it_is_not_right(line: Factory) -> None:
    load(line, "REEL-NEW", EXPIRED)
    needs = [{"Position": "F0", "PartNumber": "100-001"}, {"Position": "F1", "PartNumber": "100-001"}]
    requirements = {"SetupRequirements": {"MaterialSetupRequirements": needs}}
    said = ask(line, cfx.ValidateStationSetupRequest.name, requirements)["Result"]
    assert said["Result"] == "Failed"
    assert said["Message"] == f"{EXPIRED} must not be used. Its shelf life is over."


def test_a_machine_that_asks_is_told_that_it_is_blocked_and_what_is_left(line: Factory) -> None:
    describe_part(AUDITOR, number="100-001", facts=PartFacts(moisture_level="3"))
    load(line, "REEL-NEW", EXPIRED)
    told = ask(
        line,
        cfx.GetMaterialInformationRequest.name,
        {"MaterialPackageIdentifiers": ["REEL-NEW", EXPIRED]},
    )["Materials"]
    assert [(one["UniqueIdentifier"], one["Status"]) for one in told] == [
        ("REEL-NEW", "Active"),
        (EXPIRED, "Blocked"),
    ]
    msd = told[0]["MaterialData"]
    assert (msd["MSDLevel"], msd["MSDState"]) == ("MSL3", "Exposed")
    assert msd["RemainingExposureTime"].startswith(("6.23:5", "7.00:00"))


def test_exposures_that_machines_tell_move_the_clock(line: Factory) -> None:
    describe_part(AUDITOR, number="100-001", facts=PartFacts(moisture_level="3"))
    material = {"UniqueIdentifier": "REEL-NEW", "InternalPartNumber": "100-001"}
    line.tell(cfx.MaterialsExpired.name, {"Materials": [material]}, Source=PLACER)
    assert [code for code, _ in flags(load(line, "REEL-NEW"))] == ["unfit_package"]
    line.tell(cfx.MaterialsRestored.name, {"Materials": [material]}, Source=PLACER)
    assert flags(load(line, "REEL-NEW")) == []


def test_no_machine_is_asked_to_use_it_again(line: Factory) -> None:
    load(line, EXPIRED)
    with pytest.raises(Conflict) as refused:
        unblock_package(AUDITOR, handle=PLACER, package=EXPIRED, why="It looks good.")
    assert refused.value.code == "package_unfit"
    body = json.dumps({"MaterialPackageIdentifiers": ["REEL-NEW", EXPIRED]}).encode()
    with pytest.raises(Conflict):
        send_request(AUDITOR, handle=PLACER, name="UnblockMaterials", body=body, why="It looks good.")
    assert not OutgoingRequest.objects.exists()
    assert unblock_package(AUDITOR, handle=PLACER, package="REEL-NEW", why="It is good.")


def test_the_store_gives_it_to_no_line_and_no_order(line: Factory) -> None:
    line.tell("CFX.Production.WorkStarted", started(1, "P-1", **ORDER), Source=PLACER)
    define_location(AUDITOR, code="SHELF", kind="shelf")
    for code, kind in (("LINE", "line"), ("CART", "trolley"), ("FEEDER", "feeder")):
        define_location(AUDITOR, code=code, kind=kind)
    book_in(AUDITOR, arrivals=[Arrival(package=EXPIRED, location="SHELF", quantity=None)])
    for to in ("LINE", "CART", "FEEDER"):
        with pytest.raises(Conflict) as refused:
            move(AUDITOR, package=EXPIRED, to=to)
        assert refused.value.code == "package_unfit"
    with pytest.raises(Conflict) as refused:
        reserve(AUDITOR, package=EXPIRED, order="WO-1")
    assert refused.value.code == "package_unfit"
