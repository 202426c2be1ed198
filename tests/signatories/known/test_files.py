"""Reading registers' files."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from signatories.known import files
from signatories.known.bodies import MOST_NAMES, Body
from signatories.known.files import BadFile, SkippedRecord, read_ror, read_table

FILES = Path(__file__).parent / "files"
FIRST = FILES / "v2-first.json"


def test_the_registrys_records_are_read():
    body, *others = list(read_ror(FIRST))
    assert body == Body(
        scheme="XI-ROR",
        value="000ygj308",
        names=(
            ("Institute of Clear Waters", "label", "en"),
            ("Institut für klare Gewässer", "label", "de"),
            ("清水研究所", "label", "ja"),
            ("Clearwaters", "alias", ""),
            ("ICW", "acronym", ""),
        ),
        country="DE",
        website="https://www.clearwaters.example.org/home",
        domains=("clearwaters.example.org",),
        numbers=(("XI-WIKIDATA", "Q9900001"), ("XI-GRID", "grid.990001.1")),
    )
    assert [one.name for one in others if isinstance(one, Body)] == [
        "Silent Forest Trust",
        "Ocean Night Watch",
    ]


@pytest.mark.parametrize("piece", [1, 7, 100, 5000])
def test_a_record_may_span_two_pieces(monkeypatch, piece):
    whole = list(read_ror(FIRST))
    monkeypatch.setattr(files, "PIECE", piece)
    assert list(read_ror(FIRST)) == whole


def test_the_dump_may_be_zipped_with_its_older_version(tmp_path):
    packed = tmp_path / "v2.9-2026-01-01-ror-data.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("v1.9-2026-01-01-ror-data.json", "[]")
        archive.write(FIRST, "v1.9-2026-01-01-ror-data_schema_v2.json")
        archive.writestr("v2.9-2026-01-01-ror-data.csv", "id\n")
    assert list(read_ror(packed)) == list(read_ror(FIRST))


def test_a_bad_record_is_named_and_the_others_are_read():
    found = list(read_ror(FILES / "v2-with-bad-records.json"))
    assert [one.name for one in found if isinstance(one, Body)] == [
        "Institute of Clear Waters",
        "Silent Forest Trust",
    ]
    bad = [one for one in found if isinstance(one, SkippedRecord)]
    assert [one.place for one in bad] == [f"record {place}" for place in (2, 3, 4, 5)]
    assert "schema" in bad[0].why
    assert "'names'" in bad[1].why
    assert bad[2].why.startswith(
        "XI-ROR https://ror.org/000000000: This is not a valid number in ROR"
    )
    assert "no name that can be used" in bad[3].why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not a JSON list"),
        ('{"id": 1}', "not a JSON list"),
        ("[", "after record 0"),
        ('[{"id": 1}, {"id"', "after record 1"),
        ('[{"id": 1} {"id": 2}] x', None),
        ("[" * 200_000, "after record 0"),
    ],
)
def test_a_damaged_file_is_refused_with_its_place(tmp_path, text, why):
    path = tmp_path / "ror.json"
    path.write_text(text)
    if why is None:
        assert len(list(read_ror(path))) == 2
        return
    with pytest.raises(BadFile, match=why):
        list(read_ror(path))


def test_an_invalid_zip_or_encoding_is_refused(tmp_path):
    for name, content in (("a.zip", b"not packed"), ("a.json", b'["\xff"]')):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(BadFile):
            list(read_ror(path))


def test_a_body_with_very_many_names_keeps_its_labels(tmp_path):
    record = json.loads(FIRST.read_text())[0]
    record["names"] += [
        {"value": f"Alias Number {n} of it", "types": ["alias"], "lang": None} for n in range(99)
    ]
    path = tmp_path / "ror.json"
    path.write_text(json.dumps([record]))
    (body,) = read_ror(path)
    assert isinstance(body, Body)
    assert len(body.names) == MOST_NAMES
    assert [kind for _name, kind, _language in body.names[:3]] == ["label"] * 3
    assert "too many" in body.remarks[0]


# Tables


def test_the_rows_of_one_body_are_read_together():
    lantern, harbour = read_table(FILES / "charities.csv")
    assert lantern == Body(
        scheme="GB-CHC",
        value="1071557",
        names=(
            ("Lantern Relief", "label", "en"),
            ("Rhyddhad Llusern", "alias", "cy"),
            ("LR", "acronym", ""),
        ),
        country="GB",
        website="https://lantern.example.org",
        domains=("lantern.example.org", "lantern-relief.example.net"),
        numbers=(("GB-COH", "04336774"), ("XI-WIKIDATA", "Q9900009")),
    )
    assert isinstance(harbour, Body)
    assert (harbour.name, harbour.country) == ("Quiet Harbour, Friends of", "GB")


def test_a_bad_row_is_named_by_its_line_and_the_others_are_read():
    found = list(read_table(FILES / "charities-with-bad-rows.csv"))
    assert [one.name for one in found if isinstance(one, Body)] == ["Lantern Relief", "Good Row"]
    assert [one.place for one in found if isinstance(one, SkippedRecord)] == [
        f"line {line}" for line in (3, 4, 6, 7)
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "lacks scheme, number, name"),
        ("scheme,number\n", "lacks name"),
        ("scheme,number,name,colour\n", "has colour"),
        ('scheme,number,name\nGB-CHC,1071557,"open', "Line"),
    ],
)
def test_a_table_with_other_columns_is_refused(tmp_path, text, why):
    path = tmp_path / "table.csv"
    path.write_text(text)
    with pytest.raises(BadFile, match=why):
        list(read_table(path))
