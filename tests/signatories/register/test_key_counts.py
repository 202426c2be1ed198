"""Counts of recognition's keys: by the worker, and by queries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from signatories.housekeeping import tidy
from signatories.models import KeyCount, RecognitionKey
from signatories.recognition import InMemorySource, Recognition, recognise
from signatories.register.actions import count_due, count_keys, counting
from signatories.register.actions.counting import KEYED
from signatories.register.entries import entry_of
from signatories.register.source import DatabaseSource
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture(autouse=True)
def three_are_frequent(monkeypatch):
    monkeypatch.setattr(counting, "COUNTED", 2)


@pytest.fixture
def organisations():
    return [
        OrganisationFactory(name=f"{kind} for {cause}", country=country)
        for kind in ("Forum", "Committee", "Network")
        for cause in ("Refugees", "Press Freedom", "Clean Rivers")
        for country in ("DE", "FR", "")
    ]


def stored() -> dict[tuple[str, str], int]:
    counts = KeyCount.objects.exclude(key=counting.COUNTING)
    return {
        (key, country): size for key, country, size in counts.values_list("key", "country", "size")
    }


def answers(source) -> list[Recognition]:
    names = ("Forum for Refugees", "Komitee für Pressefreiheit", "FFR", "Press Network", "Xnet")
    return [
        recognise(name=name, country=country, source=source)
        for name in names
        for country in ("DE", "")
    ]


def summary(found: list[Recognition]) -> list[tuple[object, ...]]:
    return [
        (
            one.answer,
            [(each.entry.organisation, each.score, each.reasons) for each in one.candidates],
        )
        for one in found
    ]


def test_only_frequent_keys_are_counted(organisations):
    count_keys(RecognitionKey, now=NOW)
    counts = stored()
    assert counts["=forum refugees", KeyCount.EVERYWHERE] == 3
    assert ("=forum refugees", "DE") not in counts
    assert counts["t~forum", KeyCount.EVERYWHERE] == 9
    assert {counts["t~forum", country] for country in ("DE", "FR", "")} == {3}
    assert min(counts.values()) == 3


def test_counting_keys_does_not_change_answers(organisations):
    uncounted = summary(answers(DatabaseSource()))
    count_keys(RecognitionKey, now=NOW)
    assert stored()
    assert summary(answers(DatabaseSource())) == uncounted
    assert summary(answers(InMemorySource(map(entry_of, organisations)))) == uncounted


def test_entries_added_since_the_count_are_found(organisations):
    count_keys(RecognitionKey, now=NOW)
    added = OrganisationFactory(name="Forum for Refugees and Rivers", country="DE")
    found = recognise(name=added.name, country="DE", source=DatabaseSource())
    assert found.organisation == str(added.pk)


def test_the_number_of_database_queries_does_not_depend_on_counts(organisations):
    sizes = set()
    for _ in range(2):
        for name in ("Forum for Refugees", "Qzxv"):
            with CaptureQueriesContext(connection) as captured:
                recognise(name=name, country="DE", source=DatabaseSource())
            sizes.add(len(captured))
        count_keys(RecognitionKey, now=NOW)
    assert sizes == {3}


def test_the_count_of_a_key_no_longer_frequent_is_deleted(organisations):
    count_keys(RecognitionKey, now=NOW)
    for organisation in organisations[:9]:
        organisation.delete()
    count_keys(RecognitionKey, now=NOW + timedelta(hours=2))
    assert ("t~forum", KeyCount.EVERYWHERE) not in stored()
    assert stored()["t~network", KeyCount.EVERYWHERE] == 9


def test_the_worker_counts_once_an_hour(organisations):
    tidy(now=NOW)
    assert stored()["t~forum", KeyCount.EVERYWHERE] == 9
    OrganisationFactory(name="Forum for Archives")
    assert count_due(now=NOW + timedelta(minutes=59)) == 0
    assert count_due(now=NOW + timedelta(minutes=61)) == len(KEYED)
    assert stored()["t~forum", KeyCount.EVERYWHERE] == 10


def test_a_count_that_fails_is_tried_again_after_an_hour(organisations):
    def fail(*_given: object) -> None:
        raise OperationalError("canceling statement due to statement timeout")

    with connection.execute_wrapper(
        lambda execute, sql, *given: fail() if "HAVING" in sql else execute(sql, *given)
    ):
        for _table in counting.KEYED:
            with pytest.raises(OperationalError):
                count_due(now=NOW)
        count_due(now=NOW + timedelta(minutes=1))
    assert stored() == {}
    count_due(now=NOW + timedelta(minutes=61))
    assert stored()["t~forum", KeyCount.EVERYWHERE] == 9


def test_a_register_without_frequent_keys_is_not_counted_every_minute():
    assert count_due(now=NOW) == len(KEYED)
    assert count_due(now=NOW + timedelta(minutes=1)) == 0
    assert stored() == {}
