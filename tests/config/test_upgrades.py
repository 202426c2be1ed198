"""Migrations beside a running release: what the rules refuse, what the operations do instead."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models
from django.db.migrations import Migration
from django.db.migrations import operations as ops
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.db.utils import NotSupportedError

from config.upgrades import rules
from config.upgrades.operations import (
    AddCheckInSteps,
    AddIndexConcurrently,
    AddUniqueConcurrently,
)

text = models.CharField


def before() -> ProjectState:
    """A table with rows, as the running release knows it."""
    state = ProjectState()
    for name in ("Paper", "Folder"):
        fields: dict[str, models.Field[Any, Any]] = {
            "id": models.BigAutoField(primary_key=True),
            "title": text(max_length=100),
            "note": text(max_length=100, null=True),
            "place": models.IntegerField(db_default=0),
            "code": text(max_length=10, unique=True),
        }
        state.add_model(ModelState("campaigns", name, list(fields.items())))
    return state


def migration(*operations: Operation, **said: Any) -> Migration:
    return type("Migration", (Migration,), said | {"operations": operations})(
        "0099_new", "campaigns"
    )


def broken(
    *operations: Operation, atomic: bool = True, because: dict[str, str] | None = None
) -> list[str]:
    """The rules that a migration of these breaks."""
    given = migration(*operations, atomic=atomic, safe_because=because or {})
    return [remark.rule for remark in rules.remarks(given, before())]


def add(field: models.Field[Any, Any], model: str = "Paper") -> Operation:
    return ops.AddField(model, "new", field)


def alter(name: str, field: models.Field[Any, Any]) -> Operation:
    return ops.AlterField("Paper", name, field)


INDEX = Index(fields=["title"], name="by_title")
UNIQUE = UniqueConstraint(fields=["title"], name="one_title")
CHECK = CheckConstraint(condition=Q(place__gte=0), name="place_from_0")


def nothing(apps: Any, schema_editor: Any) -> None:
    pass


@pytest.mark.parametrize(
    ("operation", "rule"),
    [
        (add(text(max_length=9, default="")), "not-null"),
        (add(models.BooleanField(default=False)), "not-null"),
        (alter("note", text(max_length=100, default="")), "not-null"),
        (alter("place", models.IntegerField(default=0)), "not-null"),
        (add(models.SlugField(null=True)), "index"),
        (add(models.ForeignKey("campaigns.Folder", models.CASCADE, null=True)), "index"),
        (ops.AddIndex("Paper", INDEX), "index"),
        (alter("title", text(max_length=100, db_index=True)), "index"),
        (add(text(max_length=9, null=True, unique=True)), "unique"),
        (add(models.OneToOneField("campaigns.Folder", models.CASCADE, null=True)), "unique"),
        (ops.AddConstraint("Paper", UNIQUE), "unique"),
        (ops.AlterUniqueTogether("Paper", {("title", "note")}), "unique"),
        (alter("title", text(max_length=100, unique=True)), "unique"),
        (ops.AddConstraint("Paper", CHECK), "check"),
        (ops.RemoveField("Paper", "note"), "drop"),
        (ops.DeleteModel("Paper"), "drop"),
        (ops.RenameField("Paper", "note", "remark"), "rename"),
        (ops.RenameModel("Paper", "Sheet"), "rename"),
        (ops.AlterModelTable("Paper", "sheets"), "rename"),
        (alter("title", text(max_length=100, db_column="name")), "rename"),
        (alter("title", text(max_length=50)), "type"),
        (alter("title", models.SlugField(max_length=100, db_index=False)), "type"),
        (alter("place", models.BigIntegerField(db_default=0)), "type"),
        (ops.RunPython(nothing), "one-way"),
        (ops.RunSQL("ALTER TABLE campaigns_paper ADD x int"), "sql"),
        (ops.RunSQL("create unique index a on b (c)", ""), "sql"),
        (
            ops.SeparateDatabaseAndState(database_operations=[ops.RemoveField("Paper", "note")]),
            "drop",
        ),
    ],
)
def test_changes_that_break_the_running_release_are_refused(operation, rule):
    assert broken(operation) == [rule]
    assert broken(operation, because={rule: "Nothing has read it for two releases."}) == []
    assert broken(operation, because={rule: " "}) == [rule]


@pytest.mark.parametrize(
    "operation",
    [
        add(text(max_length=9, null=True)),
        add(text(max_length=9, db_default="")),
        add(models.ForeignKey("campaigns.Folder", models.CASCADE, null=True, db_index=False)),
        add(models.ManyToManyField("campaigns.Folder")),
        alter("title", text(max_length=200, verbose_name="title")),
        alter("title", text(max_length=100, null=True)),
        alter("place", models.IntegerField(db_default=1)),
        alter("code", text(max_length=10, db_index=True)),
        ops.CreateModel("Pen", [("id", models.BigAutoField(primary_key=True))]),
        ops.AlterModelOptions("Paper", {"ordering": ["title"]}),
        ops.RunPython(nothing, ops.RunPython.noop),
        ops.RunSQL("UPDATE campaigns_paper SET note = ''", ""),
    ],
)
def test_changes_that_do_not_affect_it_are_allowed(operation):
    assert broken(operation) == []


def test_new_tables_may_be_changed_freely():
    made = ops.CreateModel("Pen", [("id", models.BigAutoField(primary_key=True))])
    assert broken(made, add(text(max_length=9, default=""), "Pen")) == []
    assert broken(made, ops.AddConstraint("Pen", UniqueConstraint(fields=["id"], name="x"))) == []
    assert broken(add(text(max_length=9, default=""), "Paper"), made) == ["not-null"]


def test_data_changes_alone():
    change = ops.RunPython(nothing, ops.RunPython.noop)
    assert broken(change, add(text(max_length=9, null=True))) == ["data"]
    made = ops.CreateModel("Pen", [("id", models.BigAutoField(primary_key=True))])
    assert broken(made, change) == []


CONCURRENTLY = [
    AddIndexConcurrently("Paper", INDEX),
    AddUniqueConcurrently("Paper", UNIQUE),
    AddCheckInSteps("Paper", CHECK),
]


@pytest.mark.parametrize("operation", CONCURRENTLY, ids=lambda one: type(one).__name__)
def test_concurrent_operations_are_alone_and_not_atomic(operation):
    assert broken(operation, atomic=False) == []
    assert broken(operation) == ["alone"]
    assert broken(operation, add(text(max_length=9, null=True)), atomic=False) == ["alone"]


def test_a_remark_names_migration_operation_and_alternative():
    (remark,) = rules.remarks(migration(ops.RemoveField("Paper", "note")), before())
    assert str(remark) == (
        "campaigns.0099_new: Remove field note from Paper [drop]."
        " The running release still reads it. Drop it one release after the last use."
    )


# Those of this site


def test_all_migrations_follow_the_rules():
    assert rules.remarks_on_all() == []


def test_migrations_of_the_first_release_exist():
    there = {".".join(key) for key in MigrationLoader(None).disk_migrations}
    assert sorted(rules.exempt() - there) == []


def test_a_new_migration_has_to_follow_the_rules(monkeypatch):
    """The very first migration would be refused if it were not exempt."""
    held = "signatories.0012_every_organisation_has_its_public_id"
    monkeypatch.setattr(rules, "exempt", lambda exempt=rules.exempt: exempt() - {held})
    with pytest.raises(CommandError, match=f"{held}: .* \\[not-null\\]"):
        call_command("check_migrations")


# What the operations do

RUN = pytest.mark.django_db(transaction=True)
IS_POSTGRESQL = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite does all of it at once"
)


@pytest.fixture
def table(transactional_db: None) -> Any:
    """The papers, with two rows."""
    model = before().apps.get_model("campaigns", "Paper")
    with connection.schema_editor() as editor:
        editor.create_model(model)
    for title in ("one", "two"):
        model.objects.create(title=title, code=title)
    yield model
    with connection.schema_editor() as editor:
        editor.delete_model(model)


def run(operation: Operation, *, backwards: bool = False, atomic: bool = False) -> None:
    old, new = before(), before()
    operation.state_forwards("campaigns", new)
    with connection.schema_editor(atomic=atomic) as editor:
        if backwards:
            operation.database_backwards("campaigns", editor, new, old)
        else:
            operation.database_forwards("campaigns", editor, old, new)


def constraints() -> dict[str, Any]:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, "campaigns_paper")
    return {
        name: found[name] for name in ("by_title", "one_title", "place_from_0") if name in found
    }


ONE_TITLE = [
    UNIQUE,
    UniqueConstraint(fields=["title"], condition=Q(place=0), name="one_title"),
    UniqueConstraint("title", name="one_title"),
]


@RUN
def test_an_index_is_there_afterwards_and_can_be_taken_away(table):
    operation = AddIndexConcurrently("Paper", INDEX)
    run(operation)
    assert constraints()["by_title"]["columns"] == ["title"]
    run(operation, backwards=True)
    assert constraints() == {}


@RUN
@pytest.mark.parametrize("constraint", ONE_TITLE, ids=["plain", "condition", "expression"])
def test_a_unique_constraint_holds_afterwards_and_can_be_taken_away(table, constraint):
    operation = AddUniqueConcurrently("Paper", constraint)
    run(operation)
    assert constraints()["one_title"]["unique"]
    with pytest.raises(IntegrityError):
        table.objects.create(title="one", code="x")
    run(operation, backwards=True)
    table.objects.create(title="one", code="x")


@RUN
def test_a_check_holds_afterwards_and_can_be_taken_away(table):
    operation = AddCheckInSteps("Paper", CHECK)
    run(operation)
    assert constraints()["place_from_0"]["check"]
    with pytest.raises(IntegrityError):
        table.objects.create(title="three", code="x", place=-1)
    run(operation, backwards=True)
    table.objects.create(title="three", code="x", place=-1)


@RUN
@IS_POSTGRESQL
@pytest.mark.parametrize("constraint", ONE_TITLE, ids=["plain", "condition", "expression"])
def test_one_that_failed_can_be_run_again(table, constraint):
    table.objects.create(title="one", code="x")
    operation = AddUniqueConcurrently("Paper", constraint)
    with pytest.raises(IntegrityError):
        run(operation)
    table.objects.filter(code="x").delete()
    run(operation)
    assert constraints()["one_title"]["unique"]


@RUN
@IS_POSTGRESQL
def test_a_check_that_failed_can_be_run_again(table):
    table.objects.create(title="three", code="x", place=-1)
    with pytest.raises(IntegrityError):
        run(AddCheckInSteps("Paper", CHECK))
    table.objects.filter(code="x").update(place=1)
    run(AddCheckInSteps("Paper", CHECK))
    assert constraints()["place_from_0"]["check"]


@RUN
@IS_POSTGRESQL
@pytest.mark.parametrize("operation", CONCURRENTLY, ids=lambda one: type(one).__name__)
def test_within_a_transaction_they_refuse(table, operation):
    with pytest.raises(NotSupportedError):
        run(operation, atomic=True)


@RUN
@IS_POSTGRESQL
@pytest.mark.parametrize("operation", CONCURRENTLY, ids=lambda one: type(one).__name__)
def test_another_can_write_meanwhile(table, operation):
    """None of the statements blocks writers while rows are read."""
    statements: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        statements.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        run(operation)
    long_ones = [
        sql for sql in statements if "INDEX" in sql.split("USING")[0] and "pg_index" not in sql
    ]
    assert all("CONCURRENTLY" in sql for sql in long_ones)
    checks = [sql for sql in statements if "CHECK" in sql]
    assert all(sql.endswith("NOT VALID") for sql in checks)
    assert long_ones or checks
