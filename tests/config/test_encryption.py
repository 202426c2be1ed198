"""Personal data at rest."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet, MultiFernet
from django.core.exceptions import FieldError
from django.db import connection

from config.encryption import blind_index, decrypt, encrypt
from signatories.models import Signature
from tests.factories import SignatureFactory

OLD = Fernet.generate_key().decode()
NEW = Fernet.generate_key().decode()
EMAIL = "rosa@forum.example.org"


def column(signature: Signature) -> str:
    """The value in the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT representative_email FROM signatories_signature WHERE id = %s", [signature.pk]
        )
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_the_database_holds_ciphertext_and_python_the_text(settings):
    signature = SignatureFactory(representative_email=EMAIL)
    stored = column(signature)
    assert (EMAIL in stored, "rosa" in stored) == (False, False)
    key = Fernet(settings.PERSONAL_DATA_KEYS[0])
    assert key.decrypt(stored.encode()).decode() == EMAIL
    signature.refresh_from_db()
    assert signature.representative_email == EMAIL


@pytest.mark.django_db
def test_an_update_encrypts_too():
    signature = SignatureFactory()
    Signature.objects.update(representative_email=EMAIL)
    assert column(signature) != EMAIL
    assert Signature.objects.values_list("representative_email", flat=True).get() == EMAIL


@pytest.mark.parametrize("text", ["Rosa", "Роза Ридер", "罗莎", "a\nb", "x" * 5000])
def test_any_text_comes_back_as_it_was(text):
    assert decrypt(encrypt(text)) == text


def test_the_empty_text_stays_empty():
    assert (encrypt(""), decrypt("")) == ("", "")


def test_two_encryptions_of_one_text_differ():
    assert encrypt(EMAIL) != encrypt(EMAIL)


def test_after_rotation_the_old_text_is_readable_and_the_new_key_writes(settings):
    settings.PERSONAL_DATA_KEYS = [OLD]
    written_before = encrypt(EMAIL)
    settings.PERSONAL_DATA_KEYS = [NEW, OLD]
    assert decrypt(written_before) == EMAIL
    assert Fernet(NEW).decrypt(encrypt(EMAIL).encode()).decode() == EMAIL


def test_rotated_text_is_readable_without_the_old_key(settings):
    rotated = MultiFernet([Fernet(NEW), Fernet(OLD)]).rotate(Fernet(OLD).encrypt(EMAIL.encode()))
    settings.PERSONAL_DATA_KEYS = [NEW]
    assert decrypt(rotated.decode()) == EMAIL


@pytest.mark.parametrize("damaged", [False, True])
def test_a_wrong_key_or_damaged_text_is_refused_without_showing_data(settings, damaged):
    settings.PERSONAL_DATA_KEYS = [OLD]
    token = encrypt(EMAIL)
    settings.PERSONAL_DATA_KEYS = [OLD if damaged else NEW]
    with pytest.raises(ValueError, match="PERSONAL_DATA_KEYS") as refused:
        decrypt(token[:-9] if damaged else token)
    assert str(refused.value) == "No key in PERSONAL_DATA_KEYS decrypts this value."
    assert (refused.value.__cause__, refused.value.__suppress_context__) == (None, True)


@pytest.mark.parametrize(
    "variant", ["ROSA@Forum.Example.ORG", f"  {EMAIL}\n", "Rosa@forum.example.org"]
)
def test_the_blind_index_is_equal_for_variants_of_case_and_space(variant):
    assert blind_index(variant) == blind_index(EMAIL)


def test_the_blind_index_of_another_address_differs():
    assert blind_index("rosa@forum.example.net") != blind_index(EMAIL)


def test_the_blind_index_is_a_digest_and_differs_under_another_key(settings):
    first = blind_index(EMAIL)
    settings.BLIND_INDEX_KEY = "another key"
    assert (len(first), set(first) <= set("0123456789abcdef")) == (64, True)
    assert blind_index(EMAIL) != first


def test_the_blind_index_outlives_rotated_encryption_keys(settings):
    first = blind_index(EMAIL)
    settings.PERSONAL_DATA_KEYS = [NEW]
    assert blind_index(EMAIL) == first


@pytest.mark.django_db
def test_emptiness_can_be_queried():
    with_address = SignatureFactory()
    without = SignatureFactory(representative_email="")
    assert Signature.objects.filter(representative_email="").get() == without
    assert Signature.objects.exclude(representative_email="").get() == with_address


@pytest.mark.parametrize(
    "lookup",
    [
        {"representative_email": EMAIL},
        {"representative_email__iexact": EMAIL},
        {"representative_email__icontains": "rosa"},
        {"representative_email__in": [EMAIL]},
        {"representative_email__startswith": "rosa"},
        {"representative_email__gt": "a"},
        {"representative_email__regex": "."},
    ],
)
def test_searching_an_encrypted_field_is_refused_and_never_finds_nothing_silently(lookup):
    with pytest.raises(FieldError):
        Signature.objects.filter(**lookup)
