"""Nobody can flood a mailbox through the forms, or keep its owner from signing by trying."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from signatories.defence import limits
from signatories.defence.limits import (
    DOMAIN_FOR_EACH,
    DOMAIN_UNKNOWN,
    LIMITS,
    MAILS_KNOWN,
    MAILS_UNKNOWN,
    Limit,
    Sending,
    allow_confirmation,
    allow_mail,
)
from signatories.models import Signature
from signatories.signing.actions import resend_confirmation
from signatories.signing.links import CONFIRM, link
from tests.factories import LetterFactory, SignatureFactory, form_data

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def aliases(number: int) -> list[str]:
    """Addresses of one mailbox, varying by label, dots and host in turn."""
    names = ["victim", "v.ictim", "vi.c.tim"]
    hosts = ["gmail.com", "googlemail.com", "GMAIL.com"]
    return [
        f"{names[n % 3]}+{n}@{hosts[n // 3 % 3]}"
        if n % 2
        else f"{names[n % 3]}@{hosts[n // 3 % 3]}"
        for n in range(number)
    ]


class Down(EmailBackend):
    def send_messages(self, messages):
        raise ConnectionRefusedError


def send_waiting(outbox) -> list[str]:
    """Let the worker send everything that waits; returns the recipients."""
    sent = []
    for _ in range(3):
        DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now() - HOUR)
        sent += [message.to[0] for message in outbox.send()]
    return sent


def test_75_forms_for_aliases_of_one_mailbox_send_three_mails(sign, outbox, now):
    """From different networks, at once, on three letters."""
    letters = [LetterFactory() for _ in range(3)]
    for number, email in enumerate(aliases(75)):
        sign(
            email=email,
            on=letters[number % 3],
            network=f"10.0.{number}.0/24",
            now=timezone.now(),
        )
    assert Signature.objects.count() == 75
    assert len(send_waiting(outbox)) == MAILS_UNKNOWN == 3


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("me+1@q.example", "me+2@Q.example"),
        ("me@b\u00fccher.example", "me@xn--bcher-kva.example"),
        ("m.e@gmail.com", "me@googlemail.com"),
    ],
)
def test_another_spelling_of_a_mailbox_gets_no_further_mails(one, other, now):
    assert [allow_mail(email=one, now=now) for _ in range(3)] == [True] * 3
    assert not allow_mail(email=other, now=now)
    assert allow_mail(email="you@q.example", now=now)


def test_the_mail_goes_to_the_address_as_it_was_typed(sign, outbox):
    sign(email="Me+Letters@q.example", now=timezone.now())
    assert [message.to for message in outbox.send()] == [["Me+Letters@q.example"]]


@pytest.mark.parametrize("start", [0, 5, 23.9])
def test_the_limit_of_three_holds_over_midnight(now, start):
    """One form every quarter of an hour for two days, from any hour of the day."""
    at = [now + timedelta(hours=start) + n * HOUR / 4 for n in range(8 * 24)]
    sent = [instant for instant in at if allow_mail(email="me@q.example", now=instant)]
    within_a_day = [sum(one <= other < one + DAY for other in sent) for one in sent]
    assert max(within_a_day) == MAILS_UNKNOWN
    assert len(sent) >= 2 * MAILS_UNKNOWN - 1  # and mails resume


def test_a_waiting_mail_counts_when_it_is_sent(now):
    for _ in range(3):
        assert allow_mail(email="me@q.example", now=now + 20 * HOUR)
    assert not allow_mail(email="me@q.example", now=now)


def test_a_form_whose_mail_waits_for_tomorrow_counts_tomorrow(sign, now, monkeypatch):
    monkeypatch.setitem(LIMITS, "network", Limit(1000, 1))
    for email in ("other@q.example", *["me@q.example"] * 3):
        sign(email=email)
    assert not allow_mail(email="me@q.example", now=now + DAY + 2 * HOUR)


def test_requests_beyond_the_limit_do_not_extend_it(now):
    for at in (now, now + 12 * HOUR):
        for _ in range(20):
            allow_mail(email="me@q.example", now=at)
    assert allow_mail(email="me@q.example", now=now + DAY + HOUR)


def test_another_link_for_one_signature_counts_too(sign, now, letter):
    sign(email="me@q.example")
    for _ in range(5):
        resend_confirmation(signature_id=Signature.objects.get().pk, now=now)
    assert DBTaskResult.objects.count() == MAILS_UNKNOWN


def test_a_mailbox_that_confirmed_a_signature_has_a_higher_limit(now):
    SignatureFactory(representative_email="m.e@gmail.com")
    allowed = [allow_mail(email="me+2@gmail.com", now=now) for _ in range(MAILS_KNOWN + 1)]
    assert allowed == [True] * MAILS_KNOWN + [False]


def test_a_mailbox_that_only_got_mail_has_no_higher_limit(now):
    SignatureFactory(representative_email="me@q.example", unconfirmed=True)
    allowed = [allow_mail(email="me@q.example", now=now) for _ in range(MAILS_UNKNOWN + 1)]
    assert allowed == [True] * MAILS_UNKNOWN + [False]


class TestCatchAll:
    """A catch-all mailbox gets any name, so its domain is counted."""

    def test_a_domain_where_nobody_confirms_gets_few_mails_a_day(self, sign, outbox):
        for number in range(60):
            sign(
                email=f"{number}@victim.example",
                network=f"10.0.{number}.0/24",
                now=timezone.now(),
            )
        assert Signature.objects.count() == 60
        assert len(send_waiting(outbox)) == DOMAIN_UNKNOWN == 20

    def test_sections_of_a_federation_who_answer_are_never_held(self, sign, outbox, now):
        """A hundred within ten minutes; one in five has confirmed when the next one signs."""
        left = []
        for number in range(100):
            sign(
                email=f"{number}@federation.example",
                network=f"10.0.{number}.0/24",
                now=timezone.now(),
            )
            left += [message.to[0] for message in outbox.send()]
            if number % 5 == 4:
                SignatureFactory(representative_email=f"{number}@federation.example")
        assert left == [f"{number}@federation.example" for number in range(100)]

    def test_held_mails_are_sent_once_others_at_the_domain_confirm(self, sign, outbox, monkeypatch):
        monkeypatch.setattr(limits, "DOMAIN_UNKNOWN", 1)
        for number in range(3):
            sign(email=f"{number}@federation.example", now=timezone.now())
        assert send_waiting(outbox) == ["0@federation.example"]
        SignatureFactory(representative_email="0@federation.example")
        assert sorted(send_waiting(outbox)) == ["1@federation.example", "2@federation.example"]

    def test_a_retry_after_a_mail_failure_is_not_counted_again(
        self, sign, outbox, monkeypatch, settings
    ):
        monkeypatch.setattr(limits, "DOMAIN_UNKNOWN", 0)
        sign(email="me@federation.example", now=timezone.now())
        monkeypatch.setattr(limits, "DOMAIN_UNKNOWN", 1)
        working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.Down"
        for _ in range(5):
            assert send_waiting(outbox) == []
        settings.EMAIL_BACKEND = working
        assert send_waiting(outbox) == ["me@federation.example"]

    def test_the_pauses_between_attempts_grow(self, sign, outbox, monkeypatch):
        monkeypatch.setattr(limits, "DOMAIN_UNKNOWN", 0)
        sign(email="me@victim.example", now=timezone.now())
        Signature.objects.update(signed_at=timezone.now() - 6 * HOUR)
        send_waiting(outbox)
        waiting = DBTaskResult.objects.get(status="READY")
        assert waiting.run_after - timezone.now() > 5 * HOUR

    def test_a_signature_confirmed_meanwhile_is_no_longer_held(self, sign, outbox, monkeypatch):
        monkeypatch.setattr(limits, "DOMAIN_UNKNOWN", 0)
        sign(email="me@victim.example", now=timezone.now())
        Signature.objects.all().delete()
        assert send_waiting(outbox) == []
        assert not DBTaskResult.objects.filter(status="READY").exists()

    def test_forms_with_a_proof_are_counted_apart(self, now, monkeypatch):
        monkeypatch.setattr(limits, "DOMAIN_UNKNOWN", 1)
        sendings = [
            allow_confirmation(email=f"{number}@victim.example", proved=proved, now=now)
            for number, proved in enumerate([False, False, True, True])
        ]
        assert sendings == [Sending.NOW, Sending.HELD, Sending.NOW, Sending.HELD]

    def test_subdomains_count_with_the_domain_that_somebody_registered(self, now, monkeypatch):
        monkeypatch.setattr(limits, "DOMAIN_UNKNOWN", 1)
        sendings = [
            allow_confirmation(email=email, proved=False, now=now)
            for email in (
                "a@a.forum.example",
                "b@b.forum.example",
                "c@amnesty.org.uk",
                "d@oxfam.org.uk",
            )
        ]
        assert sendings == [Sending.NOW, Sending.HELD, Sending.NOW, Sending.NOW]

    def test_free_mail_has_no_domain_limit(self, now, monkeypatch):
        monkeypatch.setattr(limits, "DOMAIN_UNKNOWN", 0)
        assert allow_confirmation(email="me@gmail.com", proved=False, now=now) is Sending.NOW

    def test_a_mailbox_that_has_confirmed_is_not_held(self, now, monkeypatch):
        monkeypatch.setattr(limits, "DOMAIN_UNKNOWN", 0)
        monkeypatch.setattr(limits, "DOMAIN_FOR_EACH", 0)
        SignatureFactory(representative_email="me@forum.example")
        sendings = [
            allow_confirmation(email=email, proved=False, now=now)
            for email in ("me@forum.example", "you@forum.example")
        ]
        assert sendings == [Sending.NOW, Sending.HELD]
        assert DOMAIN_FOR_EACH > 0

    @pytest.mark.parametrize(
        "hidden",
        [{"visibility": "withheld"}, {"visibility": "counted"}, {"organisation__protected": True}],
    )
    def test_withheld_names_do_not_raise_the_domains_limit(self, now, monkeypatch, hidden):
        monkeypatch.setattr(limits, "DOMAIN_UNKNOWN", 0)
        SignatureFactory(representative_email="quiet@forum.example", **hidden)
        sending = allow_confirmation(email="you@forum.example", proved=False, now=now)
        assert sending is Sending.HELD

    def test_a_held_mail_does_not_count_for_the_mailbox(self, now, monkeypatch):
        monkeypatch.setattr(limits, "DOMAIN_UNKNOWN", 0)
        for _ in range(5):
            assert allow_confirmation(email="me@v.example", proved=False, now=now) is Sending.HELD
        assert allow_mail(email="me@v.example", now=now)


class TestAnyLinkOpensAll:
    """Strangers may use up a mailbox's limit without keeping anybody from confirming."""

    @pytest.fixture(autouse=True)
    def _three_of_a_stranger(self, sign):
        for number in range(4):
            sign(
                email=f"rosa+{number}@q.example", organisation=f"Junk {number}", now=timezone.now()
            )

    def page(self, client, number: int) -> str:
        signature = Signature.objects.get(signed_as=f"Junk {number}")
        response = client.get(link(signature, CONFIRM))
        assert response["Cache-Control"] == "no-store"
        return response.content.decode()

    def test_any_link_also_opens_signatures_that_got_no_mail(self, client, sign, outbox):
        other = LetterFactory()
        sign(on=other, email="rosa@q.example", organisation="Quiet Forum", now=timezone.now())
        assert "rosa@q.example" not in [message.to[0] for message in outbox.send()]
        page = self.page(client, 1)
        row = next(part for part in page.split("<li>") if "Quiet Forum" in part)
        address = row.split('href="')[1].split('"')[0]
        opened = client.get(address)
        assert "Quiet Forum" in opened.content.decode()
        client.post(address, {"revision": "1", "edition": "en"})
        assert Signature.objects.get(signed_as="Quiet Forum").confirmed_at

    def test_it_shows_what_was_typed_and_nothing_of_the_register(self, client):
        SignatureFactory(
            representative_email="rosa+9@q.example",
            organisation__name="Hidden",
            visibility="withheld",
        )
        assert "Hidden" not in self.page(client, 1)

    def test_others_mailboxes_are_not_shown(self, client, sign):
        sign(email="rosa@other.example", organisation="Elsewhere", now=timezone.now())
        page = self.page(client, 1)
        assert [name in page for name in ("Junk 0", "Junk 3", "Elsewhere")] == [True, True, False]

    def test_the_latest_comes_first_however_much_junk_there_is(self, client, sign, monkeypatch):
        monkeypatch.setattr("signatories.signing.waiting.MOST", 2)
        sign(email="rosa@q.example", organisation="Quiet Forum", now=timezone.now())
        page = self.page(client, 1)
        assert page.index("Quiet Forum") < page.index("Junk 3")
        assert "Junk 0" not in page

    def test_the_page_of_a_confirmed_one_links_to_the_rest(self, client):
        signature = Signature.objects.get(signed_as="Junk 1")
        response = client.post(link(signature, CONFIRM), {"revision": "1", "edition": "en"})
        assert "Junk 3" in client.get(response.url).content.decode()

    def test_opening_changes_nothing(self, client):
        self.page(client, 1)
        assert set(Signature.objects.values_list("status", flat=True)) == {"unconfirmed"}


@pytest.mark.parametrize("address", ["sign/sent/", "embed/sign/sent/"])
def test_the_page_after_signing_states_the_limit(client, letter, address):
    page = client.get(f"/en/letters/speak/{address}").content.decode()
    assert f"at most {MAILS_UNKNOWN} emails a day to an address" in page


def test_a_letter_can_be_signed_over_the_web_for_all_aliases(client, letter, outbox, settings):
    """End to end, with the network from a proxy's header."""
    settings.TRUSTED_PROXIES = 1
    pages = set()
    for number, email in enumerate(aliases(12)):
        response = client.post(
            "/en/letters/speak/sign/",
            form_data(email=email, organisation=f"Forum {number}"),
            headers={"X-Forwarded-For": f"10.0.{number}.1"},
        )
        pages.add((response.status_code, response.url))
    assert pages == {(303, "/en/letters/speak/sign/sent/")}
    assert len(send_waiting(outbox)) == MAILS_UNKNOWN
