"""What is to be said of messages: what was put right in them, what cannot be read, what is doubtful."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import msgspec

from padstone import cfx
from padstone.cfx import Head, Structure, Unreadable
from padstone.cfx.shapes import Many, One, Plan, Shape, Table, plan_of
from padstone.entrypoints.cli.cfx.course import Course
from padstone.entrypoints.cli.cfx.kinds import structure_named
from padstone.entrypoints.cli.cfx.places import Place, find, place_at
from padstone.entrypoints.cli.cfx.recording import Damaged, Message, json_of, name_in

OK, REPAIRED, REFUSED = "ok", "repaired", "refused"
BODY = "MessageBody"
_LINE_COLUMN = re.compile(r"line (\d+), column (\d+)(?:: )?")
_LINE = re.compile(r"line (\d+)$")
_ENVELOPE = frozenset(
    ("MessageName", "Version", "TimeStamp", "UniqueID", "Source", "Target", "RequestID", BODY)
)
_members = msgspec.json.Decoder(dict[str, msgspec.Raw])


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say: `level` is refused, repaired or warning; `path` the place in the names of the wire;
    `place` where that is in the file (None where nobody can tell).
    """

    level: str
    code: str
    text: str
    path: str = ""
    way_out: str = ""
    place: Place | None = None


@dataclass(slots=True)
class Verdict:
    """What is to be said of one message: `name` is "" where it is not known, `where` is its place in a file
    that holds several.
    """

    file: str
    where: str
    name: str
    outcome: str = OK
    findings: list[Finding] = field(default_factory=list)

    @property
    def warnings(self) -> int:
        return sum(finding.level == "warning" for finding in self.findings)


class Judge:
    """Judges one input: the messages in their order, which its later findings look back on. `name` is what
    bodies without an envelope are, where their file's name does not tell.
    """

    def __init__(self, name: str = "") -> None:
        self.course = Course()
        self._name = name

    def judge(self, message: Message) -> Iterator[Verdict]:
        """Of each envelope or body in a file, or on a line of a recording."""
        try:
            data = json_of(message)
        except Damaged as damaged:
            yield _refused_whole(message, str(damaged))
            return
        pieces = cfx.split(data)
        if not pieces:
            yield _refused_whole(message, "it is empty")
            return
        at = 0
        for piece in pieces:
            found = data.find(piece.raw, at)
            begin = found if found >= 0 else at
            at = begin + len(piece.raw) if found >= 0 else at
            yield self._piece(message, _Text(data, piece, begin, message.line), several=len(pieces) > 1)

    def _piece(self, message: Message, text: _Text, *, several: bool) -> Verdict:
        where = text.piece.where if isinstance(text.piece, Unreadable) and several else ""
        verdict = Verdict(message.file, where or text.where(several=several), "")
        if isinstance(text.piece, Head):
            self._envelope(verdict, text, text.piece)
        else:
            self._bare(verdict, text, text.piece, name_in(message.file) or "")
        if any(finding.level == REFUSED for finding in verdict.findings):
            verdict.outcome = REFUSED
        elif any(finding.level == REPAIRED for finding in verdict.findings):
            verdict.outcome = REPAIRED
        return verdict

    # --- one message ----------------------------------------------------------------------------------------

    def _envelope(self, verdict: Verdict, text: _Text, head: Head) -> None:
        verdict.name = head.message_name
        verdict.findings += [text.repair(note, "") for note in head.repairs]
        verdict.findings += _head_warnings(head, text)
        try:
            message, notes = cfx.decode_body_with_notes(head.message_name, head.body)
        except cfx.UnknownMessage as unknown:
            verdict.findings.append(text.refusal("MessageName", str(unknown), _near_message(unknown.name)))
            return
        except cfx.BadMessage as bad:
            verdict.findings.append(text.bad(bad, BODY, head.message_name))
            return
        verdict.findings += [text.repair(note, BODY) for note in notes]
        verdict.findings += [text.unknown(path, near, BODY) for path, near in unknown_places(message)]
        verdict.findings += _body_warnings(message, text)
        self.course.take(verdict.file, text.start, head, message)

    def _bare(self, verdict: Verdict, text: _Text, piece: Unreadable, name: str) -> None:
        name = self._name or name
        kind = structure_named(name) if name else None
        if kind is None:
            verdict.findings.append(_not_an_envelope(text, piece, name))
            return
        verdict.name = name
        try:
            structure, notes = cfx.decode_structure_with_notes(kind, piece.raw)
        except cfx.BadMessage as bad:
            verdict.findings.append(text.bad(bad, "", name))
            return
        verdict.findings += [text.repair(note, "") for note in notes]
        verdict.findings += [text.unknown(path, near, "") for path, near in unknown_places(structure)]


