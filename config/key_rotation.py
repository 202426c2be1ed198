"""Re-encrypts personal data with the first of PERSONAL_DATA_KEYS, while the site runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.apps.registry import Apps
from django.db import transaction
from django.db.models import ExpressionWrapper, F, Model, QuerySet, TextField

from config.encryption import EncryptedTextField, decrypt, key_of

BATCH = 200  # rows in one transaction


@dataclass
class Inventory:
    """How many texts each key encrypts. Keys are identified by their index in the list."""

    texts_by_key: Counter[int] = field(default_factory=Counter)
    unreadable: list[str] = field(default_factory=list)

    @property
    def old_keys(self) -> list[int]:
        """The keys other than the first that some text still needs."""
        return sorted(number for number in self.texts_by_key if number > 0)


def encrypted_fields(registry: Apps = apps) -> dict[type[Model], list[str]]:
    """The names of encrypted fields, by model."""
    by_model = {}
    for model in registry.get_models(include_auto_created=True):
        fields = model._meta.local_concrete_fields
        names = [one.attname for one in fields if isinstance(one, EncryptedTextField)]
        if names and model._meta.managed:
            by_model[model] = names
    return by_model


def take_inventory() -> Inventory:
    """Look at every encrypted text. Changes nothing."""
    inventory = Inventory()
    for model, names in encrypted_fields().items():
        for pk, texts in _ciphertexts(_rows(model), names):
            for name, text in texts.items():
                number = key_of(text)
                if number is None:
                    inventory.unreadable.append(f"{model._meta.label} {pk}: {name}")
                else:
                    inventory.texts_by_key[number] += 1
    return inventory


def rotate_keys() -> Iterator[int]:
    """Re-encrypt every text that is under an old key with the first one.

    Yields the number of rows changed after each committed batch. It can be interrupted and run
    again, as it skips rows under the first key. Texts that no key decrypts are left as they are.
    """
    for model, names in encrypted_fields().items():
        stale = [pk for pk, texts in _ciphertexts(_rows(model), names) if _old(texts)]
        for start in range(0, len(stale), BATCH):
            yield _rotate(model, names, stale[start : start + BATCH])


@transaction.atomic
def _rotate(model: type[Model], names: list[str], numbers: list[Any]) -> int:
    """Rotate these rows as they are now, so that changes made meanwhile are not lost."""
    locked = _rows(model).filter(pk__in=numbers).select_for_update()
    done = 0
    for pk, texts in list(_ciphertexts(locked, names)):
        plain = {name: decrypt(text) for name, text in _old(texts).items()}
        if plain:
            done += _rows(model).filter(pk=pk).update(**plain)
    return done


def _rows(model: type[Model]) -> QuerySet[Model]:
    """All rows, even those that the model's own manager hides, in locking order."""
    return model._base_manager.order_by("pk")


def _ciphertexts(rows: QuerySet[Model], names: list[str]) -> Iterator[tuple[Any, dict[str, str]]]:
    """The primary key of each row, with the ciphertexts of its columns that are not empty."""
    raw = [ExpressionWrapper(F(name), output_field=TextField()) for name in names]
    for pk, *texts in rows.values_list("pk", *raw).iterator(BATCH):
        yield pk, {name: text for name, text in zip(names, texts, strict=True) if text}


def _old(texts: dict[str, str]) -> dict[str, str]:
    """The ciphertexts under a key other than the first."""
    return {name: text for name, text in texts.items() if key_of(text)}
