"""Every rule that a package meets at the goods-in. Each tells what is off, what it saw, and the way out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final, TypeAlias

from padstone.features.clocks.domain.tables import CARD_BAKES_AT, CARD_BAKES_AT_ELSE
from padstone.features.labels.domain.dates import days_of_date_code
from padstone.features.receiving.domain.facts import Arrived, Finding, Known, LotCertified, finding
from padstone.features.receiving.domain.plausibility import (
    country_is_the_makers,
    date_is_plausible,
    lot_is_of_the_makers_form,
    number_is_its_own,
)
from padstone.features.receiving.domain.policy import Policy
from padstone.features.receiving.domain.texts import bare, plain
from padstone.kernel.months import months_after

Rule: TypeAlias = Callable[[Arrived, Known, Policy], Iterator[Finding]]

_DRY: Final = frozenset({"", "1"})
"""Levels that need no dry pack; "" where nobody knows one."""


def check(arrived: Arrived, known: Known, policy: Policy) -> tuple[Finding, ...]:
    """All that is off with a package, in the order of :data:`RULES`; nothing where all is well."""
    return tuple(found for rule in RULES for found in rule(arrived, known, policy))


def must_hold(findings: tuple[Finding, ...]) -> bool:
    return any(one.holds for one in findings)


def part_is_known(arrived: Arrived, known: Known, policy: Policy) -> Iterator[Finding]:
    if not known.registered:
        yield finding(
            "part_unknown",
            "part",
            f"Nobody has registered the part {arrived.part}.",
            "Register it, or approve the maker's number for the part that it is; then release the package.",
            part=arrived.part,
            mpn=arrived.mpn,
        )
    if known.also:
        yield finding(
            "part_numbers_disagree",
            "part",
            f"The labels' numbers are of different parts: {arrived.part}, {', '.join(known.also)}.",
            "Look at what is on the reel, and correct the wrong number on the books or send it back.",
            part=arrived.part,
            others=", ".join(known.also),
        )
    if known.registered and not known.in_bills and not known.lines:
        yield finding(
            "part_in_no_bill",
            "",
            f"No bill names {arrived.part}.",
            "Nothing needs to be done if it is wanted all the same.",
            part=arrived.part,
        )


def maker_is_approved(arrived: Arrived, known: Known, policy: Policy) -> Iterator[Finding]:
    """Against the approved manufacturers' list, where the part has one. Makers' names are written in many
    ways: the number decides, and another name beside the right number is told and holds nothing.
    """
    if not known.approved or not arrived.mpn:
        return
    same = [maker for maker, number in known.approved if bare(number) == bare(arrived.mpn)]
    approved = ", ".join(f"{maker} {number}".strip() for maker, number in known.approved)
    if not same:
        yield finding(
            "maker_part_not_approved",
            "part",
            f"{arrived.maker} {arrived.mpn} is not approved for {arrived.part}.".strip(),
            "Approve it on the part's page, or return the package.",
            mpn=arrived.mpn,
            approved=approved,
        )
    elif arrived.maker and all(maker and not _names(maker, arrived.maker) for maker in same):
        yield finding(
            "maker_named_otherwise",
            "",
            f"The label calls the maker {arrived.maker}; approved is {same[0]}.",
            "If that is the same maker, nothing needs to be done.",
            maker=arrived.maker,
            approved=approved,
        )


def part_is_ordered(arrived: Arrived, known: Known, policy: Policy) -> Iterator[Finding]:
    if known.lines:
        return
    of_order = f" in purchase order {known.order}" if known.order else " in any open purchase order"
    yield finding(
        "part_not_ordered",
        "part",
        f"{arrived.part} is not ordered{of_order}.",
        "Enter the order that it belongs to, or return the package.",
        part=arrived.part,
        order=known.order or known.order_named,
    )


def no_more_than_ordered(arrived: Arrived, known: Known, policy: Policy) -> Iterator[Finding]:
    if not known.lines:
        return
    ordered = sum((one.ordered for one in known.lines), Decimal(0))
    received = sum((one.received for one in known.lines), Decimal(0))
    most = ordered * (1 + policy.over_percent / 100)
    if received + arrived.quantity > most:
        yield finding(
            "more_than_ordered",
            "other",
            f"With it {plain(received + arrived.quantity)} of {arrived.part} have come; "
            f"{plain(ordered)} were ordered.",
            "Ask purchasing whether it is kept, and release or return it.",
            order=known.lines[0].order,
            ordered=plain(ordered),
            received=plain(received),
            quantity=plain(arrived.quantity),
        )


def supplier_is_fit(arrived: Arrived, known: Known, policy: Policy) -> Iterator[Finding]:
    if not known.supplier:
        yield finding(
            "supplier_unknown",
            "supplier",
            "Nobody says who supplied it.",
            "Name the purchase order that it came for.",
            order=known.order_named,
        )
        return
    if known.approval != "approved":
        said = "not approved yet" if known.approval == "new" else known.approval
        yield finding(
            "supplier_not_approved",
            "supplier",
            f"{known.supplier} is {said}.",
            "Somebody of quality decides about the supplier, and then about the package.",
            supplier=known.supplier,
            approval=known.approval,
        )
    elif known.tier not in policy.trusted_tiers:
        yield finding(
            "supplier_not_trusted",
            "counterfeit",
            f"{known.supplier} is neither maker nor authorised nor vetted.",
            "Have a sample tested (SAE AS6171), and file what was found.",
            supplier=known.supplier,
            tier=known.tier,
        )
    if known.label_supplier:
        yield finding(
            "supplier_differs",
            "supplier",
            f"Its label is of {known.label_supplier}; {known.order} was ordered of {known.supplier}.",
            "Find the order that it came for, or ask who sent it.",
            label=known.label_supplier,
            supplier=known.supplier,
            order=known.order,
        )
    if known.tier in policy.supplier_certificate_from:
        yield from _supplier_certificate(known)


def _supplier_certificate(known: Known) -> Iterator[Finding]:
    if any(until >= known.today for until in known.supplier_certificates.values()):
        return
    ended = ", ".join(f"{name} until {until}" for name, until in known.supplier_certificates.items())
    yield finding(
        "supplier_certificate_missing",
        "supplier",
        f"{known.supplier} has no certificate that is in date{f' ({ended})' if ended else ''}.",
        "File the supplier's new certificate, and release the package.",
        supplier=known.supplier,
        certificates=ended,
    )


def is_traceable(arrived: Arrived, known: Known, policy: Policy) -> Iterator[Finding]:
    absent = [name for name, said in (("lot", arrived.lot), ("date code", arrived.date_code)) if not said]
    if absent:
        yield finding(
            "not_traceable",
            "label" if policy.traceable else "",
            f"No label of it has a {' or '.join(absent)}.",
            "Scan the maker's own label, or ask the supplier for lot and date code.",
            absent=", ".join(absent),
        )


def is_certified(arrived: Arrived, known: Known, policy: Policy) -> Iterator[Finding]:
    """Of the certificates of conformance for the lot one that fits is enough."""
    of_lot = [one for one in known.certificates if not one.lot or _same_lot(one.lot, arrived.lot)]
    needed = known.criticality in policy.certificate_for or known.tier in policy.certificate_from
    if not of_lot:
        if needed:
            others = ", ".join(one.lot for one in known.certificates)
            yield finding(
                "certificate_missing",
                "certificate",
                f"There is no certificate of conformance for lot {arrived.lot or '?'} of {arrived.part}.",
                "File the certificate, and release the package.",
                lot=arrived.lot,
                certified_lots=others,
            )
        return
    wrong = [list(_against(one, arrived, known)) for one in of_lot]
    if all(wrong):
        yield from wrong[0]


def _against(one: LotCertified, arrived: Arrived, known: Known) -> Iterator[Finding]:
    if one.valid_until is not None and one.valid_until < known.today:
        yield finding(
            "certificate_out_of_date",
            "certificate",
            f"Certificate {one.number} was valid until {one.valid_until}.",
            "File a newer certificate, and release the package.",
            certificate=one.number,
            valid_until=one.valid_until,
        )
    if one.date_codes and not any(_same_date(code, arrived) for code in one.date_codes):
        yield finding(
            "certificate_of_other_date",
            "certificate",
            f"Certificate {one.number} is of date code {', '.join(one.date_codes)}; "
            f"the label says {arrived.date_code or 'none'}.",
            "Compare the reel with the certificate; ask the supplier which is right.",
            certificate=one.number,
            date_code=arrived.date_code,
        )
    if one.quantity is not None and one.lot and known.lot_received + arrived.quantity > one.quantity:
        yield finding(
            "more_than_exist",
            "counterfeit",
            f"With it {plain(known.lot_received + arrived.quantity)} of lot {arrived.lot} have come; "
            f"certificate {one.number} is of {plain(one.quantity)}.",
            "Somebody of quality asks the maker how many there are. Suspect parts are not returned.",
            certificate=one.number,
            received=plain(known.lot_received),
            certified=plain(one.quantity),
        )


def keeps_long_enough(arrived: Arrived, known: Known, policy: Policy) -> Iterator[Finding]:
    if arrived.expires_on is None:
        return
    left = (arrived.expires_on - known.today).days
    if left < 0 or left < policy.shelf_days:
        said = f"expired on {arrived.expires_on}" if left < 0 else f"keeps {left} days only"
        yield finding(
            "expired" if left < 0 else "keeps_too_short",
            "expired",
            f"It {said}.",
            "Return it, or have it tested and decide how long it may be used.",
            expires_on=arrived.expires_on,
            days_left=left,
            days_wanted=policy.shelf_days,
        )


def is_dry(arrived: Arrived, known: Known, policy: Policy) -> Iterator[Finding]:
    """J-STD-033: what is sensitive to moisture comes in a dry pack with a seal date and a humidity card."""
    if known.level in _DRY:
        return
    if arrived.sealed_on is None:
        yield finding(
            "dry_pack_undated",
            "moisture",
            f"It is of level {known.level}, and nobody can say when its dry pack was sealed.",
            "Bake it and pack it dry, and release it.",
            level=known.level,
        )
    elif arrived.sealed_on > known.today:
        yield finding(
            "dry_pack_from_the_future",
            "moisture",
            f"Its dry pack is said to be sealed on {arrived.sealed_on}.",
            "Read the seal date again.",
            sealed_on=arrived.sealed_on,
        )
    elif months_after(arrived.sealed_on, policy.pack_months) < known.today and arrived.card_percent is None:
        yield finding(
            "dry_pack_too_old",
            "moisture",
            f"Its dry pack was sealed on {arrived.sealed_on}, more than {policy.pack_months} months ago.",
            "Open it, read the humidity card, and bake it if the card says so.",
            sealed_on=arrived.sealed_on,
        )
    limit = CARD_BAKES_AT.get(known.level, CARD_BAKES_AT_ELSE)
    if arrived.card_percent is not None and arrived.card_percent >= limit:
        yield finding(
            "card_turned",
            "moisture",
            f"The {arrived.card_percent} % spot of its humidity card has turned.",
            "Bake it and pack it dry, and release it.",
            card_percent=arrived.card_percent,
            limit=limit,
            level=known.level,
        )
    elif arrived.card_percent is None and "card" in arrived.not_there:
        yield finding(
            "card_missing",
            "moisture",
            "Its humidity card is missing or can't be read.",
            "Bake it and pack it dry with a new card, and release it.",
            level=known.level,
        )


def labels_agree(arrived: Arrived, known: Known, policy: Policy) -> Iterator[Finding]:
    for reason in arrived.settled:
        yield finding(
            "labels_differed",
            "",
            reason,
            "The person who received it decided what counts.",
            said=reason,
        )


RULES: Final[tuple[Rule, ...]] = (
    part_is_known,
    maker_is_approved,
    part_is_ordered,
    no_more_than_ordered,
    supplier_is_fit,
    is_traceable,
    is_certified,
    keeps_long_enough,
    is_dry,
    date_is_plausible,
    lot_is_of_the_makers_form,
    country_is_the_makers,
    number_is_its_own,
    labels_agree,
)


def _names(maker: str, said: str) -> bool:
    one, other = bare(maker), bare(said)
    return one.startswith(other) or other.startswith(one)


def _same_lot(one: str, other: str) -> bool:
    return one.strip().upper() == other.strip().upper()


def _same_date(code: str, arrived: Arrived) -> bool:
    if code.strip().upper() == arrived.date_code.strip().upper():
        return True
    days = days_of_date_code(code)
    return (
        days is not None
        and arrived.made is not None
        and days[0] <= arrived.made[1]
        and arrived.made[0] <= days[1]
    )
