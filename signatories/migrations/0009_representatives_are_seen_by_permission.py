from django.db import migrations

from config.staff.grants import grant

PARTS = ["organisationname", "organisationdomain", "organisationidentifier"]


class Migration(migrations.Migration):
    dependencies = [
        ("signatories", "0008_defence_against_abuse"),
        ("config", "0003_roles_of_staff"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="signature",
            options={
                "ordering": ["-signed_at", "-id"],
                "permissions": [
                    ("view_representative", "Can view who signs for an organisation")
                ],
                "verbose_name": "signature",
                "verbose_name_plural": "signatures",
            },
        ),
        grant(
            "signatories",
            {
                "viewer": ["view_signature"],
                "reviewer": [
                    "view_representative",
                    "change_signature",
                    "view_organisation",
                    "change_organisation",
                    "view_pair",
                    "change_pair",
                    "view_merge",
                    "change_merge",
                    "view_invalidation",
                    "add_invalidation",
                    "change_invalidation",
                    "view_listing",
                    *(f"{act}_{part}" for act in ("view", "add", "change", "delete") for part in PARTS),
                ],
                "editor": [
                    "add_organisation",
                    "delete_organisation",
                    "add_listing",
                    "change_listing",
                ],
            },
        ),
    ]
