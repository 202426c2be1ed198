"""A letter's signatories as one file: JSON with the letter's revisions, CSV, or JSON lines.

All are in alphabetical order (in Latin letters), which reveals nothing of when somebody signed or
of who is not named.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Annotated

import msgspec
from django.conf import settings
from django.urls import reverse
from msgspec import Meta, Struct

from letters.models import Letter, Revision
from signatories.models import Signature
from signatories.open_data.absolute_urls import absolute, letter_url
from signatories.open_data.entries import Label, Signatory, signatories_in
from signatories.public.signatories import SignatoryList

COLUMNS = Signatory.__struct_fields__
# Characters that start a formula in spreadsheets, including full-width forms from CJK keyboards and
# the minus sign.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "−")
_encoder = msgspec.json.Encoder()


class RevisionEntry(Struct, frozen=True, kw_only=True):
    """One revision of the letter."""

    label: Label
    kind: Annotated[str, Meta(description="opening, correction, translation or substantive.")]
    published: Annotated[datetime, Meta(description="When it was published.")]
    reason: Annotated[str, Meta(description="Why the text was changed; empty for the first.")]
    sha256: Annotated[
        str, Meta(pattern="^[0-9a-f]{64}$", description="SHA-256 of the canonical form.")
    ]
    canonical: Annotated[str, Meta(description="URL of the canonical form, with the full text.")]


Signatories = Annotated[int, Meta(ge=0, description="How many organisations signed, named or not.")]
NotNamed = Annotated[
    int, Meta(ge=0, description="How many of them are counted without their names.")
]
LicenceUrl = Annotated[str, Meta(description="The licence of this data.")]


class SignatoryFile(Struct, frozen=True, kw_only=True):
    """A letter's revisions, and all signatories with public names, in alphabetical order."""

    letter: Annotated[str, Meta(description="The letter's page.")]
    licence: LicenceUrl
    version: Annotated[
        int, Meta(ge=1, description="Goes up with every change that the public can see.")
    ]
    revision: Annotated[Label | None, Meta(description="Label of the current revision.")]
    revisions: Annotated[list[RevisionEntry], Meta(description="All of them, oldest first.")]
    count: Signatories
    not_named: NotNamed
    signatories: list[Signatory]


def revision_entries(letter: Letter) -> list[RevisionEntry]:
    """All revisions of a letter, oldest first, without their text; one query."""
    revisions = letter.revisions.defer("canonical").order_by("number", "correction")
    return [revision_entry(letter, revision) for revision in revisions]


def revision_entry(letter: Letter, revision: Revision) -> RevisionEntry:
    return RevisionEntry(
        label=revision.label,
        kind=revision.kind,
        published=revision.frozen_at,
        reason=revision.reason,
        sha256=revision.digest,
        canonical=absolute(reverse("canonical", args=[letter.slug, revision.label])),
    )


def signatories_of(letter: Letter) -> Iterator[Signatory]:
    """All signatories with public names, in alphabetical order."""
    public = Signature.objects.public().filter(letter=letter)
    return signatories_in(public.order_by("organisation__sort_key", "organisation__public_id"))


def as_json(letter: Letter) -> bytes:
    everyone = SignatoryList(letter)
    return _encoder.encode(
        SignatoryFile(
            letter=letter_url(letter),
            licence=settings.OPEN_DATA_LICENCE.url,
            version=letter.public_version,
            revision=letter.revision.label if letter.revision else None,
            revisions=revision_entries(letter),
            count=everyone.counts.signatories,
            not_named=everyone.hidden.signatories,
            signatories=list(signatories_of(letter)),
        )
    )


def as_ndjson(letter: Letter) -> bytes:
    return ndjson_of(signatories_of(letter))


def ndjson_of(signatories: Iterable[Signatory]) -> bytes:
    """One signatory per line."""
    return _encoder.encode_lines(signatories)


def as_csv(letter: Letter) -> bytes:
    return csv_of(signatories_of(letter))


def csv_of(signatories: Iterable[Signatory]) -> bytes:
    """RFC 4180 with a header, in UTF-8 with a BOM for spreadsheets.

    Every cell is quoted; one that a spreadsheet would take for a formula gets an apostrophe in
    front (OWASP, “CSV Injection”).
    """
    table = io.StringIO(newline="")
    table.write("\ufeff")
    writer = csv.writer(table, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in signatories:
        writer.writerow(escape_formula(str(cell)) for cell in msgspec.structs.astuple(one))
    return table.getvalue().encode()


def escape_formula(cell: str) -> str:
    """The cell, as text that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
