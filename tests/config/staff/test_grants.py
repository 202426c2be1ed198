"""What migrations grant to the roles, on a fresh database and back."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.db.migrations import RunPython
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from config.staff.grants import grant
from tests.config.test_settings import run

pytestmark = pytest.mark.django_db
ROLES = ["viewer", "reviewer", "editor", "administrator"]


def granted(codename: str) -> list[str]:
    names = Group.objects.filter(permissions__codename=codename).values_list("name", flat=True)
    return sorted(names, key=ROLES.index)


@pytest.fixture(scope="module")
def state() -> ProjectState:
    """The models as they are after all migrations."""
    return MigrationLoader(None).project_state()


def forwards(operation: RunPython, state: ProjectState) -> None:
    operation.database_forwards("auth", connection.SchemaEditorClass(connection), state, state)


def backwards(operation: RunPython, state: ProjectState) -> None:
    operation.database_backwards("auth", connection.SchemaEditorClass(connection), state, state)


def test_higher_roles_have_all_permissions_of_lower_ones(state):
    forwards(grant("auth", {"reviewer": ["view_group"], "editor": ["add_group"]}), state)
    assert granted("view_group") == ["reviewer", "editor", "administrator"]
    assert granted("add_group") == ["editor", "administrator"]
    assert granted("delete_group") == []


def test_it_is_granted_once_and_can_be_taken_back(state):
    operation = grant("auth", {"viewer": ["view_group"]})
    forwards(operation, state)
    forwards(operation, state)
    assert granted("view_group") == ROLES
    backwards(operation, state)
    assert granted("view_group") == []


def test_a_permission_that_does_not_exist_yet_is_created(state):
    Permission.objects.filter(codename="view_group").delete()
    forwards(grant("auth", {"viewer": ["view_group"]}), state)
    assert granted("view_group") == ROLES
    assert Permission.objects.get(codename="view_group").name == "Can view group"


def test_an_unknown_permission_stops_the_migration(state):
    with pytest.raises(LookupError, match="view_grupp"):
        forwards(grant("auth", {"viewer": ["view_grupp"]}), state)


@pytest.mark.one_engine  # it makes its own SQLite database
def test_a_fresh_site_has_its_roles_and_can_go_back_and_forth(tmp_path):
    program = (
        "import django, json; django.setup(); from django.contrib.auth.models import Group;"
        "print(json.dumps({g.name: g.permissions.count() for g in Group.objects.all()}))"
    )

    def migrate(*to: str) -> dict[str, int]:
        assert run("manage.py", "migrate", "--verbosity", "0", *to, data=tmp_path).stderr == ""
        read = run("-c", program, data=tmp_path, DJANGO_SETTINGS_MODULE="config.settings")
        assert read.returncode == 0, read.stderr
        return json.loads(read.stdout)

    fresh = migrate()
    assert sorted(fresh, key=ROLES.index) == ROLES
    assert fresh == {role: Group.objects.get(name=role).permissions.count() for role in ROLES}
    assert migrate("config", "0002") == {}
    assert migrate() == fresh
