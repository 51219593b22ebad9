"""The door for tables of every kind: CSV and its kin, aligned text, XLSX, XLS."""

from __future__ import annotations

from padstone.features.design.domain.delimited import read_text
from padstone.features.design.domain.rows import Book, Row, Sheet
from padstone.features.design.domain.sources import Kind, Source
from padstone.features.design.domain.xls import read_xls
from padstone.features.design.domain.xlsx import read_xlsx
from padstone.kernel.errors import Invalid

__all__ = ["Book", "Row", "Sheet", "read_book"]


def read_book(source: Source) -> Book:
    """The rows of a table file, by what it is and not by what it is called. Refuses everything that is no
    table.
    """
    match source.kind:
        case Kind.ZIP:
            return read_xlsx(source)
        case Kind.OLE:
            return read_xls(source)
        case Kind.TEXT:
            return read_text(source)
        case _:
            raise Invalid(
                "file_without_rows",
                "{name} is no table.",
                field="file",
                way_out="KiCad's XML and IPC-2581 are read as such; import the file as a bill or a design.",
                name=source.name,
            )
