"""A backup comes back whole, on either engine, or changes nothing."""

from __future__ import annotations

import gzip
import json
import tarfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection, transaction

from config.backups.archive import Archive, Manifest, MediaPart, reading, writing
from config.backups.errors import BackupFault
from config.backups.making import make_backup
from config.backups.media import replacing_media
from config.backups.restoring import check_backup, restore_backup
from config.backups.schema import migrate_to, state_after
from config.models import AuditEntry
from letters.models import Letter
from signatories.models import Organisation, Signature
from tests.config.backups.conftest import IMAGE, NOW, every_route, everything, uploads
from tests.databases import inside, rows
from tests.factories import OrganisationFactory


@every_route
def test_all_rows_and_uploads_are_restored(source, media, backup, empty, settings):
    with inside(empty):
        restore_backup(backup, replace=False)
    assert everything(empty) == everything(source)
    assert uploads(settings.MEDIA_ROOT) == uploads(media)
    assert [path.name for path in settings.MEDIA_ROOT.iterdir()] == ["campaigns"]
    with inside(empty):
        assert Session.objects.count() == 0


def test_a_restored_site_can_be_backed_up_again_to_the_same(backup, empty, tmp_path):
    with inside(empty):
        restore_backup(backup, replace=False)
        make_backup(tmp_path / "again.tar", now=NOW)
    with reading(backup) as first, reading(tmp_path / "again.tar") as second:
        assert second.manifest.tables == first.manifest.tables
        assert second.manifest.media == first.manifest.media


@every_route
def test_numbers_continue_after_the_highest_ever_used(source, restored):
    with inside(source):
        highest = Organisation.objects.latest("pk").pk
    with inside(restored), transaction.atomic():
        assert OrganisationFactory().pk == highest + 2
        transaction.set_rollback(True)


@every_route
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET reason = 'forged'", "DELETE FROM {}"], ids=["change", "removal"]
)
@pytest.mark.parametrize("table", ["config_auditentry", "letters_revision"])
def test_append_only_tables_are_still_append_only(table, statement, restored):
    before = rows(restored, f"SELECT * FROM {table}")  # noqa: S608
    with inside(restored), connection.cursor() as cursor, pytest.raises(DatabaseError, match=table):
        cursor.execute(statement.format(table))
    assert rows(restored, f"SELECT * FROM {table}") == before != []  # noqa: S608


@every_route
@pytest.mark.parametrize("broken", [{"letter_id": 99}, {"status": "published"}])
def test_database_constraints_are_enforced_again(broken, restored):
    with inside(restored), pytest.raises(DatabaseError), transaction.atomic():
        Signature.objects.filter(status="withdrawn").update(**broken)


def test_a_database_in_use_is_left_alone(other_site, backup, settings):
    before = everything(other_site), uploads(settings.MEDIA_ROOT)
    with inside(other_site), pytest.raises(BackupFault, match="already contains rows"):
        restore_backup(backup, replace=False)
    assert (everything(other_site), uploads(settings.MEDIA_ROOT)) == before


@every_route
def test_a_database_in_use_is_replaced_with_replace(source, media, to_replace, backup, settings):
    with inside(to_replace):
        restore_backup(backup, replace=True)
    assert everything(to_replace) == everything(source)
    assert uploads(settings.MEDIA_ROOT) == uploads(media)


# Damaged files


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def without_an_end(data: bytes) -> bytes:
    return data[: data.index(b"manifest.sha256")]


def bend(data: bytes, where: int) -> bytes:
    return data[:where] + bytes([data[where] ^ 1]) + data[where + 1 :]


def in_a_table(data: bytes) -> bytes:
    return bend(data, data.index(b"tables/signatories_signature") + 512 + 60)


def in_an_upload(data: bytes) -> bytes:
    return bend(data, data.index(bytes(range(256))) + 5)


def in_the_manifest(data: bytes) -> bytes:
    return bend(data, data.index(b'"made_at": "2026') + len(b'"made_at": "'))


def another_file(data: bytes) -> bytes:
    return b"not a backup at all"


