"""What a migration must not do while the previous release still reads and writes the tables.

Migrations run before the new release starts, so for a while the old code works on the new tables:
its INSERTs do not know new columns, and its SELECTs name old ones. And no large table may be
locked: indexes are built and rows checked without making writers wait. Tables created by the
migration itself are exempt: they are empty and not in use.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps as django_apps
from django.conf import settings
from django.db.migrations import Migration
from django.db.migrations import operations as ops
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState
from django.db.models import Field, ManyToManyField, UniqueConstraint
from django.db.models.fields import NOT_PROVIDED

from config.upgrades.operations import CONCURRENT

AnyField = Field[Any, Any]

FIRST_RELEASE = Path(__file__).parent / "first_release.txt"

ADVICE = {
    "not-null": "The running release does not fill it. Give it a db_default, or let it be null.",
    "index": "Writers wait until it is built. Use AddIndexConcurrently, alone.",
    "unique": "Writers wait until it is built. Use AddUniqueConcurrently, alone.",
    "check": "Writers wait until all rows are checked. Use AddCheckInSteps, alone.",
    "drop": "The running release still reads it. Drop it one release after the last use.",
    "rename": "The running release knows the old name. Add the new one, copy, drop later.",
    "type": "All rows are written anew or checked. Add a new column, copy, drop later.",
    "alone": "What is not atomic has to be alone in its migration, with atomic = False.",
    "data": "Rows are changed while tables are held. Put it into a migration of its own.",
    "one-way": "It cannot be taken back. Give it a reverse, or RunPython.noop.",
    "sql": "Raw SQL changes tables unseen. Use operations, or say why it is safe.",
}
RAW = re.compile(
    r"\b(ALTER|DROP|RENAME|TRUNCATE|REINDEX)\b|\bCREATE\s+(UNIQUE\s+)?INDEX\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Remark:
    """A rule that an operation of a migration breaks."""

    migration: str
    rule: str
    what: str

    def __str__(self) -> str:
        return f"{self.migration}: {self.what} [{self.rule}]. {ADVICE[self.rule]}"


def exempt() -> set[str]:
    """The migrations of the first release: no earlier one was running beside them."""
    lines = FIRST_RELEASE.read_text().splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def remarks(migration: Migration, before: ProjectState) -> list[Remark]:
    """The rules that a migration breaks, given the state of the models before it.

    `safe_because = {"drop": "…"}` on the migration exempts it from a rule and says why.
    """
    reasons: dict[str, str] = getattr(migration, "safe_because", {})
    state, new, found = before.clone(), set[str](), []
    for operation in _operations(migration.operations):
        if isinstance(operation, ops.CreateModel):
            new.add(operation.name_lower)
        for rule, what in _broken(operation, migration, state, new):
            if not reasons.get(rule, "").strip():
                found.append(Remark(f"{migration.app_label}.{migration.name}", rule, what))
        operation.state_forwards(migration.app_label, state)
    return found


def _operations(given: Sequence[Operation]) -> Iterator[Operation]:
    for operation in given:
        if isinstance(operation, ops.SeparateDatabaseAndState):
            yield from _operations(operation.database_operations)
        else:
            yield operation


def _broken(
    operation: Operation, migration: Migration, state: ProjectState, new: set[str]
) -> Iterator[tuple[str, str]]:
    what = operation.describe()
    if isinstance(operation, CONCURRENT) and (migration.atomic or len(migration.operations) > 1):
        yield "alone", what
    if isinstance(operation, ops.RunPython):
        if operation.reverse_code is None:
            yield "one-way", what
        if any(_alters(other, new) for other in migration.operations):
            yield "data", what
    if isinstance(operation, ops.RunSQL) and RAW.search(str(operation.sql)):
        yield "sql", what
    if _alters(operation, new) and not isinstance(operation, CONCURRENT):
        state_of = state.models.get((migration.app_label, _model(operation)))
        yield from ((rule, what) for rule in _of_table(operation, state_of))


def _model(operation: Operation) -> str:
    """The lower-case name of the model that an operation concerns; "" if none."""
    for attribute in ("model_name_lower", "name_lower"):
        if name := getattr(operation, attribute, ""):
            return str(name)
    return ""


def _alters(operation: Operation, new: set[str]) -> bool:
    """Whether it alters a table that existed before this migration."""
    creates = isinstance(operation, ops.CreateModel)
    return bool(_model(operation)) and not creates and _model(operation) not in new


def _of_table(operation: Operation, model: ModelState | None) -> Iterator[str]:
    match operation:
        case ops.AddField(field=field):
            yield from _of_new_column(field)
        case ops.AlterField(field=field) if model is not None:
            yield from _of_change(model.fields[operation.name], field)
        case ops.AddIndex():
            yield "index"
        case ops.AddConstraint(constraint=UniqueConstraint()):
            yield "unique"
        case ops.AddConstraint():
            yield "check"
        case ops.AlterUniqueTogether(option_value=value) if value:
            yield "unique"
        case ops.AlterIndexTogether(option_value=value) if value:
            yield "index"
        case ops.RemoveField() | ops.DeleteModel():
            yield "drop"
        case ops.RenameField() | ops.RenameModel() | ops.AlterModelTable():
            yield "rename"


def _of_new_column(field: AnyField) -> Iterator[str]:
    if isinstance(field, ManyToManyField):  # a table of its own
        return
    if field.generated:
        yield "type"
    elif not field.null and field.db_default is NOT_PROVIDED:
        yield "not-null"
    yield from _of_its_index(field)


def _of_its_index(field: AnyField) -> Iterator[str]:
    if field.unique:
        yield "unique"
    elif getattr(field, "db_index", False):
        yield "index"


def _of_change(old: AnyField, new: AnyField) -> Iterator[str]:
    loses_default = old.db_default is not NOT_PROVIDED and new.db_default is NOT_PROVIDED
    if not new.null and (old.null or loses_default):
        yield "not-null"
    if _shape(old) != _shape(new) or _length(new) < _length(old):
        yield "type"
    if old.db_column != new.db_column:
        yield "rename"
    yield from (
        set(_of_its_index(new)) - set(_of_its_index(old)) - ({"index"} if old.unique else set())
    )


def _shape(field: AnyField) -> tuple[object, ...]:
    digits = getattr(field, "max_digits", None), getattr(field, "decimal_places", None)
    target = getattr(field.remote_field, "model", None)
    return field.get_internal_type(), *digits, str(target).lower()


def _length(field: AnyField) -> float:
    """The maximum length in characters."""
    return float("inf") if field.max_length is None else field.max_length


def remarks_on_all() -> list[Remark]:
    """The rules broken by this site's migrations since the first release."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    apps = {config.label for config in django_apps.get_app_configs() if is_ours(config.path)}
    found = []
    for key in sorted(loader.disk_migrations):
        migration = loader.disk_migrations[key]
        if migration.app_label in apps and ".".join(key) not in exempt():
            found += remarks(migration, loader.project_state(key, at_end=False))
    return found


def is_ours(path: str) -> bool:
    return Path(path).parent == Path(settings.BASE_DIR)