def _refused_whole(message: Message, reason: str) -> Verdict:
    place = Place(message.line, 1) if message.line else None
    finding = Finding(REFUSED, "unreadable", reason, place=place)
    return Verdict(message.file, f"line {message.line}" if message.line else "", "", REFUSED, [finding])


# --- where and what -----------------------------------------------------------------------------------------


class _Text:
    """The text of one piece, and where it is in its file."""

    def __init__(self, data: bytes, piece: Head | Unreadable, begin: int, recorded_line: int) -> None:
        self.piece = piece
        self._data = data
        self._recorded = recorded_line
        self._text = piece.raw.decode("utf-8", "replace")
        self._sent: dict[str, str] = {}  # by the path that a name was read as, the path as sent
        before = data[:begin].decode("utf-8", "replace")
        self.start = Place(recorded_line, 1) if recorded_line else place_at(before, len(before))
        text = data.decode("utf-8", "replace")
        self._document = place_at(text, len(text) - len(text.lstrip("\ufeff \t\r\n")))

    def where(self, *, several: bool) -> str:
        return f"line {self.start.line}" if several or self._recorded else ""

    def refusal(self, path: str, reason: str, way_out: str) -> Finding:
        return Finding(REFUSED, "refused", reason, path, way_out, self.place(path))

    def bad(self, bad: cfx.BadMessage, prefix: str, name: str) -> Finding:
        path = _joined(prefix, bad.path)
        told, place = self.told(bad.reason, prefix)
        return Finding(REFUSED, "refused", told, path, _way_out(bad.reason, name), place or self.place(path))

    def repair(self, note: str, prefix: str) -> Finding:
        told, place = self.told(note, prefix)
        if place is not None:
            return Finding(REPAIRED, "almost_json", told, place=place)
        path, colon, what = note.partition(": ")
        if not colon:
            return Finding(REPAIRED, "repaired", note, place=self.start)
        full = _joined(prefix, path)
        if not what.startswith("read as "):
            return Finding(REPAIRED, "repaired", what, full, place=self.place(full))
        place = self.place(full)
        self._sent[_joined(full.rpartition(".")[0], what.removeprefix("read as "))] = full
        return Finding(REPAIRED, "spelling", what, full, place=place)

    def unknown(self, path: str, near: str, prefix: str) -> Finding:
        full = _joined(prefix, path)
        way_out = f"Did you mean {near}?" if near else ""
        if path.rpartition(".")[2] == "$type":
            return Finding(
                "warning",
                "unknown_type",
                "this $type is not one that may stand here; it is kept",
                full,
                way_out,
                self.place(full),
            )
        text = "the standard has no such property here; it is kept, and not understood"
        return Finding("warning", "unknown_property", text, full, way_out, self.place(full))

    def warning(self, code: str, path: str, text: str, way_out: str = "") -> Finding:
        return Finding("warning", code, text, path, way_out, self.place(path))

    def place(self, path: str) -> Place:
        """Where a path is; the beginning of the piece, where that cannot be told."""
        if self._recorded:
            return self.start
        path = self._as_sent(path)
        at = find(self._text, path) if path else 0
        while at is None and path:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
            at = find(self._text, path)
        return self._moved(place_at(self._text, at or 0))

    def _as_sent(self, path: str) -> str:
        for meant, sent in self._sent.items():
            if path.startswith(meant) and path[len(meant) : len(meant) + 1] in ("", ".", "["):
                return sent + path[len(meant) :]
        return path

    def _moved(self, inner: Place) -> Place:
        return _from(self.start, inner)

    def told(self, text: str, prefix: str) -> tuple[str, Place | None]:
        """A reason that begins with its own place (`line 3, column 7: ...`), and that place in the file."""
        found = _LINE_COLUMN.search(text)
        if found is None:
            return text, None
        told = (text[: found.start()] + text[found.end() :]).removeprefix("not JSON: ")
        if self._recorded:
            return told, self.start
        return told, _from(self._origin(prefix), Place(int(found[1]), int(found[2])))

    def _origin(self, prefix: str) -> Place:
        """From where a place counts that is told of what stands under a path: from there; of the piece
        itself, from its line, or from the beginning of the document if it was read as one.
        """
        if prefix:
            return self._moved(place_at(self._text, find(self._text, prefix) or 0))
        if not isinstance(self.piece, Head) and _LINE.fullmatch(self.piece.where) is None:
            return self.start
        return self.start if b"\n" not in self.piece.raw and b"\n" in self._data.strip() else self._document


def _from(begin: Place, inner: Place) -> Place:
    if inner.line == 1:
        return Place(begin.line, begin.column + inner.column - 1)
    return Place(begin.line + inner.line - 1, inner.column)


def _joined(prefix: str, path: str) -> str:
    if not prefix or not path:
        return prefix or path
    return f"{prefix}{path}" if path.startswith("[") else f"{prefix}.{path}"


