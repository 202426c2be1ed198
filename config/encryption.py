"""Personal data at rest: encrypted columns, and a keyed digest to find equal values."""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models
from django.db.models.lookups import Exact


@lru_cache
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(text: str) -> str:
    """The text, encrypted with the first of PERSONAL_DATA_KEYS; empty text stays empty."""
    if not text:
        return ""
    return _cipher(tuple(settings.PERSONAL_DATA_KEYS)).encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """The plain text, decrypted with whichever of PERSONAL_DATA_KEYS fits.

    Raises ValueError if no key fits; the message contains none of the data.
    """
    if not token:
        return ""
    try:
        return _cipher(tuple(settings.PERSONAL_DATA_KEYS)).decrypt(token.encode()).decode()
    except InvalidToken:
        raise ValueError("No key in PERSONAL_DATA_KEYS decrypts this value.") from None


def key_of(token: str) -> int | None:
    """The index in PERSONAL_DATA_KEYS of the key that decrypts this; None if no key fits."""
    for number, key in enumerate(settings.PERSONAL_DATA_KEYS):
        try:
            _cipher((key,)).decrypt(token.encode())
        except InvalidToken:
            continue
        return number
    return None


INDEX_LENGTH = 64  # hexadecimal digits of SHA-256


def blind_index(text: str) -> str:
    """A keyed, case-insensitive SHA-256 digest of the text, 64 hexadecimal digits.

    Equal texts have equal digests, which a copy of the database alone cannot reverse.
    """
    key = settings.BLIND_INDEX_KEY.encode()
    return hmac.new(key, text.strip().casefold().encode(), hashlib.sha256).hexdigest()


class _Empty(Exact[Any]):
    """Equality with the empty text only: any other text encrypts differently each time."""

    def get_prep_lookup(self) -> Any:
        if self.rhs != "":
            raise FieldError("An encrypted field can only be compared with the empty text.")
        return self.rhs


class EncryptedTextField(models.TextField[str, str]):
    """Text that is encrypted in the database and plain in Python. It is not searchable."""

    def get_prep_value(self, value: Any) -> Any:
        return encrypt(value) if value is not None else None

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return decrypt(value) if value is not None else None

    def get_lookup(self, lookup_name: str) -> Any:
        """Only emptiness can be queried."""
        if lookup_name == "exact":
            return _Empty
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None
