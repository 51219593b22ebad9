"""How pages write a state, an instant, a number: once, for every template."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_noop, ngettext

from padstone.features.sites.domain import StateGroup, group_of, word_for
from padstone.kernel import clock
from padstone.platform.accounts.roles import ROLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.core.paginator import Page
    from django.http import HttpRequest

    from padstone.ingest.decoded import Node

register = template.Library()

NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"
NO_BREAK = "\N{NO-BREAK SPACE}"

_SHAPES = {
    "good": '<circle cx="12" cy="12" r="11"/><path class="in" d="M6.6 12.6l3.6 3.6 7.2-7.8"/>',
    "warn": '<path d="M12 1.6 23.4 22H.6z"/><path class="in" d="M12 8.6v6.2M12 18.2v1"/>',
    "bad": '<path d="M7.2.8h9.6l6.4 6.4v9.6l-6.4 6.4H7.2L.8 16.8V7.2z"/>'
    '<path class="in" d="M8 8l8 8M16 8l-8 8"/>',
    "info": '<path d="M12 .6 23.4 12 12 23.4.6 12z"/>',
    "idle": '<circle class="hollow" cx="12" cy="12" r="9.4"/>',
    "off": '<path d="M2 9.8h20v4.4H2z"/>',
}
"""One shape for each tone: a state is told apart without its colour."""

_TONES_OF_WORDS = {
    "good": "Pass Passed Completed Succeeded RepairSuccessful DefectRepaired DefectClosed DefectAccepted "
    "done online answered",
    "bad": "Fail Failed Scrap Error Aborted UnableToRepair DefectConfirmed rejected failed lost wrong "
    "refused timed_out unreachable",
    "warn": "NotVerifiedYet possible waiting doubted repaired",
    "info": "received kept unknown queued sent",
    "idle": "Skip Skipped DefectRejected repeated dismissed",
    "off": "shut_down",
}
_TONE_OF = {word: tone for tone, words in _TONES_OF_WORDS.items() for word in words.split()}

_TONE_OF_GROUP = {
    StateGroup.PRODUCTIVE: "good",
    StateGroup.STANDBY: "idle",
    StateGroup.ENGINEERING: "info",
    StateGroup.SCHEDULED_DOWN: "info",
    StateGroup.UNSCHEDULED_DOWN: "bad",
    StateGroup.NON_SCHEDULED: "off",
}

_REQUEST_STATES = {
    "queued": gettext_noop("Waits to be sent"),
    "sent": gettext_noop("Sent, no answer yet"),
    "answered": gettext_noop("Answered"),
    "refused": gettext_noop("Refused by the machine"),
    "timed_out": gettext_noop("No answer"),
    "unreachable": gettext_noop("Could not be reached"),
}

_STATION_KINDS = {
    "printer": gettext_noop("Screen printer"),
    "spi": gettext_noop("Solder paste inspection"),
    "placer": gettext_noop("Placer"),
    "oven": gettext_noop("Reflow oven"),
    "aoi": gettext_noop("Optical inspection"),
    "test": gettext_noop("Test"),
    "repair": gettext_noop("Repair bench"),
    "other": gettext_noop("Station"),
}

_THINGS = {
    "unit": gettext_noop("Board"),
    "panel": gettext_noop("Panel"),
    "order": gettext_noop("Work order"),
    "station": gettext_noop("Station"),
    "package": gettext_noop("Reel"),
    "lot": gettext_noop("Lot"),
}

_LOADINGS = {
    "loaded": (gettext_noop("Loaded at"), "good"),
    "spliced": (gettext_noop("Spliced on at"), "info"),
    "unloaded": (gettext_noop("Taken from"), "idle"),
    "depleted": (gettext_noop("Ran out at"), "warn"),
}

_EVENTS = {
    "split_off": (gettext_noop("Split off it:"), "info"),
    "split_from": (gettext_noop("Split off"), "info"),
    "joined_behind": (gettext_noop("Joined behind"), "info"),
    "joined_before": (gettext_noop("Joined before"), "info"),
    "cut_off": (gettext_noop("Cut from"), "info"),
    "modified": (gettext_noop("Corrected"), "warn"),
    "consumed": (gettext_noop("Used"), "idle"),
    "retired": (gettext_noop("Retired"), "idle"),
    "block_asked": (gettext_noop("Asked to be blocked"), "bad"),
    "unblock_asked": (gettext_noop("Asked to be released"), "good"),
    "opened": (gettext_noop("Dry bag opened"), "warn"),
    "expired": (gettext_noop("Floor life used up"), "bad"),
    "into_dry_storage": (gettext_noop("Into dry storage"), "good"),
    "out_of_dry_storage": (gettext_noop("Out of dry storage"), "warn"),
    "restored": (gettext_noop("Baked"), "good"),
    "initialized": (gettext_noop("Named"), "info"),
    "identified": (gettext_noop("Code read"), "info"),
    "personalized": (gettext_noop("Personalized"), "info"),
    "disqualified": (gettext_noop("Disqualified"), "bad"),
    "loaded": (gettext_noop("Put into a carrier"), "info"),
    "unloaded": (gettext_noop("Taken out of a carrier"), "info"),
    "created": (gettext_noop("Created"), "info"),
    "updated": (gettext_noop("Changed"), "info"),
    "deleted": (gettext_noop("Deleted by its sender"), "warn"),
    "status": (gettext_noop("Status"), "info"),
    "quantity": (gettext_noop("Quantity"), "info"),
    "scheduled": (gettext_noop("Scheduled"), "info"),
    "unscheduled": (gettext_noop("Taken off the schedule"), "warn"),
    "action": (gettext_noop("Work around it"), "info"),
    "online": (gettext_noop("Online"), "good"),
    "offline": (gettext_noop("Offline"), "idle"),
    "tool_changed": (gettext_noop("Tool changed"), "info"),
    "tool_loaded": (gettext_noop("Tool mounted"), "info"),
    "tool_unloaded": (gettext_noop("Tool taken off"), "info"),
    "tool_cleaned": (gettext_noop("Cleaned"), "info"),
    "carrier_loaded": (gettext_noop("Carrier put in"), "info"),
    "carrier_unloaded": (gettext_noop("Carrier taken out"), "info"),
    "maintained": (gettext_noop("Maintenance"), "good"),
    "calibrated": (gettext_noop("Calibration"), "good"),
    "parameters_modified": (gettext_noop("Parameters changed"), "warn"),
    "process_data": (gettext_noop("Process data"), "info"),
    "counted": (gettext_noop("Count"), "info"),
    "stage_started": (gettext_noop("Stage started"), "info"),
    "stage_paused": (gettext_noop("Stage paused"), "warn"),
    "stage_resumed": (gettext_noop("Stage resumed"), "info"),
    "stage_completed": (gettext_noop("Stage completed"), "good"),
    "activity": (gettext_noop("Activity"), "info"),
}

_PROCESSES = {
    "ReflowProfilingProcessData": gettext_noop("Reflow profile"),
    "ReflowProcessData": gettext_noop("Reflow"),
    "SolderPastePrintingPCBProcessData": gettext_noop("Solder paste printing"),
}

_ABOUT_A_MEASUREMENT = frozenset({"type", "name", "designator", "result", "identifier", "sequence", "at"})

_MESSAGE_STATES = {
    "received": (gettext_noop("Received"), gettext_noop("It will be interpreted in a moment."), ""),
    "done": (gettext_noop("On the books"), gettext_noop("What it says is on the books."), ""),
    "waiting": (
        gettext_noop("Waiting"),
        gettext_noop("It speaks of something nobody has told of yet."),
        gettext_noop("It goes on by itself once that is told; or retry it."),
    ),
    "rejected": (
        gettext_noop("Rejected"),
        gettext_noop("It breaks a rule, and nothing of it is on the books."),
        gettext_noop(
            "Correct it at its sender and send it again, or put right what it contradicts and retry it."
        ),
    ),
    "failed": (
        gettext_noop("Failed"),
        gettext_noop("Padstone failed over it; nothing of it is on the books."),
        gettext_noop("Retry it. If it fails again, report it with its exact bytes."),
    ),
    "repeated": (
        gettext_noop("Repeated"),
        gettext_noop("The same message came before; it changed nothing."),
        "",
    ),
    "dismissed": (
        gettext_noop("Dismissed"),
        gettext_noop("Somebody said that nothing needs to be done."),
        "",
    ),
    "doubted": (gettext_noop("In doubt"), gettext_noop("On the books, and a person should see it."), ""),
    "kept": (gettext_noop("Kept"), gettext_noop("Kept as it is; nothing of it is interpreted yet."), ""),
}
"""Of each state of a message: its word, what it means, and the way out."""

_CODES = {
    "unknown_package": gettext_noop("A package that was never received"),
    "unknown_transaction": gettext_noop("A work transaction whose start nobody told"),
    "unknown_unit": gettext_noop("A unit that nobody told of"),
    "package_not_named": gettext_noop("Parts of which nobody said from which package"),
    "unknown_message": gettext_noop("No message of the standard"),
    "not_cfx": gettext_noop("Its content is not as the standard has it"),
    "not_an_envelope": gettext_noop("Not readable as a CFX message"),
    "not_gzip": gettext_noop("Marked as gzip, and none"),
    "unknown_encoding": gettext_noop("An encoding that nobody understands"),
    "no_amqp_content": gettext_noop("An AMQP message without readable content"),
    "set_aside": gettext_noop("Set aside, since it could not be stored"),
    "too_large": gettext_noop("Too large"),
    "unpacks_too_large": gettext_noop("Too large when unpacked"),
    "empty": gettext_noop("Empty"),
    "no_source": gettext_noop("It does not say which machine it is from"),
    "source_unusable": gettext_noop("A name that can be no machine's"),
    "speaks_for_another": gettext_noop("Delivered under another machine's name"),
    "same_id_other_content": gettext_noop("An id that another message has"),
    "refused_at_the_door": gettext_noop("Turned away at the door"),
    "not_a_time": gettext_noop("A time that cannot be read"),
    "not_a_span": gettext_noop("A span of time that cannot be read"),
    "not_a_guid": gettext_noop("No GUID where one belongs"),
    "no_transaction": gettext_noop("Its work transaction is missing"),
    "identifier_too_long": gettext_noop("An identifier that is too long"),
    "number_out_of_range": gettext_noop("A number that cannot be"),
    "sent_again_meanwhile": gettext_noop("Sent again meanwhile"),
    "nothing_to_retry": gettext_noop("Nothing to take up again"),
    "bug": gettext_noop("An error of Padstone"),
    "kept": gettext_noop("Kept, and not interpreted yet"),
    "endpoint_registered": gettext_noop("A machine that nobody has given a place"),
    "clock_off": gettext_noop("The machine's clock is off"),
    "no_time": gettext_noop("No time told"),
    "unfit_package": gettext_noop("A package in use that must not be"),
    "time_without_zone": gettext_noop("A time without its zone"),
    "time_twice": gettext_noop("A time that came twice, when clocks were put back"),
    "time_never": gettext_noop("A time that never came, when clocks were put forward"),
    "repaired": gettext_noop("Read otherwise than it is written"),
    "nul_left_out": gettext_noop("NUL characters left out"),
    "more_doubts": gettext_noop("More doubts than were noted"),
}
"""What people call a code of a refusal or a doubt. The sentence that goes with it says more."""

_PRESENCES = {
    "online": gettext_noop("Online"),
    "lost": gettext_noop("Lost"),
    "shut_down": gettext_noop("Shut down"),
}

_DOORS = {
    "amqp": gettext_noop("AMQP"),
    "broker": gettext_noop("AMQP broker"),
    "http": gettext_noop("HTTP"),
    "file": gettext_noop("file"),
}

_AWAITED = {
    "package": gettext_noop("package"),
    "transaction": gettext_noop("work transaction"),
    "unit": gettext_noop("unit"),
    "load": gettext_noop("what is loaded at"),
}

_NEWS = {
    "connected": gettext_noop("Connected"),
    "informed": gettext_noop("Told what it is"),
    "shut_down": gettext_noop("Said goodbye"),
}

_MARKS_OF_PLACES = {
    "unknown": gettext_noop("not of the standard"),
    "repaired": gettext_noop("read as"),
    "wrong": gettext_noop("cannot be read"),
}

_OPEN_LEVELS = 3
_OPEN_CHILDREN = 12
"""A place with more inside, or deeper down, is folded, unless something in it is marked."""

_WORD_BREAK = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_")


@dataclass(frozen=True, slots=True)
class Shown:
    """A state as people see it: its word, and the tone that gives it colour and shape."""

    word: str
    tone: str


@register.simple_tag
def shape(tone: str) -> SafeString:
    """The shape of a tone, drawn."""
    drawing = _SHAPES.get(tone, _SHAPES["idle"])
    svg = f'<svg class="shape" viewBox="0 0 24 24" aria-hidden="true">{drawing}</svg>'
    return mark_safe(svg)  # noqa: S308 - made of the constants above


@register.simple_tag
def badge(word: object, tone: str = "") -> SafeString:
    """A word with colour and shape; nothing for no word. The standard's words bring a tone of their own."""
    if not word:
        return SafeString()
    tone = tone or tone_of(word)
    return format_html(
        '<span class="badge {}">{}{}</span>', _colour(tone), shape(tone), gettext(spaced(word))
    )


