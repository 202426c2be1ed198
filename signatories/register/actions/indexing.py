"""Storing what recognition and suggestions need whenever names or domains change."""

from __future__ import annotations

from django.db import models, transaction

from signatories.models import NameStart, Organisation, RecognitionKey
from signatories.recognition import entry_keys
from signatories.register.entries import entry_of, pack
from signatories.register.suggestions import starts_of


@transaction.atomic
def index_organisation(organisation: Organisation) -> None:
    """Store what recognition and suggestions need. Call it after any change of its names.

    A merged or provisional organisation has nothing stored, so nothing finds it.
    """
    entry = entry_of(organisation)
    off_register = organisation.merged_into_id or organisation.provisional
    keys = set() if off_register else set(entry_keys(entry))
    store_keys(keys, country=organisation.country.code, model=RecognitionKey, owner=organisation)
    store_starts(
        set() if off_register else starts_of(name.name for name in entry.names), organisation
    )
    Organisation.objects.filter(pk=organisation.pk).update(
        forms=pack(entry), compared=False, looked_up=False
    )


def store_keys(
    keys: set[str],
    *,
    country: str,
    model: type[models.Model],
    owner: models.Model,
    field: str = "organisation",
) -> None:
    """Replace the keys that find `owner`, which is in foreign key `field` of `model`."""
    rows = model._default_manager.filter(**{field: owner})
    rows.exclude(key__in=keys, country=country).delete()
    known = set(rows.values_list("key", flat=True))
    added = [model(key=key, country=country, **{field: owner}) for key in sorted(keys - known)]
    # Another process may store the same keys at the same time.
    model._default_manager.bulk_create(added, ignore_conflicts=True)


def store_starts(starts: set[str], organisation: Organisation) -> None:
    """Replace the starts of words by which the organisation is suggested."""
    rows = NameStart.objects.filter(organisation=organisation)
    rows.exclude(start__in=starts).delete()
    known = set(rows.values_list("start", flat=True))
    added = [NameStart(start=start, organisation=organisation) for start in sorted(starts - known)]
    NameStart.objects.bulk_create(added, ignore_conflicts=True)
