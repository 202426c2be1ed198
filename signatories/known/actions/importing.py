"""Importing a register's file, and undoing an import.

A file replaces everything known from its register: what is not in it is gone. Both run in steps of
a few hundred bodies, each a transaction, so that the site keeps running and an interrupted run can
continue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from config import audit
from signatories.errors import SignatureError
from signatories.known.actions.giving import organisations_of, update_organisations
from signatories.known.actions.storing import FILLED, fill, restored, store_keys_of
from signatories.known.bodies import Body
from signatories.known.files import SkippedRecord, digest_of, kind_of, read_bodies
from signatories.models import (
    KnownChange,
    KnownKey,
    KnownOrganisation,
    Organisation,
    RegisterImport,
)
from signatories.recognition.caches import clear_word_caches
from signatories.register.actions import count_keys

STEP = 250  # bodies per transaction
FORGET_EVERY = 10_000  # records, after which the caches of words are cleared
STEPS_A_MINUTE = 20  # by the worker, when undoing
ROR = "ROR"

Progress = Callable[[int], None]


class CannotImport(SignatureError):
    """A file cannot be imported now, or an import cannot be undone; `message` says why."""


def import_register(
    *,
    path: Path,
    register: str = ROR,
    by: User | None = None,
    now: datetime,
    progress: Progress = lambda done: None,
    on_skip: Callable[[SkippedRecord], None] = lambda skipped: None,
) -> RegisterImport:
    """Replace a register's data by its file. Importing the same file again changes nothing.

    Calls `progress` after each step with the number of records read, and `on_skip` for each skipped
    record. Raises CannotImport, and BadFile for a file that cannot be read to its end: what was
    read until then is stored, and can be continued or undone later.
    """
    digest, kind = digest_of(path), kind_of(path)
    latest = RegisterImport.objects.filter(register=register, undone_at=None).first()
    if latest and latest.undo_started_at:
        raise CannotImport(_("Finish undoing import %(number)s first.") % {"number": latest.pk})
    if latest and latest.digest == digest and latest.finished_at:
        return latest
    if latest and latest.finished_at is None:
        if latest.digest != digest:
            raise CannotImport(
                _("Import %(number)s is not finished. Import its file again, or undo it.")
                % {"number": latest.pk}
            )
        imported = latest
    else:
        imported = _begin(path, register, kind, digest, by=by, now=now)
    seen = _read(imported, read_bodies(path, kind), progress, on_skip)
    _mark_gone(imported, seen)
    count_keys(KnownKey, now=now)
    return _finish(imported, by=by, now=now)


def _begin(
    path: Path, register: str, kind: str, digest: str, *, by: User | None, now: datetime
) -> RegisterImport:
    try:
        with transaction.atomic():
            return RegisterImport.objects.create(
                register=register,
                kind=kind,
                digest=digest,
                file_name=path.name[-200:],
                by=by,
                started_at=now,
            )
    except IntegrityError:
        raise CannotImport(_("This register is already being imported.")) from None


def _read(
    imported: RegisterImport,
    records: Iterator[Body | SkippedRecord],
    progress: Progress,
    on_skip: Callable[[SkippedRecord], None],
) -> set[int]:
    """Store all records. Returns the known bodies in the file."""
    seen: set[int] = set()
    skipped = done = 0
    while step := list(islice(records, STEP)):
        bodies = [one for one in step if isinstance(one, Body)]
        for one in step:
            if isinstance(one, SkippedRecord):
                skipped += 1
                on_skip(one)
            else:
                for remark in one.remarks:
                    on_skip(SkippedRecord(f"{one.scheme} {one.value}", remark))
        seen |= _store(imported, bodies)
        done += len(step)
        progress(done)
        if done % FORGET_EVERY == 0:
            clear_word_caches()
    imported.skipped = skipped
    imported.save(update_fields=["skipped"])
    return seen


def _store(imported: RegisterImport, bodies: Iterable[Body]) -> set[int]:
    """Store the bodies whose data is new or changed. Returns the ids of all."""
    by_number = {(body.scheme, body.value): body for body in bodies}
    there = {
        (known.scheme, known.value): known
        for known in KnownOrganisation.objects.filter(
            register=imported.register, value__in=[value for _scheme, value in by_number]
        )
    }
    added, changed, before = [], [], {}
    for (scheme, value), body in by_number.items():
        known = there.get((scheme, value))
        if known is None:
            known = KnownOrganisation(register=imported.register, scheme=scheme, value=value)
            added.append((known, fill(known, body)))
        elif known.gone or known.said != body.said():
            before[known.pk] = {**known.said, "gone": known.gone}
            changed.append((known, fill(known, body)))
    with transaction.atomic():
        KnownOrganisation.objects.bulk_create([known for known, _entry in added])
        KnownOrganisation.objects.bulk_update([known for known, _entry in changed], FILLED)
        store_keys_of(changed)
        store_keys_of(added)
        _remember(imported, {known.pk: None for known, _entry in added} | before)
        update_organisations(organisations_of(known.pk for known, _entry in changed))
        count(imported, added=len(added), changed=len(changed))
    return {known.pk for known in there.values() if (known.scheme, known.value) in by_number} | {
        known.pk for known, _entry in added
    }


def _remember(imported: RegisterImport, before: dict[int, dict[str, object] | None]) -> None:
    """Record data from before this import, for undoing it; the first record counts."""
    KnownChange.objects.bulk_create(
        [KnownChange(imported=imported, known_id=pk, before=said) for pk, said in before.items()],
        ignore_conflicts=True,
    )


def count(imported: RegisterImport, **numbers: int) -> None:
    RegisterImport.objects.filter(pk=imported.pk).update(
        **{name: F(name) + number for name, number in numbers.items()}
    )


def _mark_gone(imported: RegisterImport, seen: set[int]) -> None:
    """Mark what is no longer in the file as gone: it is no longer found and gives no data."""
    there = KnownOrganisation.objects.current().filter(register=imported.register)
    gone = sorted(set(there.values_list("pk", flat=True)) - seen)
    for start in range(0, len(gone), STEP):
        step = gone[start : start + STEP]
        with transaction.atomic():
            rows = KnownOrganisation.objects.filter(pk__in=step)
            _remember(imported, {known.pk: {**known.said, "gone": False} for known in rows})
            rows.update(gone=True)
            store_keys_of([(known, None) for known in rows])
            update_organisations(organisations_of(step))
            count(imported, gone=len(step))


@transaction.atomic
def _finish(imported: RegisterImport, *, by: User | None, now: datetime) -> RegisterImport:
    imported.refresh_from_db()
    imported.finished_at = now
    known = KnownOrganisation.objects.current().filter(register=imported.register).count()
    imported.unchanged = max(known - imported.added - imported.changed, 0)
    imported.save(update_fields=["finished_at", "unchanged"])
    Organisation.objects.on_register().update(looked_up=False)
    audit.record(
        verb=audit.Verb.REGISTER_IMPORTED,
        subject=imported,
        by=by,
        now=now,
        register=imported.register,
        added=imported.added,
        changed=imported.changed,
        gone=imported.gone,
    )
    return imported


def undo_import(
    *,
    imported: RegisterImport,
    by: User | None = None,
    now: datetime,
    progress: Progress = lambda done: None,
) -> RegisterImport:
    """Restore a register's data from before this import; undoing twice is harmless.

    Only the latest import of a register can be undone, then the one before it. Organisations keep
    what staff entered and lose what came only from this import. Raises CannotImport.
    """
    imported = begin_undo(imported=imported, by=by, now=now)
    return _undo_steps(imported, now=now, progress=progress)


def continue_undoing(*, now: datetime) -> None:
    """Continue the undoing that staff started, by some steps. The worker calls it every minute."""
    for imported in RegisterImport.objects.filter(undone_at=None, undo_started_at__isnull=False):
        _undo_steps(imported, now=now, steps=STEPS_A_MINUTE)


def _undo_steps(
    imported: RegisterImport,
    *,
    now: datetime,
    steps: int | None = None,
    progress: Progress = lambda done: None,
) -> RegisterImport:
    if imported.undone_at:
        return imported
    done = 0
    while step := list(imported.changes.select_related("known").order_by("pk")[:STEP]):
        if steps is not None and done >= steps * STEP:
            return imported
        _undo_changes(step)
        done += len(step)
        progress(done)
    return _finish_undo(imported, now=now)


@transaction.atomic
def begin_undo(
    *, imported: RegisterImport, by: User | None = None, now: datetime
) -> RegisterImport:
    """Let the worker undo an import from now on; twice is harmless. Raises CannotImport."""
    imported = RegisterImport.objects.select_for_update(of=("self",)).get(pk=imported.pk)
    later = RegisterImport.objects.filter(
        register=imported.register, pk__gt=imported.pk, undone_at=None
    )
    if imported.undone_at is None and later.exists():
        raise CannotImport(_("Undo the later import of this register first."))
    if imported.undo_started_at is None:
        imported.undo_started_at, imported.undone_by = now, by
        imported.save(update_fields=["undo_started_at", "undone_by"])
    return imported


@transaction.atomic
def _undo_changes(step: list[KnownChange]) -> None:
    """Undo some changes, and delete their records."""
    added = [change.known_id for change in step if change.before is None]
    organisations = organisations_of(change.known_id for change in step)
    entries = []
    for change in step:
        if change.before is not None:
            entry = restored(change.known, change.before)
            change.known.gone = bool(change.before["gone"])
            entries.append((change.known, None if change.known.gone else entry))
    KnownOrganisation.objects.bulk_update([known for known, _entry in entries], FILLED)
    store_keys_of(entries)
    KnownChange.objects.filter(pk__in=[change.pk for change in step]).delete()
    KnownOrganisation.objects.filter(pk__in=added).delete()
    update_organisations(organisations)


@transaction.atomic
def _finish_undo(imported: RegisterImport, *, now: datetime) -> RegisterImport:
    imported = RegisterImport.objects.select_for_update(of=("self",)).get(pk=imported.pk)
    if imported.undone_at:
        return imported
    imported.undone_at = now
    imported.save(update_fields=["undone_at"])
    audit.record(
        verb=audit.Verb.REGISTER_IMPORT_UNDONE,
        subject=imported,
        by=imported.undone_by,
        now=now,
        register=imported.register,
    )
    return imported
