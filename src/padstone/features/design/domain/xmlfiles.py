"""XML from outside: no entities, no endless depth, and a wrong end tag put right with a doubt."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element, ParseError
from xml.parsers.expat import errors

from defusedxml import ElementTree as SafeTree
from defusedxml.common import DefusedXmlException

from padstone.features.design.domain.doubts import Doubts
from padstone.features.design.domain.limits import DEEPEST, MOST_REPAIRS
from padstone.features.design.domain.sources import Source
from padstone.kernel.errors import Invalid

_MISMATCH: Final = errors.codes[errors.XML_ERROR_TAG_MISMATCH]


def parse(source: Source, doubts: Doubts) -> Element:
    """The file's root. An end tag that closes another element than the open one is read as closing that one.

    Refuses document types, entities, elements nested beyond the limit, and XML broken in any other way.
    """
    content = source.content
    for _ in range(MOST_REPAIRS):
        try:
            return _root(source.name, content)
        except ParseError as error:
            if error.code != _MISMATCH:
                raise _broken(source.name, str(error)) from error
            content = _repaired(source.name, content, error.position, doubts)
    raise _broken(source.name, f"more than {MOST_REPAIRS} end tags are wrong")


def events(source: Source) -> Iterator[tuple[str, Element]]:
    """The starts and ends of all elements as they stream by; the same refusals as ``parse``."""
    depth = 0
    try:
        for event, element in SafeTree.iterparse(
            io.BytesIO(source.content), ("start", "end"), forbid_dtd=True
        ):
            depth += 1 if event == "start" else -1
            if depth > DEEPEST:
                raise _broken(source.name, f"elements stand more than {DEEPEST} deep in one another")
            yield event, element
    except DefusedXmlException as error:
        raise entities_refused(source.name) from error
    except (ParseError, LookupError, ValueError) as error:
        raise _broken(source.name, str(error)) from error


def local(element: Element) -> str:
    """An element's name without its namespace: revisions of a standard differ in it."""
    return element.tag.rpartition("}")[2]


def _root(name: str, content: bytes) -> Element:
    depth = 0
    root: Element | None = None
    try:
        for event, element in SafeTree.iterparse(io.BytesIO(content), ("start", "end"), forbid_dtd=False):
            root = element if root is None else root
            depth += 1 if event == "start" else -1
            if depth > DEEPEST:
                raise _broken(name, f"elements stand more than {DEEPEST} deep in one another")
    except DefusedXmlException as error:
        raise entities_refused(name) from error
    except (LookupError, ValueError) as error:
        raise _broken(name, str(error)) from error
    if root is None:
        raise _broken(name, "it has no element")
    return root


def _repaired(name: str, content: bytes, position: tuple[int, int], doubts: Doubts) -> bytes:
    """The content with the end tag at a place closing what is open there."""
    lines = content.split(b"\n")
    row, column = position
    line = lines[row - 1]
    start = line.rfind(b"</", 0, column + 2)
    end = line.find(b">", start)
    open_now = _open_at(content, row, start)
    if start < 0 or end < 0 or not open_now:
        raise _broken(name, f"an end tag in line {row} closes nothing")
    wrong = line[start + 2 : end].decode("utf-8", "replace").strip()
    doubts.ask(
        "xml_end_tag",
        f"Line {row}: </{wrong}> closes <{open_now}>; it is read as </{open_now}>.",
        "Compare the component there with the design, or export it again.",
        said=line.decode("utf-8", "replace").strip(),
    )
    lines[row - 1] = line[:start] + b"</" + open_now.encode() + line[end:]
    return b"\n".join(lines)


def _open_at(content: bytes, row: int, column: int) -> str:
    """The innermost element that is open before a place."""
    before = b"\n".join(content.split(b"\n")[: row - 1]) + (b"\n" if row > 1 else b"")
    before += content.split(b"\n")[row - 1][: max(column, 0)]
    stack: list[str] = []
    try:
        for event, element in SafeTree.iterparse(io.BytesIO(before), ("start", "end")):
            if event == "start":
                stack.append(element.tag)
            elif stack:
                stack.pop()
    except ParseError:
        pass  # it ends in the middle: that is where the wrong tag stands
    return stack[-1].rpartition("}")[2] if stack else ""


def entities_refused(name: str) -> Invalid:
    return Invalid(
        "xml_entities",
        "{name} defines XML entities or a document type, as no tool that writes it does.",
        field="file",
        way_out="Do not trust this file; ask its sender for a new export.",
        name=name,
    )


def _broken(name: str, error: str) -> Invalid:
    return Invalid(
        "xml_broken",
        "{name} is no valid XML: {error}.",
        field="file",
        way_out="It was cut or edited by hand: export it again.",
        name=name,
        error=error[:200],
    )
