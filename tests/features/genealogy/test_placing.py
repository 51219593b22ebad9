"""Parts placed, taken off and placed again, as a shop floor reports it."""

from __future__ import annotations

import json

import pytest

from padstone.features.genealogy.models import Pass, Rejection, Replacement
from padstone.features.genealogy.queries import installations_of_unit
from padstone.ingest.models import Flag, Message
from tests.properties.books import everything, interpreted, told, true
from tests.properties.shop import Habits, Placer, Shop, bench
from tests.shop_floor import AUDITOR, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return Shop()


def placer_of(shop: Shop, habits: Habits | None = None) -> Placer:
    placer = Placer(shop, "Placer", habits)
    placer.load("SLOT1", shop.receive("REEL1", "10K", "A1"))
    placer.load("SLOT2", shop.receive("REEL2", "10K", "B2"))
    return placer


def again(body: bytes, number: int) -> bytes:
    """The same words under another UniqueID."""
    envelope = json.loads(body)
    envelope["UniqueID"] = f"00000000-0000-0000-0000-{number:012}"
    return json.dumps(envelope).encode()


def states(*, code: str) -> list[str]:
    return list(Message.objects.filter(code=code).values_list("state", flat=True))


def test_a_part_taken_off_in_the_machine_is_placed_again_in_the_same_pass(shop: Shop) -> None:
    work = placer_of(shop).start(shop.panel("P1", 1))
    work.place("R1 R2", "SLOT1")
    work.report()
    work.take_off("R1", why="DefectiveInstallation")
    work.place("R1", "SLOT2")
    work.complete()
    interpreted(shop.messages)
    facts = told(installations_of_unit(AUDITOR, "P1-S1"))
    assert facts == true(shop.rows)
    assert [(fact.designator, fact.packages, fact.why) for fact in facts] == [
        ("R1", "REEL1", "DefectiveInstallation"),
        ("R1", "REEL2", ""),
        ("R2", "REEL1", ""),
    ]


def test_the_same_designator_in_other_words_is_refused_and_changes_nothing(shop: Shop) -> None:
    work = placer_of(shop).start(shop.panel("P1", 1))
    work.place("R1", "SLOT1")
    work.report()
    build(shop.messages)
    before = everything()
    said = len(shop.messages)
    work.place("R1", "SLOT2")
    work.report()
    build(shop.messages[said:])
    assert states(code="already_placed") == ["rejected"]
    assert everything() == before


def test_a_report_in_the_same_words_under_another_id_is_left_out_and_flagged(shop: Shop) -> None:
    work = placer_of(shop).start(shop.panel("P1", 1))
    work.reject("R1", "SLOT1")
    work.place("R1 R2", "SLOT1")
    work.complete()
    repair = bench(shop, work.panel)
    repair.take_off("R1")
    repair.place_by_hand("R1", shop.receive("REEL3", "10K"))
    repair.complete()
    build(shop.messages)
    before = everything()
    told_twice = [body for body in shop.messages if b".Assembly." in body]
    build([again(body, number) for number, body in enumerate(told_twice)])
    assert everything() == before
    assert (Pass.objects.count(), Rejection.objects.count(), Replacement.objects.count()) == (1, 1, 2)
    assert Flag.objects.filter(code="placed_twice").count() == 1


def test_a_removal_and_a_new_part_in_the_same_second_of_a_coarse_clock(shop: Shop) -> None:
    work = placer_of(shop).start(shop.panel("P1", 1))
    work.place("R1", "SLOT1")
    work.complete()
    repair = bench(shop, work.panel)
    new = shop.receive("REEL3", "10K")
    repair.take_off("R1")
    repair.place_by_hand("R1", new)
    messages = []
    for body in shop.messages:
        envelope = json.loads(body)
        if envelope["Source"] == "Bench":
            envelope["TimeStamp"] = "2026-03-02T09:00:00Z"
            for material in envelope["MessageBody"].get("InstalledMaterials", ()):
                material["InstalledComponents"][0].pop("InstallationTime")
        messages.append(json.dumps(envelope).encode())
    interpreted(messages)
    old, here = installations_of_unit(AUDITOR, "P1-S1")
    assert (old.package, old.removed_at is None) == ("REEL1", False)
    assert (here.package, here.removed_at) == ("REEL3", None)