@register.simple_tag
def mark(word: object, tone: str = "") -> SafeString:
    """As :func:`badge`, lighter: for table cells."""
    if not word:
        return SafeString()
    tone = tone or tone_of(word)
    return format_html('<span class="mark {}">{}{}</span>', _colour(tone), shape(tone), gettext(spaced(word)))


@register.filter
def tone_of(word: object) -> str:
    return _TONE_OF.get(str(word), "idle")


@register.filter
def colour_of(tone: str) -> str:
    """The CSS class that colours a tone."""
    return _colour(tone)


@register.filter
def resource_state(number: int | None) -> Shown:
    """A station's state in words; one that never told its state says so."""
    if number is None:
        return Shown(gettext("No state told"), "off")
    group = group_of(number)
    return Shown(gettext(word_for(number)), _TONE_OF_GROUP[group] if group else "off")


@register.filter
def spaced(word: object) -> str:
    """``NotVerifiedYet`` as people write it: Not verified yet. All-capital words stay."""
    parts = _WORD_BREAK.split(str(word))
    rest = [part if part.isupper() and len(part) > 1 else part.lower() for part in parts[1:]]
    first = parts[0]
    return " ".join([first[:1].upper() + first[1:], *rest])


@register.filter
def grouped(number: Decimal | int | None) -> str:
    """A number with its thousands set apart; trailing zeros of a quantity go."""
    if number is None:
        return ""
    text = f"{number.normalize():f}" if isinstance(number, Decimal) else str(number)
    whole, point, rest = text.partition(".")
    return f"{int(whole):,}".replace(",", NARROW_SPACE) + point + rest


