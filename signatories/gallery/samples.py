"""Sample rows for the gallery. Nothing here is stored."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django_countries.fields import Country

from campaigns.models import Campaign
from letters.models import Letter, Revision, Source, TimelineEntry
from letters.queries import EditionLink
from letters.standing import Outcome
from letters.wording import AddresseeWording, EditionWording, Wording, digest_of
from signatories.figures.growth import Day, Growth
from signatories.models import (
    Organisation,
    OrganisationIdentifier,
    OrganisationName,
    Signature,
)
from signatories.names.cleaning import sort_key
from signatories.public.signatories import CountryCount, CountryGroup, Counts, Hidden

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
Status = Letter.Status

ADDRESSEES = (
    AddresseeWording(name="Adaeze Lindhovel", office="President of the Continental Assembly"),
    AddresseeWording(name="Teodor Vasarellin", office=""),
)


def edition(**changes: Any) -> EditionWording:
    words: dict[str, Any] = {
        "language": "en",
        "is_original": True,
        "addressees": ADDRESSEES,
        "title": "Open the doors of the Continental Assembly",
        "salutation": "Dear President,",
        "body": "We write as organisations whose members live by what you decide.\n\n"
        "> Nothing about us without us.\n\n*Please* listen, **all** of you.",
        "demands": ("Publish every draft measure.", "Open the public gallery again."),
        "call_to_sign": "Add your organisation’s name.",
        "summary": "Organisations ask an invented Assembly to publish its drafts in time.",
        "translator": "",
        "note": "This letter is made up.",
    }
    return EditionWording(**(words | changes))


def campaign(**changes: Any) -> Campaign:
    values: dict[str, Any] = {
        "title": "Open Assembly",
        "slug": "open-assembly",
        "hashtag": "#OpenAssembly",
        "organiser_name": "Coalition for an Open Assembly",
        "organiser_url": "https://coalition.example/",
        "organiser_email": "desk@coalition.example",
        "summary": "Organisations of many countries ask for open consultations.",
        "first_day": date(2026, 4, 1),
        "last_day": date(2026, 7, 1),
    }
    return Campaign(**(values | changes))


def letter(*, number: int = 2, silence_days: int | None = None, **changes: Any) -> Letter:
    """An open letter whose revision has this number."""
    values: dict[str, Any] = {
        "campaign": campaign(),
        "slug": "example",
        "status": Status.OPEN,
        "opens_at": NOW - timedelta(days=10),
        "closes_at": NOW + timedelta(days=12),
        "time_zone": "Europe/Brussels",
    }
    sample = Letter(**(values | changes))
    silence = "leaves" if silence_days else "keeps"
    wording = Wording(editions=(edition(),), silence=silence, silence_days=silence_days)
    canonical = wording.canonical()
    sample.revision = Revision(
        letter=sample,
        number=number,
        kind="substantive",
        frozen_at=NOW,
        canonical=canonical,
        digest=digest_of(canonical),
    )
    return sample


def reported(**changes: Any) -> Letter:
    """A letter whose count was reported by a source."""
    return letter(
        reported_signatories=148,
        reported_countries=32,
        reported_by="A Bulletin",
        reported_url="https://bulletin.example/",
        **changes,
    )


def organisation(number: int, name: str, country: str, **changes: Any) -> Organisation:
    return Organisation(pk=-number, name=name, sort_key=sort_key(name), country=country, **changes)


def signature(number: int = 1, name: str = "", country: str = "DE", **changes: Any) -> Signature:
    of = organisation(number, name or "Forum for Free Speech", country)
    values: dict[str, Any] = {
        "letter": letter(),
        "organisation": of,
        "status": Signature.Status.PUBLISHED,
        "visibility": Signature.Visibility.PUBLIC,
        "revision": Revision(number=2),
        "signed_as": of.name,
        "country": country,
        "website": "https://forum.example/",
        "representative_name": "Rosa Reader",
        "representative_role": "Director",
    }
    sample = Signature(**(values | changes))
    # As annotated by the public list's query.
    sample.revision_number = sample.revision.number  # type: ignore[attr-defined]
    return sample


def signatures() -> list[Signature]:
    agree = "A session that can be watched is a session that can be trusted."
    far = signature(2, "World Forum of Neighbours", "BE", statement=agree)
    far.organisation = organisation(2, str(far), "BE", acronym="WFN", scope="international")
    return [
        signature(1),
        far,
        signature(3, "Верно Собрание", "BG", revision=Revision(number=1)),
        signature(4, "جمعية أصوات مسموعة", "EG", source_url="https://bulletin.example/"),
    ]


def profile() -> Any:
    """As from signatories.public.organisations.Profile."""
    world = signatures()[1].organisation
    return SimpleNamespace(
        organisation=world,
        acronyms=["WFN", "FMV"],
        translations=[OrganisationName(name="Всемирный форум соседей", language="ru")],
        former=[OrganisationName(name="Forum of Neighbours")],
        identifiers=[OrganisationIdentifier(scheme="wikidata", value="Q42")],
        parent=organisation(5, "Federation of Forums", "CH"),
        sections=[organisation(6, "Forum of Kazakh Neighbours", "KZ")],
    )


HIDDEN = Hidden(withheld=[CountryCount(Country("KZ"), 4)], withheld_elsewhere=2, counted=1)
NOTHING_HIDDEN = Hidden(withheld=[], withheld_elsewhere=0, counted=0)


def signatory_list(**changes: Any) -> Any:
    """As from signatories.public.signatories.SignatoryList."""
    everyone = signatures()
    groups = [CountryGroup(one.organisation.country, [one]) for one in everyone if one.organisation]
    values = {
        "counts": Counts(signatories=1119, countries=62),
        "names": len(everyone),
        "is_whole": True,
        "by_country": groups,
        "newest": everyone,
        "country_counts": [CountryCount(group.country, 1) for group in groups],
        "hidden": HIDDEN,
    }
    return SimpleNamespace(**(values | changes))


def growth() -> Growth:
    """For a letter with a goal, over four days with names."""
    sample = Growth(letter(goal=100), NOW)
    numbers = [(9, 12, 5), (7, 30, 10), (4, 58, 18), (1, 20, 25)]
    names, days = 0, []
    for days_ago, new, countries in numbers:
        names += new
        days.append(Day((NOW - timedelta(days=days_ago)).date(), new, names, countries))
    sample.__dict__["days"] = days  # normally counted by queries
    return sample


def timeline() -> list[TimelineEntry]:
    return [
        TimelineEntry(kind="update", day=NOW.date(), note="A delegation **will be received**."),
        TimelineEntry(kind="delivery", day=NOW.date(), place="The gate", note="By hand."),
        TimelineEntry(
            kind="coverage", day=NOW.date(), outlet="A Paper", url="https://paper.example/"
        ),
        TimelineEntry(kind="response", day=NOW.date(), outlet="The office", note="“No.”"),
    ]


def outcome() -> Outcome:
    _update, delivery, _coverage, response = timeline()
    return Outcome(delivery, response, ["A Paper", "A Channel", "A Station", "Another"])


def sources() -> list[Source]:
    return [
        Source(publisher="A Bulletin", title="Letter handed in", url="https://bulletin.example/"),
        Source(publisher="An Archive", title="The poster", day=NOW.date()),
    ]


def edition_links() -> list[EditionLink]:
    return [
        EditionLink("en", "/en/letters/example/", is_shown=True),
        EditionLink("ar", "/ar/letters/example/", is_shown=False),
        EditionLink("uk", "/letters/example/in/uk/", is_shown=False),
    ]
