from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("signatories", "0020_organisations_entered_by_staff")]

    operations = [
        migrations.AlterField(
            model_name="organisationidentifier",
            name="scheme",
            field=models.CharField(
                help_text="Its code in the list of org-id.guide, such as GB-CHC.",
                max_length=20,
                verbose_name="register",
            ),
        ),
    ]
