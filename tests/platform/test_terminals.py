"""Terminals, badges and PINs: who gets them, how often one may be tried, what ends at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from django.test import RequestFactory

from padstone.kernel.actor import EVERYTHING, Actor, ActorKind
from padstone.kernel.clock import clock_at
from padstone.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from padstone.platform.accounts.models import User
from padstone.platform.audit.models import AuditLine
from padstone.platform.terminals import commands
from padstone.platform.terminals.commands import Answer, Outcome, enter_pin, scan_badge
from padstone.platform.terminals.domain import must_be_strong
from padstone.platform.terminals.floor import FLOOR, on_the_floor
from padstone.platform.terminals.identity import TERMINAL_COOKIE, actor_for, person_at_terminal, terminal_of
from padstone.platform.terminals.keeping import new_one_time_pin
from padstone.platform.terminals.models import Badge, Pin, Terminal, TerminalPresence
from padstone.platform.terminals.queries import holders, terminals

pytestmark = pytest.mark.django_db

CHIEF = Actor(ActorKind.PERSON, "chief", EVERYTHING, account="user:1", via="web 10.0.0.9")
NOBODY = Actor(ActorKind.PERSON, "guest")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PINS = {"ben": "7294", "cho": "38174"}
WRONG = "9053"


@dataclass(frozen=True)
class At:
    """A terminal on the floor, and what its browser sends."""

    terminal: Terminal
    token: str

    def scan(self, name: str) -> Answer:
        return self.scan_code(code_of(name))

    def scan_code(self, code: str) -> Answer:
        return scan_badge(actor_for(self.terminal), terminal_id=self.terminal.pk, code=code)

    def enter(self, pin: str) -> Answer:
        return enter_pin(actor_for(self.terminal), terminal_id=self.terminal.pk, pin=pin)

    def person(self, address: str = "10.1.2.3") -> str:
        request = RequestFactory().get("/", REMOTE_ADDR=address)
        request.COOKIES[TERMINAL_COOKIE] = self.token
        person = person_at_terminal(request)
        return "" if person is None else person.get_username()

    def is_one(self, address: str = "10.1.2.3") -> bool:
        request = RequestFactory().get("/", REMOTE_ADDR=address)
        request.COOKIES[TERMINAL_COOKIE] = self.token
        return terminal_of(request) is not None

    def comes_on(self, name: str) -> Answer:
        assert self.scan(name).outcome is Outcome.ASKED
        return self.enter(PINS[name])


def code_of(name: str) -> str:
    return f"EMP-{name}-0001"


def enrolled(name: str = "Bench 1", *, idle_s: int = 600, allowed_network: str = "") -> At:
    token = commands.enrol_terminal(
        CHIEF, name=name, place="Line 1", idle_s=idle_s, allowed_network=allowed_network
    )
    return At(Terminal.objects.get(name=name, revoked_at=None), token)


@pytest.fixture
def people(db: None) -> None:
    for name, pin in PINS.items():
        User.objects.create_user(name, roles=["operator"])
        commands.issue_badge(CHIEF, username=name, code=code_of(name))
        commands.set_pin(Actor(ActorKind.PERSON, name, frozenset({"set_pin"})), pin=pin)


@pytest.fixture
def bench(people: None) -> At:
    return enrolled()


def _another(token: str) -> str:
    return ("y" if token.startswith("x") else "x") + token[1:]


def verbs(subject: str) -> list[str]:
    return list(AuditLine.objects.filter(subject=subject).order_by("id").values_list("verb", flat=True))


class TestWhoGetsThem:
    def test_a_terminal_is_known_by_a_token_that_the_database_does_not_hold(self, bench: At) -> None:
        assert bench.is_one()
        assert replace(bench, token=_another(bench.token)).is_one() is False
        assert bench.token not in str(list(Terminal.objects.values()))
        assert len(bench.token) >= 43  # 256 bits in base64
        line = AuditLine.objects.get(verb="enrol_terminal")
        assert line.actor == "chief"
        assert bench.token not in line.details

    def test_a_name_is_free_again_once_its_terminal_is_revoked(self, bench: At) -> None:
        with pytest.raises(Conflict):
            enrolled()
        commands.revoke_terminal(CHIEF, terminal_id=bench.terminal.pk)
        assert enrolled().is_one()

    @pytest.mark.parametrize(
        "given", [{"name": " "}, {"idle_s": 5}, {"idle_s": 10**6}, {"allowed_network": "floor"}]
    )
    def test_what_makes_no_terminal(self, given: dict[str, object]) -> None:
        with pytest.raises(Invalid):
            commands.enrol_terminal(CHIEF, **{"name": "Bench", **given})  # type: ignore[arg-type]  # wrong on purpose
        assert not Terminal.objects.exists()

    def test_a_badge_is_one_persons_and_a_person_has_one(self, bench: At) -> None:
        with pytest.raises(Conflict):
            commands.issue_badge(CHIEF, username="cho", code=code_of("ben"))
        commands.issue_badge(CHIEF, username="ben", code="EMP-NEW-1")
        assert bench.scan("ben").outcome is Outcome.UNKNOWN
        assert bench.scan_code("EMP-NEW-1").outcome is Outcome.ASKED
        assert Badge.objects.filter(user__username="ben", revoked_at=None).count() == 1

    def test_a_badge_that_was_revoked_may_be_given_to_another(self, bench: At) -> None:
        commands.revoke_badge(CHIEF, badge_id=Badge.objects.get(user__username="ben").pk)
        commands.issue_badge(CHIEF, username="cho", code=code_of("ben"))
        assert bench.scan("ben").person == "cho"

    def test_neither_codes_nor_pins_are_in_the_database_or_the_audit_trail(self, bench: At) -> None:
        bench.comes_on("ben")
        bench.scan("cho")
        bench.enter(WRONG)
        bench.scan_code("STRANGE-1")
        kept = str([list(model.objects.values()) for model in (Badge, Pin, AuditLine, TerminalPresence)])
        for secret in (*PINS.values(), WRONG, code_of("ben"), code_of("cho"), "STRANGE-1"):
            assert f"'{secret}'" not in kept
            assert f'"{secret}"' not in kept

    def test_another_secret_key_ends_badges_and_pins(self, bench: At, settings: object) -> None:
        settings.SECRET_KEY = "another"  # type: ignore[attr-defined]  # pytest-django's
        assert bench.scan("ben").outcome is Outcome.UNKNOWN

    def test_a_client_gets_no_badge_and_stands_at_no_terminal(self, bench: At) -> None:
        User.objects.create_user("acme", roles=["client", "operator"])
        with pytest.raises(Invalid):
            commands.issue_badge(CHIEF, username="acme", code="EMP-ACME")
        bench.comes_on("ben")
        User.objects.filter(username="ben").update(roles=["client", "operator"])
        assert bench.person() == ""
        assert bench.scan("ben").outcome is Outcome.UNKNOWN

    def test_only_who_may_looks_after_them(self, bench: At) -> None:
        badge = Badge.objects.get(user__username="ben").pk
        for change in (
            lambda: commands.enrol_terminal(NOBODY, name="x"),
            lambda: commands.revoke_terminal(NOBODY, terminal_id=bench.terminal.pk),
            lambda: commands.issue_badge(NOBODY, username="ben", code="EMP-9"),
            lambda: commands.revoke_badge(NOBODY, badge_id=badge),
            lambda: commands.issue_pin(NOBODY, username="ben"),
            lambda: commands.set_pin(NOBODY, pin="7294"),
            lambda: commands.scan_badge(NOBODY, terminal_id=bench.terminal.pk, code="x"),
            lambda: terminals(NOBODY),
            lambda: holders(NOBODY),
            lambda: commands.issue_badge(actor_for(bench.terminal), username="ben", code="EMP-9"),
        ):
            with pytest.raises(Forbidden):
                change()

    def test_what_does_not_exist_is_said_to(self, bench: At) -> None:
        for change in (
            lambda: commands.revoke_terminal(CHIEF, terminal_id=0),
            lambda: commands.revoke_badge(CHIEF, badge_id=0),
            lambda: commands.issue_badge(CHIEF, username="nobody", code="EMP-9"),
            lambda: commands.issue_pin(CHIEF, username="nobody"),
        ):
            with pytest.raises(NotFound):
                change()


class TestPins:
    @pytest.mark.parametrize(
        "pin",
        [
            "",
            "123",
            "123456789",
            "12a4",
            "٣٤٥٦",
            "0000",
            "1234",
            "4321",
            "7890",
            "1212",
            "7373",
            "383383",
            "2580",
        ],
    )
    def test_what_is_no_pin_or_everybodys_first_guess(self, people: None, pin: str) -> None:
        with pytest.raises(Invalid):
            must_be_strong(pin)
        ben = Actor(ActorKind.PERSON, "ben", frozenset({"set_pin"}))
        with pytest.raises(Invalid):
            commands.set_pin(ben, pin=pin)

    @pytest.mark.parametrize("pin", ["7294", "1243", "00010002", "91827364"])
    def test_what_is_one(self, pin: str) -> None:
        must_be_strong(pin)

    def test_what_stands_on_the_badge_is_no_pin(self, people: None) -> None:
        commands.issue_badge(CHIEF, username="ben", code="59217")
        with pytest.raises(Invalid, match="badge"):
            commands.set_pin(Actor(ActorKind.PERSON, "ben", frozenset({"set_pin"})), pin="59217")

    def test_a_person_sets_their_own_and_nobody_elses(self, bench: At) -> None:
        commands.set_pin(Actor(ActorKind.PERSON, "ben", frozenset({"set_pin"})), pin="48213")
        bench.scan("ben")
        assert bench.enter(PINS["ben"]).outcome is Outcome.WRONG
        assert bench.enter("48213").outcome is Outcome.ON
        bench.scan("cho")
        assert bench.enter(PINS["cho"]).outcome is Outcome.ON
        with pytest.raises(Forbidden):
            commands.set_pin(Actor(ActorKind.JOB, "interpreter", EVERYTHING), pin="48213")

    def test_a_one_time_pin_opens_nothing_but_the_choice_of_ones_own(self, bench: At) -> None:
        pin = commands.issue_pin(CHIEF, username="ben")
        assert AuditLine.objects.filter(verb="issue_pin", subject="ben").count() == 1
        bench.scan("ben")
        assert bench.enter(PINS["ben"]).outcome is Outcome.WRONG
        assert bench.enter(pin).outcome is Outcome.CHOOSE
        assert bench.person() == ""
        row = Pin.objects.get(user__username="ben")

        def choose(new: str, badge: str = "ben") -> Answer:
            return commands.choose_pin(
                actor_for(bench.terminal),
                terminal_id=bench.terminal.pk,
                badge_id=Badge.objects.get(user__username=badge).pk,
                issued_at=row.changed_at,
                pin=new,
            )

        for refused in (pin, "1234", "12"):
            with pytest.raises(Invalid):
                choose(refused)
        assert choose("48213", badge="cho").outcome is Outcome.EXPIRED
        assert choose("48213").outcome is Outcome.ON
        assert bench.person() == "ben"
        assert choose("59217").outcome is Outcome.EXPIRED

    def test_a_one_time_pin_runs_out(self, bench: At) -> None:
        with clock_at(NOON):
            pin = commands.issue_pin(CHIEF, username="ben")
        with clock_at(NOON + timedelta(days=3)):
            bench.scan("ben")
            assert bench.enter(pin).outcome is Outcome.EXPIRED

    def test_one_time_pins_are_random_and_never_trivial(self) -> None:
        pins = {new_one_time_pin() for _ in range(300)}
        assert len(pins) > 290
        for pin in pins:
            must_be_strong(pin)

    def test_who_has_no_pin_is_told_so(self, bench: At) -> None:
        User.objects.create_user("dee")
        commands.issue_badge(CHIEF, username="dee", code=code_of("dee"))
        assert bench.scan("dee").outcome is Outcome.WITHOUT_PIN
        assert bench.enter("7294").outcome is Outcome.EXPIRED


class TestGuessing:
    def test_after_five_wrong_pins_a_badge_waits_longer_and_longer_and_is_refused_at_last(
        self, bench: At
    ) -> None:
        now = NOON
        with clock_at(now):
            bench.scan("ben")
            assert [bench.enter(WRONG).tries_left for _ in range(4)] == [4, 3, 2, 1]
            answer = bench.enter(WRONG)
        for minutes in (1, 5, 15, 60, 60):
            assert (answer.outcome, answer.wait_s) == (Outcome.WAIT, minutes * 60)
            with clock_at(now + timedelta(minutes=minutes) - timedelta(seconds=1)):
                bench.scan("ben")
                assert bench.enter(PINS["ben"]).outcome is Outcome.WAIT, "the right one is not looked at"
            now += timedelta(minutes=minutes)
            with clock_at(now):
                bench.scan("ben")
                answer = bench.enter(WRONG)
        assert answer.outcome is Outcome.REFUSED
        with clock_at(now + timedelta(days=400)):
            bench.scan("ben")
            assert bench.enter(PINS["ben"]).outcome is Outcome.REFUSED
            commands.set_pin(Actor(ActorKind.PERSON, "ben", frozenset({"set_pin"})), pin="48213")
            assert bench.enter("48213").outcome is Outcome.ON

    def test_a_guesser_is_counted_at_all_terminals_together_and_by_no_new_badge(self, bench: At) -> None:
        other = enrolled("Bench 2")
        with clock_at(NOON):
            for at in (bench, other, bench, other, bench):
                at.scan("ben")
                at.enter(WRONG)
            commands.issue_badge(CHIEF, username="ben", code="EMP-NEW-1")
            other.scan_code("EMP-NEW-1")
            assert other.enter(PINS["ben"]).outcome is Outcome.WAIT

    def test_nobody_else_waits_neither_at_this_terminal_nor_at_another(self, bench: At) -> None:
        other = enrolled("Bench 2")
        with clock_at(NOON):
            bench.scan("ben")
            for _ in range(9):
                bench.enter(WRONG)
            assert bench.comes_on("cho").outcome is Outcome.ON
            assert other.comes_on("cho").outcome is Outcome.ON
            assert (bench.person(), other.person()) == ("cho", "cho")

    def test_the_right_pin_forgets_the_wrong_ones_and_tells_of_them(self, bench: At) -> None:
        bench.scan("ben")
        for _ in range(3):
            bench.enter(WRONG)
        assert bench.enter(PINS["ben"]).wrong_before == 3
        assert bench.comes_on("ben").wrong_before == 0

    def test_a_try_counts_before_it_is_looked_at(self, bench: At) -> None:
        """As many at once as one likes: they are begun before any is settled, and still are only five."""
        with clock_at(NOON):
            bench.scan("ben")
            actor, terminal_id = actor_for(bench.terminal), bench.terminal.pk
            begun = [commands.begin_try(actor, terminal_id=terminal_id) for _ in range(8)]
            assert [one.answer is None for one in begun] == [True] * 5 + [False] * 3

    def test_a_try_is_not_settled_on_another_badge(self, bench: At) -> None:
        bench.scan("ben")
        actor, terminal_id = actor_for(bench.terminal), bench.terminal.pk
        begun = commands.begin_try(actor, terminal_id=terminal_id)
        bench.scan("cho")
        settled = commands.settle_try(actor, terminal_id=terminal_id, begun=begun, right=True)
        assert settled.outcome is Outcome.EXPIRED
        assert bench.person() == ""

    def test_unknown_badges_slow_this_terminal_a_little_and_no_other(self, bench: At) -> None:
        other = enrolled("Bench 2")
        now, waits = NOON, []
        for number in range(7):
            with clock_at(now):
                answer = bench.scan_code(f"GUESS-{number}")
            assert answer.outcome is Outcome.UNKNOWN
            waits.append(answer.wait_s)
            if answer.wait_s:
                with clock_at(now + timedelta(seconds=answer.wait_s - 1)):
                    assert bench.scan("cho").outcome is Outcome.WAIT
                    assert other.comes_on("cho").outcome is Outcome.ON
            now += timedelta(seconds=answer.wait_s)
        assert waits == [0, 0, 1, 2, 4, 8, 8]
        with clock_at(now):
            assert bench.comes_on("cho").outcome is Outcome.ON
            assert bench.scan_code("GUESS-8").wait_s == 0, "somebody came on: counted anew"

    def test_every_attempt_is_in_the_audit_trail(self, bench: At) -> None:
        with clock_at(NOON):
            bench.scan_code("STRANGE-1")
            bench.scan("ben")
            for _ in range(6):
                bench.enter(WRONG)
            bench.comes_on("cho")
        assert verbs("ben")[-7:] == ["scan_badge", *["refuse_pin"] * 6]
        assert verbs("cho")[-2:] == ["scan_badge", "come_on"]
        unknown = AuditLine.objects.get(verb="refuse_badge")
        assert (unknown.actor, unknown.via, unknown.why) == (
            "terminal Bench 1",
            "terminal Bench 1",
            "unknown",
        )


class TestBeingOn:
    def test_a_badge_alone_opens_nothing(self, bench: At) -> None:
        bench.scan("ben")
        assert bench.person() == ""

    def test_a_badge_waits_two_minutes_for_its_pin(self, bench: At) -> None:
        with clock_at(NOON):
            bench.scan("ben")
        with clock_at(NOON + timedelta(minutes=2)):
            assert bench.enter(PINS["ben"]).outcome is Outcome.EXPIRED

    def test_another_badge_hands_over_and_the_audit_trail_tells_of_both(self, bench: At) -> None:
        bench.comes_on("ben")
        bench.scan("cho")
        assert bench.person() == "ben", "until the PIN is right"
        bench.enter(WRONG)
        assert bench.person() == "ben"
        bench.enter(PINS["cho"])
        assert bench.person() == "cho"
        line = AuditLine.objects.get(verb="leave", subject="ben")
        assert line.why == "handed_over"

    def test_who_idles_is_on_no_more(self, bench: At) -> None:
        with clock_at(NOON):
            bench.comes_on("ben")
        with clock_at(NOON + timedelta(seconds=599)):
            assert bench.person() == "ben"
            commands.note_act(actor_for(bench.terminal), terminal_id=bench.terminal.pk)
        with clock_at(NOON + timedelta(seconds=599 + 599)):
            assert bench.person() == "ben"
        with clock_at(NOON + timedelta(seconds=599 + 600)):
            assert bench.person() == ""
            commands.note_act(actor_for(bench.terminal), terminal_id=bench.terminal.pk)
            assert bench.person() == "", "too late"

    def test_leaving_leaves(self, bench: At) -> None:
        bench.comes_on("ben")
        commands.leave(actor_for(bench.terminal), terminal_id=bench.terminal.pk)
        assert bench.person() == ""
        assert verbs("ben")[-1] == "leave"

    def test_what_is_revoked_ends_at_once(self, bench: At) -> None:
        bench.comes_on("ben")
        commands.revoke_badge(CHIEF, badge_id=Badge.objects.get(user__username="ben").pk)
        assert bench.person() == ""
        assert bench.scan("ben").outcome is Outcome.UNKNOWN
        bench.comes_on("cho")
        User.objects.filter(username="cho").update(is_active=False)
        assert bench.person() == ""
        assert bench.scan("cho").outcome is Outcome.UNKNOWN

    def test_a_revoked_terminal_is_a_browser_like_any_other(self, bench: At) -> None:
        bench.comes_on("ben")
        bench.scan("cho")
        commands.revoke_terminal(CHIEF, terminal_id=bench.terminal.pk)
        assert (bench.is_one(), bench.person()) == (False, "")
        with pytest.raises(NotFound):
            bench.scan("cho")
        with pytest.raises(NotFound):
            bench.enter(PINS["cho"])

    def test_a_badge_revoked_between_scan_and_pin_opens_nothing(self, bench: At) -> None:
        bench.scan("ben")
        commands.revoke_badge(CHIEF, badge_id=Badge.objects.get(user__username="ben").pk)
        assert bench.enter(PINS["ben"]).outcome is Outcome.EXPIRED
        assert bench.person() == ""

    def test_a_terminal_carried_out_of_its_network_is_none(self, people: None) -> None:
        bench = enrolled(allowed_network="10.1.2.0/24")
        bench.comes_on("ben")
        assert bench.person("10.1.2.250") == "ben"
        assert bench.person("10.1.3.1") == ""
        assert bench.is_one("192.0.2.1") is False

    def test_on_the_floor_nobody_is_more_than_the_floor(self) -> None:
        assert on_the_floor(EVERYTHING) == FLOOR
        assert on_the_floor(frozenset({"view_factory", "manage_accounts"})) == {"view_factory"}
        assert on_the_floor(frozenset({"view_own_orders"})) == frozenset()
        assert not any(name.startswith(("manage_", "create_", "restore_", "set_")) for name in FLOOR)
        assert not {"view_audit", "sign_record", "correct_record", "send_messages", "*"} & FLOOR


def test_the_lists_say_how_things_stand(bench: At) -> None:
    with clock_at(NOON):
        bench.comes_on("ben")
        (terminal,) = terminals(CHIEF)
        assert (terminal.name, terminal.place, terminal.person) == ("Bench 1", "Line 1", "ben")
        bench.scan("cho")
        for _ in range(5):
            bench.enter(WRONG)
        User.objects.create_user("dee")
        commands.issue_pin(CHIEF, username="dee")
        User.objects.create_user("eva")
        User.objects.create_user("acme", roles=["client"])
        lines = {one.username: (one.badge_id is not None, one.pin) for one in holders(CHIEF)}
    assert lines == {
        "ben": (True, "own"),
        "cho": (True, "waits"),
        "dee": (False, "one_time"),
        "eva": (False, "none"),
    }
