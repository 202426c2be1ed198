"""Refuses passwords that are easy to guess: common ones, patterns, and words of this site.

No kinds of characters are required and no password is too long. zxcvbn estimates how easy a
password is to guess; it knows common passwords, names and words, dates, keyboard patterns,
repetitions, usual substitutions of letters, and combinations of all these.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LOOKED_AT = 72  # characters, the most that zxcvbn accepts; it gets slow with more
SAFE = 4  # of 0 to 4: more than 10^10 guesses, so that stolen hashes resist, too
SHORTEST_WORD = 3  # letters

Words = Callable[[], Iterable[str]]

_sources: list[Words] = []


def register_site_words(words: Words) -> None:
    """Register words to check passwords against. Apps call it when they are ready."""
    if words not in _sources:
        _sources.append(words)


class NotEasyToGuess:
    """For AUTH_PASSWORD_VALIDATORS."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raises ValidationError for a password that is easy to guess."""
        estimate = zxcvbn(password[:LOOKED_AT], user_inputs=_known_words(user))
        if estimate["score"] < SAFE:
            raise ValidationError(
                _(
                    "This password is easy to guess. Use several words that have nothing to do"
                    " with each other, with you or with this site."
                ),
                code="password_easy_to_guess",
            )

    def get_help_text(self) -> str:
        return _(
            "A good password is several words that have nothing to do with each other, with you"
            " or with this site."
        )


def _known_words(user: User | None) -> list[str]:
    """Words that an attacker who knows the site and the user would try first."""
    host = urlsplit(settings.SITE_URL).hostname or ""
    texts = ["undersigned", str(settings.OPERATOR_NAME), host]
    for source in _sources:
        texts += source()
    if user is not None:
        texts += [user.get_username(), user.first_name, user.last_name, user.email]
    parts = [part for text in texts for part in re.split(r"[\W_]+", text)]
    wholes = [re.sub(r"[\W_]+", "", text) for text in texts]
    found = {one.lower() for one in [*texts, *wholes, *parts] if len(one) >= SHORTEST_WORD}
    return sorted(found)
