"""A migration operation that grants roles permissions on an app's models."""

from __future__ import annotations

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Permission
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython
from django.db.models import QuerySet

ORDER = ["viewer", "reviewer", "editor", "administrator"]  # each may do what those before it may


def grant(app_label: str, table: dict[str, list[str]]) -> RunPython:
    """Grant roles permissions on the app's models.

    `table` lists, by code name, what each role may do beyond the roles before it. Permissions are
    created here, as on a fresh database Django creates them only after all migrations. Raises
    LookupError for an unknown permission.
    """

    def of_the_app(apps: Apps, codenames: list[str]) -> QuerySet[Permission]:
        permissions = apps.get_model("auth", "Permission").objects.filter(
            content_type__app_label=app_label, codename__in=codenames
        )
        if missing := set(codenames) - set(permissions.values_list("codename", flat=True)):
            raise LookupError(f"{app_label} has no such permissions: {sorted(missing)}")
        return permissions

    def forwards(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        app = apps.get_app_config(app_label)
        # Django creates permissions only for apps with a models module; historical apps have none.
        app.models_module = True  # type: ignore[assignment]
        create_permissions(app, verbosity=0, using=schema_editor.connection.alias, apps=apps)
        for role, codenames in table.items():
            permissions = of_the_app(apps, codenames)
            for name in ORDER[ORDER.index(role) :]:
                group, _added = apps.get_model("auth", "Group").objects.get_or_create(name=name)
                group.permissions.add(*permissions)

    def backwards(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for group in apps.get_model("auth", "Group").objects.filter(name__in=ORDER):
            for codenames in table.values():
                group.permissions.remove(*of_the_app(apps, codenames))

    return RunPython(forwards, backwards)
