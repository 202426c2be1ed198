from django.db import migrations

from config.staff.grants import grant


def add_roles(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    for name in ("viewer", "reviewer", "editor", "administrator"):
        Group.objects.get_or_create(name=name)


def remove_roles(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(
        name__in=["viewer", "reviewer", "editor", "administrator"]
    ).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("config", "0002_append_only_audit_trail"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(add_roles, remove_roles),
        grant("auth", {"administrator": ["view_user", "change_user"]}),
        grant("config", {"administrator": ["view_auditentry"]}),
    ]
