"""Migration operations that do not block writers.

On PostgreSQL they run beside other work; on SQLite, where one process has the file during a
migration, they are Django's plain ones. Each is alone in a migration with `atomic = False`, and can
be run again after an interruption.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import AddConstraint, AddIndex
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import CheckConstraint, UniqueConstraint
from django.db.utils import NotSupportedError


class _InSteps(Operation):
    """On PostgreSQL, runs `on_postgresql` outside a transaction instead of Django's operation."""

    atomic = False
    model_name: str

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            self.on_postgresql(_outside_of_a_transaction(schema_editor), model)

    def on_postgresql(self, editor: Any, model: Any) -> None:
        raise NotImplementedError


class AddIndexConcurrently(_InSteps, AddIndex):
    """Adds an index without blocking writers."""

    def on_postgresql(self, editor: Any, model: Any) -> None:
        _forget_unfinished(editor, self.index.name)
        editor.add_index(model, self.index, concurrently=True)


class AddUniqueConcurrently(_InSteps, AddConstraint):
    """Adds a unique constraint without blocking writers.

    It fails if rows are not unique; run it again once they are fixed.
    """

    constraint: UniqueConstraint

    def on_postgresql(self, editor: Any, model: Any) -> None:
        name, table = editor.quote_name(self.constraint.name), model._meta.db_table
        _forget_unfinished(editor, self.constraint.name)
        statement = str(self.constraint.create_sql(model, editor))
        if statement.startswith(
            "CREATE UNIQUE INDEX "
        ):  # one with a condition is no more than that
            rest = statement.removeprefix("CREATE UNIQUE INDEX ")
            editor.execute(f"CREATE UNIQUE INDEX CONCURRENTLY {rest}", params=None)
            return
        columns = ", ".join(
            editor.quote_name(model._meta.get_field(field).column)
            for field in self.constraint.fields
        )
        table = editor.quote_name(table)
        editor.execute(f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table} ({columns})")
        editor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE USING INDEX {name}")


class AddCheckInSteps(_InSteps, AddConstraint):
    """Adds a check for new rows at once, then validates existing ones."""

    constraint: CheckConstraint

    def on_postgresql(self, editor: Any, model: Any) -> None:
        name, table = (
            editor.quote_name(text) for text in (self.constraint.name, model._meta.db_table)
        )
        editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")
        editor.execute(f"{self.constraint.create_sql(model, editor)} NOT VALID", params=None)
        editor.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")


CONCURRENT = (AddIndexConcurrently, AddUniqueConcurrently, AddCheckInSteps)


def _outside_of_a_transaction(schema_editor: BaseDatabaseSchemaEditor) -> Any:
    if schema_editor.connection.in_atomic_block:
        raise NotSupportedError("This operation needs a migration with atomic = False.")
    return schema_editor


def _forget_unfinished(schema_editor: Any, name: str) -> None:
    """Drop the invalid index that an interrupted run has left."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
            " WHERE relname = %s AND NOT indisvalid AND pg_table_is_visible(indexrelid)",
            [name],
        )
        unfinished = cursor.fetchone()
    if unfinished:
        schema_editor.execute(f"DROP INDEX CONCURRENTLY {schema_editor.quote_name(name)}")
