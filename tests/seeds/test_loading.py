"""Loading keeps every rule, and doing it twice changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from config.mail.outbox import post
from config.models import AuditEntry
from letters.actions import change_status
from letters.models import Letter
from seeds import loader
from signatories.housekeeping import tidy
from signatories.models import Signature
from signatories.signing import emails
from signatories.signing.actions import withdraw_signature

pytestmark = pytest.mark.django_db

OURS = [
    model
    for name in ("campaigns", "letters", "signatories", "config")
    for model in apps.get_app_config(name).get_models()
]


def everything() -> dict[str, list[dict[str, object]]]:
    """Every row of our own tables, including versions and the audit trail, and all mails."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for model in [*OURS, DBTaskResult]
    }


def test_loading_again_changes_nothing_even_later(now):
    loader.load_seeds(now=now)
    before = everything()
    again = loader.load_seeds(now=now + timedelta(days=3))
    assert everything() == before
    assert [letter.is_new for letter in again] == [False, False]


def test_loading_again_keeps_later_changes_to_a_letter(now):
    loader.load_seeds(now=now)
    letter = Letter.objects.get(slug="open-assembly")
    withdraw_signature(signature=Signature.objects.public().filter(letter=letter)[0], now=now)
    change_status(letter=letter, to="closed", now=now)
    before = everything()
    loader.load_seeds(now=now)
    assert everything() == before


def test_a_letter_that_cannot_be_loaded_whole_is_not_loaded_at_all(now, monkeypatch):
    def fail(letter: Letter) -> None:
        raise KeyError

    monkeypatch.setattr(loader, "_drop_mails", fail)
    with pytest.raises(KeyError):
        loader.load_seeds(now=now)
    assert {label: rows for label, rows in everything().items() if rows} == {}


def test_every_loaded_row_is_valid_and_housekeeping_finds_nothing_to_do(now):
    loader.load_seeds(now=now)
    for model in OURS:
        for row in model._default_manager.all():
            row.full_clean()
    done = ["expired", "asked", "reminded", "lapsed", "erased", "alarms"]
    assert tidy(now=now) == dict.fromkeys(done, 0)


def test_loading_leaves_no_mail_of_its_own_and_all_others(now):
    post(emails.withdrawn, signature_id=1_000_000)
    loader.load_seeds(now=now)
    references = [task.args_kwargs["args"][1] for task in DBTaskResult.objects.all()]
    assert references == [{"signature_id": 1_000_000}]


@pytest.mark.parametrize("hour", [0, 23])
def test_nothing_but_the_closing_lies_ahead_at_any_hour_of_loading(hour):
    now = datetime(2026, 3, 29, hour, 1, tzinfo=UTC)  # the day the clocks of Brussels go forward
    loader.load_letter(folder=loader.HERE / "open_assembly", now=now)
    letter = Letter.objects.get(slug="open-assembly")
    signed = [signature.signed_at for signature in Signature.objects.filter(letter=letter)]
    assert letter.opens_at is not None
    assert letter.opens_at < min(signed)
    assert not AuditEntry.objects.filter(at__gt=now).exists()


def test_the_command_says_what_it_did_and_is_quick(django_assert_max_num_queries):
    first, second = StringIO(), StringIO()
    with django_assert_max_num_queries(5700):  # less than 45 a signature, savepoints too
        call_command("seed", stdout=first)
    with django_assert_max_num_queries(10):
        call_command("seed", stdout=second)
    total = Signature.objects.filter(letter__slug="open-assembly").count()
    assert first.getvalue().splitlines() == [
        "Loaded the letter speakout: 4 signatures.",
        f"Loaded the letter open-assembly: {total} signatures.",
    ]
    assert second.getvalue().splitlines() == [
        "The letter speakout already exists and was not changed.",
        "The letter open-assembly already exists and was not changed.",
    ]
    assert [letter.slug for letter in Letter.objects.open(timezone.now())] == ["open-assembly"]
