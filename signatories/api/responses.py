"""Types of API responses. Docstrings and descriptions appear in the OpenAPI document."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from signatories.open_data.entries import (
    Acronym,
    Country,
    Label,
    LanguageSigned,
    Name,
    Page,
    PublicId,
    Published,
    RevisionSigned,
    ScopeOfWork,
    Signatory,
    Source,
    Statement,
)
from signatories.open_data.tables import LicenceUrl, NotNamed, RevisionEntry, Signatories

Slug = Annotated[
    str,
    Meta(pattern="^[-a-zA-Z0-9_]+$", description="The last part of the page's URL."),
]
Language = Annotated[str, Meta(description="Language code, such as en or pt-br.")]
Next = Annotated[str | None, Meta(description="URL of the next page; null on the last page.")]


class Campaign(Struct, frozen=True, kw_only=True):
    """What letters belong to."""

    slug: Slug
    url: Annotated[str, Meta(description="Its page.")]
    title: str
    language: Annotated[Language, Meta(description="Language of the title and the summary.")]
    hashtag: Annotated[str, Meta(description="With its #, or empty.")]
    organiser: Annotated[str, Meta(description="The organisation responsible for the campaign.")]
    organiser_url: Annotated[str, Meta(description="Its website, or empty.")]
    summary: str
    first_day: date | None
    last_day: date | None
    letters: Annotated[str, Meta(description="Its letters, in this API.")]


class CampaignPage(Struct, frozen=True, kw_only=True):
    """Campaigns in the order of their slugs."""

    data: list[Campaign]
    next: Next
    licence: LicenceUrl


class Addressee(Struct, frozen=True, kw_only=True):
    """To whom a letter is addressed."""

    name: str
    office: Annotated[str, Meta(description="May be empty.")]


class Edition(Struct, frozen=True, kw_only=True):
    """The letter in one language, in its current revision."""

    language: Language
    is_original: bool
    title: str
    url: Annotated[str, Meta(description="Its page.")]
    summary: Annotated[str, Meta(description="One sentence, or empty.")]
    translator: Annotated[str, Meta(description="Who is credited with the translation, or empty.")]


class Files(Struct, frozen=True, kw_only=True):
    """URLs of files with all signatories of a letter, and of its feeds."""

    json: str
    csv: str
    ndjson: str
    feed: Annotated[str, Meta(description="Newest signatories, as Atom in English.")]
    updates: Annotated[str, Meta(description="Changes to the text and updates on the letter.")]


Status = Literal["open", "closed", "delivered", "answered", "archived"]
LetterStatus = Annotated[
    Status,
    Meta(
        description=(
            "Status of the letter. An open letter accepts signatures between `opens` and `closes`."
        )
    ),
]


class Letter(Struct, frozen=True, kw_only=True):
    """An open letter that organisations sign."""

    slug: Slug
    url: Annotated[str, Meta(description="Its page, in the reader's language.")]
    campaign: Annotated[Slug, Meta(description="Slug of its campaign.")]
    status: LetterStatus
    takes_signatures: Annotated[bool, Meta(description="Whether it can be signed now.")]
    opens: datetime | None
    closes: Annotated[datetime | None, Meta(description="When signing ends or ended.")]
    time_zone: Annotated[
        str, Meta(description=("Time zone of the deadline, such as Europe/Brussels."))
    ]
    revision: Annotated[Label, Meta(description="Label of the current revision.")]
    sha256: Annotated[
        str,
        Meta(pattern="^[0-9a-f]{64}$", description="SHA-256 of the current text."),
    ]
    addressees: Annotated[list[Addressee], Meta(description="In the original's language.")]
    editions: Annotated[list[Edition], Meta(description="The original comes first.")]
    signatories: Signatories
    countries: Annotated[int, Meta(ge=0, description="How many countries they are from.")]
    files: Files


class LetterPage(Struct, frozen=True, kw_only=True):
    """Letters in the order of their slugs."""

    data: list[Letter]
    next: Next
    licence: LicenceUrl


class LetterWithRevisions(Letter, frozen=True, kw_only=True):
    """An open letter with all its revisions."""

    not_named: NotNamed
    revisions: Annotated[list[RevisionEntry], Meta(description="All of them, oldest first.")]
    licence: LicenceUrl


class SignatoryPage(Struct, frozen=True, kw_only=True):
    """Publicly named signatories, in a random but stable order."""

    data: list[Signatory]
    next: Next
    licence: LicenceUrl


class TranslatedName(Struct, frozen=True, kw_only=True):
    language: Language
    name: str


class Identifier(Struct, frozen=True, kw_only=True):
    """Its identifier in another register."""

    scheme: Annotated[
        str,
        Meta(
            description=(
                "The register's code in the list of org-id.guide, such as GB-CHC;"
                " EU-TRANSPARENCY is the EU Transparency Register, which is not in the list."
            )
        ),
    ]
    register: Annotated[
        str, Meta(description="The same; ror, wikidata and eu_transparency as in earlier versions.")
    ]
    name: Annotated[str, Meta(description="Name of the register.")]
    value: Annotated[str, Meta(description="The number, as the register writes it.")]
    url: Annotated[str, Meta(description="Its page in the register, or empty.")]


class Organisation(Struct, frozen=True, kw_only=True):
    """An organisation that has publicly signed a letter."""

    id: PublicId
    url: Page
    name: Name
    acronym: Acronym
    country: Country
    scope: ScopeOfWork
    translations: Annotated[list[TranslatedName], Meta(description="Its name in other languages.")]
    identifiers: list[Identifier]


class OrganisationPage(Struct, frozen=True, kw_only=True):
    """Organisations ordered by identifier, a random but stable order."""

    data: list[Organisation]
    next: Next
    licence: LicenceUrl


class Signed(Struct, frozen=True, kw_only=True):
    """A letter that an organisation has publicly signed."""

    letter: Annotated[Slug, Meta(description="Slug of the letter.")]
    revision: RevisionSigned
    language: LanguageSigned
    published: Published
    statement: Statement
    source: Source


class OrganisationWithLetters(Organisation, frozen=True, kw_only=True):
    """An organisation with everything it has publicly signed."""

    signed: Annotated[list[Signed], Meta(description="Ordered by the letters' slugs.")]
    licence: LicenceUrl


class Index(Struct, frozen=True, kw_only=True):
    """Starting points."""

    openapi: Annotated[str, Meta(description="The OpenAPI description of this API.")]
    documentation: Annotated[str, Meta(description="Documentation for people.")]
    licence: LicenceUrl
    campaigns: str
    letters: str
    organisations: str


class Problem(Struct, frozen=True, kw_only=True):
    """What went wrong (RFC 9457)."""

    type: Annotated[
        str, Meta(description=("about:blank; the title says what kind of problem it is."))
    ]
    title: Annotated[str, Meta(description="The reason phrase of the status.")]
    status: Annotated[int, Meta(ge=400, le=599)]
    detail: Annotated[str, Meta(description="What to do about it, in plain words.")]
    parameter: (
        Annotated[str, Meta(description=("The parameter that caused the problem."))] | UnsetType
    ) = UNSET