@register.simple_tag
def quantity(number: Decimal | None, unit: str) -> str:
    """A quantity and its unit, never one without the other; nothing where none is known."""
    return "" if number is None else f"{grouped(number)}{NO_BREAK}{unit}"


@register.filter
def when(instant: datetime | None) -> SafeString:
    """Date and time to the second in the site's zone; the offset and the fraction stand in the title."""
    return _time(instant, "%Y-%m-%d %H:%M:%S")


@register.filter
def clock_time(instant: datetime | None) -> SafeString:
    """The time of day alone; its date stands in the title."""
    return _time(instant, "%H:%M:%S")


@register.filter
def lately(instant: datetime | None) -> SafeString:
    """The time of day for today, with its date for any other day."""
    if instant is None:
        return SafeString()
    today = timezone.localdate(clock.now()) == timezone.localdate(instant)
    return clock_time(instant) if today else when(instant)


@register.filter
def shown(value: object) -> object:
    """An instant in the site's zone; anything else as it is."""
    return when(value) if isinstance(value, datetime) else value


@register.filter
def day(instant: datetime | None) -> SafeString:
    return _time(instant, "%Y-%m-%d")


@register.filter
def ago(instant: datetime | None) -> SafeString:
    """How long ago, in one unit; the instant itself stands in the title."""
    if instant is None:
        return SafeString()
    return _time(instant, "", text=_elapsed(clock.now() - instant))


