"""A backup is of one instant, complete, and useless without the keys."""

from __future__ import annotations

import gzip
import tarfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import BinaryField, Model
from django.utils import timezone

from config.backups.archive import reading
from config.backups.errors import BackupFault
from config.backups.making import EXCLUDED_TABLES, make_backup, snapshot
from config.backups.tables import tables_of
from config.models import AuditEntry
from letters.models import Letter
from signatories.models import Signature
from signatories.signing.actions import sign_letter
from tests.config.backups.conftest import EMAIL, IMAGE, NAME, NOW, ROLE
from tests.databases import engine_of, inside, rows
from tests.factories import FIRST, CampaignFactory, entry


def content_of(path: Path) -> bytes:
    """All content of the file, unpacked."""
    with tarfile.open(path) as tar:
        parts = [(member.name, tar.extractfile(member)) for member in tar]
        texts = [file.read() if file else b"" for _, file in parts]
    return b"".join(
        gzip.decompress(text) if name.endswith(".gz") else text
        for (name, _), text in zip(parts, texts, strict=True)
    )


def test_a_backup_has_every_table_except_sessions(source, backup):
    with inside(source):
        tables = set(connection.introspection.table_names())
    with reading(backup) as archive:
        kept = {part.name for part in archive.manifest.tables}
    assert tables - kept == {"django_migrations", *EXCLUDED_TABLES}


def test_the_manifest_describes_the_backup(backup, route):
    with reading(backup) as archive:
        manifest = archive.manifest
    counts = {part.name: part.rows for part in manifest.tables}
    assert (manifest.made_at, manifest.engine) == (NOW.isoformat(), route[0])
    assert (counts["letters_letter"], counts["signatories_signature"]) == (2, 2)
    assert ("letters", "0004_revisions_stay_as_they_are") in manifest.migrations
    assert [part.path for part in manifest.media] == [IMAGE]


def test_personal_data_cannot_be_read_without_the_keys(backup):
    content = content_of(backup)
    assert b"Two\\nlines" in content
    secrets = [NAME, ROLE, EMAIL, settings.SECRET_KEY, *settings.PERSONAL_DATA_KEYS, "k" * 32]
    assert [secret for secret in secrets if secret.encode() in content] == []


def test_only_the_owner_can_read_the_file_and_no_other_file_is_left(backup):
    assert backup.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in backup.parent.glob("*backup*")] == ["backup.tar"]
    assert [path.name for path in backup.parent.glob(".*")] == []


def test_an_existing_file_is_not_overwritten(source, backup):
    before = backup.read_bytes()
    with inside(source), pytest.raises(BackupFault, match="already exists"):
        make_backup(backup, now=NOW)
    assert backup.read_bytes() == before


def test_a_backup_that_fails_leaves_no_file(source, media, tmp_path):
    (media / "loop").symlink_to(media / "loop")
    with inside(source), pytest.raises(BackupFault, match="cannot be written"):
        make_backup(tmp_path / "failed.tar", now=NOW)
    assert [path.name for path in tmp_path.iterdir()] == ["media"]


def test_an_empty_database_cannot_be_backed_up(databases, tmp_path):
    with inside(databases.new()), pytest.raises(BackupFault, match="nothing to back up"):
        make_backup(tmp_path / "empty.tar", now=NOW)


@pytest.fixture
def busy(databases, source) -> str:
    """A copy of the site in which people sign."""
    return databases.new(engine_of(source), like=source)


def test_a_snapshot_sees_no_changes_and_blocks_nobody(busy):
    def add_a_campaign() -> None:
        with inside(busy):
            CampaignFactory()

    count = "SELECT count(*) FROM campaigns_campaign"
    with inside(busy), ThreadPoolExecutor(1) as pool, snapshot(), connection.cursor() as cursor:
        before = cursor.execute(count).fetchone()
        pool.submit(add_a_campaign).result(timeout=60)
        after = cursor.execute(count).fetchone()
    assert (before, after) == ((1,), (1,))
    assert rows(busy, count) == [(2,)]


def test_a_backup_amid_signing_has_each_signature_with_its_record_and_mail(busy, media, tmp_path):
    """Tables are read one by one; without a snapshot, later ones would have more rows."""
    stop = Event()
    signed: list[int] = []

    def sign_on() -> None:
        with inside(busy):
            letter = Letter.objects.exclude(revision=None).get()
            while not stop.is_set():
                sign_letter(
                    letter=letter,
                    entry=entry(
                        organisation=f"Union {len(signed)}", email=f"u{len(signed)}@u.example.org"
                    ),
                    shown=FIRST,
                    network=f"10.0.{len(signed) % 250}.0/24",
                    language="en",
                    now=timezone.now(),
                )
                signed.append(len(signed))

    found: list[dict[str, int]] = []
    with ThreadPoolExecutor(1) as pool:
        signing = pool.submit(sign_on)
        with inside(busy):
            for number in range(4):
                path = tmp_path / f"{number}.tar"
                make_backup(path, now=NOW)
                with reading(path) as archive:
                    found.append({part.name: part.rows for part in archive.manifest.tables})
        stop.set()
        signing.result()
    at_first = {"signatures": 2, "records": 1, "mails": 2}
    new = [
        {
            counts["signatories_signature"] - at_first["signatures"],
            counts["config_auditentry"] - at_first["records"],
            counts["django_tasks_database_dbtaskresult"] - at_first["mails"],
        }
        for counts in found
    ]
    assert [len(one) for one in new] == [1, 1, 1, 1]
    assert len(signed) > max(new[-1]) > 0


def test_a_kind_of_field_without_a_portable_form_is_refused():
    class WithBytes(Model):  # noqa: DJ008
        secret = BinaryField()

        class Meta:
            app_label = "config"

    try:
        with pytest.raises(BackupFault, match=r"config_withbytes\.secret"):
            tables_of(apps)
    finally:
        del apps.all_models["config"]["withbytes"]
        apps.clear_cache()


def test_each_signature_has_its_mail(source):
    """The assumption of the test of signing during a backup."""
    with inside(source):
        assert Signature.objects.count() == 2
        assert AuditEntry.objects.count() == 1
