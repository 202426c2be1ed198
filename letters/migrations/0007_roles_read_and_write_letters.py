from django.db import migrations

from config.staff.grants import grant

MODELS = ["letter", "edition", "demand", "addressee", "source", "timelineentry", "revision"]
WRITTEN = [model for model in MODELS if model != "revision"]


class Migration(migrations.Migration):
    dependencies = [
        ("letters", "0006_proof_of_work"),
        ("config", "0003_roles_of_staff"),
    ]

    operations = [
        grant(
            "letters",
            {
                "viewer": [f"view_{model}" for model in MODELS],
                "editor": [
                    f"{act}_{model}" for act in ("add", "change", "delete") for model in WRITTEN
                ],
            },
        ),
    ]
