"""The working text: when it may replace the public text, and what it still lacks."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from config.languages import name_here
from config.text.lists import comma_list
from letters.errors import LetterNotReady, TranslationsLag
from letters.models import Edition, Letter
from letters.translating import lags
from letters.wording import Wording, clean_text

# Statuses that allow corrections, and those that also allow substantive changes.
CORRECTABLE = {
    Letter.Status.OPEN,
    Letter.Status.CLOSED,
    Letter.Status.DELIVERED,
    Letter.Status.ANSWERED,
}
REVISABLE = {Letter.Status.OPEN, Letter.Status.CLOSED}


def working_wording(letter: Letter) -> Wording:
    """The wording that would be frozen now: the original and all published translations."""
    fresh = Letter.objects.with_working_text().get(pk=letter.pk)
    published = [one for one in fresh.editions.all() if one.status == Edition.Status.PUBLISHED]
    # The silence policy was promised with the first revision, so it stays.
    promise = letter.revision.wording if letter.revision else letter
    return Wording(
        editions=tuple(edition.wording for edition in published),
        silence=promise.silence,
        silence_days=promise.silence_days,
    )


def check_translations(letter: Letter) -> None:
    """Raises TranslationsLag if a published translation is not up to date with the original."""
    fresh = Letter.objects.with_working_text().get(pk=letter.pk)
    original = fresh.original
    behind = [
        name_here(edition.language)
        for edition in fresh.editions.all()
        if original and not edition.is_original and edition.status == Edition.Status.PUBLISHED
        if lags(edition, original)
    ]
    if behind:
        raise TranslationsLag(
            _("These translations are not up to date with the original: %(languages)s.")
            % {"languages": comma_list(behind)}
        )


def missing_words(letter: Letter) -> list[str]:
    """What the text lacks to be published."""
    missing = []
    if letter.original is None or not clean_text(letter.original.body):
        missing.append(_("its text"))
    if not letter.addressees.exists():
        missing.append(_("an addressee"))
    return missing


def _missing_to_open(letter: Letter, now: datetime) -> list[str]:
    missing = missing_words(letter)
    if letter.opens_at is None or letter.closes_at is None:
        missing.append(_("opening and closing times"))
    elif letter.closes_at <= now:
        missing.append(_("a closing time in the future"))
    if not letter.campaign.published:
        missing.append(_("a published campaign"))
    return missing


def check_ready(letter: Letter, now: datetime) -> None:
    """Raises LetterNotReady if the letter lacks something that it needs to open."""
    missing = _missing_to_open(letter, now)
    if missing:
        raise LetterNotReady(
            _("The letter cannot open yet. Missing: %(what)s.") % {"what": comma_list(missing)}
        )


def obstacles(*, letter: Letter, to: str, now: datetime) -> list[str]:
    """All reasons for which `change_status` would refuse this step."""
    reasons = _missing_to_open(letter, now) if to == Letter.Status.OPEN else []
    if letter.revision is None and letter.original is not None:
        try:
            check_translations(letter)
        except TranslationsLag as error:
            reasons.append(str(error.message))
    return reasons
