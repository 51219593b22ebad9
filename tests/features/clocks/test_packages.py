"""The clocks of packages on the books: what people, machines and the store told, put together."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from padstone.features.clocks import surroundings
from padstone.features.clocks.commands import decide_policy, note_exposure, note_mixed
from padstone.features.clocks.queries import (
    Remaining,
    clock_of,
    fefo,
    policy_lines,
    remaining,
    run_out,
    running_out,
    told_by_people,
)
from padstone.features.clocks.surroundings import Climate, Stay
from padstone.features.materials.commands import PackageNews, record_package_news
from padstone.features.materials.models import MaterialPackage
from padstone.kernel.actor import Actor, ActorKind
from padstone.kernel.clock import clock_at
from padstone.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from padstone.platform.audit.models import AuditLine
from tests.features.clocks.shelf import START, Shelf, at
from tests.shop_floor import AUDITOR

pytestmark = pytest.mark.django_db

HOUR = 3_600
IC = "integrated_circuit"


@pytest.fixture
def shelf() -> Shelf:
    made = Shelf()
    made.part("IC-3", moisture_level="3")
    made.part("IC-5A", category=IC, moisture_level="5a", parameters={"height": "1.0 mm"})
    return made


def left(package: MaterialPackage, hours: float) -> Remaining:
    return remaining([package.pk], at(hours))[package.pk]


def codes(package: MaterialPackage, hours: float) -> list[str]:
    return [one.code for one in run_out([package.pk], at(hours)).get(package.pk, ())]


def test_floor_life_runs_from_opening_to_the_second(shelf: Shelf) -> None:
    reel = shelf.package("R1", "IC-3")
    shelf.tell(2, "opened", "R1")
    assert left(reel, 2).floor_life_left_s == 168 * HOUR
    assert left(reel, 12).left_s == 158 * HOUR
    assert left(reel, 12).runs_out_at == at(170)
    assert codes(reel, 170 - 1 / HOUR) == []
    assert codes(reel, 170) == ["floor_life_over"]
    assert left(reel, 171).left_s == 0
    assert left(reel, 171).runs_out_at == at(170)


def test_loading_opens_what_nobody_told_to_be_open(shelf: Shelf) -> None:
    reel = shelf.package("R1", "IC-5A")
    assert left(reel, 500).runs_out_at is None
    shelf.load(1, reel)
    assert left(reel, 3).left_s == 22 * HOUR
    assert [one.code for one in left(reel, 3).doubts] == ["opening_not_told"]
    assert codes(reel, 25) == ["floor_life_over"]


def test_a_split_inherits_and_then_goes_its_own_way(shelf: Shelf) -> None:
    reel = shelf.package("R1", "IC-3")
    shelf.tell(0, "opened", "R1")
    child = shelf.split(100, reel, "R1/1")
    shelf.tell(100, "dry_in", "R1/1")
    assert left(child, 150).floor_life_left_s == 68 * HOUR
    assert left(reel, 150).floor_life_left_s == 18 * HOUR
    assert codes(reel, 168) == ["floor_life_over"]
    assert codes(child, 168) == []


def test_dry_storage_pauses_and_sets_a_short_exposure_back(shelf: Shelf) -> None:
    reel = shelf.package("R1", "IC-3")
    shelf.tell(0, "opened", "R1")
    shelf.tell(10, "dry_in", "R1")
    assert left(reel, 59).floor_life_left_s == 158 * HOUR
    assert left(reel, 60).floor_life_left_s == 168 * HOUR
    shelf.tell(61, "dry_out", "R1")
    assert left(reel, 62).floor_life_left_s == 167 * HOUR


def test_a_bake_long_enough_sets_back_and_a_short_one_does_not(shelf: Shelf) -> None:
    reel = shelf.package("R1", "IC-5A")
    shelf.tell(0, "opened", "R1")
    shelf.tell(30, "bake_began", "R1", value=125)
    assert codes(reel, 31) == ["floor_life_over", "in_oven"]
    shelf.tell(39, "bake_ended", "R1")
    assert codes(reel, 39) == ["floor_life_over"]
    shelf.tell(40, "bake_began", "R1", value=125)
    shelf.tell(50, "bake_ended", "R1")
    assert left(reel, 50).floor_life_left_s == 24 * HOUR
    with pytest.raises(Conflict, match="Nobody has told that the bake"):
        shelf.tell(51, "bake_ended", "R1")


def test_a_machine_that_claims_less_is_believed_one_that_claims_more_is_not(shelf: Shelf) -> None:
    less, more = shelf.package("R1", "IC-3"), shelf.package("R2", "IC-3")
    shelf.machine_tells(0, less, "opened", level="MSL3", floor_life_left_s=10 * HOUR)
    shelf.machine_tells(0, more, "opened", level="MSL3", floor_life_left_s=500 * HOUR)
    assert left(less, 4).floor_life_left_s == 6 * HOUR
    assert [one.code for one in left(less, 4).doubts] == ["machine_claims_less"]
    assert left(more, 4).floor_life_left_s == 164 * HOUR
    assert [one.code for one in left(more, 4).doubts] == ["machine_claims_more"]


def test_what_nobody_filled_in_is_no_claim(shelf: Shelf) -> None:
    reel = shelf.package("R1", "IC-3")
    shelf.machine_tells(0, reel, "opened", floor_life_left_s=0)
    assert codes(reel, 1) == []
    shelf.machine_tells(2, reel, "expired", floor_life_left_s=0)
    assert codes(reel, 2) == ["floor_life_over", "told_expired"]


def test_a_level_that_only_a_machine_told_counts_and_the_stricter_of_two(shelf: Shelf) -> None:
    shelf.part("PLAIN")
    plain, reel = shelf.package("R1", "PLAIN"), shelf.package("R2", "IC-3")
    for one in (plain, reel):
        shelf.machine_tells(0, one, "opened", level="MSL4")
    assert (left(plain, 1).level, left(plain, 1).left_s) == ("4", 71 * HOUR)
    assert (left(reel, 1).level, left(reel, 1).left_s) == ("4", 71 * HOUR)
    assert [one.code for one in left(reel, 1).doubts] == ["level_differs"]


def test_what_hangs_on_one_tape_is_judged_together_until_it_is_cut(shelf: Shelf) -> None:
    old, new = shelf.package("OLD", "IC-5A"), shelf.package("NEW", "IC-5A")
    shelf.tell(0, "opened", "OLD")
    shelf.tell(20, "opened", "NEW")
    shelf.load(20, old)

    def tell(hours: float, kind: str) -> None:
        news = PackageNews(
            package_id=new.pk, station_id=shelf.station.pk, kind=kind, at=at(hours), other_package_id=old.pk
        )
        record_package_news(AUDITOR, news=[news], journal_no=1)

    tell(21, "joined_behind")
    assert codes(new, 23) == []
    assert codes(new, 25) == ["tape_unfit"]
    tell(26, "cut_off")
    assert codes(new, 26) == []
    assert codes(old, 26) == ["floor_life_over"]


def test_what_was_poured_together_has_gone_through_the_worse(shelf: Shelf) -> None:
    one, other = shelf.package("R1", "IC-3"), shelf.package("R2", "IC-3")
    shelf.tell(0, "opened", "R1")
    shelf.tell(100, "opened", "R2")
    with clock_at(at(110)):
        note_mixed(AUDITOR, package_id=other.pk, other_package_id=one.pk)
    assert left(other, 110).floor_life_left_s == left(one, 110).floor_life_left_s == 58 * HOUR


def test_the_store_tells_of_dry_cabinets_and_of_the_air(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    reel = shelf.package("R1", "IC-5A")
    shelf.tell(0, "opened", "R1")
    stays = [
        Stay(reel.pk, at(0), at(4), climate=(Climate(at(0), None, Decimal(25), Decimal("82.5")),)),
        Stay(reel.pk, at(4), None, kind=surroundings.DRY_CABINET),
    ]
    monkeypatch.setattr(surroundings, "_keepers", [lambda ids, until: stays])
    assert left(reel, 4).floor_life_left_s == 20 * HOUR
    assert left(reel, 400).floor_life_left_s == 20 * HOUR
    # Too damp for a reset at 5 % RH: nobody measured the cabinet, and it is taken for one of 10 %.


def test_damp_air_takes_more_of_a_thin_body(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.part("THIN", category=IC, moisture_level="3", parameters={"height": "1.0 mm"})
    reel = shelf.package("R1", "THIN")
    shelf.tell(0, "opened", "R1")
    damp = Stay(reel.pk, at(0), None, climate=(Climate(at(0), at(12), Decimal(30), Decimal(70)),))
    monkeypatch.setattr(surroundings, "_keepers", [lambda ids, until: [damp]])
    assert left(reel, 12).floor_life_left_s == 12 * HOUR  # a day at 70 %: half of it is used up
    assert left(reel, 13).floor_life_left_s == 83 * HOUR  # of a week at 60 % half, less an hour


def test_paste_thaws_opens_and_ends(shelf: Shelf) -> None:
    shelf.part("SAC305", category="solder_paste", shelf_life_days=180)
    jar = shelf.package("J1", "SAC305", manufactured_at=START - timedelta(days=10))
    assert codes(jar, 0) == ["thaw_not_told"]
    shelf.tell(0, "cold_in", "J1")
    assert codes(jar, 1) == ["in_fridge"]
    shelf.tell(2, "cold_out", "J1")
    assert codes(jar, 5) == ["thawing"]
    assert left(jar, 5).ready_at == at(6)
    shelf.tell(6, "opened", "J1")
    assert codes(jar, 7) == []
    shelf.tell(7, "on_stencil", "J1")
    assert left(jar, 8).runs_out_at == at(15)
    assert codes(jar, 15) == ["stencil_life_over"]
    shelf.tell(16, "off_stencil", "J1")
    assert codes(jar, 16) == []
    assert codes(jar, 30) == ["open_life_over"]
    assert codes(jar, 170 * 24) == ["expired", "open_life_over"]
    shelf.tell(31, "cold_in", "J1")
    assert codes(jar, 31) == ["cooled_after_opening", "in_fridge", "open_life_over"]


def test_paste_opened_cold_stays_spoilt(shelf: Shelf) -> None:
    shelf.part("SAC305", category="solder_paste")
    jar = shelf.package("J1", "SAC305")
    shelf.tell(0, "cold_in", "J1")
    shelf.tell(1, "cold_out", "J1")
    shelf.load(2, jar)
    assert codes(jar, 10) == ["opened_cold"]


def test_first_expired_first_out(shelf: Shelf) -> None:
    shelf.part("CAP")
    late = shelf.package("B", "CAP", expires_at=at(100))
    soon = shelf.package("A", "CAP", expires_at=at(50))
    over = shelf.package("C", "CAP", expires_at=at(-1))
    never = shelf.package("D", "CAP", received_at=at(-5))
    older = shelf.package("E", "CAP", received_at=at(-9))
    ids = [one.pk for one in (never, late, over, older, soon)]
    assert fefo(ids, START) == [one.pk for one in (soon, late, older, never, over)]
    assert [one.code for one in run_out(ids, START)[over.pk]] == ["expired"]


def test_an_open_reel_goes_before_a_packed_one(shelf: Shelf) -> None:
    packed, dry = shelf.package("A", "IC-3"), shelf.package("B", "IC-3")
    shelf.tell(0, "opened", "B")
    shelf.tell(20, "dry_in", "B")
    assert fefo([packed.pk, dry.pk], at(21)) == [dry.pk, packed.pk]


def test_many_packages_take_no_more_statements_than_few(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surroundings, "_keepers", [])

    def asked(count: int) -> int:
        ids = list(MaterialPackage.objects.order_by("pk").values_list("pk", flat=True)[:count])
        with CaptureQueriesContext(connection) as found:
            assert len(remaining(ids, at(30))) == count
        return len(found)

    for number in range(60):
        shelf.package(f"R{number}", "IC-3")
    shelf.tell(0, "opened", *(f"R{number}" for number in range(60)))
    assert asked(1) == asked(60) == 10


def test_rules_are_revised_and_all_clocks_follow(shelf: Shelf) -> None:
    reel = shelf.package("R1", "IC-3")
    shelf.tell(0, "opened", "R1")
    shelf.tell(10, "dry_in", "R1")
    shelf.load(200, reel)
    assert left(reel, 200).floor_life_left_s == 168 * HOUR
    with clock_at(at(100)):
        first = decide_policy(AUDITOR, policy={"resets_short_exposure": False}, why="Our revision has none.")
    assert left(reel, 200).floor_life_left_s == 158 * HOUR
    with clock_at(at(150)):
        second = decide_policy(
            AUDITOR, policy={"pause_exposed_s": HOUR}, why="Nor pauses.", site="Factory", valid_from=at(200)
        )
    assert (first, second) == (1, 1)
    assert left(reel, 200).floor_life_left_s == 0
    assert [(one.site, one.revision) for one in policy_lines(AUDITOR)] == [("", 1), ("Factory", 1)]
    assert AuditLine.objects.filter(verb="decide_clocks").count() == 2


def test_what_was_judged_yesterday_stays_judged_so(shelf: Shelf) -> None:
    reel = shelf.package("R1", "IC-3")
    shelf.tell(0, "opened", "R1")
    shelf.tell(10, "dry_in", "R1")
    before = left(reel, 99)
    with clock_at(at(100)):
        decide_policy(AUDITOR, policy={"resets_short_exposure": False}, why="Our revision has none.")
        decide_policy(AUDITOR, policy={"warn_s": HOUR}, why="From the shift on.", valid_from=at(120))
        with pytest.raises(Invalid):
            decide_policy(AUDITOR, policy={}, why="It was never so.", valid_from=at(50))
    assert left(reel, 99) == before
    assert before.floor_life_left_s == 168 * HOUR
    assert left(reel, 110).floor_life_left_s == 158 * HOUR
    assert left(reel, 121).floor_life_left_s == 168 * HOUR


@pytest.mark.parametrize(
    ("policy", "code"),
    [
        ({"longer_life": "sometimes"}, "policy_impossible"),
        ({"warn_s": -1}, "policy_impossible"),
        ({"pauses_percent": "20"}, "policy_impossible"),
        ({"wran_s": 1}, "policy_impossible"),
        ({"warn_s": "soon"}, "policy_unreadable"),
        ([], "policy_unreadable"),
        ({"pastes": {"solder_paste": {"fridge_min": "11"}}}, "policy_impossible"),
        ({"pastes": {"jam": {}}}, "policy_impossible"),
    ],
)
def test_rules_that_cannot_be_are_refused(policy: object, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        decide_policy(AUDITOR, policy=policy, why="For a test.")
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("told", "error", "code"),
    [
        ({"kind": "eaten"}, Invalid, "exposure_kind_unknown"),
        ({"kind": "mixed"}, Invalid, "exposure_kind_unknown"),
        ({"kind": "bake_began"}, Invalid, "figure_out_of_range"),
        ({"kind": "bake_began", "value": 900}, Invalid, "figure_out_of_range"),
        ({"kind": "opened", "value": 1}, Invalid, "figure_unasked"),
        ({"kind": "opened", "packages": ["R1", "NONE"]}, NotFound, "package_unknown"),
        ({"kind": "opened", "packages": []}, Invalid, "nothing_named"),
        ({"kind": "opened", "at": at(1)}, Invalid, "not_yet"),
    ],
)
def test_what_cannot_be_told_is_refused(
    shelf: Shelf, told: dict[str, object], error: type[Refusal], code: str
) -> None:
    shelf.package("R1", "IC-3")
    with clock_at(START), pytest.raises(error) as refused:
        note_exposure(AUDITOR, **{"packages": ["R1"], **told})  # type: ignore[arg-type]  # made up on purpose
    assert refused.value.code == code
    assert told_by_people(AUDITOR, "R1") == ()


def test_who_may_not_tell_is_refused(shelf: Shelf) -> None:
    shelf.package("R1", "IC-3")
    visitor = Actor(ActorKind.PERSON, "visitor", frozenset({"view_factory"}))
    with pytest.raises(Forbidden):
        note_exposure(visitor, packages=["R1"], kind="opened")
    with pytest.raises(Forbidden):
        decide_policy(visitor, policy={}, why="No.")
    assert clock_of(visitor, "R1").keeping == "packed"


def test_what_runs_out_next_is_listed_first(shelf: Shelf) -> None:
    over, soon, later = (shelf.package(name, "IC-5A") for name in ("OVER", "SOON", "LATER"))
    shelf.tell(0, "opened", "OVER")
    shelf.load(20, soon)
    shelf.tell(25, "opened", "LATER")
    del over, later
    with clock_at(at(26)):
        found = running_out(AUDITOR)
    assert [(one.remaining.package, one.station) for one in found] == [
        ("OVER", ""),
        ("SOON", "Placer 1"),
        ("LATER", ""),
    ]
