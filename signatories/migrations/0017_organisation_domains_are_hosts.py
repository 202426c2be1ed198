from django.db import migrations

import config.fields


class Migration(migrations.Migration):
    dependencies = [("signatories", "0016_organisations_may_be_provisional")]

    operations = [
        migrations.AlterField(
            model_name="organisationdomain",
            name="domain",
            field=config.fields.HostField(max_length=253, verbose_name="domain"),
        ),
    ]
