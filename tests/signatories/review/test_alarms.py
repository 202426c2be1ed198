"""The alarm: what raises it, that it is raised once a day, and what its mails contain."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from letters.models import Letter
from signatories.defence.decision import index_network
from signatories.housekeeping import tidy
from signatories.models import Signature, SigningAlarm
from signatories.review.actions import raise_alarms
from signatories.review.alarms import (
    ONE_DOMAIN,
    ONE_NETWORK,
    SHARE_LEAST,
    SURGE_LEAST,
    recent_activity,
)
from tests.factories import LetterFactory, StaffFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(hour=12)


@pytest.fixture
def letter(db: None) -> Letter:
    return LetterFactory(
        slug="speak",
        opens_at=NOW - timedelta(days=30),
        closes_at=NOW + timedelta(days=30),
    )


@pytest.fixture
def many(letter):
    """This many signatures, each from its own network and public mail address."""

    def add(number: int, *, minutes=5, network="", domain="", confirmed=False, on=None) -> None:
        target = on or letter
        for n in range(number):
            where = network or f"10.{n // 250}.{n % 250}.0/24"
            address = f"rosa{n}-{minutes}@{domain or 'gmail.com'}"
            Signature.objects.create(
                letter=target,
                status="expired" if confirmed else "unconfirmed",
                revision=target.revision,
                edition_language="en",
                language="en",
                signed_as=f"Forum {n} {minutes} {confirmed}",
                country="DE",
                representative_email=address,
                email_index=f"{n}-{minutes}-{confirmed}",
                network=where,
                network_index=index_network(where),
                signed_at=NOW - timedelta(minutes=minutes),
            )

    return add


def signs(letter: Letter) -> list[str]:
    return recent_activity(letter, now=NOW).signs


def test_a_surge_is_noticed(many, letter):
    many(SURGE_LEAST - 1)
    assert signs(letter) == []
    many(1, minutes=6)
    assert signs(letter) == ["surge"]


def test_a_letters_usual_activity_is_no_surge(many, letter):
    usual = 2 * SURGE_LEAST
    # Five times less than the hour in question, in every hour of the day before alone.
    for hour in range(2, 26):
        many(usual, minutes=60 * hour)
    many(usual)
    activity = recent_activity(letter, now=NOW)
    assert activity.usual == pytest.approx(usual * 24 / (7 * 24))
    assert activity.signs == ["surge"]
    many(usual, minutes=60 * 27)
    Letter.objects.filter(pk=letter.pk).update(opens_at=NOW - timedelta(hours=28))
    letter.refresh_from_db()
    assert signs(letter) == []


def test_a_launch_whose_people_confirm_is_no_surge(many, letter):
    many(SURGE_LEAST)
    many(SURGE_LEAST, confirmed=True)
    assert signs(letter) == []


def test_many_unconfirmed_from_one_network_are_noticed(many, letter):
    many(ONE_NETWORK - 1, network="192.0.2.0/24")
    assert signs(letter) == []
    many(1, minutes=6, network="192.0.2.0/24")
    assert signs(letter) == ["one network"]


def test_a_conference_room_that_confirms_is_not(many, letter):
    many(ONE_NETWORK, network="192.0.2.0/24", confirmed=True)
    many(ONE_NETWORK - 1, network="192.0.2.0/24")
    assert signs(letter) == []


def test_many_unconfirmed_at_one_organisations_domain_are_noticed(many, letter):
    many(ONE_DOMAIN - 1, domain="forum.example")
    assert signs(letter) == []
    many(1, minutes=6, domain="mail.forum.example")
    assert signs(letter) == ["one domain"]


def test_free_mail_is_no_one_domain(many, letter):
    many(SHARE_LEAST - 1, domain="gmail.com")
    assert recent_activity(letter, now=NOW).one_domain == 0


def test_a_high_share_of_unconfirmed_is_noticed_once_people_could_read_their_mail(many, letter):
    many(SHARE_LEAST, minutes=29)
    assert signs(letter) == []
    many(SHARE_LEAST, minutes=31)
    assert "unconfirmed" in signs(letter)
    many(SHARE_LEAST // 4, minutes=32, confirmed=True)
    assert "unconfirmed" not in signs(letter)


def test_normal_traffic_rings_nothing(many, letter):
    many(15)
    many(20, confirmed=True)
    assert raise_alarms(now=NOW) == 0
    assert SigningAlarm.objects.count() == 0


def test_it_rings_once_a_day_for_each_letter(many, letter, outbox):
    other = LetterFactory(closes_at=NOW + timedelta(days=30), opens_at=NOW - timedelta(days=9))
    many(SURGE_LEAST)
    many(SURGE_LEAST, on=other)
    assert tidy(now=NOW)["alarms"] == 2
    assert tidy(now=NOW + timedelta(minutes=1))["alarms"] == 0
    assert len(outbox.send()) == 2
    Signature.objects.update(signed_at=NOW + timedelta(days=1))
    assert raise_alarms(now=NOW + timedelta(days=1)) == 2


def test_a_closed_letter_rings_nothing(many, letter):
    many(SURGE_LEAST)
    Letter.objects.update(status="closed")
    assert raise_alarms(now=NOW) == 0


def test_the_mail_to_the_team_contains_only_numbers(many, letter, outbox):
    member = StaffFactory(email="member@coalition.example")
    silent, gone = StaffFactory(), StaffFactory(email="gone@coalition.example", is_active=False)
    StaffFactory(email="outsider@example.org")
    letter.campaign.team.set([member, silent, gone])
    many(SURGE_LEAST, network="192.0.2.0/24", domain="forum.example")
    raise_alarms(now=NOW)
    (message,) = outbox.send()
    assert message.to == ["member@coalition.example"]
    assert message.subject == "Please check the signatures on “Let everyone speak”"
    lines = re.findall(r"^- (.*)$", message.body, re.MULTILINE)
    assert lines == [
        "60 signatures came in;",
        "60 of them are not confirmed (in a usual hour: 0.0);",
        "60 of these came from one network;",
        "60 of these have an address at one organisation’s domain.",
    ]
    for secret in ("192.0.2", "forum.example", "Forum", "rosa"):
        assert secret not in message.body


def test_the_organiser_is_mailed_if_nobody_on_the_team_can_be(many, letter, outbox):
    letter.campaign.team.set([StaffFactory()])
    many(SURGE_LEAST)
    raise_alarms(now=NOW)
    assert [message.to for message in outbox.send()] == [["coalition@example.org"]]


def test_having_nobody_to_mail_is_no_error(many, letter, outbox):
    letter.campaign.organiser_email = ""
    letter.campaign.save()
    many(SURGE_LEAST)
    assert raise_alarms(now=NOW) == 1
    assert outbox.send() == []