def test_parts_of_a_machine_that_names_no_package_are_of_the_reel_that_was_there(shop: Shop) -> None:
    placer = placer_of(shop, Habits(names_reels=False))
    work = placer.start(shop.panel("P1", 1))
    work.place("R1 R2", "SLOT1")
    placer.load("SLOT1", shop.receive("REEL3", "10K"))  # in mid-panel, and reported afterwards
    work.place("R3", "SLOT1")
    placer.splice("SLOT1", shop.receive("REEL4", "10K"))
    work.place("R4", "SLOT1")  # the new tape hangs behind
    placer.detect("SLOT1")
    work.place("R5", "SLOT1")
    work.complete()
    interpreted(shop.messages)
    facts = told(installations_of_unit(AUDITOR, "P1-S1"))
    assert [fact.packages for fact in facts] == ["REEL1", "REEL1", "REEL3", "REEL3", "REEL4"]
    assert facts == true(shop.rows)
    assert Flag.objects.filter(code="package_inferred").exists()


def test_placements_of_nobody_knows_what_wait_until_the_loading_is_told(shop: Shop) -> None:
    """Also where the machine was never heard of before: nothing of its first message stays behind."""
    placer = placer_of(shop, Habits(names_reels=False))
    work = placer.start(shop.panel("P1", 1))
    work.place("R1", "SLOT1")
    work.complete()
    loads = [body for body in shop.messages if b"MaterialsLoaded" in body]
    build([body for body in shop.messages if body not in loads])
    assert states(code="package_not_named") == ["waiting"]
    assert installations_of_unit(AUDITOR, "P1-S1") == ()
    build(loads[::-1])  # the other location is heard of first
    assert states(code="package_not_named") == []
    assert told(installations_of_unit(AUDITOR, "P1-S1")) == true(shop.rows)


def test_a_reel_that_was_taken_off_feeds_no_more(shop: Shop) -> None:
    placer = placer_of(shop, Habits(names_reels=False))
    work = placer.start(shop.panel("P1", 1))
    placer.unload("SLOT1")
    work.place("R1", "SLOT1")
    work.complete()
    build(shop.messages)
    assert states(code="package_not_named") == ["waiting"]


def test_a_unit_with_a_bad_mark_gets_no_parts(shop: Shop) -> None:
    panel = shop.panel("P1", 3)
    placer = placer_of(shop)
    for bad in ([], [2]):
        work = placer.start(panel if not bad else shop.panel("P2", 3), bad=bad)
        for position in {1, 2, 3} - set(bad):
            work.place("R1 R2", "SLOT1", unit=position)
        work.complete()
    interpreted(shop.messages)
    assert everything()["installations"] == true(shop.rows)
    assert installations_of_unit(AUDITOR, "P2-S2") == ()


def test_a_machine_whose_first_words_are_nonsense_is_heard_all_the_same(shop: Shop) -> None:
    broken: dict[str, object] = {
        "MessageName": "CFX.Materials.Storage.MaterialsLoaded",
        "Source": "Placer",
        "UniqueID": "x",
    }
    broken |= {"TimeStamp": "2026-03-02T05:00:00Z", "MessageBody": {"Materials": 7}}
    work = placer_of(shop).start(shop.panel("P1", 1))
    work.place("R1", "SLOT1")
    work.complete()
    build([json.dumps(broken).encode(), *shop.messages])
    assert Message.objects.filter(state="rejected").count() == 1
    assert told(installations_of_unit(AUDITOR, "P1-S1")) == true(shop.rows)
