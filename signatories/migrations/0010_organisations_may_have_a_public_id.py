from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("signatories", "0009_representatives_are_seen_by_permission")]

    operations = [
        migrations.AddField(
            "organisation",
            "public_id",
            models.CharField(editable=False, max_length=10, null=True),
        ),
    ]
