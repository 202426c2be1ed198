"""A new key for personal data: `manage.py rotate_keys`."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connection, models
from django.test.utils import isolate_apps
from django.utils import timezone

from config import key_rotation
from config.encryption import EncryptedTextField, encrypt, key_of
from config.key_rotation import encrypted_fields, rotate_keys, take_inventory
from signatories.models import Signature
from signatories.signing.actions import correct_signature
from tests.factories import SignatureFactory

pytestmark = pytest.mark.django_db
OLD, NEW, LOST = (Fernet.generate_key().decode() for _ in range(3))
FIELDS = ["representative_name", "representative_role", "representative_email"]


@pytest.fixture(autouse=True)
def _old_key(settings) -> None:
    settings.PERSONAL_DATA_KEYS = [OLD]


def stored(signature: Signature) -> list[str]:
    """The representative's values in the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(FIELDS)} FROM signatories_signature WHERE id = %s",  # noqa: S608
            [signature.pk],
        )
        return list(cursor.fetchone())


def keys_of(signature: Signature) -> list[int | None]:
    return [key_of(text) for text in stored(signature)]


def signature_under(settings, *keys: str, **facts: str) -> Signature:
    """A signature whose texts are under the first of these keys."""
    before, settings.PERSONAL_DATA_KEYS = settings.PERSONAL_DATA_KEYS, list(keys)
    signature = SignatureFactory(**facts)
    settings.PERSONAL_DATA_KEYS = before
    return signature


def test_all_texts_come_under_the_first_key_and_say_the_same(settings, capsys):
    signatures = [SignatureFactory() for _ in range(3)]
    settings.PERSONAL_DATA_KEYS = [NEW, OLD]
    assert [keys_of(one) for one in signatures] == [[1, 1, 1]] * 3
    call_command("rotate_keys")
    assert [keys_of(one) for one in signatures] == [[0, 0, 0]] * 3
    settings.PERSONAL_DATA_KEYS = [NEW]
    assert list(Signature.objects.order_by("pk").values_list(*FIELDS)) == [
        ("Rosa Reader", "Director", one.representative_email) for one in signatures
    ]
    said = capsys.readouterr().out
    assert "Encrypted with the first key: 3 rows." in said
    assert "Key 1: 9 texts.\nKey 2: 0 texts.\n" in said
    assert "This database needs only the first key." in said
    assert "Rosa" not in said


def test_check_says_that_the_old_key_is_needed_and_changes_nothing(settings, capsys):
    signature = SignatureFactory()
    settings.PERSONAL_DATA_KEYS = [NEW, OLD]
    before = stored(signature)
    call_command("rotate_keys", check=True)
    assert stored(signature) == before
    said = capsys.readouterr().out
    assert "Key 1: 0 texts.\nKey 2: 3 texts.\n" in said
    assert "Also still needed: 2." in said


def test_nothing_but_the_encrypted_columns_is_touched(settings):
    signature = SignatureFactory()
    others = [one.attname for one in Signature._meta.concrete_fields if one.attname not in FIELDS]
    before = Signature.objects.values(*others).get()
    settings.PERSONAL_DATA_KEYS = [NEW, OLD]
    assert sum(rotate_keys()) == 1
    assert Signature.objects.values(*others).get() == before
    assert key_of(stored(signature)[0]) == 0


def test_an_interrupted_rotation_continues(settings, monkeypatch):
    monkeypatch.setattr(key_rotation, "BATCH", 2)
    signatures = [SignatureFactory() for _ in range(5)]
    settings.PERSONAL_DATA_KEYS = [NEW, OLD]
    rotation = rotate_keys()
    assert next(rotation) == 2
    rotation.close()
    assert take_inventory().texts_by_key == {0: 6, 1: 9}
    finished = [stored(one) for one in signatures[:2]]
    assert list(rotate_keys()) == [2, 1]
    assert [stored(one) for one in signatures[:2]] == finished
    assert take_inventory().texts_by_key == {0: 15}


def test_what_is_written_while_it_runs_is_not_lost(settings, monkeypatch):
    """After the first batch, a representative corrects a row that is still to come, another is
    erased, and one is written by a process that has not been restarted with the new key.
    """
    monkeypatch.setattr(key_rotation, "BATCH", 1)
    done, corrected, erased = (SignatureFactory() for _ in range(3))
    settings.PERSONAL_DATA_KEYS = [NEW, OLD]
    rotation = rotate_keys()
    next(rotation)
    correct_signature(
        signature=corrected,
        organisation_name=str(corrected),
        statement="",
        name="Nora Newly",
        role="Chair",
        now=timezone.now(),
    )
    Signature.objects.filter(pk=erased.pk).update(representative_role="")
    late = signature_under(settings, OLD, representative_name="Lara Late")
    assert list(rotation) == [0, 1]  # correcting wrote the whole row under the new key already
    names = dict(Signature.objects.values_list("pk", "representative_name"))
    assert (names[done.pk], names[corrected.pk], names[late.pk]) == (
        "Rosa Reader",
        "Nora Newly",
        "Lara Late",
    )
    assert stored(erased)[1] == ""
    assert take_inventory().old_keys == [1]  # and --check says so
    assert list(rotate_keys()) == [1]
    assert take_inventory().old_keys == []


def test_a_row_whose_key_is_missing_is_named_and_the_others_are_done(settings, capsys):
    lost = signature_under(settings, LOST, representative_role="")
    readable = SignatureFactory()
    before = stored(lost)
    settings.PERSONAL_DATA_KEYS = [NEW, OLD]
    for check in (False, True):
        with pytest.raises(SystemExit) as ended:
            call_command("rotate_keys", check=check)
        assert ended.value.code == 1
        complaints = capsys.readouterr().err.splitlines()
        assert complaints == [
            f"No key can read: signatories.Signature {lost.pk}: representative_name.",
            f"No key can read: signatories.Signature {lost.pk}: representative_email.",
            "Put the missing key back into PERSONAL_DATA_KEYS.",
        ]
    assert stored(lost) == before
    assert keys_of(readable) == [0, 0, 0]


def test_a_row_with_one_lost_text_still_gets_its_others_under_the_first_key(settings):
    signature = SignatureFactory()
    settings.PERSONAL_DATA_KEYS = [LOST]
    lost = encrypt("Director")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE signatories_signature SET representative_role = %s", [lost])
    settings.PERSONAL_DATA_KEYS = [NEW, OLD]
    assert list(rotate_keys()) == [1]
    assert keys_of(signature) == [0, None, 0]
    assert stored(signature)[1] == lost


def test_empty_texts_need_no_key(settings):
    SignatureFactory(representative_name="", representative_role="", representative_email="")
    settings.PERSONAL_DATA_KEYS = [NEW]
    assert (list(rotate_keys()), take_inventory().texts_by_key) == ([], {})


@isolate_apps("config")
def test_every_model_with_an_encrypted_field_is_found():
    class Note(models.Model):
        words = EncryptedTextField()
        title = models.TextField()

        class Meta:
            app_label = "config"

        def __str__(self) -> str:
            return self.title

    class Plain(models.Model):
        title = models.TextField()

        class Meta:
            app_label = "config"

        def __str__(self) -> str:
            return self.title

    assert encrypted_fields(Note._meta.apps) == {Note: ["words"]}
    assert encrypted_fields()[Signature] == [*FIELDS, "network"]
