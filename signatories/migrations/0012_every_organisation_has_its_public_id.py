from django.db import migrations, models

import signatories.models.organisations


class Migration(migrations.Migration):
    dependencies = [("signatories", "0011_organisations_get_their_public_id")]

    operations = [
        migrations.AlterField(
            "organisation",
            "public_id",
            models.CharField(
                default=signatories.models.organisations.new_public_id,
                editable=False,
                max_length=10,
                unique=True,
            ),
        ),
    ]