@pytest.mark.parametrize(
    "damage", [cut, without_an_end, in_a_table, in_an_upload, in_the_manifest, another_file]
)
def test_a_damaged_backup_changes_nothing(damage, backup, other_site, settings):
    backup.write_bytes(damage(backup.read_bytes()))
    before = everything(other_site), uploads(settings.MEDIA_ROOT)
    with inside(other_site), pytest.raises(BackupFault, match="damaged"):
        restore_backup(backup, replace=True)
    assert (everything(other_site), uploads(settings.MEDIA_ROOT)) == before


def test_a_missing_file_is_reported(tmp_path):
    with pytest.raises(BackupFault, match=r"There is no file nowhere\.tar"):
        check_backup(tmp_path / "nowhere.tar")


# Backups with right digests and wrong content

Lines = dict[str, list[bytes]]


def rewrite(
    backup: Path,
    change: Callable[[Lines], object] = lambda lines: None,
    restate: Callable[[Manifest], Manifest] = lambda manifest: manifest,
) -> None:
    """Rewrite the backup with other rows or another manifest, and matching digests."""
    with reading(backup) as archive:
        manifest = archive.manifest
        lines = {part.name: list(archive.lines(part)) for part in manifest.tables}
    change(lines)
    backup.unlink()
    with writing(backup) as writer:
        tables = [
            writer.add_table(part.name, part.columns, lines[part.name], part.last_number)
            for part in manifest.tables
        ]
        writer.add_manifest(restate(replace(manifest, tables=tables, media=[])))


def lose_a_letter(lines: Lines) -> None:
    del lines["letters_letter"][0]


def double_an_organisation(lines: Lines) -> None:
    organisation = json.loads(lines["signatories_organisation"][0])
    organisation[0] += 100
    lines["signatories_organisation"].append(json.dumps(organisation).encode() + b"\n")


def bend_the_words(lines: Lines) -> None:
    line = lines["letters_revision"][0]
    lines["letters_revision"][0] = line.replace(b"We write to you", b"We shout at you")


def write_a_number_in_words(lines: Lines) -> None:
    letter = json.loads(lines["letters_letter"][0])
    lines["letters_letter"][0] = json.dumps(["one", *letter[1:]]).encode() + b"\n"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lose_a_letter, "rejected the"),
        (double_an_organisation, "rejected the"),
        (bend_the_words, r"Revision 1 of the letter letter-\d+ is not what was frozen"),
        (write_a_number_in_words, "rejected the"),
    ],
)
def test_a_backup_that_breaks_a_rule_changes_nothing(
    change, sentence, backup, other_site, settings
):
    rewrite(backup, change)
    before = everything(other_site), uploads(settings.MEDIA_ROOT)
    with inside(other_site), pytest.raises(BackupFault, match=sentence):
        restore_backup(backup, replace=True)
    assert (everything(other_site), uploads(settings.MEDIA_ROOT)) == before
    with inside(other_site), pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.update(reason="forged")


def test_rows_that_differ_when_read_back_change_nothing(backup, empty):
    """JSON with unsorted keys, which no backup of ours has."""

    def disorder(lines: Lines) -> None:
        audit = lines["config_auditentry"]
        audit[0] = audit[0].replace(
            b'{\\"after\\":\\"withdrawn\\",', b'{ \\"after\\":\\"withdrawn\\",'
        )

    rewrite(backup, disorder)
    with (
        inside(empty),
        pytest.raises(BackupFault, match="config_auditentry in the database differs"),
    ):
        restore_backup(backup, replace=False)
    with inside(empty):
        assert connection.introspection.table_names() == []


@pytest.mark.parametrize(
    ("restate", "sentence"),
    [
        (
            lambda manifest: replace(
                manifest, migrations=[*manifest.migrations, ("letters", "0999_from_the_future")]
            ),
            r"another version of the site, which had letters\.0999_from_the_future",
        ),
        (
            lambda manifest: replace(manifest, tables=manifest.tables[1:]),
            "tables in the backup are not those",
        ),
        (
            lambda manifest: replace(
                manifest,
                tables=[replace(one, columns=one.columns[1:]) for one in manifest.tables],
            ),
            "tables in the backup are not those",
        ),
    ],
)
def test_a_manifest_that_this_version_does_not_understand_changes_nothing(
    restate, sentence, backup, empty
):
    rewrite(backup, restate=restate)
    with inside(empty), pytest.raises(BackupFault, match=sentence):
        restore_backup(backup, replace=False)
    with inside(empty):
        assert connection.introspection.table_names() == []


