from django.db import migrations

from config.staff.grants import grant


class Migration(migrations.Migration):
    dependencies = [("signatories", "0030_source_of_what_is_known")]

    operations = [
        grant(
            "signatories",
            {
                "editor": ["view_registerimport"],
                "administrator": ["change_registerimport"],
            },
        ),
    ]
