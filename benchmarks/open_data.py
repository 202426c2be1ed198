"""Measure how long a letter's open data takes, and how large it is, by the number of names.

    python benchmarks/open_data.py [--sizes 5000,50000] [--times 3]

Creates a test database on the server that DATABASE_URL names, and drops it afterwards. Fills it
with made-up organisations that signed one letter, every tenth of them with its name withheld, and
requests each format. Prints the best time of several runs in seconds, the bytes with and without
gzip, the peak memory, and the queries.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import sys
import time
import tracemalloc
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from benchmarks.registers import COUNTRIES, name
from campaigns.models import Campaign
from letters.actions import change_status
from letters.models import Addressee, Demand, Edition, Letter
from signatories.models import Organisation, Signature
from signatories.signing.links import new_nonce

URLS = [
    "/letters/many/signatories.json",
    "/letters/many/signatories.csv",
    "/letters/many/signatories.ndjson",
    "/api/v1/letters/many/signatories?limit=200",
    "/api/v1/letters/many/signatories?limit=200&text=rivers&country=DE",
    "/api/v1/organisations?limit=200",
    "/api/v1/letters/many",
    "/en/letters/many/feed.atom",
]


def open_letter() -> Letter:
    now = timezone.now()
    campaign = Campaign.objects.create(
        title="Many", slug="many", organiser_name="Coalition", summary="Many.", published=True
    )
    letter = Letter.objects.create(
        campaign=campaign,
        slug="many",
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=30),
    )
    edition = Edition.objects.create(letter=letter, title="Many names", body="We are many.")
    Demand.objects.create(edition=edition, position=1, text="Listen.")
    Addressee.objects.create(letter=letter, name="Ada Example")
    change_status(letter=letter, to=Letter.Status.OPEN, now=now)
    return Letter.objects.get(pk=letter.pk)


def fill(letter: Letter, size: int, chance: random.Random) -> None:
    """Add organisations with published signatures until there are `size`."""
    for start in range(Signature.objects.count(), size, 2000):
        organisations = []
        for number in range(start, min(start + 2000, size)):
            one = Organisation(country=chance.choice(COUNTRIES), namesake=number % 30_000)
            one.set_name(name(chance))
            organisations.append(one)
        Organisation.objects.bulk_create(organisations)
        at = letter.opens_at or timezone.now()
        Signature.objects.bulk_create(
            Signature(
                letter=letter,
                organisation=one,
                status=Signature.Status.PUBLISHED,
                visibility="counted" if number % 10 == 9 else "public",
                revision=letter.revision,
                edition_language="en",
                language="en",
                signed_as=one.name,
                country=one.country,
                statement="We stand by every word of this." if number % 5 == 0 else "",
                link_nonce=new_nonce(),
                signed_at=at,
                confirmed_at=at,
                published_at=at + timedelta(seconds=start + number),
            )
            for number, one in enumerate(organisations)
        )
    Letter.objects.filter(pk=letter.pk).bump_public_version()


def measure(url: str, times: int) -> str:
    client = Client()
    took = []
    for _turn in range(times):
        before = time.perf_counter()
        response = client.get(url)
        took.append(time.perf_counter() - before)
    assert response.status_code == 200, response.content
    queries = Counter[str]()

    def count(execute: Any, *arguments: Any) -> Any:
        queries["asked"] += 1
        return execute(*arguments)

    with connection.execute_wrapper(count):
        client.get(url)
    tracemalloc.start()
    client.get(url)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    before = time.perf_counter()
    again = client.get(url, headers={"If-None-Match": response["ETag"]})
    unchanged = time.perf_counter() - before
    assert again.status_code == 304
    packed = len(gzip.compress(response.content, 6))
    return (
        f"{min(took):>8.3f} {unchanged:>8.4f} {len(response.content):>11,} {packed:>10,}"
        f" {most / 1e6:>6.0f} {queries['asked']:>8}  {url}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="5000,50000")
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    settings.ALLOWED_HOSTS = ["testserver"]
    name_before = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        letter, chance = open_letter(), random.Random(2014)
        print(connection.vendor)
        heads = f"{'bytes':>11} {'gzip':>10} {'MB':>6} {'queries':>8}"
        print(f"{'names':>8} {'s':>8} {'s (304)':>8} {heads}")
        for size in [int(text) for text in options.sizes.split(",")]:
            fill(letter, size, chance)
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
            for url in URLS:
                print(f"{size:>8} {measure(url, options.times)}", flush=True)
    finally:
        connection.creation.destroy_test_db(name_before, verbosity=0)


if __name__ == "__main__":
    main()
