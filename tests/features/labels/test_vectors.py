"""Real labels: what others read from 47 payloads, and 45 of them as pictures."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from padstone.features.labels.domain.decoding import decode
from padstone.features.labels.domain.label import Ambiguous, Unreadable
from padstone.features.labels.images import symbols


def vectors(folder: Path) -> dict[str, dict[str, Any]]:
    lines = (folder / "labels" / "labels.jsonl").read_text().splitlines()
    return {vector["id"]: vector for vector in map(json.loads, lines)}


def test_every_vector_gives_its_fields_or_its_refusal(reference_data: Path) -> None:
    wrong = {}
    for name, vector in vectors(reference_data).items():
        expected = vector["expected"]
        try:
            label = decode(vector["raw"])
        except Ambiguous as refusal:
            if expected != {"error": "ambiguous"} or len(refusal.readings) < 2:
                wrong[name] = refusal.code
            continue
        except Unreadable as refusal:
            if expected != {"error": "rejected"}:
                wrong[name] = refusal.code
            continue
        # the decoder gives the fields of a part that nobody knows; the register refuses it
        if expected == {"error": "unknown part"}:
            expected = {"sku": "nonsense", "mpn": "nonsense", "quantity": 10}
        got = {**label.identifiers, **label.fields}
        missed = {key: got.get(key) for key, value in expected.items() if got.get(key) != value}
        if missed or label.asks:
            wrong[name] = str(missed or label.doubts)
    assert wrong == {}
    assert len(vectors(reference_data)) == 47


def test_every_picture_holds_its_vectors_payload(reference_data: Path) -> None:
    pictures = sorted((reference_data / "labels" / "png").iterdir())
    payloads = {name: vector["raw"] for name, vector in vectors(reference_data).items()}
    wrong = {}
    for picture in pictures:
        found = [symbol.payload.decode() for symbol in symbols(picture.read_bytes(), picture.name)]
        if found != [payloads[picture.stem]]:
            wrong[picture.stem] = found
    assert wrong == {}
    assert len(pictures) == 45


def test_a_quantity_is_never_a_float(reference_data: Path) -> None:
    for vector in vectors(reference_data).values():
        try:
            label = decode(vector["raw"])
        except (Ambiguous, Unreadable):
            continue
        assert isinstance(label.fields.get("quantity", Decimal()), Decimal), vector["id"]