@register.filter
def minutes(seconds: int) -> str:
    """Seconds as minutes, to a tenth."""
    return f"{seconds / 60:.1f}".removesuffix(".0")


@register.filter
def asking(value: str, name: str) -> str:
    """``name=value`` for the query of an address."""
    return urlencode({name: value})


@register.filter
def kind_word(kind: str) -> str:
    """What people call a kind of station."""
    return gettext(_STATION_KINDS.get(kind, kind))


@register.filter
def thing_word(kind: str) -> str:
    """What people call a kind of thing that a scan can name."""
    return gettext(_THINGS.get(kind, kind))


@register.filter
def state_word(state: str) -> str:
    """What people call a message's state."""
    return gettext(_MESSAGE_STATES[state][0]) if state in _MESSAGE_STATES else state


@register.filter
def state_meaning(state: str) -> str:
    return gettext(_MESSAGE_STATES[state][1]) if state in _MESSAGE_STATES else ""


@register.filter
def state_way_out(state: str) -> str:
    return gettext(_MESSAGE_STATES[state][2]) if state in _MESSAGE_STATES else ""


@register.filter
def code_word(code: str) -> str:
    """What people call a code of a refusal or a doubt."""
    return gettext(_CODES[code]) if code in _CODES else spaced(code)


@register.filter
def presence_word(presence: str) -> str:
    return gettext(_PRESENCES.get(presence, presence))


