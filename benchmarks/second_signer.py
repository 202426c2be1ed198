"""Measure whether the time that confirming takes reveals a hidden signature.

    python benchmarks/second_signer.py [--rounds 60] [--register 2000]

Creates a test database on the server that DATABASE_URL names, and fills it with made-up
organisations. A stranger confirms signatures in turn: for a body that nobody knows, for one that
signed this letter with its name withheld, and for one that signed another letter that way. Prints
the median processor time, in milliseconds, of the page with the button and of the private page
behind it, and the ratio of each to the unknown body.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.db import connection
from django.test import Client
from django.test.utils import setup_test_environment

from benchmarks.registers import fill
from letters.models import Letter
from signatories.signing.links import CONFIRM, make_token
from tests.factories import TEXT, LetterFactory, OrganisationFactory, SignatureFactory

WORLDS = ["unknown", "hidden under this letter", "hidden under another letter"]


def name_of(world: str, number: int) -> str:
    """Names with the same structure, so that recognition costs the same."""
    marks = {"unknown": "Ka", "hidden under this letter": "Lo", "hidden under another letter": "Mi"}
    letters = "".join(chr(ord("a") + int(digit)) for digit in f"{number:04}")
    return f"{marks[world]}zan{letters} Council for Prison Reform"


def arrange(rounds: int) -> Letter:
    letter, other = (LetterFactory(publish_own_domain=True) for _ in range(2))
    for world, signed in zip(WORLDS[1:], (letter, other), strict=True):
        for number in range(rounds):
            organisation = OrganisationFactory(name=name_of(world, number))
            SignatureFactory(letter=signed, organisation=organisation, visibility="withheld")
    return letter


def confirm(letter: Letter, name: str, number: int) -> float:
    """Processor time in milliseconds."""
    signature = SignatureFactory(
        letter=letter,
        unconfirmed=True,
        signed_as=name,
        country="DE",
        representative_email=f"stranger{number}@gmail.com",
    )
    client, path = Client(), f"/en/confirm/{make_token(signature, CONFIRM)}/"
    start = time.process_time()
    answer = client.post(path, TEXT)
    client.get(answer.headers["Location"])
    return (time.process_time() - start) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--register", type=int, default=2000)
    arguments = parser.parse_args()
    setup_test_environment()
    name = connection.creation.create_test_db(verbosity=0)
    try:
        fill(arguments.register, random.Random(1))
        letter = arrange(arguments.rounds)
        took: dict[str, list[float]] = {world: [] for world in WORLDS}
        for number in range(arguments.rounds):
            for world in random.Random(number).sample(WORLDS, len(WORLDS)):
                took[world].append(confirm(letter, name_of(world, number), number))
        unknown = statistics.median(took["unknown"])
        print(f"{connection.vendor}, {arguments.register} organisations, {arguments.rounds} rounds")
        for world in WORLDS:
            median = statistics.median(took[world])
            quarters = statistics.quantiles(took[world], n=4)
            print(
                f"{world:30} {median:7.1f} ms   ratio {median / unknown:.3f}"
                f"   (quartiles {quarters[0]:.1f} and {quarters[2]:.1f})"
            )
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