def _way_out(reason: str, name: str) -> str:
    if "one of" in reason or reason.startswith("must be"):
        return f"`padstone cfx explain {name}` says what may stand here."
    if "a value is missing" in reason:
        return "Write the value, or null, or leave the property out."
    if "there is no body" in reason:
        return "Send the body as the property MessageBody, an object; it may be empty: {}."
    if "bracket" in reason or "ends" in reason:
        return "The text is cut off or lacks a bracket: send the whole of it."
    if "not UTF-" in reason:
        return "Write the text in UTF-8."
    return ""


def _near_message(name: str) -> str:
    last = name.rpartition(".")[2]
    by_last = {known.rpartition(".")[2]: known for known in sorted(cfx.KNOWN_MESSAGES)}
    near = get_close_matches(last, by_last, n=1, cutoff=0.75)
    if near:
        return f"Did you mean {by_last[near[0]]}? `padstone cfx list` has all names."
    return "`padstone cfx list` has all names; a message of your own belongs under your own name, not CFX."


def _not_an_envelope(text: _Text, piece: Unreadable, name: str) -> Finding:
    told, place = text.told(piece.reason, "")
    way_out = ""
    if "MessageName" in piece.reason:
        way_out = (
            "Send it in an envelope; for a body by itself give --name, or call the file after the message."
        )
    if name:
        way_out = f"{name} is no name of the standard: `padstone cfx list` has them all."
    return Finding(
        REFUSED, "not_an_envelope", told, "", way_out or _way_out(piece.reason, ""), place or text.start
    )


# --- warnings -----------------------------------------------------------------------------------------------


def _head_warnings(head: Head, text: _Text) -> Iterator[Finding]:
    if not head.unique_id:
        yield text.warning(
            "no_unique_id",
            "UniqueID",
            "it has no UniqueID, by which a repetition is known",
            "Send a new UUID.",
        )
    if not head.source:
        yield text.warning(
            "no_source",
            "Source",
            "it has no Source: nobody can tell whose it is",
            "Send the endpoint's CFX handle.",
        )
    if not head.time_stamp:
        yield text.warning("no_time", "TimeStamp", "it has no TimeStamp", "Send when it happened.")
    else:
        try:
            if not cfx.parse_instant(head.time_stamp).zoned:
                yield text.warning(
                    "no_zone",
                    "TimeStamp",
                    "the TimeStamp has no zone; UTC is assumed",
                    "Write Z or an offset such as +01:00 behind it.",
                )
        except cfx.CfxValueError as error:
            yield text.warning("bad_time", "TimeStamp", str(error), "Write 2026-03-01T08:00:00.0000000Z.")
    if head.repairs:
        return
    for name in _members.decode(head.raw):
        if name not in _ENVELOPE:
            near = get_close_matches(name, _ENVELOPE, n=1)
            yield text.unknown(name, near[0] if near else "", "")


def _body_warnings(message: cfx.Message, text: _Text) -> Iterator[Finding]:
    plan = plan_of(type(message))
    for name in ("TransactionID", "TransactionId"):
        if name in plan.shapes and not cfx.given(getattr(message, plan.attributes[name])):
            yield text.warning(
                "no_transaction",
                _joined(BODY, name),
                f"it has no {name}: nobody can tell to which work it belongs",
                "Send the TransactionID of its WorkStarted.",
            )


def unknown_places(structure: Structure) -> Iterator[tuple[str, str]]:
    """The paths of what the standard does not name, each with the name that may have been meant, or ""."""
    yield from _unknown(structure, One(plan_of(type(structure)), open=False), "")


def _unknown(value: Any, shape: Shape, path: str) -> Iterator[tuple[str, str]]:
    match shape:
        case One(plan=declared) if isinstance(value, Structure):
            plan = plan_of(type(value))
            if not isinstance(value.other_properties, msgspec.UnsetType):
                for name in value.other_properties:
                    if name == "$type" and declared.kind_meant(value.other_properties[name]) is plan:
                        continue  # it was understood, and that is said
                    yield _joined(path, name), _near(name, value.other_properties[name], plan, declared)
            for name, inner in plan.branches:
                yield from _unknown(getattr(value, plan.attributes[name]), inner, _joined(path, name))
        case Many(item=item) if isinstance(value, list | tuple):
            for place, one in enumerate(value):
                yield from _unknown(one, item, f"{path}[{place}]")
        case Table(item=item) if isinstance(value, dict):
            for key, one in value.items():
                yield from _unknown(one, item, _joined(path, key))
        case _:
            pass


def _near(name: str, value: Any, plan: Plan, declared: Plan) -> str:
    if name == "$type":
        near = get_close_matches(str(value), list(declared.kinds), n=1)
    else:
        near = get_close_matches(name, list(plan.shapes), n=1, cutoff=0.7)
    return near[0] if near else ""
