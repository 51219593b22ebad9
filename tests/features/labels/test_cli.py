"""``padstone label``: a line of JSON for each payload, an exit code for the whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from padstone.features.labels import drawing
from padstone.features.labels.cli import label
from padstone.features.labels.domain.our_labels import LocationLabel
from padstone.features.labels.domain.sizes import SIZES

MOUSER = "[)>{RS}06{GS}KP0-1337{GS}14K011{GS}1PMC34063ADR{GS}Q3{GS}11K073121337{GS}4LMX{GS}1VTI{RS}{EOT}"


def run(*words: str, said: bytes = b"") -> Result:
    return CliRunner().invoke(label, words, input=said)


def answers(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_each_payload_is_a_line() -> None:
    result = run("decode", MOUSER, "Q5")
    assert result.exit_code == 0
    first, second = answers(result)
    assert first["payload"] == MOUSER
    assert first["fields"]["supplier"] == "Mouser"
    assert first["fields"]["quantity"] == 3
    element = next(one for one in first["elements"] if one["identifier"] == "1P")
    assert MOUSER[element["at"] : element["at"] + element["length"]] == "1PMC34063ADR"
    assert second["fields"] == {"quantity": 5}


def test_one_that_is_refused_does_not_keep_the_others_from_being_read() -> None:
    result = run("decode", "hello world", MOUSER)
    assert result.exit_code == 3
    refused, read = answers(result)
    assert refused["refusal"]["code"] == "label_says_not_what"
    assert refused["refusal"]["way_out"]
    assert read["fields"]["mpn"] == "MC34063ADR"


def test_what_is_ambiguous_comes_with_its_readings() -> None:
    result = run("decode", "[)>06K3788739914K0051P5277Q2511K0881306154LCN1VKeystone")
    [refused] = answers(result)
    assert refused["refusal"]["code"] == "label_ambiguous"
    assert refused["refusal"]["readings"][0]["mpn"] == "5277"
    assert len(refused["refusal"]["readings"]) > 1


def test_standard_input_has_a_payload_in_each_line() -> None:
    raw = MOUSER.replace("{GS}", "\x1d").replace("{RS}", "\x1e").replace("{EOT}", "\x04").encode()
    result = run("decode", "-", said=raw + b"\r\n\nQ5\n")
    assert [answer["fields"].get("quantity") for answer in answers(result)] == [3, 5]


def test_pictures_are_read_and_named(tmp_path: Path) -> None:
    picture, text = tmp_path / "shelf.png", tmp_path / "no.png"
    picture.write_bytes(drawing.png(LocationLabel(location="A-01"), SIZES["57x32"]))
    text.write_bytes(b"no picture")
    result = run("decode", "--image", str(picture), "--image", str(text))
    assert result.exit_code == 3
    read, refused = answers(result)
    assert (read["source"], read["fields"]) == (str(picture), {"location": "A-01"})
    assert read["symbology"] == "d1"
    assert refused["refusal"]["code"] == "picture_unreadable"


def test_labels_of_one_package_are_merged() -> None:
    result = run("decode", "--merged", "[)>{RS}06{GS}1PABC-1{GS}Q100", "[)>{RS}06{GS}1PABC1{GS}1TL7{GS}Q90")
    [merged] = answers(result)
    assert merged["fields"] == {"mpn": "ABC-1", "lot": "L7"}
    assert [one["value"] for one in merged["conflicts"][0]["values"]] == [100, 90]
    assert merged["asks"]


def test_nothing_given_is_wrong_usage() -> None:
    assert run("decode").exit_code == 2
    assert run("print", "--out", "x.png").exit_code == 2


@pytest.mark.parametrize("name", ["reel.png", "reel.pdf", "reel.zpl"])
def test_a_label_is_written(tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    result = run(
        "print", "--package", "XP0000001Q", "--part", "100-0100", "--quantity", "0.5", "--out", str(out)
    )
    assert result.exit_code == 0, result.output
    begins = {".png": b"\x89PNG", ".pdf": b"%PDF", ".zpl": b"^XA"}[out.suffix]
    assert out.read_bytes().startswith(begins)
    if name == "reel.png":
        [read] = answers(run("decode", "--image", str(out)))
        assert read["fields"] == {"package": "XP0000001Q", "customer_part": "100-0100", "quantity": "0.5"}


def test_many_labels_are_a_sheet_and_no_picture(tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("location,name\nA-01,One\nA-02,Two\n")
    sheet = tmp_path / "sheet.pdf"
    assert run("print", "--csv", str(rows), "--sheet", "5160", "--out", str(sheet)).exit_code == 0
    assert sheet.read_bytes().startswith(b"%PDF")
    assert run("print", "--csv", str(rows), "--out", str(tmp_path / "sheet.png")).exit_code == 2
    assert run("print", "--csv", str(rows), "--out", str(tmp_path / "sheet.doc")).exit_code == 2
