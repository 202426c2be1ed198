"""Link preview images of a letter and of the site."""

from __future__ import annotations

from django.conf import settings
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.languages import language_here
from letters.models import Letter
from letters.wording import EditionWording
from signatories.public.signatories import Counts, SignatoryList
from signatories.sharing.picture import Picture, Run, name, words_in


def letter_picture(letter: Letter, edition: EditionWording, counts: Counts) -> Picture:
    """The edition's text, and the counts as shown on the letter's page."""
    here = language_here()
    to = f"{_('Open letter to')} {'; '.join(map(str, edition.addressees))}"
    return Picture(
        page=words_in(here, ""),
        above=words_in(here, to if edition.addressees else ""),
        title=words_in(edition.language, edition.title),
        tally=tally(letter, counts),
        tag=name(letter.campaign.hashtag),
        site=name(settings.SITE_URL.partition("://")[2]),
    )


def tally(letter: Letter, counts: Counts) -> tuple[Run, ...]:
    """How many have signed, in the words of components/counts.html."""
    reported = letter.reported_signatories
    if reported and reported > counts.signatories:
        sentence = ngettext(
            "%(number)s organisation reported by %(source)s;",
            "%(number)s organisations reported by %(source)s;",
            reported,
        )
        # Split at the number, wherever the language puts it.
        before, number, after = sentence.partition("%(number)s")
        source = {"source": letter.reported_by}
        known = ngettext(
            "%(number)s known by name", "%(number)s known by name", counts.signatories
        ) % {"number": localize(counts.signatories)}
        return (
            Run(before % source),
            Run(localize(reported) if number else "", is_number=True),
            Run(f"{after % source} {known}"),
        )
    if not counts.signatories:
        return (Run(_("No organisation has signed yet.")),)
    signed = ngettext("organisation has signed", "organisations have signed", counts.signatories)
    countries = ngettext(
        "from %(number)s country", "from %(number)s countries", counts.countries
    ) % {"number": localize(counts.countries)}
    rest = f" {signed} {countries}" if counts.countries else f" {signed}"
    return (Run(localize(counts.signatories), is_number=True), Run(rest))


def picture_of(letter: Letter, language: str) -> Picture:
    """The letter's image in the edition for a reader of `language`."""
    return letter_picture(letter, letter.words_for(language), SignatoryList(letter).counts)


def site_picture() -> Picture:
    """For pages that are not about one letter: what the site is and who runs it."""
    here = language_here()
    return Picture(
        page=words_in(here, ""),
        above=name(""),
        title=words_in(here, _("Open letters signed by organisations")),
        tally=(Run(str(settings.OPERATOR_NAME)),),
        tag=name(""),
        site=name(settings.SITE_URL.partition("://")[2]),
    )