@pytest.mark.parametrize("path", ["../outside", "/outside", "a/../../outside", ""])
def test_no_file_is_written_outside_of_the_uploads(path, backup):
    part = MediaPart(path=path, size=0, sha256="")
    rewrite(backup, restate=lambda manifest: replace(manifest, media=[part]))
    with pytest.raises(BackupFault, match="outside the uploads"), reading(backup):
        pass


def test_uploads_are_rolled_back_if_the_last_step_fails(backup, tmp_path):
    root = tmp_path / "in use"
    (root / "campaigns").mkdir(parents=True)
    (root / "other.webp").write_bytes(b"other")
    (root / IMAGE).write_bytes(b"changed")
    before = uploads(root)

    def fail_after_moving(archive: Archive) -> None:
        with replacing_media(archive, root) as put_in_place:
            put_in_place()
            assert uploads(root)[IMAGE] != before[IMAGE]
            raise ConnectionError

    with reading(backup) as archive, pytest.raises(ConnectionError):
        fail_after_moving(archive)
    assert uploads(root) == before


# Backups of older versions

DAY = timedelta(days=1)
BEFORE_REVISIONS = {
    "letters": "0001_first_tables",
    "signatories": "0002_register_and_recognition",
}


def is_older(migration: tuple[str, str]) -> bool:
    app, name = migration
    return app not in BEFORE_REVISIONS or name <= BEFORE_REVISIONS[app]


@pytest.fixture
def old_backup(databases, route, backup, tmp_path) -> Path:
    """A backup of a site whose letters had no revisions yet."""
    with reading(backup) as archive:
        migrations = [one for one in archive.manifest.migrations if is_older(one)]
    with inside(databases.new(route[0])):
        connection.disable_constraint_checking()
        migrate_to(migrations)
        connection.enable_constraint_checking()
        old = state_after(migrations)
        campaign = old.get_model("campaigns", "Campaign").objects.create(title="Old", slug="old")
        letter = old.get_model("letters", "Letter").objects.create(
            slug="old", campaign=campaign, status="open", opens_at=NOW, closes_at=NOW + DAY
        )
        old.get_model("letters", "Edition").objects.create(
            letter=letter, language="ru", is_original=True, title="Мир", body="Сейчас."
        )
        old.get_model("signatories", "Signature").objects.create(
            letter=letter,
            status="unconfirmed",
            language="ru",
            signed_as="Форум",
            country="RU",
            signed_at=NOW,
            link_nonce="n",
        )
        make_backup(tmp_path / "old.tar", now=NOW)
    return tmp_path / "old.tar"


@every_route
def test_an_older_backup_is_migrated_forward(old_backup, empty):
    with inside(empty):
        restore_backup(old_backup, replace=False)
        letter, signature = Letter.objects.get(), Signature.objects.get()
        assert letter.revision is not None
        assert letter.revision.wording.original.title == "Мир"
        assert signature.revision == letter.revision
        assert signature.edition_language == "ru"
        assert "letters_revision" in connection.introspection.table_names()
    assert ("0006_every_signature_names_its_revision",) in rows(
        empty, "SELECT name FROM django_migrations WHERE app = 'signatories'"
    )


def test_a_table_is_read_without_this_program(backup):
    """In years to come, tar, gzip and any JSON parser will be enough."""
    with tarfile.open(backup) as tar:
        packed = tar.extractfile("tables/letters_letter.jsonl.gz")
        manifest = tar.extractfile("manifest.json")
        assert packed is not None
        assert manifest is not None
        columns = {part["name"]: part["columns"] for part in json.load(manifest)["tables"]}
        letters = [json.loads(line) for line in gzip.decompress(packed.read()).splitlines()]
    slugs = [dict(zip(columns["letters_letter"], row, strict=True))["slug"] for row in letters]
    assert len(slugs) == 2