@register.filter
def request_word(state: str) -> str:
    """What became of a request to a machine."""
    return gettext(_REQUEST_STATES.get(state, state))


@register.filter
def door_word(door: str) -> str:
    return gettext(_DOORS.get(door, door))


@register.filter
def awaited_word(kind: str) -> str:
    return gettext(_AWAITED.get(kind, kind))


@register.filter
def news_word(kind: str) -> str:
    return gettext(_NEWS.get(kind, kind))


@register.filter
def short_name(message: str) -> str:
    """The last part of a message's name."""
    return message.rpartition(".")[2]


@register.filter
def milliseconds(number: int | None) -> str:
    """A span in the unit that suits it, one decimal at most."""
    if number is None:
        return "–"
    sign, size = ("−" if number < 0 else ""), abs(number)
    for unit, length in (("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1_000)):
        if size >= length:
            return f"{sign}{size / length:.1f}".removesuffix(".0") + f"{NO_BREAK}{unit}"
    return f"{sign}{size}{NO_BREAK}ms"


@register.simple_tag
def tree(nodes: Iterable[Node]) -> SafeString:
    """A message's places, one below the other; what is in a place is folded away where it is much."""
    return _branch(nodes, 0)


def _branch(nodes: Iterable[Node], depth: int) -> SafeString:
    return format_html("<ul>{}</ul>", format_html_join("", "{}", ((_place(n, depth),) for n in nodes)))


def _place(node: Node, depth: int) -> SafeString:
    named = format_html('<span class="key">{}</span>', node.name)
    told = SafeString()
    if node.mark:
        word = gettext(_MARKS_OF_PLACES.get(node.mark, node.mark))
        note = (
            node.note.partition(" read as ")[2]
            if node.mark == "repaired" and " read as " in node.note
            else node.note
        )
        told = format_html(
            ' <span class="mark {}">{}{} {}</span>',
            _colour(tone_of(node.mark)),
            shape(tone_of(node.mark)),
            word,
            note,
        )
    if not node.children:
        return format_html('<li>{} <span class="value">{}</span>{}</li>', named, node.value, told)
    is_open = node.marked_inside or (depth < _OPEN_LEVELS and len(node.children) <= _OPEN_CHILDREN)
    return format_html(
        '<li><details{}><summary>{} <span class="n">{}</span>{}</summary>{}</details></li>',
        SafeString(" open") if is_open else "",
        named,
        len(node.children),
        told,
        _branch(node.children, depth + 1),
    )


@register.filter
def load_word(kind: str) -> str:
    """How a package came to, or left, a feeder location."""
    return gettext(_LOADINGS[kind][0]) if kind in _LOADINGS else kind


@register.filter
def load_tone(kind: str) -> str:
    return _LOADINGS[kind][1] if kind in _LOADINGS else "idle"


@register.filter
def event_word(kind: str) -> str:
    """What became of a package, a unit, an order or a machine."""
    return gettext(_EVENTS[kind][0]) if kind in _EVENTS else kind


@register.filter
def event_tone(kind: str) -> str:
    return _EVENTS[kind][1] if kind in _EVENTS else "idle"


@register.filter
def process_word(kind: str) -> str:
    """What people call the class of a process's data."""
    return gettext(_PROCESSES[kind]) if kind in _PROCESSES else spaced(kind.removesuffix("ProcessData"))


@register.filter
def role_title(role: str) -> str:
    """What people call a role."""
    return gettext(ROLES[role].title) if role in ROLES else role


@register.filter
def spoken(word: str) -> str:
    """A word of the house in the reader's language."""
    return gettext(word)


@register.filter
def names(rows: Iterable[object], attribute: str) -> list[str]:
    """The different values of an attribute, in the order in which they first come."""
    return list(dict.fromkeys(str(getattr(row, attribute)) for row in rows))


@register.filter
def plain_number(number: float) -> str:
    """A coordinate of a drawing: a point and no thousands, whatever the language."""
    return repr(number)


@register.filter
def measured(one: Mapping[str, Any]) -> str:
    """What a measurement found: its number and unit, or whatever fields of its own it has."""
    if "value" in one:
        return _with_unit(one["value"], one.get("unit"))
    return ", ".join(
        f"{spaced(name)} {value}" for name, value in one.items() if name not in _ABOUT_A_MEASUREMENT
    )


@register.filter
def window(one: Mapping[str, Any]) -> str:
    """The range a measurement may lie in, as far as it was told."""
    low, high = (
        _with_unit(one[key], one.get(f"{key}_unit")) if key in one else "" for key in ("low", "high")
    )
    if low and high:
        return f"{low} – {high}"
    return f"≥ {low}" if low else f"≤ {high}" if high else ""


@register.simple_tag(takes_context=True)
def link(context: Mapping[str, Any], text: str, page: str, css: str = "", ask: str = "") -> str:
    """A text that leads to its page, or, with ``ask``, to the page with that question. Whoever does not see
    the factory, and would be refused there, gets the words alone.
    """
    if not text:
        return ""
    if not context["sees_factory"]:
        return format_html('<span class="{}">{}</span>', css, text)
    address = f"{reverse(page)}?{urlencode({ask: text})}" if ask else reverse(page, args=[text])
    return format_html('<a class="{}" href="{}">{}</a>', css, address, text)


@register.inclusion_tag("web/pager.html")
def pager(request: HttpRequest, page: Page[Any], param: str = "page") -> dict[str, Any]:
    """Links to the other pages of a list, keeping everything else that the address says."""
    return {"page": page, "links": [_page_link(request, number, param) for number in _numbers(page)]}


def _numbers(page: Page[Any]) -> list[int | str]:
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


def _page_link(request: HttpRequest, number: int | str, param: str) -> tuple[int | str, str]:
    """A page's number and address; the gap between numbers has none."""
    if not isinstance(number, int):
        return number, ""
    query = request.GET.copy()
    query[param] = str(number)
    return number, f"?{query.urlencode()}"


def _with_unit(number: object, unit: object) -> str:
    return f"{number}{NO_BREAK}{unit}" if unit else str(number)


def _colour(tone: str) -> str:
    return "idle" if tone == "off" else tone


def _time(instant: datetime | None, pattern: str, text: str = "") -> SafeString:
    if instant is None:
        return SafeString()
    local = timezone.localtime(instant)
    exact = local.isoformat(sep=" ", timespec="milliseconds" if local.microsecond else "seconds")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        instant.isoformat(),
        exact,
        text or local.strftime(pattern),
    )


def _elapsed(span: timedelta) -> str:
    seconds = max(int(span.total_seconds()), 0)
    if seconds < 60:
        return gettext("%(n)s s ago") % {"n": seconds}
    if seconds < 3600:
        return gettext("%(n)s min ago") % {"n": seconds // 60}
    if seconds < 48 * 3600:
        return gettext("%(n)s h ago") % {"n": seconds // 3600}
    days = seconds // 86400
    return ngettext("%(n)s day ago", "%(n)s days ago", days) % {"n": days}
