from django.db import migrations

from signatories.models.organisations import new_public_id


def give(apps, schema_editor):
    Organisation = apps.get_model("signatories", "Organisation")
    keys = list(Organisation.objects.filter(public_id=None).values_list("pk", flat=True))
    rows = [Organisation(pk=pk, public_id=new_public_id()) for pk in keys]
    Organisation.objects.bulk_update(rows, ["public_id"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("signatories", "0010_organisations_may_have_a_public_id")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
