"""Reads a register's file record by record, with only one piece of it in memory.

Each function yields bodies, and a SkippedRecord for each record that cannot be used. A file that
cannot be read to its end raises BadFile.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from signatories.known.bodies import BadRecord, Body, NameKind, clean_body
from signatories.models import RegisterImport

PIECE = 1 << 20  # characters read at once
LONGEST_RECORD = 4 << 20  # characters; a record of the registry has a few thousand
COLUMNS = [
    "scheme",
    "number",
    "name",
    "language",
    "kind",
    "country",
    "website",
    "domains",
    "numbers",
]
NEEDED = ["scheme", "number", "name"]


class BadFile(Exception):
    """A file that cannot be read; the text says where and why."""


@dataclass(frozen=True)
class SkippedRecord:
    """A skipped record: where it is, and why."""

    place: str
    why: str


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    found = sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            found.update(piece)
    return found.hexdigest()


def kind_of(path: Path) -> str:
    """The kind of a file, by its name. Raises BadFile."""
    kinds = {".json": "ror", ".zip": "ror", ".csv": "table"}
    try:
        return RegisterImport.Kind(kinds[path.suffix.lower()])
    except KeyError:
        raise BadFile("The file's name must end in .json, .zip or .csv.") from None


def read_bodies(path: Path, kind: str) -> Iterator[Body | SkippedRecord]:
    """All records of a file, in its order."""
    return read_table(path) if kind == RegisterImport.Kind.TABLE else read_ror(path)


# The Research Organization Registry's dump, version 2 of its schema


@contextmanager
def _text(path: Path) -> Iterator[IO[str]]:
    """The JSON of a file, or of the only version 2 JSON file in a .zip."""
    if path.suffix.lower() != ".zip":
        with path.open(encoding="utf-8-sig") as file:
            yield file
        return
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.lower().endswith(".json")]
            second = [name for name in names if "v2" in name.lower()] or names
            if len(second) != 1:
                raise BadFile(
                    f"The .zip should have one JSON file of version 2, not {len(second)}."
                )
            with archive.open(second[0]) as packed:
                yield io.TextIOWrapper(packed, encoding="utf-8-sig")
    except zipfile.BadZipFile as error:
        raise BadFile(f"The .zip cannot be read: {error}.") from None


def read_ror(path: Path) -> Iterator[Body | SkippedRecord]:
    """The registry's records, without those that it has withdrawn."""
    with _text(path) as file:
        try:
            for place, record in enumerate(_items(file), start=1):
                if isinstance(record, dict) and record.get("status") == "withdrawn":
                    continue
                try:
                    yield _ror_body(record)
                except BadRecord as error:
                    yield SkippedRecord(f"record {place}", str(error))
        except UnicodeDecodeError as error:
            raise BadFile(f"The file is not in UTF-8: {error.reason}.") from None


def _items(file: IO[str]) -> Iterator[Any]:
    """The items of the JSON list in a file."""
    decoder = json.JSONDecoder()
    text, at, count, ended = file.read(PIECE), 0, 0, False
    at = _after_space(text, 0)
    if text[at : at + 1] != "[":
        raise BadFile("The file is not a JSON list of records, as the registry publishes it.")
    at += 1
    while True:
        at = _after_space(text, at)
        if at >= len(text) and not ended:
            more = file.read(PIECE)
            text, at, ended = text[at:] + more, 0, not more
            continue
        if text[at : at + 1] == "]":
            return
        if text[at : at + 1] == "," and count:
            at = _after_space(text, at + 1)
        try:
            record, after = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            more = "" if len(text) - at > LONGEST_RECORD else file.read(PIECE)
            if not more:
                raise BadFile(f"The file is damaged after record {count}.") from None
            text, at = text[at:] + more, 0
            continue
        count, at = count + 1, after
        yield record


