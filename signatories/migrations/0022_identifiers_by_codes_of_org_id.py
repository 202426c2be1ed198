"""Registers go by their codes in the list of org-id.guide. On the way back other codes stay."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

CODES = {"ror": "XI-ROR", "wikidata": "XI-WIKIDATA", "eu_transparency": "EU-TRANSPARENCY"}


def _rename(apps: Apps, codes: dict[str, str]) -> None:
    identifiers = apps.get_model("signatories", "OrganisationIdentifier").objects
    for before, after in codes.items():
        # A number that is there under the other code, too, stays once.
        there = identifiers.filter(scheme=after).values_list("organisation", "value")
        for organisation, value in there:
            identifiers.filter(scheme=before, organisation=organisation, value=value).delete()
        identifiers.filter(scheme=before).update(scheme=after)


def forwards(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _rename(apps, CODES)


def backwards(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _rename(apps, {after: before for before, after in CODES.items()})


class Migration(migrations.Migration):
    dependencies = [("signatories", "0021_identifiers_of_any_register")]

    operations = [migrations.RunPython(forwards, backwards)]
