"""Measure how long the pages of likely duplicates take, and deciding on one.

    python benchmarks/duplicates.py [--signatures 5000] [--pairs 200] [--times 5]

Creates a test database on the server that DATABASE_URL names, and drops it afterwards. Fills it
with organisations that signed two teams' letters, every tenth of them with its name withheld, and
with pairs of likely duplicates. For an administrator and for a reviewer of one team, prints for
each page the lowest processor and clock time of several runs, in milliseconds, and its queries.
The processor time is only this process's. With SQLite that is everything; with PostgreSQL, the
clock time includes the server.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from benchmarks.registers import COUNTRIES, name
from campaigns.models import Campaign
from config.staff.roles import Role, give_role
from letters.actions import change_status
from letters.models import Addressee, Demand, Edition, Letter
from signatories.models import Organisation, Pair, Signature
from signatories.register.duplicates import clusters
from signatories.signing.links import new_nonce

LIST = reverse("admin:signatories_pair_changelist")


def open_letter(campaign: Campaign, slug: str) -> Letter:
    now = timezone.now()
    letter = Letter.objects.create(
        campaign=campaign,
        slug=slug,
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=30),
    )
    edition = Edition.objects.create(letter=letter, title=slug.title(), body="We are many.")
    Demand.objects.create(edition=edition, position=1, text="Listen.")
    Addressee.objects.create(letter=letter, name="Ada Example")
    change_status(letter=letter, to=Letter.Status.OPEN, now=now)
    return Letter.objects.get(pk=letter.pk)


def campaigns() -> list[Campaign]:
    return [
        Campaign.objects.create(
            title=slug.title(), slug=slug, organiser_name="Coalition", summary=".", published=True
        )
        for slug in ("ours", "theirs")
    ]


def fill(letters: list[Letter], signatures: int, pairs: int, chance: random.Random) -> None:
    """Organisations that signed one or two of the letters, and pairs of neighbours among them."""
    organisations = []
    for number in range(signatures * 2 // 3):
        one = Organisation(country=chance.choice(COUNTRIES), namesake=number % 30_000)
        one.set_name(name(chance))
        organisations.append(one)
    Organisation.objects.bulk_create(organisations, batch_size=1000)
    at = timezone.now()
    signed = [(one, letters[place % len(letters)]) for place, one in enumerate(organisations)]
    signed += [(one, letters[(p + 1) % len(letters)]) for p, one in enumerate(organisations)]
    Signature.objects.bulk_create(
        (
            Signature(
                letter=letter,
                organisation=one,
                status=Signature.Status.PUBLISHED,
                visibility="withheld" if place % 10 == 9 else "public",
                revision=letter.revision,
                edition_language="en",
                language="en",
                signed_as=one.name,
                country=one.country,
                link_nonce=new_nonce(),
                signed_at=at,
                confirmed_at=at,
                published_at=at,
            )
            for place, (one, letter) in enumerate(signed[:signatures])
        ),
        batch_size=1000,
    )
    Pair.objects.bulk_create(
        Pair(
            first=organisations[place],
            second=organisations[place + len(letters)],
            score=chance.uniform(0.6, 1),
            reasons=["same_domain"],
        )
        for place in range(pairs)
    )


class StaffClient(Client):
    user: User


def staff(role: Role, *teams: Campaign) -> StaffClient:
    user = User.objects.create_user(f"{role}", is_staff=True)
    give_role(user, role)
    for campaign in teams:
        campaign.team.add(user)
    client = StaffClient()
    client.user = User.objects.get(pk=user.pk)
    client.force_login(user)
    return client


def measure(client: Client, url: str, times: int, sent: dict[str, Any] | None = None) -> str:
    processor, clock = [], []
    for _turn in range(times):
        begun, began = time.process_time(), time.perf_counter()
        response = client.get(url) if sent is None else client.post(url, sent)
        processor.append(time.process_time() - begun)
        clock.append(time.perf_counter() - began)
        assert response.status_code == (200 if sent is None else 302), response.status_code
    with CaptureQueriesContext(connection) as queries_run:
        if sent is None:
            client.get(url)
    queries = f"{len(queries_run):>4} queries" if sent is None else ""
    return (
        f"{min(processor) * 1000:>7.0f} ms processor {min(clock) * 1000:>7.0f} ms clock {queries}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--signatures", type=int, default=5000)
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--seed", type=int, default=20261130)
    options = parser.parse_args()
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["*"], False
    settings.STAFF_SECOND_FACTOR = False
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    connection.creation.create_test_db(verbosity=0)
    try:
        ours, theirs = campaigns()
        letters = [open_letter(one, f"{one.slug}-{n}") for one in (ours, theirs) for n in (1, 2)]
        fill(letters, options.signatures, options.pairs, random.Random(options.seed))
        print(
            f"{connection.vendor}, {options.pairs} pairs, "
            f"{Organisation.objects.count()} organisations, {Signature.objects.count()} signatures"
        )
        for role, teams in ((Role.ADMINISTRATOR, []), (Role.REVIEWER, [ours])):
            client = staff(role, *teams)
            client.get(LIST)  # what a process does once
            print(f"{role.label}")
            for title, query in (("first page", ""), ("to be decided", "?decision__exact=open")):
                print(f"  {title:<26}", measure(client, LIST + query, options.times))
            shown = list(Pair.objects.filter(decision=Pair.Decision.OPEN).order_by("pk")[:3])
            page = reverse("admin:signatories_pair_change", args=[shown[0].pk])
            print(f"  {'one pair':<26}", measure(client, page, options.times))
            found = next(one for one in clusters(client.user) if len(one.members) > 2)
            cluster = reverse("admin:signatories_pair_cluster", args=[found.pairs[0]])
            print(f"  {'one cluster':<26}", measure(client, cluster, options.times))
            hub, *others = found.members
            sent = {"shown": found.members, "keep": hub, "same": others[:1]}
            print(f"  {'decide on a cluster':<26}", measure(client, cluster, 1, sent))
            shown = list(Pair.objects.filter(decision=Pair.Decision.OPEN).order_by("pk")[:3])
            decide = reverse("admin:signatories_pair_decide", args=[shown[1].pk])
            kept_apart = measure(client, decide, 1, {"answer": "different"})
            print(f"  {'decide: different':<26}", kept_apart)
            decide = reverse("admin:signatories_pair_decide", args=[shown[2].pk])
            merged = measure(client, decide, 1, {"keep": shown[2].first_id, "answer": "same"})
            print(f"  {'decide: the same':<26}", merged)
            print(f"  {'the list after it':<26}", measure(client, LIST, options.times))
    finally:
        connection.creation.destroy_test_db(":memory:", verbosity=0)


if __name__ == "__main__":
    main()
