"""Measure how long a look-up in the register and a suggestion take, by engine and register size.

    python benchmarks/recognition.py --registry FILE --variants FILE [--databases URL,URL]
        [--sizes 10000,100000] [--questions 300]

The registry is a CSV file with `display_name`, `country` and `domain`. The variants are one with
`variant_name`, `name` and `country`. Organisations made of real ones' words fill the register up
to each size. Every second variant is registered as a further name, and some of the rest are
looked up. Half of the organisations have signed. Each engine gets its own database, which is
dropped afterwards. Prints, in one run:

    cpu, 95 %   milliseconds of this process that a look-up takes: the median, and 95 of 100
    wall        milliseconds by the clock, the median; with a server, what it adds
    queries     of a look-up: one number, whatever is found
    suggest     milliseconds of this process for a suggestion: the median, the longest; by the clock
    set-up      seconds until the register was in the database
    growth      the median of cpu, as a ratio to that of the first size on the engine
    to first    the median of cpu, as a ratio to that of the first line
"""

from __future__ import annotations

import argparse
import csv
import os
import pickle
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.list import make_letter
from benchmarks.registers import BATCH, Row, by_name, grown, make, settle, store
from campaigns.models import Campaign
from signatories.recognition import recognise
from signatories.recognition.normalise import _normal_form
from signatories.register.source import DatabaseSource
from signatories.register.suggestions import suggest

DATABASES = "sqlite:///unused.sqlite3,postgres://postgres@127.0.0.1:5432/postgres"
HEADINGS = (
    f"{'engine':<11}{'register':>9}{'cpu':>7}{'95 %':>7}{'wall':>7}{'queries':>9}{'suggest':>9}"
    f"{'max':>7}{'wall':>7}{'set-up':>8}{'growth':>8}{'to first':>9}"
)


def rows_of(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def prepare(path: Path, registry: list[Row], variants: list[Row], size: int) -> None:
    """Compute the rows once for all engines, as normalising names takes most of the time."""
    bodies = grown(registry, variants)
    with path.open("wb") as file:
        for start in range(0, size, BATCH):
            made = [make(body) for body in islice(bodies, min(BATCH, size - start))]
            pickle.dump(made, file)


def look_up(row: Row) -> None:
    _normal_form.cache_clear()  # in practice, names do not repeat
    recognise(
        name=row["variant_name"],
        country=row["country"],
        email="someone@gmail.com",
        source=DatabaseSource(),
    )


def timed(run: Callable[[Any], Any], given: Any) -> tuple[float, float]:
    """Milliseconds of this process, and by the clock."""
    wall, cpu = time.perf_counter(), time.process_time()
    run(given)
    return 1000 * (time.process_time() - cpu), 1000 * (time.perf_counter() - wall)


def queries_of(row: Row) -> int:
    with CaptureQueriesContext(connection) as captured:
        look_up(row)
    return len(captured)


def figures(asked: list[Row], typed: list[str]) -> str:
    queries = {queries_of(row) for row in asked[:30]}  # the tables of words are read here
    took = [timed(look_up, row) for row in asked]
    typing = [timed(suggest, text) for text in typed]
    cpu = sorted(cost for cost, _wall in took)
    wall = statistics.median(wall for _cost, wall in took)
    return (
        f"{statistics.median(cpu):>7.1f}{cpu[int(len(cpu) * 0.95)]:>7.1f}{wall:>7.1f}"
        f"{','.join(map(str, sorted(queries))):>9}"
        f"{statistics.median(cost for cost, _wall in typing):>9.1f}"
        f"{max(cost for cost, _wall in typing):>7.1f}"
        f"{statistics.median(wall for _cost, wall in typing):>7.1f}"
    )


def measure(made: Path, sizes: list[int], asked: list[Row], typed: list[str]) -> None:
    """Print the figures of the configured database."""
    before = connection.settings_dict["NAME"]
    with tempfile.TemporaryDirectory() as folder, made.open("rb") as file:
        if connection.vendor == "sqlite":
            connection.settings_dict["TEST"]["NAME"] = f"{folder}/measured.sqlite3"
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        try:
            campaign = Campaign.objects.create(
                title="Speech", slug="speech", organiser_name="Coalition", published=True
            )
            letter = make_letter("measured", random.Random(2014), campaign)
            size = 0
            for wanted in sizes:
                start = time.perf_counter()
                while size < wanted:
                    batch = pickle.load(file)  # noqa: S301 - written by the process above
                    store(batch, letter=letter, first=size)
                    size += len(batch)
                settle()
                filled = time.perf_counter() - start
                line = figures(asked, typed)
                print(f"{connection.vendor:<11}{size:>9}{line}{filled:>8.0f}", flush=True)
        finally:
            connection.creation.destroy_test_db(before, verbosity=0)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--registry", type=Path, required=True)
    parser.add_argument("--variants", type=Path, required=True)
    parser.add_argument("--databases", default=DATABASES)
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument(
        "--made", type=Path, help="Where to keep the prepared register for another run."
    )
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    registry, variants = rows_of(given.registry), rows_of(given.variants)
    sizes = [int(size) for size in given.sizes.split(",")]
    if given.here:
        chance = random.Random(2014)
        rest = by_name(variants)[1::2]
        words = [word for row in registry for word in row["display_name"].split()]
        # Two to six letters of some word, and now and then of none: frequent and rare beginnings.
        typed = [chance.choice(words)[: chance.randint(2, 6)] for _ in range(60)] + ["qzxv"] * 5
        asked = chance.sample(rest, min(given.questions, len(rest)))
        measure(given.made, sizes, asked, typed)
        return
    with tempfile.TemporaryDirectory() as folder:
        made = given.made or Path(folder) / "made"
        start = time.perf_counter()
        if not made.exists():
            prepare(made, registry, variants, sizes[-1])
        print(f"names normalised in {time.perf_counter() - start:.0f} s")
        print(HEADINGS, flush=True)
        first = None
        for url in given.databases.split(","):
            smallest = None
            with (
                subprocess.Popen(  # noqa: S603 - itself, once for each engine
                    [sys.executable, __file__, *sys.argv[1:], "--here", "--made", str(made)],
                    env=os.environ | {"DATABASE_URL": url},
                    cwd=ROOT,
                    stdout=subprocess.PIPE,
                    text=True,
                ) as process
            ):
                for line in process.stdout or ():
                    median = float(line.split()[2])
                    smallest, first = smallest or median, first or median
                    ratios = f"{median / smallest:>8.2f}{median / first:>9.2f}"
                    print(line.rstrip() + ratios, flush=True)
            if process.returncode:
                sys.exit(process.returncode)


if __name__ == "__main__":
    main()
