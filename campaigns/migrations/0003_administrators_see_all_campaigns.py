from django.db import migrations, models

from config.staff.grants import grant


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0002_campaign_language"),
        ("config", "0003_roles_of_staff"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="campaign",
            options={
                "ordering": [models.OrderBy(models.F("first_day"), descending=True, nulls_last=True), "title"],
                "permissions": [("view_all_campaigns", "Can view the campaigns of all teams")],
                "verbose_name": "campaign",
                "verbose_name_plural": "campaigns",
            },
        ),
        grant(
            "campaigns",
            {
                "viewer": ["view_campaign"],
                "editor": ["add_campaign", "change_campaign", "delete_campaign"],
                "administrator": ["view_all_campaigns"],
            },
        ),
    ]
