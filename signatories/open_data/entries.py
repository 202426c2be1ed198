"""One signatory as data, for files, the API and examples.

Only public names are included. Instants become days, and organisations are identified by their
public ids.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from django.db.models import QuerySet
from msgspec import Meta, Struct

from config.text.slugs import ALPHABET
from letters.models.revisions import label_of
from signatories.models import Signature
from signatories.models.organisations import PUBLIC_ID, slug_of
from signatories.open_data.absolute_urls import organisation_url

Scope = Literal["national", "international"]
PublicId = Annotated[
    str,
    Meta(
        pattern=f"^[{ALPHABET}]{{{PUBLIC_ID}}}$",
        description="The organisation's identifier. It is random and never changes.",
    ),
]
Country = Annotated[
    str,
    Meta(
        pattern="^[A-Z]{2}$",
        description="ISO 3166-1 alpha-2 code of the country; XK stands for Kosovo.",
    ),
]
Name = Annotated[str, Meta(description="The organisation's name.")]
Acronym = Annotated[str, Meta(description="Its acronym, or empty.")]
ScopeOfWork = Annotated[Scope, Meta(description="Whether it works in one country or in several.")]
Page = Annotated[str, Meta(description="Its page, with everything it has publicly signed.")]
Label = Annotated[
    str,
    Meta(
        pattern=r"^[1-9][0-9]{0,3}(\.[1-9][0-9]{0,3})?$",
        description="Label of a revision: 2, or 2.1 for the first correction of revision 2.",
    ),
]
RevisionSigned = Annotated[Label, Meta(description="Label of the revision it signed.")]
LanguageSigned = Annotated[
    str, Meta(description="Language of the edition its representative read.")
]
Published = Annotated[
    date, Meta(description="Day (UTC) on which the signature was published, never the hour.")
]
Statement = Annotated[
    str, Meta(description="Its statement, in its own words and as its own work, or empty.")
]
Source = Annotated[str, Meta(description="Where a name collected elsewhere was found, or empty.")]


class Signatory(Struct, frozen=True, kw_only=True):
    """An organisation that has signed a letter publicly."""

    organisation: PublicId
    name: Name
    acronym: Acronym
    country: Country
    scope: ScopeOfWork
    page: Page
    revision: RevisionSigned
    language: LanguageSigned
    published: Published
    statement: Statement
    source: Source


_COLUMNS = (
    "organisation__public_id",
    "organisation__sort_key",
    "organisation__name",
    "organisation__acronym",
    "organisation__country",
    "organisation__scope",
    "revision__number",
    "revision__correction",
    "edition_language",
    "published_at",
    "statement",
    "source_url",
)


def signatories_in(signatures: QuerySet[Signature]) -> Iterator[Signatory]:
    """Signatories for signatures with public names, in their order; one query.

    Pass only signatures from `Signature.objects.public()`.
    """
    rows = signatures.prefetch_related(None).values_list(*_COLUMNS)
    for key, sort_key, name, acronym, country, scope, number, correction, *rest in rows.iterator(
        chunk_size=5000
    ):
        language, published_at, statement, source = rest
        yield Signatory(
            organisation=key,
            name=name,
            acronym=acronym,
            country=country,
            scope=scope,
            page=organisation_url(slug_of(sort_key, key)),
            revision=label_of(number, correction),
            language=language,
            published=published_at.date(),
            statement=statement,
            source=source,
        )
