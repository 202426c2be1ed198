"""Mails wait under names that outlive releases, whatever module builds them."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from config.mail import outbox as queue
from signatories.models import Signature
from tests.factories import SignatureFactory

pytestmark = pytest.mark.django_db

# The names in rows, of this and earlier releases. A name that is changed here needs its old form
# beside it in the code, since mails may wait under it while a site is upgraded.
NAMES = {
    "letter.signing_alarm": "signatories.emails.signing_alarm",
    "signature.colleague_signed": "signatories.emails.colleague_signed",
    "signature.confirmation": "signatories.emails.confirmation",
    "signature.contact_handed_over": "signatories.emails.contact_handed_over",
    "signature.contact_requested": "signatories.emails.contact_requested",
    "signature.declined": "signatories.emails.declined",
    "signature.held_confirmation": "signatories.defence.holding.held_confirmation",
    "signature.in_review": "signatories.emails.in_review",
    "signature.lapsed": "signatories.emails.lapsed",
    "signature.new_private_link": "signatories.emails.new_private_link",
    "signature.private_link": "signatories.emails.private_link",
    "signature.published": "signatories.emails.published",
    "signature.reaffirmation": "signatories.emails.reaffirmation",
    "signature.reaffirmed": "signatories.emails.reaffirmed",
    "signature.second_signature": "signatories.emails.second_signature",
    "signature.withdrawn": "signatories.emails.withdrawn",
    "staff.invitation": "config.staff.emails.invitation",
}


def enqueue(name: str, signature: Signature, *, task: str = queue.deliver.module_path) -> None:
    """A row as another release wrote it."""
    queue.deliver.enqueue(name, {"signature_id": signature.pk})
    DBTaskResult.objects.update(task_path=task)


def subjects(mails: list[EmailMessage]) -> list[str]:
    return [str(mail.subject) for mail in mails]


def test_every_mail_has_the_name_under_which_it_is_stored():
    """Checked in a fresh process: the worker need not have queued what it sends."""
    code = (
        "import django; django.setup(); from config.mail import outbox; print(*outbox.mail_names())"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert sorted(result.stdout.split()) == sorted(NAMES)


@pytest.mark.parametrize(("name", "former"), NAMES.items())
def test_each_former_name_leads_to_the_same_mail(name, former):
    assert queue.find_mail(former) is queue.find_mail(name)


def test_a_mail_queued_before_an_upgrade_is_sent_after_it(outbox):
    signature = SignatureFactory(status=Signature.Status.PUBLISHED)
    queue.post(queue.find_mail("signature.published"), signature_id=signature.pk)
    (now,) = subjects(outbox.send())
    enqueue("signatories.emails.published", signature, task="config.outbox.deliver")
    assert subjects(outbox.send()) == [now]


def test_a_mail_is_sent_wherever_its_task_lay_when_it_was_queued(outbox):
    signature = SignatureFactory(status=Signature.Status.PUBLISHED)
    enqueue("signature.published", signature, task="config.no.longer.here.deliver")
    assert len(outbox.send()) == 1


def test_an_unknown_name_is_seen_and_stops_no_other_mail(outbox, caplog, monkeypatch):
    monkeypatch.setattr(logging.getLogger("undersigned"), "propagate", True)
    signature = SignatureFactory(status=Signature.Status.PUBLISHED)
    enqueue("signature.of_a_later_release", signature)
    enqueue("signature.published", signature)
    assert len(outbox.send()) == 1
    errors = [one.getMessage() for one in caplog.records if one.levelname == "ERROR"]
    assert errors == ["signature.of_a_later_release: no mail has this name"]
    row = DBTaskResult.objects.get(status=TaskResultStatus.READY)
    assert row.run_after > timezone.now()


def test_two_mails_cannot_have_one_name():
    with pytest.raises(ValueError, match=r"two mails are named signatories\.emails\.published"):
        queue.mail("test.taken", "signatories.emails.published")(lambda: None)
    assert "test.taken" not in queue.mail_names()
