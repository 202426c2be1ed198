"""Mails and pages agree with each other, and with what will happen."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone

from letters.actions import change_status
from letters.models import Letter
from signatories.models import Signature
from signatories.privacy.retention import stored_until
from signatories.signing import emails, links
from tests.factories import LetterFactory, RevisionFactory, SignatureFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
PLANNED = datetime(2026, 12, 20, 22, 0, tzinfo=UTC)


def shown(response) -> str:
    """The text of a page, without tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def behind(letter: Letter, **changes: object) -> Signature:
    """A signature of revision 1.1 under a letter whose text is revision 2 by now."""
    corrected = RevisionFactory(letter=letter, number=1, correction=1, title="Let all speak")
    signature = SignatureFactory(letter=letter, revision=corrected, **changes)
    changed = RevisionFactory(letter=letter, number=2, title="Let all write")
    Signature.objects.filter(pk=signature.pk).update(asked_about=changed, asked_at=NOW)
    return signature


# Which revision the list names


def test_the_mail_and_the_private_page_name_the_revision_that_the_list_names(client):
    letter = LetterFactory()
    signature = behind(letter)
    page = shown(client.get(f"/en/letters/{letter.slug}/"))
    assert "signed revision 1 " in page
    mail = emails.reaffirmation(signature.pk)
    assert mail is not None
    assert "with the words “signed revision 1”" in mail.body
    private = shown(client.get(links.link(signature, links.MANAGE).removeprefix(settings.SITE_URL)))
    assert "the list shows “signed revision 1” next to your name" in private


@pytest.mark.parametrize(
    "changes", [{"visibility": "withheld"}, {"visibility": "counted"}, {"status": "in_review"}]
)
def test_the_list_is_not_mentioned_to_those_it_does_not_name(client, changes):
    signature = behind(LetterFactory(), **changes)
    mail = emails.reaffirmation(signature.pk)
    assert mail is not None
    assert "with the words" not in mail.body
    assert "the signature stays with revision 1, which you signed" in mail.body
    private = shown(client.get(links.link(signature, links.MANAGE).removeprefix(settings.SITE_URL)))
    assert "“signed revision" not in private
    assert "your signature stays with revision 1, which you signed" in private


def test_the_page_states_the_days_to_answer_before_reaffirmation_is_requested(client):
    letter = LetterFactory(silence="leaves", silence_days=9)
    signature = behind(letter)
    Signature.objects.update(asked_about=None, asked_at=None)
    link = links.link(signature, links.MANAGE).removeprefix(settings.SITE_URL)
    assert "If you do not answer within 9 days, your name is removed" in shown(client.get(link))
    assert Signature.objects.get().answer_by is None


# When signing ended


@pytest.fixture
def closed_by_hand() -> Letter:
    """Planned to close on 20 December, and closed on 30 November."""
    letter = LetterFactory(opens_at=NOW - timedelta(days=30), closes_at=PLANNED, contact_days=10)
    return change_status(letter=letter, to="closed", now=NOW)


@pytest.mark.parametrize("path", ["/en/letters/{}/", "/en/"])
def test_a_letter_that_staff_closed_says_when_they_did(client, closed_by_hand, path):
    page = shown(client.get(path.format(closed_by_hand.slug)))
    assert "Signing closed on 30 November 2026" in page
    assert "December" not in page


def test_open_data_say_when_signing_ended(client, closed_by_hand):
    answer = client.get(f"/api/v1/letters/{closed_by_hand.slug}").json()
    assert answer["closes"] == "2026-11-30T12:00:00Z"


def test_retention_starts_on_the_day_on_which_staff_closed(closed_by_hand):
    assert stored_until(closed_by_hand) == NOW + timedelta(days=10)


def test_a_letter_that_is_opened_again_closes_as_planned(closed_by_hand):
    letter = change_status(letter=closed_by_hand, to="open", now=NOW + timedelta(hours=1))
    assert letter.signing_ends_at == PLANNED


def test_a_letter_that_was_closed_after_its_time_ended_when_it_was_planned():
    letter: Letter = LetterFactory(closes_at=PLANNED)
    letter = change_status(letter=letter, to="closed", now=PLANNED + timedelta(days=3))
    assert letter.signing_ends_at == PLANNED


def test_later_steps_do_not_change_the_closing_time(closed_by_hand):
    letter = change_status(letter=closed_by_hand, to="delivered", now=NOW + timedelta(days=5))
    assert letter.signing_ends_at == NOW


def test_an_open_letter_has_no_closing_time():
    with pytest.raises(IntegrityError):
        Letter.objects.filter(pk=LetterFactory().pk).update(closed_at=NOW)


def test_a_closed_letter_may_have_a_closing_time():
    letter = LetterFactory(status="closed")
    assert Letter.objects.filter(pk=letter.pk).update(closed_at=NOW) == 1


# How long links and data last


def hours_told(signature: Signature) -> str:
    mail = emails.confirmation(signature.pk)
    assert mail is not None
    (told,) = re.findall(r"The link works for (\d+ hours?)\.", str(mail.body))
    return told


@pytest.mark.parametrize(
    ("age", "told"),
    [
        (timedelta(0), f"{settings.CONFIRMATION_HOURS} hours"),
        (timedelta(days=links.UNCONFIRMED_DAYS, hours=-5.5), "5 hours"),
        (timedelta(days=links.UNCONFIRMED_DAYS, hours=-1.5), "1 hour"),
    ],
)
def test_the_mail_states_how_long_its_link_works(age, told):
    signature = SignatureFactory(unconfirmed=True, signed_at=timezone.now() - age)
    assert hours_told(signature) == told


def test_no_link_is_mailed_that_would_no_longer_work():
    age = timedelta(days=links.UNCONFIRMED_DAYS, minutes=-10)
    signature = SignatureFactory(unconfirmed=True, signed_at=timezone.now() - age)
    assert emails.confirmation(signature.pk) is None


def test_the_day_of_erasure_is_in_the_letters_time_zone(client):
    """23:00 in UTC is the next day in Almaty."""
    letter = LetterFactory(
        time_zone="Asia/Almaty",
        opens_at=NOW - timedelta(days=30),
        closes_at=datetime(2026, 12, 20, 23, 0, tzinfo=UTC),
        contact_days=1,
    )
    link = links.link(SignatureFactory(letter=letter), links.MANAGE)
    page = shown(client.get(f"{link.removeprefix(settings.SITE_URL)}data/"))
    assert "They will be deleted automatically on 22 December 2026." in page


def test_a_changed_period_is_shown_everywhere(client, monkeypatch):
    """The pages read the constant; the number is typed nowhere."""
    monkeypatch.setattr("signatories.templatetags.promises.UNCONFIRMED_DAYS", 9)
    letter = LetterFactory()
    signature = SignatureFactory(letter=letter, unconfirmed=True)
    confirm = links.link(signature, links.CONFIRM).removeprefix(settings.SITE_URL)
    for path in ["/en/privacy/", confirm, f"/en/letters/{letter.slug}/sign/sent/"]:
        page = shown(client.get(path))
        assert "deleted after 9 days" in page
        assert "14 days" not in page
    mail = emails.confirmation(signature.pk)
    assert mail is not None
    assert "deleted after 9 days" in mail.body
