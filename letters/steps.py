"""Previews of a change of a letter's status: what it would do, and what prevents it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.languages import listed, name_here
from letters.models import TRANSITIONS, Edition, Letter
from letters.readiness import CORRECTABLE, REVISABLE, obstacles, working_wording

Status = Letter.Status


@dataclass(frozen=True)
class Step:
    """A change of a letter's status, with its obstacles and effects."""

    letter: Letter
    to: str
    obstacles: list[str]
    effects: list[str]

    @property
    def label(self) -> str:
        return str(Status(self.to).label)

    @property
    def as_shown(self) -> str:
        """A digest of everything the effects depend on, to recognise an outdated page."""
        letter = self.letter
        words = working_wording(letter).canonical() if letter.original else ""
        seen = (letter.status, letter.opens_at, letter.closes_at, letter.country_from, words)
        return hashlib.sha256(repr(seen).encode()).hexdigest()[:20]


def step(letter: Letter, to: str, now: datetime) -> Step | None:
    """The step to this status; None if TRANSITIONS does not allow it."""
    if to not in TRANSITIONS[letter.status]:
        return None
    fresh = Letter.objects.with_working_text().select_related("campaign").get(pk=letter.pk)
    return Step(fresh, to, obstacles(letter=fresh, to=to, now=now), _EFFECTS[to](fresh, now))


def _instant(instant: datetime | None, letter: Letter) -> str:
    if instant is None:
        return "–"
    return f"{date_format(instant.astimezone(letter.zone), 'DATETIME_FORMAT')} ({letter.time_zone})"


def _opening(letter: Letter, now: datetime) -> list[str]:
    effects = [_signing_time(letter, now)]
    if letter.revision is None:
        effects += _freezing(letter)
    else:
        effects.append(
            _("The public text is still revision %(label)s.") % {"label": letter.revision.label}
        )
    return effects


def _signing_time(letter: Letter, now: datetime) -> str:
    closes = _instant(letter.closes_at, letter)
    if letter.opens_at and letter.opens_at > now:
        return _(
            "The page becomes public at once. Organisations can sign from %(opens)s until"
            " %(closes)s."
        ) % {"opens": _instant(letter.opens_at, letter), "closes": closes}
    return _("The page becomes public and organisations can sign at once, until %(closes)s.") % {
        "closes": closes
    }


def _freezing(letter: Letter) -> list[str]:
    editions = list(letter.editions.all())
    public = [one for one in editions if one.status == Edition.Status.PUBLISHED]
    drafts = [one for one in editions if one.status != Edition.Status.PUBLISHED]
    effects = [
        _("The text is frozen as revision 1, in these languages: %(languages)s.")
        % {"languages": listed([name_here(one.language) for one in public])}
    ]
    if drafts:
        effects.append(
            _("These translations are drafts and stay out of it: %(languages)s.")
            % {"languages": listed([name_here(one.language) for one in drafts])}
        )
    if letter.silence == Letter.Silence.LEAVES and letter.silence_days:
        effects.append(
            ngettext(
                "From now on, this rule is fixed: a name is removed %(days)d day after its"
                " organisation was asked about a changed text and did not answer.",
                "From now on, this rule is fixed: a name is removed %(days)d days after its"
                " organisation was asked about a changed text and did not answer.",
                letter.silence_days,
            )
            % {"days": letter.silence_days}
        )
    else:
        effects.append(
            _(
                "From now on, this rule is fixed: a name stays if its organisation does not"
                " answer after a change."
            )
        )
    effects.append(
        _(
            "The number of withheld names needed to show a country can only be raised from"
            " %(number)d."
        )
        % {"number": letter.country_from}
    )
    effects.append(_("The letter can no longer be deleted."))
    return effects


def _closing(letter: Letter, now: datetime) -> list[str]:
    effects = [_("Nobody can sign from now on. The page gives this moment as the closing time.")]
    if letter.closes_at and letter.closes_at > now:
        effects.append(
            _("This is before the planned time, %(closes)s.")
            % {"closes": _instant(letter.closes_at, letter)}
        )
    effects.append(_("The text can still be changed, and the letter can be opened again."))
    return effects


def _settling(to: str, letter: Letter, now: datetime) -> list[str]:
    effects = [_("The page shows the status “%(status)s”.") % {"status": Status(to).label}]
    if to not in CORRECTABLE:
        effects.append(_("The text can no longer be changed."))
    elif to not in REVISABLE:
        effects.append(_("The text can only be corrected. Nobody is asked to sign again."))
    if not TRANSITIONS[to]:
        effects.append(_("You cannot undo this."))
    elif Status.OPEN not in TRANSITIONS[to] and letter.status == Status.CLOSED:
        effects.append(_("The letter can no longer be opened again."))
    return effects


_EFFECTS: dict[str, Callable[[Letter, datetime], list[str]]] = {
    Status.OPEN.value: _opening,
    Status.CLOSED.value: _closing,
    **{
        to.value: partial(_settling, to.value)
        for to in (Status.DELIVERED, Status.ANSWERED, Status.ARCHIVED)
    },
}
