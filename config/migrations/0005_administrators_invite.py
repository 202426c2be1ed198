from django.db import migrations

from config.staff.grants import grant


class Migration(migrations.Migration):
    dependencies = [("config", "0004_second_factors_and_invitations")]

    operations = [
        grant(
            "config",
            {
                "administrator": [
                    f"{act}_invitation" for act in ("view", "add", "change", "delete")
                ],
            },
        ),
    ]
