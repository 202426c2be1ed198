"""How long one question to the register takes, by the register's size, on the configured database.

    python benchmarks/recognition.py [--sizes 1000,10000,100000] [--questions 200]

Fills a database of its own (DATABASE_URL names the server; a test database is made and dropped)
with made-up organisations and asks for some of them under changed names. Prints milliseconds and,
since machines differ, each size's ratio to the smallest one.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.db import connection

from signatories.models import Organisation, RecognitionKey
from signatories.recognition import entry_keys, recognise
from signatories.register import DatabaseSource, entry_of, pack

KINDS = ["Forum", "Council", "Committee", "Network", "Institute", "Association", "Union"]
CAUSES = [
    "Refugees",
    "Press Freedom",
    "Human Rights",
    "Clean Rivers",
    "Tenants",
    "Open Archives",
    "Rural Schools",
    "Prison Reform",
    "Free Elections",
    "Mental Health",
]
SYLLABLES = ["ka", "lo", "mi", "ten", "bru", "sar", "vi", "del", "or", "an", "zu", "pe", "ri"]
COUNTRIES = ["DE", "FR", "PL", "GB", "ES", "IT", "NL", "BE", "SE", "NO", "CZ", "AT", "CH", "RO"]


def name(chance: random.Random) -> str:
    place = "".join(chance.choices(SYLLABLES, k=4)).capitalize()
    return f"{place} {chance.choice(KINDS)} for {chance.choice(CAUSES)}"


def fill(size: int, chance: random.Random) -> None:
    """Add organisations with their keys until there are `size`."""
    missing = size - Organisation.objects.count()
    for start in range(0, missing, 2000):
        batch = []
        for number in range(start, min(start + 2000, missing)):
            organisation = Organisation(country=chance.choice(COUNTRIES), namesake=number % 30_000)
            organisation.set_name(name(chance))
            host = organisation.name_key.partition(" ")[0]
            organisation.website = f"https://{host}{chance.randrange(1000)}.org"
            batch.append(organisation)
        Organisation.objects.bulk_create(batch, ignore_conflicts=True)
    known = RecognitionKey.objects.values("organisation")
    new = Organisation.objects.exclude(pk__in=known).prefetch_related("names", "domains")
    rows: list[RecognitionKey] = []
    forms: list[Organisation] = []
    for organisation in new.iterator(2000):
        country = organisation.country.code
        entry = entry_of(organisation)
        organisation.forms = pack(entry)
        forms.append(organisation)
        keys = entry_keys(entry)
        rows += [RecognitionKey(key=k, country=country, organisation=organisation) for k in keys]
        if len(rows) > 20_000:
            RecognitionKey.objects.bulk_create(rows, batch_size=5000)
            rows.clear()
    Organisation.objects.bulk_update(forms, ["forms"], batch_size=500)
    RecognitionKey.objects.bulk_create(rows, batch_size=5000)


class Clock:
    """Adds up the seconds that the database takes."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self, execute: Any, *arguments: Any) -> Any:
        before = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            self.seconds += time.perf_counter() - before


def ask(questions: int, chance: random.Random) -> list[float]:
    """Seconds for each question: a known name with one word more, in its country."""
    numbers = list(Organisation.objects.values_list("pk", flat=True))
    found = Organisation.objects.in_bulk(chance.sample(numbers, min(questions, len(numbers))))
    took = []
    for organisation in found.values():
        before = time.perf_counter()
        recognise(
            name=f"The New {organisation.name}",
            country=organisation.country.code,
            email="someone@gmail.com",
            source=DatabaseSource(),
        )
        took.append(time.perf_counter() - before)
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--questions", type=int, default=200)
    given = parser.parse_args()
    chance = random.Random(2014)  # nosec B311
    name_before = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        first = None
        print(connection.vendor)
        print(f"{'names':>8} {'median ms':>10} {'95 % ms':>10} {'ratio':>7} {'% in SQL':>9}")
        for size in [int(text) for text in given.sizes.split(",")]:
            fill(size, chance)
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("ANALYZE")
            ask(5, chance)  # the tables of words are read once in a process
            clock = Clock()
            with connection.execute_wrapper(clock):
                took = sorted(ask(given.questions, chance))
            median = 1000 * statistics.median(took)
            slow = 1000 * took[int(len(took) * 0.95)]
            first = first or median
            share = 100 * clock.seconds / sum(took)
            line = f"{size:>8} {median:>10.1f} {slow:>10.1f} {median / first:>7.1f} {share:>9.0f}"
            print(line, flush=True)
    finally:
        connection.creation.destroy_test_db(name_before, verbosity=0)


if __name__ == "__main__":
    main()
