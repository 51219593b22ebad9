"""JSON as it should have been: what senders write that is almost JSON, put right where only one reading is
possible.

One pass over the text, token by token. Whatever is not certain is refused with its line and column.
"""

from __future__ import annotations

import codecs
import json
import re
from typing import NamedTuple

from padstone.cfx.errors import BadMessage

LARGEST = 1024 * 1024
"""Bytes of a text that are looked at: putting right takes much longer than reading."""
DEEPEST = 200
"""Brackets within brackets."""
MOST = 10_000
"""Slips in one text: one that has more was not meant as JSON."""
LONGEST_WORD = 1000
"""Characters of a number, or of a text without quotes."""

_SPACE = re.compile(r"[ \t\r\n]+")
_STRANGE_SPACE = re.compile(r"[\f\v\u00a0\u2028\u2029\ufeff]+")
_COMMENT = re.compile(r"//[^\r\n]*|/\*.*?\*/", re.DOTALL)
_PLAIN_TEXT = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_EXPONENT = re.compile(r"[eE][+-]?[0-9]{10}")
_LOOSE_NUMBER = re.compile(r"\+?(-?)0*([0-9]+(?:\.[0-9]*)?|\.[0-9]+)((?:[eE][+-]?[0-9]+)?)")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9:.]+(?:[Zz]|[+-][0-9:]+)?")
_WORD = re.compile(r"[A-Za-z0-9_$.+\-]+")
_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$.\-]*")
_AFTER_QUOTE = re.compile(r"[ \t\r\n]*[:,}\]]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_WORDS = {"true": "true", "false": "false", "null": "null", "none": "null", "undefined": "null"}
_QUOTES = {'"': '"', "'": "'", "\u201c": "\u201d", "\u201d": "\u201d", "\u2018": "\u2019"}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Mended(NamedTuple):
    """One JSON value: its bytes as they should be, what was put right (`line 3, column 7: a comma was
    missing`), and where in the text as sent it begins and ends.
    """

    data: bytes
    repairs: tuple[str, ...]
    start: int
    end: int


def mend(data: bytes) -> Mended:
    """One JSON value that is almost JSON, put right. Nothing else may stand around it but white space,
    comments, a comma and NULs.

    Raises BadMessage, with line and column, where the text can be read in more than one way or not at all: it
    ends too early, a value is missing, a text is not closed, its bytes are no text, it is larger than LARGEST
    or nested deeper than DEEPEST, or has more than MOST slips.
    """
    pieces = mend_all(data)
    if len(pieces) > 1:
        reader = _Reader(*_text(data))
        raise reader.refusal(reader.at_byte(pieces[1].start), "the document has ended, and more follows")
    if not pieces:
        raise BadMessage("", "line 1, column 1: there is nothing")
    return pieces[0]


def mend_all(data: bytes) -> list[Mended]:
    """The values of a text that holds one after the other, or the items of the one array that it is. Raises
    as `mend`.
    """
    if len(data) > LARGEST:
        raise BadMessage("", f"not JSON, and with more than {LARGEST} bytes too large to be put right")
    reader = _Reader(*_text(data))
    reader.document()
    return reader.pieces()


def _text(data: bytes) -> tuple[str, str, int, str | None]:
    """The text, its encoding, the bytes before it, and what is to be said about them."""
    encoding, skipped = "utf-8", 0
    for mark, name in _MARKS:
        if data.startswith(mark):
            encoding, skipped = name, len(mark)
            break
    else:
        # Text without a mark: ASCII leaves every second byte of UTF-16 NUL.
        if data[:1] and data[1:2] == b"\x00":
            encoding = "utf-32-le" if data[2:4] == b"\x00\x00" else "utf-16-le"
        elif data[:1] == b"\x00" and data[1:2] not in (b"", b"\x00"):
            encoding = "utf-16-be"
    try:
        text = data[skipped:].decode(encoding)
    except UnicodeDecodeError as error:
        before = data[skipped : skipped + error.start].decode(encoding, "replace")
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        raise BadMessage("", f"line {line}, column {column}: the bytes are not {encoding.upper()}") from None
    said = None if encoding == "utf-8" else f"the text is {encoding.upper()}, not UTF-8"
    return text, encoding, skipped, said


class _Reader:
    """Reads almost-JSON and writes JSON. Its state is where it is, what is open, and what was written."""

    def __init__(self, text: str, encoding: str, skipped: int, said: str | None) -> None:
        self.text = text
        self.encoding = encoding
        self.skipped = skipped
        self.at = 0
        self.out: list[str] = []
        self.repairs: list[tuple[int, str]] = []
        self.said = said
        self.roots: list[tuple[int, int, int, int]] = []
        self.items: list[tuple[int, int, int, int]] = []
        """Of each value, and of each item of an array: begin and end in the text, begin and end in `out`."""
        self.root_is_list = False
        self.new_line = False

    # -- where things are ---------------------------------------------------------------------------------

    def place(self, at: int) -> str:
        line = self.text.count("\n", 0, at) + 1
        return f"line {line}, column {at - (self.text.rfind(chr(10), 0, at) + 1) + 1}"

    def refusal(self, at: int, reason: str) -> BadMessage:
        return BadMessage("", f"{self.place(at)}: {reason}")

    def at_byte(self, byte: int) -> int:
        encoded = self.text.encode(self.encoding)[: byte - self.skipped]
        return len(encoded.decode(self.encoding, "ignore"))

    def note(self, what: str, at: int | None = None) -> None:
        at = self.at if at is None else at
        if len(self.repairs) >= MOST:
            raise self.refusal(at, f"more than {MOST} slips: this is not JSON")
        self.repairs.append((at, what))

    def pieces(self) -> list[Mended]:
        whole_list = len(self.roots) == 1 and self.root_is_list
        spans = self.items if whole_list else self.roots
        places = _Places(self)
        mended: list[Mended] = []
        waiting = iter(sorted(self.repairs))
        repair = next(waiting, None)
        for number, (start, end, first, last) in enumerate(spans):
            # A slip between two values is the first one's; what comes before them all is the first one's too.
            until = spans[number + 1][0] if number + 1 < len(spans) else len(self.text) + 1
            told: list[str] = [f"line 1, column 1: {self.said}"] if self.said and not number else []
            while repair is not None and repair[0] < until:
                told.append(f"{places.of(repair[0])}: {repair[1]}")
                repair = next(waiting, None)
            data = "".join(self.out[first:last]).encode()
            begin, finish = places.byte(start), places.byte(end)
            if len(spans) == 1 and not whole_list:
                begin, finish = 0, places.byte(len(self.text))  # what stands around it belongs to it
            mended.append(Mended(data, tuple(told), begin, finish))
        return mended

    # -- reading ------------------------------------------------------------------------------------------

    def document(self) -> None:
        while self.skip():
            if self.text[self.at] == "," and self.roots:
                self.note("a comma too many")
                self.at += 1
                continue
            start, first = self.at, len(self.out)
            self.root_is_list = self.text[self.at] == "["
            if self.roots and self.text[self.at] not in "{[":
                raise self.refusal(self.at, "the document has ended, and more follows")
            self.value()
            self.roots.append((start, self.at, first, len(self.out)))

    def skip(self) -> bool:
        """Pass over white space and comments; False at the end."""
        text = self.text
        while self.at < len(text):
            char = text[self.at]
            if char in " \n\r\t":
                found = _SPACE.match(text, self.at)
                end = found.end() if found else self.at + 1
                self.new_line = self.new_line or "\n" in text[self.at : end]
                self.at = end
            elif found := _STRANGE_SPACE.match(text, self.at):
                self.note("white space that JSON does not know")
                self.at = found.end()
            elif char == "/" and (found := _COMMENT.match(text, self.at)):
                self.note("a comment")
                self.at = found.end()
            elif char == "\x00" and not text[self.at :].strip("\x00 \r\n\t"):
                self.note("NULs after the end")
                self.at = len(text)
            else:
                return True
        return False

    def value(self) -> None:
        """One value with all it holds. The stack is our own: input must not fill Python's."""
        open_: list[str] = []
        item_starts = [0, 0]
        while True:
            self._opening_or_scalar(open_)
            while True:
                if not open_:
                    return
                if len(open_) == 1 and open_[0] == "[" and self.out[-1] != "[":
                    self.items.append((item_starts[0], self.at, item_starts[1], len(self.out)))
                if self._closes(open_):
                    open_.pop()
                    continue
                break
            if len(open_) == 1 and open_[0] == "[":
                item_starts = [self.at, len(self.out)]

    def _opening_or_scalar(self, open_: list[str]) -> None:
        if not self.skip():
            raise self.refusal(self.at, f"the text ends within the document ({_brackets(open_)})")
        char = self.text[self.at]
        if char in "{[":
            if len(open_) >= DEEPEST:
                raise self.refusal(self.at, f"nested too deeply, in more than {DEEPEST} brackets")
            open_.append(char)
            self.out.append(char)
            self.at += 1
        else:
            self.scalar()

    def _closes(self, open_: list[str]) -> bool:
        """After a value, or after an opening bracket: write the closing bracket and say True, or the comma
        (and the next name) and say False.
        """
        kind = open_[-1]
        self.new_line = False
        fresh = self.out[-1] == kind
        comma = self._commas(kind, fresh=fresh)
        if not self.skip():
            raise self.refusal(self.at, f"the text ends within the document ({_brackets(open_)})")
        char = self.text[self.at]
        if char in "}]":
            if (char == "}") is not (kind == "{"):
                raise self.refusal(self.at, f"{char} where {'}' if kind == '{' else ']'} belongs")
            if comma is not None:
                self.note("a comma too many", comma)
            self.out.append(char)
            self.at += 1
            return True
        if not fresh:
            if comma is None:
                self._missing_comma(kind)
            self.out.append(",")
        if kind == "{":
            self.name()
        return False

    def _commas(self, kind: str, *, fresh: bool) -> int | None:
        """Pass over the commas after a value; where the (last) one is."""
        comma: int | None = None
        while self.skip() and self.text[self.at] == ",":
            if comma is not None or fresh:
                if kind == "[":
                    raise self.refusal(self.at, "a comma with no item before it")
                self.note("a comma too many")
            if not fresh:
                comma = self.at
            self.at += 1
        return comma

    def _missing_comma(self, kind: str) -> None:
        char = self.text[self.at]
        certain = char in _QUOTES or char in "{[" if kind == "{" else char in "{["
        if not (certain or self.new_line):
            raise self.refusal(self.at, f"a comma or {'}' if kind == '{' else ']'} belongs here")
        self.note("a comma was missing")

    def name(self) -> None:
        char = self.text[self.at]
        if char in _QUOTES:
            self.string()
        elif found := _NAME.match(self.text, self.at):
            self.note("a name without quotes")
            self.out.append(json.dumps(found.group()))
            self.at = found.end()
        else:
            raise self.refusal(self.at, "a name in quotes belongs here")
        if not self.skip() or self.text[self.at] != ":":
            raise self.refusal(self.at, "a colon belongs here")
        self.out.append(":")
        self.at += 1

    def scalar(self) -> None:
        text, at = self.text, self.at
        if text[at] in _QUOTES:
            self.string()
            return
        found = _TIME.match(text, at) or _WORD.match(text, at)
        if found is None:
            what = "a value is missing" if text[at] in ",}]" else f"{text[at]!r} begins no value"
            raise self.refusal(at, what)
        word = found.group()
        if len(word) > LONGEST_WORD:
            raise self.refusal(at, f"a number or word of more than {LONGEST_WORD} characters")
        if _EXPONENT.search(word) and _NUMBER.fullmatch(word):
            raise self.refusal(at, "a number beyond all reason")
        self.at = found.end()
        if self.skip_is_strange():
            raise self.refusal(self.at, "a text without quotes does not end here; put it in quotes")
        self.out.append(self._spelled(word, at))

    def skip_is_strange(self) -> bool:
        """Whether something stands right behind a word that neither ends nor separates it."""
        return self.at < len(self.text) and self.text[self.at] not in " \t\r\n,}]/\x00"

    def _spelled(self, word: str, at: int) -> str:
        if _NUMBER.fullmatch(word) or word in ("true", "false", "null"):
            return word
        known = _WORDS.get(word.lower())
        if known is not None:
            self.note(f"{word} for {known}", at)
            return known
        found = _LOOSE_NUMBER.fullmatch(word)
        if found is not None and not re.match(r"[+-]?0[0-9]", word):
            sign, digits, exponent = found.groups()
            whole, _, fraction = digits.partition(".")
            self.note("a number that JSON writes otherwise", at)
            return f"{sign}{whole or '0'}{'.' + fraction if fraction else ''}{exponent}"
        self.note("a text without quotes", at)
        return json.dumps(word)

    def string(self) -> None:
        text, start = self.text, self.at
        found = _PLAIN_TEXT.match(text, start)
        if found is not None:
            self._write(found.group(), start)
            self.at = found.end()
            return
        opening = text[start]
        if opening != '"':
            self.note(f'quotes {opening} for "', start)
        end, closing = self._end_of_string(start)
        if closing != opening and opening == '"':
            self.note(f'quotes {closing} for "', end)
        self._write('"' + self._inside(start + 1, end) + '"', start)
        self.at = end + 1

    def _end_of_string(self, start: int) -> tuple[int, str]:
        """Where a text ends that is not plain, and the quote that ends it."""
        text, opening = self.text, self.text[start]
        ending = _ENDINGS[opening]
        at = start + 1
        breaks = 0
        quote = line = 0
        while breaks <= MOST and (found := ending.search(text, at)):
            char = found.group()
            at = found.start()
            if char[0] == "\\":
                at += 2
            elif char == "\n":
                breaks += 1
                at += 1
            elif char in "\u201d\u201c" and opening == '"':
                # Inside of a text it is a letter, unless no other quote could close the text in this line.
                if quote < at:
                    quote = text.find('"', at)
                    quote = len(text) if quote < 0 else quote
                if line < at:
                    line = text.find("\n", at)
                    line = len(text) if line < 0 else line
                if line < quote and _AFTER_QUOTE.match(text, at + 1):
                    return at, char
                at += 1
            else:
                if breaks and not _AFTER_QUOTE.match(text, at + 1):
                    raise self.refusal(start, "the text is not closed")
                return at, char
        raise self.refusal(start, "the text is not closed")

    def _inside(self, start: int, end: int) -> str:
        out: list[str] = []
        at = start
        text = self.text
        while found := _STRANGE.search(text, at, end):
            out.append(text[at : found.start()])
            char = found.group()
            at = found.end()
            if char == '"':
                out.append('\\"')
            elif char[0] != "\\":
                self.note(f"a control character ({ord(char):#04x}) inside a text", found.start())
                out.append(json.dumps(char)[1:-1])
            elif char == "\\u":
                digits = text[at : at + 4]
                if re.fullmatch("[0-9a-fA-F]{4}", digits) and at + 4 <= end:
                    out.append(char)
                else:
                    self.note("a backslash that escapes nothing", found.start())
                    out.append("\\\\u")
            elif char[1:] in '"\\/bfnrt' and len(char) == 2:
                out.append(char)
            elif char == "\\'":
                self.note("a backslash that escapes nothing", found.start())
                out.append("'")
            else:
                self.note("a backslash that escapes nothing", found.start())
                out.append("\\\\")
                at = found.start() + 1
        out.append(text[at:end])
        return "".join(out)

    def _write(self, written: str, start: int) -> None:
        if "\\u" in written and _SURROGATE.search(json.loads(written)):
            raise self.refusal(start, "half a character (a lone surrogate)")
        self.out.append(written)


class _Places:
    """Places of a text in their order, without counting from its beginning each time."""

    def __init__(self, reader: _Reader) -> None:
        self.reader = reader
        self.line, self.start, self.at = 1, 0, 0
        self.chars, self.bytes = 0, reader.skipped

    def of(self, at: int) -> str:
        text = self.reader.text
        if at >= self.at:
            self.line += text.count("\n", self.at, at)
            self.start = max(text.rfind("\n", self.at, at) + 1, self.start)
            self.at = at
        return f"line {self.line}, column {at - self.start + 1}"

    def byte(self, at: int) -> int:
        self.bytes += len(self.reader.text[self.chars : at].encode(self.reader.encoding))
        self.chars = at
        return self.bytes


_ENDINGS = {
    '"': re.compile('"|\\\\.?|\n|\u201d|\u201c', re.DOTALL),
    "'": re.compile("'|\\\\.?|\n", re.DOTALL),
    "\u201c": re.compile('\u201d|"|\\\\.?|\n', re.DOTALL),
    "\u201d": re.compile('\u201d|"|\\\\.?|\n', re.DOTALL),
    "\u2018": re.compile("\u2019|'|\\\\.?|\n", re.DOTALL),
}
_STRANGE = re.compile(r'\\u|\\.|\\|[\x00-\x1f]|"', re.DOTALL)


def _brackets(open_: list[str]) -> str:
    return f"{len(open_)} brackets are open" if len(open_) != 1 else "1 bracket is open"
