"""Which parts around a splice may be of either reel. Package 1 is spliced to package 2."""

from __future__ import annotations

from padstone.features.genealogy.domain.grey import Use, Zone, in_doubt, in_time, newest_of_each_instant

SECOND = 10_000_000
A, B, OTHER = (1,), (2,), (3,)


def zone(remaining: int, at: int = 0, old: int = 1, new: int = 2) -> Zone:
    return Zone(old, new, remaining, at * SECOND)


def taken(*seconds: int, named: tuple[int, ...] = B) -> list[Use]:
    return [Use(second * SECOND, named, second) for second in seconds]


def doubted(of: Zone, uses: list[Use], following: Zone | None = None) -> list[object]:
    return [use.key for use in in_doubt(of, in_time(uses), following)]


def test_the_worked_example_of_the_standard() -> None:
    """A(100)/0; place 20: A(80)/0; splice: B(200)->A(80)/0; place 50: B(200)->A(30)/0; the sensor fires:
    B(200)->A(0)/10; place 5: B(195)->A(0)/5; place 5: B(190)/0; place 50: B(140)/0.
    """
    of_a = taken(*range(1, 71), named=A)
    fires, after_five = zone(10, at=70), zone(5, at=75)
    told_as_either = taken(*range(71, 76), named=(1, 2))
    of_b = taken(*range(76, 131))
    uses = [*of_a, *told_as_either, *of_b]
    assert doubted(fires, uses, after_five) == []  # the machine says so itself
    assert doubted(after_five, uses) == [76, 77, 78, 79, 80]


def test_the_worked_example_told_by_the_sensor_alone() -> None:
    uses = [*taken(*range(1, 71), named=A), *taken(*range(71, 131))]
    assert doubted(zone(10, at=70), uses) == list(range(71, 81))


def test_a_zone_of_no_parts_casts_no_doubt() -> None:
    assert doubted(zone(0), taken(1, 2)) == []


def test_a_zone_counts_in_the_machines_time_and_not_in_the_order_of_reports() -> None:
    assert doubted(zone(2), [*taken(5, 6), *taken(1, 2)]) == [1, 2]


def test_parts_before_the_zone_are_certain() -> None:
    assert doubted(zone(3, at=10), taken(8, 9, 11, 12)) == [11, 12]


def test_a_zone_counts_until_the_next_is_stated() -> None:
    assert doubted(zone(9), taken(1, 2, 3, 4), following=zone(1, at=3)) == [1, 2]


def test_parts_in_the_instant_of_the_next_zone_belong_to_it_unless_it_is_of_another_splice() -> None:
    assert doubted(zone(9), taken(1, 3), following=zone(1, at=3)) == [1]
    assert doubted(zone(9), taken(1, 3), following=zone(1, at=3, old=2, new=3)) == [1, 3]


def test_a_part_of_a_third_reel_ends_a_zone() -> None:
    uses = [*taken(1), *taken(2, named=OTHER), *taken(3)]
    assert doubted(zone(9), uses) == [1]


def test_a_part_of_another_reel_in_the_zones_own_instant_was_taken_before_it() -> None:
    uses = [*taken(4, named=OTHER), *taken(5)]
    assert doubted(zone(9, at=4), uses) == [5]


def test_a_part_that_was_thrown_away_was_one_of_the_zone() -> None:
    uses = [*taken(1), Use(2 * SECOND, B, None), *taken(3, 4)]
    assert doubted(zone(3), uses) == [1, None, 3]


def test_of_zones_stated_in_one_report_without_times_the_last_counts() -> None:
    assert newest_of_each_instant([zone(5), zone(3), zone(2, at=1)]) == [zone(3), zone(2, at=1)]


def test_what_is_finer_than_the_books_keep_makes_no_difference() -> None:
    of = Zone(1, 2, 1, 1_234_567)
    assert in_doubt(of, [Use(1_234_560, B, "R1")], None) == [Use(1_234_560, B, "R1")]
