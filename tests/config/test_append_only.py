"""The audit trail's table refuses every change and removal."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from config import audit
from config.append_only import protect, unprotect
from config.models import AuditEntry
from tests.factories import CampaignFactory

pytestmark = pytest.mark.django_db
TABLE = "config_auditentry"


@pytest.fixture
def entry() -> AuditEntry:
    now = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
    return audit.record(verb=audit.Verb.SIGNED, subject=CampaignFactory(), now=now)


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def save_changed(entry: AuditEntry) -> None:
    entry.verb = "forged"
    entry.save()


ATTEMPTS = {
    "saving a changed entry": save_changed,
    "deleting an entry": lambda entry: entry.delete(),
    "updating a query": lambda entry: AuditEntry.objects.update(verb="forged"),
    "deleting a query": lambda entry: AuditEntry.objects.all().delete(),
    "updating in bulk": lambda entry: AuditEntry.objects.bulk_update([entry], ["verb"]),
    "SQL that updates": lambda entry: execute(f"UPDATE {TABLE} SET verb = 'forged'"),  # noqa: S608
    "SQL that deletes": lambda entry: execute(f"DELETE FROM {TABLE}"),  # noqa: S608
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_an_entry_can_be_neither_changed_nor_removed(entry, attempt):
    with (
        pytest.raises(DatabaseError, match="config_auditentry is append-only"),
        transaction.atomic(),
    ):
        ATTEMPTS[attempt](entry)
    assert list(AuditEntry.objects.values_list("verb", flat=True)) == ["signed"]


def test_entries_can_be_added_one_by_one_and_in_bulk(entry):
    AuditEntry.objects.bulk_create(
        AuditEntry(at=entry.at, actor="system", verb=verb, subject_type="a.b", subject_id=1)
        for verb in ("second", "third")
    )
    assert AuditEntry.objects.count() == 3


def test_other_tables_stay_as_they_were():
    campaign = CampaignFactory()
    campaign.title = "Changed"
    campaign.save()
    campaign.delete()


def test_a_migration_can_lift_the_protection_and_put_it_back(entry):
    unprotect(connection, TABLE)
    AuditEntry.objects.update(verb="corrected")
    protect(connection, TABLE)
    protect(connection, TABLE)  # repeating it is harmless
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.update(verb="forged")
    assert AuditEntry.objects.get().verb == "corrected"
