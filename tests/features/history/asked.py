"""Books with everything that happens late, and the same questions to the product and to its export."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from padstone.features.certificate.queries import certificate
from padstone.features.genealogy.queries import Installation
from padstone.features.history import expressions
from padstone.features.history.commands import export_history
from padstone.features.history.export import Window
from padstone.features.history.manifest import Manifest
from padstone.features.history.reading import History
from padstone.features.recall.queries import RecallReport, Suspect, recall
from padstone.kernel.errors import NotFound
from tests.properties.histories import Shift
from tests.properties.shop import SECOND, Panel, Shop, bench
from tests.shop_floor import AUDITOR

Row = tuple[object, ...]
MATERIALS = "Materials.Management"


def exported(folder: Path, **more: Any) -> Manifest:
    return export_history(AUDITOR, folder, **{"window": Window(), "tell": lambda *_: None, **more})


# --- the books -------------------------------------------------------------------------------------------


def eventful_shop(chance: Random) -> Shop:
    """A shift with splices, repairs and boards that find their panel late; packages are split and corrected,
    paste comes on and off again.
    """
    shop = Shift(chance).run()
    for _ in range(3):
        _split(shop, chance)
        _correct(shop, chance)
        _apply(shop, chance)
    return shop


def _split(shop: Shop, chance: Random) -> None:
    """A reel without a lot turns out to be a part of another; or a new one is split off."""
    source = chance.choice(list(shop.reels.values()))
    twins = [r for r in shop.reels.values() if r.part == source.part and r is not source and not r.lot]
    new = chance.choice(twins).identifier if twins and chance.random() < 0.7 else f"{source.identifier}+"
    body = {
        "SourceMaterialPackageIdentifier": source.identifier,
        "SourceMaterialPackageRemainingQuantity": 90,
        "NewMaterialPackageIdentifier": new,
        "NewMaterialPackageQuantity": 10,
    }
    shop.say("Warehouse", f"{MATERIALS}.MaterialsSplit", body)


def _correct(shop: Shop, chance: Random) -> None:
    """Some reels again and again."""
    reel = chance.choice(list(shop.reels.values())[:3])
    material = {
        "UniqueIdentifier": reel.identifier,
        "InternalPartNumber": reel.part,
        "ManufacturerLotCode": chance.choice(("NEW-1", "NEW-2", reel.lot or "NEW-3")),
        "Vendor": chance.choice(("Orbis", "Novum")),
        "ManufactureDate": chance.choice((None, "2026-01-15T00:00:00Z")),
    }
    shop.say("Warehouse", f"{MATERIALS}.MaterialsModified", {"Materials": [material]})


def _apply(shop: Shop, chance: Random) -> None:
    """Paste on a panel or glue on a designator, from one jar or from between two; some of it is taken off."""
    first, second = chance.sample(["JAR1", "JAR2", "JAR3"], 2)
    for jar in (first, second):
        if jar not in shop.reels:
            shop.receive(jar, "PASTE", f"LOT-{jar}")
    unit = chance.choice(shop.units)
    work = bench(shop, Panel(unit.panel, [one for one in shop.units if one.panel == unit.panel]))
    chain = (
        {"GreyZone": 3, "LeadingMaterialPackage": {"UniqueIdentifier": second}}
        if chance.random() < 0.4
        else {}
    )
    where = chance.choice(((), ("D1",), ("D1", "D2")))
    material = {
        "$type": "CFX.Structures.AppliedMaterial, CFX",
        "Material": {"UniqueIdentifier": first, **chain},
        "InstalledComponents": [{"ReferenceDesignator": designator} for designator in where],
    }
    body = {"TransactionId": work.transaction, "AppliedMaterials": [material]}
    shop.say("Bench", "Production.Application.MaterialsApplied", body)
    if chance.random() < 0.6:
        off: dict[str, Any] = {
            "Reason": "Other",
            **chance.choice(({}, {"Material": {"UniqueIdentifier": first}})),
        }
        if where and chance.random() < 0.5:
            off["UninstalledComponents"] = [{"ReferenceDesignator": "D1"}]
        body = {"TransactionId": work.transaction, "UnappliedMaterials": [off]}
        shop.say("Bench", "Production.Application.MaterialsUnapplied", body)
    work.complete()


def shuffled(shop: Shop, chance: Random) -> list[bytes]:
    """In nearly the order of things, or in none."""
    messages = list(shop.messages)
    if chance.random() < 0.5:
        chance.shuffle(messages)
    else:
        for _ in range(len(messages) // 5):
            here, there = chance.randrange(len(messages)), chance.randrange(len(messages))
            messages.insert(there, messages.pop(here))
    return messages


# --- the questions ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Question:
    """A recall, or of a ``unit`` the certificate."""

    as_of: int
    suspect: Suspect | None = None
    unit: str = ""


KINDS = (
    *[("lot",)] * 4,
    *(("package",), ("part",), ("supplier",), ("date_code",), ("station",), ("location",)),
    *(("lot", "station"), ("supplier", "part"), ("part", "station"), ("lot", "package")),
    *(("station", "nozzle"), ("station", "location"), ("lot", "head")),
)
"""What is asked together."""


def questions(shop: Shop, newest: int, chance: Random) -> Iterator[Question]:
    """Without end."""
    reels = list(shop.reels.values())
    times = [row.at for row in shop.rows if row.at is not None] or [shop.now]
    while True:
        as_of = newest if chance.random() < 0.5 else chance.randrange(newest // 3, newest + 1)
        if chance.random() < 0.35:
            yield Question(as_of, unit=chance.choice([*(unit.name for unit in shop.units), "NOBODY"]))
            continue
        reel = chance.choice(reels)
        row = chance.choice(shop.rows) if shop.rows else None
        given: dict[str, Any] = {
            "lot": chance.choice((reel.lot, "NEW-1", "NEW-2")),
            "date_code": "2603",
            "package": reel.identifier,
            "supplier": chance.choice(("Orbis", "Novum")),
            "part": reel.part,
            "station": row.station if row else "Bench",
            "location": row.location if row else "",
            "head": row.head if row else "",
            "nozzle": row.nozzle if row else "",
        }
        kinds = chance.choice(KINDS)
        suspect = {kind: given[kind] for kind in kinds}
        if "station" in kinds and chance.random() < 0.7:
            suspect["since"] = moment(chance.choice(times))
            suspect["until"] = suspect["since"] + timedelta(seconds=chance.randrange(1, 60))
        if all(suspect.values()):
            yield Question(as_of, Suspect(**suspect))


def moment(ticks: int) -> datetime:
    return datetime(1, 1, 1, tzinfo=UTC) + timedelta(seconds=ticks // SECOND)


def product_says(question: Question) -> Counter[Row]:
    """As often as it says it."""
    try:
        if question.suspect is not None:
            report = recall(AUDITOR, question.suspect, as_of=question.as_of)
            return counted(recalled(report), expressions.RECALL_COLUMNS)
        answer = certificate(AUDITOR, question.unit, as_of=question.as_of)
    except NotFound:
        return Counter()
    sections = {"installed": answer.installations, "removed": answer.removed, "applied": answer.applied}
    said = [{"section": name, **as_dict(one)} for name, some in sections.items() for one in some]
    return counted(said, ("section", *Installation.__struct_fields__))


def recalled(report: RecallReport) -> Iterator[dict[str, Any]]:
    """A row for each suspect part."""
    for certainty, units in (("certain", report.certain), ("possible", report.possible)):
        for unit in units:
            for one in unit.installations:
                of_unit = {"unit": unit.unit, "panel": unit.panel, "position": unit.position}
                yield {**as_dict(one), **of_unit, "work_order": unit.work_order, "certainty": certainty}


def export_says(history: History, question: Question) -> Counter[Row]:
    if question.suspect is not None:
        given = {name: value for name, value in asdict(question.suspect).items() if value}
        asked = expressions.Suspect(**given)
        said = expressions.recall(history, asked, question.as_of)
        return counted(plain(said), expressions.RECALL_COLUMNS)
    said = expressions.certificate(history, question.unit, question.as_of)
    return counted(plain(said), ("section", *Installation.__struct_fields__))


def plain(table: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table.to_pyarrow().to_pylist()
    return found


def as_dict(one: Installation) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__struct_fields__}


def counted(said: Iterable[dict[str, Any]], names: Sequence[str]) -> Counter[Row]:
    return Counter(tuple(_value(one[name]) for name in names) for one in said)


def _value(value: object) -> object:
    """Instants in one zone."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