def _after_space(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def _ror_body(record: Any) -> Body:
    """Raises BadRecord for a record that does not follow the registry's schema."""
    try:
        names = sorted(record["names"], key=lambda one: "ror_display" not in one["types"])
        places = record.get("locations") or []
        return clean_body(
            scheme="XI-ROR",
            value=record["id"],
            names=[(one["value"], _kind(one["types"]), one.get("lang") or "") for one in names],
            country=(places[0]["geonames_details"].get("country_code") or "") if places else "",
            website=next(
                (one["value"] for one in record.get("links") or [] if one["type"] == "website"), ""
            ),
            domains=record.get("domains") or [],
            numbers=list(_ror_numbers(record.get("external_ids") or [])),
        )
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        named = record.get("id") if isinstance(record, dict) else None
        why = f"it has not the form of the registry's schema ({type(error).__name__}: {error})"
        raise BadRecord(f"{named or 'no id'}: {why}"[:300]) from None


def _kind(types: list[str]) -> str:
    if "acronym" in types:
        return NameKind.ACRONYM
    return NameKind.LABEL if {"label", "ror_display"} & set(types) else NameKind.ALIAS


def _ror_numbers(external: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Numbers whose register has an org-id code: ISNI and Funder ids have none."""
    codes = {"wikidata": "XI-WIKIDATA", "grid": "XI-GRID"}
    for one in external:
        value = one.get("preferred") or next(iter(one.get("all") or []), None)
        if one["type"] in codes and value:
            yield codes[one["type"]], value


# Tables


def read_table(path: Path) -> Iterator[Body | SkippedRecord]:
    """The bodies of a CSV: one row per name, all rows of a body together."""
    seen: set[tuple[str, str]] = set()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for rows in _together(_rows(file)):
                place = f"line {rows[0][0]}"
                try:
                    body = _table_body([row for _line, row in rows])
                except BadRecord as error:
                    yield SkippedRecord(place, str(error))
                    continue
                if (body.scheme, body.value) in seen:
                    yield SkippedRecord(
                        place, f"{body.scheme} {body.value}: it was named further above"
                    )
                    continue
                seen.add((body.scheme, body.value))
                yield body
    except UnicodeDecodeError as error:
        raise BadFile(f"The file is not in UTF-8: {error.reason}.") from None


def _rows(file: IO[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows, each with the number of its last line."""
    reader = csv.DictReader(file, strict=True)
    try:
        heads = [str(head).strip().lower() for head in reader.fieldnames or []]
        missing = [head for head in NEEDED if head not in heads]
        unknown = [head for head in heads if head not in COLUMNS]
        if missing or unknown:
            what = f"lacks {', '.join(missing)}" if missing else f"has {', '.join(unknown)}"
            raise BadFile(f"The first line {what}. The columns are: {', '.join(COLUMNS)}.")
        reader.fieldnames = heads
        for row in reader:
            yield reader.line_num, {head: (row.get(head) or "").strip() for head in COLUMNS}
    except csv.Error as error:
        raise BadFile(f"Line {reader.line_num} cannot be read: {error}.") from None


def _together(
    rows: Iterator[tuple[int, dict[str, str]]],
) -> Iterator[list[tuple[int, dict[str, str]]]]:
    """Consecutive rows with the same register and number."""
    group: list[tuple[int, dict[str, str]]] = []
    for line, row in rows:
        if group and any(group[0][1][head] != row[head] for head in ("scheme", "number")):
            yield group
            group = []
        group.append((line, row))
    if group:
        yield group


def _table_body(rows: list[dict[str, str]]) -> Body:
    kinds = {str(kind) for kind in NameKind}
    for row in rows:
        if row["kind"].lower() not in {*kinds, ""}:
            raise BadRecord(f"{row['kind'][:30]!r} is no kind; there are: {', '.join(NameKind)}")
    first = {head: next((row[head] for row in rows if row[head]), "") for head in COLUMNS}
    return clean_body(
        scheme=first["scheme"],
        value=first["number"],
        names=[
            (row["name"], row["kind"].lower() or NameKind.LABEL, row["language"])
            for row in rows
            if row["name"]
        ],
        country=first["country"],
        website=first["website"],
        domains=[host for row in rows for host in row["domains"].split()],
        numbers=[
            (code, number)
            for row in rows
            for code, _colon, number in (
                part.strip().partition(":") for part in row["numbers"].split(";") if part.strip()
            )
        ],
    )
