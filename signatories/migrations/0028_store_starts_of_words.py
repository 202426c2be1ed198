"""Suggestions go by the starts of words: store those of the names that are there."""

import re

from anyascii import anyascii
from django.db import migrations

WORD = re.compile(r"(?<![a-z0-9])[a-z0-9]")
LONGEST = 60  # characters


def starts_of(key):
    found = {key[match.start() :][:LONGEST] for match in WORD.finditer(key)}
    return {start.strip() for start in found | {key[:LONGEST]}} - {""}


def store_starts(apps, schema_editor):
    organisation = apps.get_model("signatories", "Organisation")
    start = apps.get_model("signatories", "NameStart")
    other = apps.get_model("signatories", "OrganisationName")
    registered = organisation.objects.filter(merged_into=None, provisional=False)
    named = [
        registered.values_list("pk", "sort_key"),
        registered.exclude(acronym="").values_list("pk", "acronym"),
        other.objects.filter(organisation__in=registered).values_list("organisation", "sort_key"),
    ]
    rows = []
    for names in named:
        for pk, key in names.iterator(2000):
            rows += [start(start=text, organisation_id=pk) for text in starts_of(anyascii(key).casefold())]
            if len(rows) > 5000:
                start.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)
                rows = []
    start.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)


class Migration(migrations.Migration):
    dependencies = [("signatories", "0027_starts_of_words_in_names")]

    operations = [
        migrations.RunPython(store_starts, migrations.RunPython.noop, elidable=True),
    ]
