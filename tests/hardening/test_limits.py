"""Whatever is read from outside is limited before it is read, unpacked or believed."""

from __future__ import annotations

import gzip
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

import padstone
from padstone.config.main import main
from padstone.entrypoints.cli import ingest
from padstone.ingest import inbox
from padstone.ingest.models import Message
from padstone.simulator import bom_files
from padstone.simulator.bom_files import FileRefused, read_bom

SOURCE = Path(padstone.__file__).parent
ROWS = [("Designator", "Part Number", "Quantity"), ("R1,R2", "100-0100", "2")]


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)  # type: ignore[union-attr]  # a new workbook has a sheet
    path = tmp_path / "bom.xlsx"
    book.save(path)
    book.close()
    return path


def changed(workbook: Path, member: str, change: tuple[str, str]) -> Path:
    """The workbook with other words in one of its parts."""
    path = workbook.with_name("changed.xlsx")
    with zipfile.ZipFile(workbook) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name).decode()
            new.writestr(name, text.replace(*change, 1) if name == member else text)
    return path


class TestWorkbooks:
    def test_an_ordinary_one_is_read(self, workbook: Path) -> None:
        assert [line.designators for line in read_bom(workbook).lines] == [["R1", "R2"]]

    def test_xml_is_read_by_a_parser_that_refuses_what_grows(self) -> None:
        assert openpyxl.DEFUSEDXML

    @pytest.mark.parametrize("member", ["xl/worksheets/sheet1.xml", "xl/workbook.xml"])
    @pytest.mark.parametrize("entity", ['"x"', 'SYSTEM "file:///etc/passwd"'])
    def test_entities_are_refused(self, member: str, entity: str, workbook: Path) -> None:
        with zipfile.ZipFile(workbook) as opened:
            root = re.search(r"<([a-z]+)[ >]", opened.read(member).decode())
        assert root
        bomb = changed(workbook, member, (f"<{root[1]}", f"<!DOCTYPE x [<!ENTITY a {entity}>]><{root[1]}"))
        with pytest.raises(FileRefused, match="no workbook that can be read"):
            read_bom(bomb)

    def test_a_zip_bomb_is_refused_before_it_is_unpacked(self, tmp_path: Path) -> None:
        path = tmp_path / "bomb.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
            bomb.writestr("xl/worksheets/sheet1.xml", bytes(bom_files.MOST_BYTES + 1))
        assert path.stat().st_size < 100_000
        with pytest.raises(FileRefused, match="at most"):
            read_bom(path)

    def test_a_sheet_that_claims_to_be_endless_is_read_as_large_as_it_is(self, workbook: Path) -> None:
        endless = changed(
            workbook, "xl/worksheets/sheet1.xml", ('<dimension ref="A1:C2"', '<dimension ref="A1:XFD1048576"')
        )
        assert len(read_bom(endless).lines) == 1

    def test_a_sheet_with_more_cells_than_a_part_list_has_is_refused(
        self, workbook: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(bom_files, "MOST_CELLS", 5)
        with pytest.raises(FileRefused, match="more than 5 cells"):
            read_bom(workbook)

    def test_what_is_no_workbook_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "no.xlsx").write_bytes(b"PK\x03\x04 nor a zip")
        with pytest.raises(FileRefused):
            read_bom(tmp_path / "no.xlsx")


def test_a_text_file_is_limited_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bom_files, "MOST_BYTES", 100)
    (tmp_path / "bom.csv").write_text("Designator,Part Number\n" + "R1,1\n" * 100)
    with pytest.raises(FileRefused, match="at most 100"):
        read_bom(tmp_path / "bom.csv")


def test_nothing_else_reads_xml() -> None:
    """Should another module begin to, this is where it is thought about."""
    reads_xml = re.compile(r"^\s*(from|import) (xml|lxml|defusedxml|openpyxl)\b", re.MULTILINE)
    readers = {
        str(path.relative_to(SOURCE)) for path in SOURCE.rglob("*.py") if reads_xml.search(path.read_text())
    }
    designs = {one for one in readers if one.startswith("features/design/domain/")}
    assert readers - designs == {"simulator/bom_files.py"}  # what reads designs is tried with hostile files


def test_pages_that_take_files() -> None:
    """Should another take uploads, its limits are thought about here. What these take is measured by the
    commands that they call.
    """
    takes_files = re.compile(r"request\.FILES|FileField|ImageField|UploadedFile")
    assert sorted(
        str(path.relative_to(SOURCE)) for path in SOURCE.rglob("*.py") if takes_files.search(path.read_text())
    ) == [
        "features/design/views/intake.py",
        "features/parts/views.py",
        "features/receiving/views/goods_in.py",
        "features/receiving/views/orders.py",
        "features/receiving/views/suppliers.py",
    ]


@pytest.mark.django_db
class TestMessageFiles:
    def test_one_that_does_not_fit_is_refused_and_nothing_of_it_stored(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(ingest, "LARGEST_FILE", 100)
        (tmp_path / "m.ndjson").write_bytes(b"{}\n" * 100)
        result = CliRunner().invoke(main, ["ingest", str(tmp_path / "m.ndjson")])
        assert result.exit_code == 3
        assert "split --line-bytes" in result.stderr
        assert not Message.objects.exists()

    def test_a_gzip_bomb_is_kept_and_not_unpacked(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(inbox, "LARGEST_UNPACKED", 10_000)
        (tmp_path / "m.json.gz").write_bytes(gzip.compress(bytes(10_001)))
        result = CliRunner().invoke(main, ["ingest", str(tmp_path / "m.json.gz")])
        assert result.exit_code == 1
        assert [message.code for message in Message.objects.all()] == ["unpacks_too_large"]

    def test_a_bill_that_is_too_large_is_refused(self, tmp_path: Path) -> None:
        with (tmp_path / "bom.csv").open("wb") as file:
            file.truncate(2**34)
        result = CliRunner().invoke(
            main, ["bom", "import", str(tmp_path / "bom.csv"), "--product", "P", "--revision", "A"]
        )
        assert result.exit_code == 3
        assert "bom_too_large" in result.stderr
