from django.db import migrations
from django.db.models import OuterRef, Subquery


def name_revision(apps, schema_editor):
    """Until now a letter had one text, so this is the one that they signed."""
    Signature = apps.get_model("signatories", "Signature")
    Letter = apps.get_model("letters", "Letter")
    Edition = apps.get_model("letters", "Edition")
    present = Letter.objects.filter(pk=OuterRef("letter")).values("revision")
    original = Edition.objects.filter(letter=OuterRef("letter"), is_original=True)
    Signature.objects.filter(revision=None).update(
        revision=Subquery(present),
        edition_language=Subquery(original.values("language")),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("signatories", "0004_signatures_may_name_their_revision"),
        ("letters", "0003_freeze_what_is_public"),
    ]

    operations = [migrations.RunPython(name_revision, migrations.RunPython.noop)]
