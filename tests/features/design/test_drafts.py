"""From a wild file to a released revision, and from there to the next."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from padstone.features.design import commands, queries
from padstone.features.design.abilities import abilities
from padstone.features.design.drawing import board
from padstone.features.design.exports import written
from padstone.features.design.models import ColumnMeaning, Release, RevisionFile, Working
from padstone.features.design.rehearsal import rehearse
from padstone.features.parts.commands import approve_source, register_part
from padstone.features.parts.lookups import expected_parts, revision
from padstone.features.parts.models import Alternate, Part, Revision
from padstone.features.production.commands import plan_work_order
from padstone.features.sites.commands import assign_station
from padstone.kernel.actor import EVERYTHING, Actor, ActorKind
from padstone.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from padstone.platform.accounts.models import User
from tests.evidence.factory_file import PASSWORD, recognised
from tests.features.design.wild import BILL, NEXT_BILL, PLACEMENT

pytestmark = pytest.mark.django_db

BILL_WITH_ALTERNATES = b"""Ref,Qty,Manufacturer,MPN
"C1,C2",2,Murata,GRM155R71C104
,,Samsung,CL05B104KO5
R1,1,Yageo,RC0402FR
"""
ENGINEER = Actor(ActorKind.PERSON, "eve", EVERYTHING)


def taken(content: bytes = BILL, revision: str = "A", file_name: str = "bom.csv", **more: Any) -> int:
    told = commands.take_in(
        ENGINEER, file_name=file_name, content=content, product="BRD", revision=revision, **more
    )
    return told.revision_id


def settle_all(draft: int) -> None:
    for doubt in queries.revision_card(ENGINEER, draft).doubts:
        if doubt.asks and not doubt.settled:
            commands.settle_doubt(ENGINEER, revision_id=draft, key=doubt.key, why="Asked the client.")


def ready(revision: str = "A", content: bytes = BILL, **more: Any) -> int:
    """A draft with nothing against it in the phase prototype."""
    draft = taken(content, revision, **more)
    commands.register_new_parts(ENGINEER, revision_id=draft)
    settle_all(draft)
    return draft


def signer(name: str) -> tuple[Actor, Any]:
    user = User.objects.create_user(name, password=PASSWORD)
    return Actor(ActorKind.PERSON, name, EVERYTHING, f"user:{user.pk}", "web 10.1.2.3"), recognised(user)


def sign(draft: int, name: str) -> None:
    actor, proof = signer(name)
    sha256 = queries.revision_card(ENGINEER, draft).sha256
    commands.sign_release(
        actor, revision_id=draft, sha256=sha256, meaning="approval", reason="", reauthenticated=proof
    )


def waive_all(draft: int, name: str = "quinn") -> None:
    actor, proof = signer(name)
    for one in queries.readiness(ENGINEER, draft).findings:
        if one.blocks:
            commands.waive_finding(
                actor, revision_id=draft, finding=one.key, reason="It is a test.", reauthenticated=proof
            )


class TestTakingIn:
    def test_a_wild_file_becomes_a_draft_that_is_not_built_to(self) -> None:
        draft = taken(client="Herzfeld GmbH")
        card = queries.revision_card(ENGINEER, draft)
        assert [(line.mpn, line.designators) for line in card.lines] == [
            ("RC0402FR-0710KL", ("R1", "R2", "R3")),
            ("GRM155R71C104KA88D", ("C1", "C2")),
            ("TLV75533PDBVR", ("U1",)),
            ("RC0402JR-070RL", ("R9",)),
        ]
        assert (card.state, card.client) == ("draft", "Herzfeld GmbH")
        assert [(one.code, one.place) for one in card.doubts if one.asks] == [
            ("quantity_differs", "bom.csv, row 6, column A “Menge”")
        ]
        assert expected_parts(draft) == {}
        with pytest.raises(Conflict, match="draft"):
            plan_work_order(ENGINEER, number="WO-1", revision_id=draft, quantity=1)

    def test_the_file_is_kept_to_the_byte(self) -> None:
        draft = taken()
        kept = RevisionFile.objects.get()
        assert queries.original_file(ENGINEER, draft, kept.pk) == ("bom.csv", BILL)

    def test_a_rehearsal_says_the_same_and_keeps_nothing(self) -> None:
        told = rehearse(ENGINEER, file_name="bom.csv", content=BILL, product="BRD", revision="A")
        assert not Revision.objects.exists()
        kept = commands.take_in(ENGINEER, file_name="bom.csv", content=BILL, product="BRD", revision="A")
        assert replace(kept, revision_id=0) == told

    def test_what_a_person_confirms_is_remembered_for_that_client(self) -> None:
        number = commands.upload(
            ENGINEER, file_name="bom.csv", content=BILL, product="BRD", revision="A", client="Herzfeld GmbH"
        )
        card = queries.intake_card(ENGINEER, number)
        assert [one.column.name for one in card.proposal.columns][:2] == ["Menge", "Bauteil"]
        told = commands.confirm_intake(ENGINEER, number=number, meanings={2: "description"})
        line = queries.revision_card(ENGINEER, told.revision_id).lines[0]
        assert (line.description, line.value) == ("10k", "")
        assert ColumnMeaning.objects.get(name="Wert").meaning == "description"
        again = taken(NEXT_BILL, "B", client="Herzfeld GmbH")
        assert queries.revision_card(ENGINEER, again).lines[0].description == "10k"
        with pytest.raises(Conflict):
            commands.confirm_intake(ENGINEER, number=number, meanings={})

    def test_a_placement_joins_its_bill_and_is_drawn(self) -> None:
        draft = taken()
        taken(PLACEMENT, file_name="cpl.csv")
        card = queries.revision_card(ENGINEER, draft)
        drawn = board(queries.content_of(ENGINEER, draft), card.lines, "part")
        assert drawn is not None
        assert {view.side: len(view.parts) for view in drawn.views} == {"top": 6, "bottom": 1}
        top = {part.designator: part for part in drawn.views[0].parts}
        assert top["R1"].line == 1
        assert top["R1"].shade == top["R2"].shade != top["C1"].shade
        assert top["R1"].y > top["C1"].y, "a drawing's y grows downwards"
        assert (drawn.not_placed, len(card.lines)) == ((), 4), "a placement takes nothing of the bill away"

    def test_parts_are_matched_by_number_by_maker_and_never_by_chance(self) -> None:
        register_part(
            ENGINEER, number="100-1", manufacturer="Yageo", manufacturer_part_number="RC0402FR-0710KL"
        )
        for number in ("200-1", "200-2"):
            register_part(ENGINEER, number=number, manufacturer_part_number="GRM155R71C104KA88D")
        lines = queries.revision_card(ENGINEER, taken()).lines
        assert (lines[0].part, lines[0].how) == ("100-1", "maker")
        assert (lines[1].part, lines[1].candidates) == ("", ("200-1", "200-2"))
        assert (lines[2].part, lines[2].candidates) == ("", ())

    @pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n....", b"", b"<html><table></table></html>"])
    def test_what_is_no_design_is_refused(self, content: bytes) -> None:
        with pytest.raises(Invalid):
            taken(content)
        assert not RevisionFile.objects.exists()

    def test_who_may_not_edit_takes_nothing_in(self) -> None:
        with pytest.raises(Forbidden):
            commands.take_in(
                Actor(ActorKind.PERSON, "guest"), file_name="b", content=BILL, product="P", revision="A"
            )


class TestWorkingAtADraft:
    def test_a_line_is_put_right(self) -> None:
        draft = taken()
        commands.edit_line(
            ENGINEER,
            revision_id=draft,
            line=3,
            designators="U1-U2",
            quantity=Decimal(2),
            fitted=True,
            client_supplied=True,
            attrition=Decimal("1.5"),
        )
        line = queries.revision_card(ENGINEER, draft).lines[2]
        assert (line.designators, line.client_supplied, line.attrition_percent) == (
            ("U1", "U2"),
            True,
            Decimal("1.5"),
        )
        with pytest.raises(Invalid):
            commands.edit_line(
                ENGINEER, revision_id=draft, line=3, designators="?!", quantity=Decimal(1), fitted=True
            )

    def test_two_people_do_not_overwrite_each_other(self) -> None:
        draft = taken()
        seen = queries.revision_card(ENGINEER, draft).edition
        commands.register_new_parts(ENGINEER, revision_id=draft, edition=seen)
        with pytest.raises(Conflict, match="meanwhile"):
            commands.choose_part(ENGINEER, revision_id=draft, line=1, part="", edition=seen)

    def test_a_part_is_substituted_in_every_draft_and_in_nothing_that_is_released(self) -> None:
        released = ready()
        commands.release(ENGINEER, revision_id=released)
        drafts = [taken(revision="B"), taken(revision="C")]
        register_part(ENGINEER, number="NEW")
        old = "RC0402FR-0710KL"
        assert [use.revision_id for use in queries.draft_uses(ENGINEER, old)] == drafts
        assert commands.substitute_part(ENGINEER, part=old, other="NEW", why="Cheaper.") == 2
        assert queries.draft_uses(ENGINEER, old) == ()
        assert expected_parts(released)["R1"] == old


class TestReleasing:
    def test_a_release_waits_for_doubts_parts_and_nothing_else_in_a_prototype(self) -> None:
        draft = taken()
        with pytest.raises(Conflict) as refusal:
            commands.release(ENGINEER, revision_id=draft)
        assert refusal.value.code == "doubts_open"
        settle_all(draft)
        with pytest.raises(Conflict) as refusal:
            commands.release(ENGINEER, revision_id=draft)
        assert refusal.value.code == "not_ready"
        commands.register_new_parts(ENGINEER, revision_id=draft)
        commands.release(ENGINEER, revision_id=draft)
        assert expected_parts(draft)["R2"] == "RC0402FR-0710KL"
        plan_work_order(ENGINEER, number="WO-1", revision_id=draft, quantity=1)

    def test_what_is_released_never_changes(self) -> None:
        draft = ready()
        before = queries.revision_card(ENGINEER, draft)
        commands.release(ENGINEER, revision_id=draft)
        after = queries.revision_card(ENGINEER, draft)
        assert (after.lines, after.sha256, after.state) == (before.lines, before.sha256, "released")
        with pytest.raises(Conflict):
            commands.choose_part(ENGINEER, revision_id=draft, line=1, part="")
        with pytest.raises(Conflict):
            taken()
        for statement in (
            "UPDATE parts_bomline SET quantity = 7",
            "DELETE FROM parts_bomdesignator",
            "UPDATE design_release SET sha256 = sha256",
            "UPDATE parts_revision SET label = 'Z'",
        ):
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                connection.cursor().execute(statement)
        assert not Working.objects.exists()

    def test_a_pilot_takes_waivers_and_a_signature_of_what_it_holds_now(self) -> None:
        draft = ready(phase="pilot")
        waive_all(draft)
        with pytest.raises(Conflict) as refusal:
            commands.release(ENGINEER, revision_id=draft)
        assert refusal.value.code == "signatures_missing"
        sign(draft, "ada")
        commands.choose_part(ENGINEER, revision_id=draft, line=4, part="RC0402FR-0710KL")
        with pytest.raises(Conflict):
            commands.release(ENGINEER, revision_id=draft)
        waive_all(draft, "rob")
        sign(draft, "bea")
        commands.release(ENGINEER, revision_id=draft)
        assert len(Release.objects.get().signatures) == 1

    def test_an_unknown_part_is_never_waived(self) -> None:
        draft = taken()
        actor, proof = signer("quinn")
        finding = next(
            one for one in queries.readiness(ENGINEER, draft).findings if one.rule == "unknown_part"
        )
        with pytest.raises(Conflict) as refusal:
            commands.waive_finding(
                actor, revision_id=draft, finding=finding.key, reason="Never mind.", reauthenticated=proof
            )
        assert refusal.value.code == "finding_not_waivable"

    def test_an_approved_source_takes_its_finding_away(self) -> None:
        draft = ready()
        rules = {one.rule for one in queries.readiness(ENGINEER, draft).findings}
        assert "no_approved_source" in rules
        for part in Part.objects.all():
            approve_source(
                ENGINEER,
                part=part.number,
                manufacturer=part.manufacturer,
                number=part.manufacturer_part_number,
            )
        rules = {one.rule for one in queries.readiness(ENGINEER, draft).findings}
        assert "no_approved_source" not in rules

    def test_a_product_in_a_bill_is_a_sub_assembly(self) -> None:
        commands.release(ENGINEER, revision_id=ready())
        outer = b"Part Number,Qty,References\nBRD,1,A1\n"
        told = commands.take_in(ENGINEER, file_name="top.csv", content=outer, product="BOX", revision="1")
        assert told.unknown == 0
        settle_all(told.revision_id)
        commands.release(ENGINEER, revision_id=told.revision_id)
        row = revision("BOX", "1")
        assert row is not None
        line = row.bom_lines.get()
        assert (str(line.sub_assembly), line.part) == ("BRD", None)
        assert expected_parts(row.pk) == {}

    def test_what_the_bill_names_as_alternates_is_approved_with_its_release_for_its_line(self) -> None:
        draft = taken(BILL_WITH_ALTERNATES)
        found = [
            one for one in queries.readiness(ENGINEER, draft).findings if one.rule == "alternate_unknown"
        ]
        assert ["CL05B104KO5" in one.evidence for one in found] == [True]

        assert commands.register_new_parts(ENGINEER, revision_id=draft) == 3
        assert "alternate_unknown" not in {one.rule for one in queries.readiness(ENGINEER, draft).findings}
        commands.release(ENGINEER, revision_id=draft)

        (row,) = Alternate.objects.all()
        assert (row.part.number, row.other.number, row.revision_id, row.line_number) == (
            "GRM155R71C104",
            "CL05B104KO5",
            draft,
            1,
        )
        assert (row.approval, row.decided_by, row.reason) == (
            "approved",
            "eve",
            "Named in the bill as released: bom.csv, row 3.",
        )


class TestLines:
    def test_a_board_is_checked_against_the_line_that_has_least_against_it(self) -> None:
        draft = taken()
        taken(PLACEMENT, file_name="cpl.csv")
        assert rules_of(draft) >= {"fiducials_missing"}
        assert "too_small" not in rules_of(draft)

        coarse, fine = ability(smallest_length="3", smallest_width="1.5"), ability(fiducials=0)
        for name, able in (("L1", coarse), ("L2", fine)):
            assign_station(ENGINEER, handle=f"{name}.P", name=name, kind="placer", line=name, place_in_line=1)
            if name == "L1":
                commands.state_ability(ENGINEER, line=name, ability=able)
                found = queries.readiness(ENGINEER, draft).findings
                assert {"L1" in one.evidence for one in found if one.rule == "too_small"} == {True}
        commands.state_ability(ENGINEER, line="L2", ability=fine)
        assert rules_of(draft).isdisjoint({"too_small", "fiducials_missing"})
        told = {one.line: (one.smallest_length, one.stated_by) for one in abilities(ENGINEER)}
        assert told == {"L1": (Decimal(3), "eve"), "L2": (Decimal("0.6"), "eve")}

    def test_what_no_line_can_be_is_refused(self) -> None:
        with pytest.raises(NotFound):
            commands.state_ability(ENGINEER, line="nowhere", ability=ability())
        assign_station(ENGINEER, handle="L1.P", name="L1.P", kind="placer", line="L1", place_in_line=1)
        for wrong in (ability(least_gap="-1"), ability(tallest="NaN"), ability(sides=3)):
            with pytest.raises(Invalid):
                commands.state_ability(ENGINEER, line="L1", ability=wrong)


def ability(**other: Any) -> commands.Ability:
    usual = {"least_gap": "0.1", "smallest_length": "0.6", "smallest_width": "0.3", "tallest": "25"}
    told: dict[str, Any] = {**usual, "board_length": "500", "board_width": "400", **other}
    for name, said in told.items():
        told[name] = Decimal(said) if isinstance(said, str) else said
    return commands.Ability(**told)


def rules_of(draft: int) -> set[str]:
    return {one.rule for one in queries.readiness(ENGINEER, draft).findings}


class TestChanging:
    def test_a_change_order_leads_from_what_is_released_to_what_is_next(self) -> None:
        first = ready()
        commands.release(ENGINEER, revision_id=first)
        number = commands.raise_change_order(
            ENGINEER,
            revision_id=first,
            label="B",
            reason="R1 to R3 are short.",
            effective_by="date",
            effectivity="2026-03-01",
        )
        order = queries.change_order(ENGINEER, number)
        assert (order.before, order.after, order.changes) == ("A", "B", ())
        with pytest.raises(Conflict, match="nothing"):
            commands.decide_change_order(ENGINEER, number=number, approved=True)
        register_part(ENGINEER, number="NEW", description="Resistor")
        commands.choose_part(ENGINEER, revision_id=order.after_id, line=1, part="NEW")
        (change,) = queries.comparison(ENGINEER, first, order.after_id).changes
        assert (change.code, change.designators) == ("part_changed", ("R1", "R2", "R3"))
        commands.decide_change_order(ENGINEER, number=number, approved=True)
        settle_all(order.after_id)
        commands.release(ENGINEER, revision_id=order.after_id)
        assert expected_parts(order.after_id)["R1"] == "NEW"
        assert queries.change_order(ENGINEER, number).changes == (change.text,)
        assert queries.revision_card(ENGINEER, order.after_id).change_order == number

    def test_in_a_pilot_another_revision_needs_an_approved_order_for_just_its_changes(self) -> None:
        first = ready(phase="pilot")
        waive_all(first)
        sign(first, "ada")
        commands.release(ENGINEER, revision_id=first)
        number = commands.raise_change_order(
            ENGINEER, revision_id=first, label="B", reason="Short.", effective_by="serial", effectivity="SN-9"
        )
        after = queries.change_order(ENGINEER, number).after_id
        register_part(ENGINEER, number="NEW")
        commands.choose_part(ENGINEER, revision_id=after, line=1, part="NEW")
        waive_all(after, "rob")
        sign(after, "bea")
        with pytest.raises(Conflict) as refusal:
            commands.release(ENGINEER, revision_id=after)
        assert refusal.value.code == "change_order_missing"
        actor, proof = signer("cho")
        commands.sign_change_order(
            actor,
            number=number,
            sha256=queries.change_order(ENGINEER, number).sha256,
            meaning="approval",
            reason="",
            reauthenticated=proof,
        )
        commands.decide_change_order(ENGINEER, number=number, approved=True)
        commands.choose_part(ENGINEER, revision_id=after, line=2, part="NEW")
        waive_all(after, "sue")
        sign(after, "dan")
        with pytest.raises(Conflict) as refusal:
            commands.release(ENGINEER, revision_id=after)
        assert refusal.value.code == "change_order_outgrown"

    @pytest.mark.parametrize(("by", "which"), [("date", "soon"), ("serial", " "), ("moon", "full")])
    def test_an_effectivity_is_a_day_an_order_or_a_serial(self, by: str, which: str) -> None:
        first = ready()
        commands.release(ENGINEER, revision_id=first)
        with pytest.raises(Invalid):
            commands.raise_change_order(
                ENGINEER, revision_id=first, label="B", reason="x", effective_by=by, effectivity=which
            )


class TestWalls:
    def test_a_client_sees_what_is_released_of_its_own(self) -> None:
        theirs = Actor(ActorKind.PERSON, "cleo", frozenset({"view_own_orders"}), client="Herzfeld GmbH")
        draft = ready(client="Herzfeld GmbH")
        assert queries.designs(theirs) == ()
        with pytest.raises(NotFound):
            queries.revision_card(theirs, draft)
        commands.release(ENGINEER, revision_id=draft)
        card = queries.revision_card(theirs, draft)
        assert (len(card.lines), card.files, card.doubts) == (4, (), ())
        other = replace(theirs, client="Another Ltd")
        assert queries.designs(other) == ()
        with pytest.raises(NotFound):
            queries.revision_card(other, draft)
        with pytest.raises(Forbidden):
            queries.readiness(theirs, draft)


def test_what_is_written_is_read_as_the_same() -> None:
    draft = taken()
    again = commands.take_in(
        ENGINEER,
        file_name="bill.csv",
        content=written(ENGINEER, draft, "bill.csv"),
        product="BRD",
        revision="B",
    )
    assert queries.comparison(ENGINEER, draft, again.revision_id).changes == ()
