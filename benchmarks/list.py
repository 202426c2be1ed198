"""Measure how long pages with names take and how large they are, by the number of names.

    python benchmarks/list.py [--sizes 4,148,5000,50000] [--letters 1000] [--times 5]

Creates a database on the server that DATABASE_URL names, and drops it afterwards. Prints for each
page: the milliseconds of the first request after a change, then the best of further ones, the
ratio of the latter to that of the smallest size, and its bytes before and after gzip. Search is
measured with this number of letters, and all organisations of the largest size on the register.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import sys
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from benchmarks.registers import CAUSES, COUNTRIES, KINDS, SYLLABLES
from campaigns.models import Campaign
from letters.actions import change_status
from letters.models import Addressee, Demand, Edition, Letter
from signatories.models import Organisation, OrganisationName, Signature
from signatories.public.actions import index_letters
from signatories.public.ordering import list_cache
from signatories.public.signatories import tallies
from signatories.public.vocabulary import vocabulary
from signatories.signing.links import new_nonce

settings.DEBUG = False  # no log of queries
NOW = timezone.now()
WORDS = [
    "we",
    "ask",
    "you",
    "to",
    "let",
    "everyone",
    "speak",
    "and",
    "to",
    "repeal",
    "the",
    "law",
    "that",
    "names",
    "them",
    "agents",
]


def make_letter(slug: str, chance: random.Random, campaign: Campaign) -> Letter:
    letter = Letter.objects.create(
        campaign=campaign,
        slug=slug,
        opens_at=NOW - timedelta(days=60),
        closes_at=NOW + timedelta(days=30),
    )
    edition = Edition.objects.create(
        letter=letter,
        language="en",
        title=f"Let {' '.join(chance.choices(WORDS, k=4))} be heard",
        salutation="Dear President,",
        body="\n\n".join(" ".join(chance.choices(WORDS, k=80)) for _ in range(6)),
    )
    Demand.objects.create(edition=edition, position=1, text="Repeal the law.")
    Addressee.objects.create(letter=letter, name="Ada Example", office="President")
    change_status(letter=letter, to=Letter.Status.OPEN, now=NOW)
    letter.refresh_from_db()
    return letter


def made_up_name(chance: random.Random) -> str:
    place = "".join(chance.choices(SYLLABLES, k=4)).capitalize()
    return f"{place} {chance.choice(KINDS)} for {chance.choice(CAUSES)}"


def fill_register(size: int, chance: random.Random) -> None:
    """Organisations until there are `size`; every tenth has a Russian name, too."""
    missing = size - Organisation.objects.count()
    made = []
    for number in range(missing):
        organisation = Organisation(
            country=chance.choice(COUNTRIES),
            namesake=number % 30_000,
            website="https://forum.example.org",
            scope="international" if number % 20 == 0 else "national",
        )
        organisation.set_name(made_up_name(chance))
        made.append(organisation)
    Organisation.objects.bulk_create(made, batch_size=2000)
    names = [
        OrganisationName(
            organisation=one,
            name=f"Форум {one.pk}",
            name_key=f"форум {one.pk}",
            sort_key=f"forum {one.pk}",
            kind="translation",
            language="ru",
        )
        for one in made[::10]
    ]
    OrganisationName.objects.bulk_create(names, batch_size=2000)


def sign(letter: Letter, size: int, chance: random.Random) -> None:
    rows = []
    for pk in Organisation.objects.order_by("pk").values_list("pk", flat=True)[:size]:
        then = NOW - timedelta(minutes=chance.randrange(60 * 24 * 60))
        rows.append(
            Signature(
                letter=letter,
                organisation_id=pk,
                status="published",
                revision=letter.revision,
                edition_language="en",
                language="en",
                signed_as="Forum",
                country="DE",
                link_nonce=new_nonce(),
                signed_at=then,
                confirmed_at=then,
                published_at=then,
            )
        )
    Signature.objects.bulk_create(rows, batch_size=2000)


def pages(size: int) -> dict[str, str]:
    letter = f"/letters/letter-{size}"
    return {
        "letter": f"/en{letter}/",
        "letter in Russian": f"/ru{letter}/",
        "live.json": f"{letter}/live.json",
        "list by name": f"/en{letter}/signatories/",
        "list by country": f"/en{letter}/signatories/?order=country",
        "list, newest": f"/en{letter}/signatories/?order=newest",
        "list, last page": f"/en{letter}/signatories/?page=100000",
        "list, one country": f"/en{letter}/signatories/?country=DE",
        "list, international": f"/en{letter}/signatories/?scope=international",
        "list, a text": f"/en{letter}/signatories/?q=kalo",
    }


def pages_of_all() -> dict[str, str]:
    one = Organisation.objects.public().earliest("pk")
    return {
        "organisation": f"/en/organisations/{one.slug}/",
        "organisations": "/en/organisations/",
        "organisations, page": "/en/organisations/?page=100",
        "search, many": "/en/search/?q=human+rights",
        "search, few": "/en/search/?q=kalomi+forum",
        "search, a slip": "/en/search/?q=humam+rights",
        "search, nothing": "/en/search/?q=kelpwort",
    }


def measure(size: int, pages: dict[str, str], times: int, first: dict[str, float]) -> None:
    client = Client(headers={"Host": settings.ALLOWED_HOSTS[0]})
    for name, url in pages.items():
        list_cache.forget()
        tallies.forget()
        vocabulary.forget()
        took = []
        for _time in range(times + 1):
            before = time.perf_counter()
            response = client.get(url)
            took.append(1000 * (time.perf_counter() - before))
            assert response.status_code == 200, url
        best = min(took[1:])
        first.setdefault(name, best)
        content = response.content
        print(
            f"{size:>7} {name:<20} {took[0]:>9.0f} {best:>9.1f} {best / first[name]:>7.1f}"
            f" {len(content):>9} {len(gzip.compress(content, 6)):>8}",
            flush=True,
        )


def analyse() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="4,148,5000,50000")
    parser.add_argument("--letters", type=int, default=1000)
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    sizes = [int(text) for text in options.sizes.split(",")]
    chance = random.Random(2014)
    name_before = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        campaign = Campaign.objects.create(
            title="Speech", slug="speech", organiser_name="Coalition", summary=".", published=True
        )
        fill_register(max(sizes), chance)
        print(connection.vendor)
        print(
            f"{'names':>7} {'page':<20} {'first ms':>9} {'best ms':>9} {'ratio':>7}"
            f" {'bytes':>9} {'gzip':>8}"
        )
        first: dict[str, float] = {}
        for size in sizes:
            sign(make_letter(f"letter-{size}", chance, campaign), size, chance)
            analyse()
            measure(size, pages(size), options.times, first)
        for number in range(options.letters):
            make_letter(f"other-{number}", chance, campaign)
        index_letters()
        analyse()
        measure(max(sizes), pages_of_all(), options.times, first)
    finally:
        connection.creation.destroy_test_db(name_before, verbosity=0)


if __name__ == "__main__":
    main()
