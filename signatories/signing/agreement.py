"""Agree only to the text that the page showed."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from letters.models import Letter, Revision
from signatories.errors import LetterNotOpen, TextChanged
from signatories.models import Signature


@dataclass(frozen=True)
class Shown:
    """What the page with the button showed: a revision's label and a language."""

    revision: str
    language: str


def shown_by(letter: Letter, language: str) -> Shown:
    """What a page shows now to a reader of `language`."""
    present = present_revision(letter)
    return Shown(present.label, present.wording.best_for(language).language)


def present_revision(letter: Letter) -> Revision:
    """The text that can be signed. Raises LetterNotOpen for a draft, which has none."""
    if letter.revision is None:
        raise LetterNotOpen(_("This letter is not accepting signatures at the moment."))
    return letter.revision


def revision_agreed(letter: Letter, shown: Shown) -> Revision:
    """The current revision, if its text is the same as the one shown.

    Raises TextChanged if the text has changed since, or if no such text ever existed.
    """
    present = present_revision(letter)
    read = letter.revisions.labelled(shown.revision).first()
    if read and read.wording.same_to_sign(present.wording, shown.language):
        return present
    was_there = read and read.wording.edition(shown.language)
    raise TextChanged(
        _("The text has changed since you opened this page."), read if was_there else None
    )


def agree_to(signature: Signature, shown: Shown) -> None:
    """Assign the signature to the current revision in the language shown. The caller saves."""
    signature.revision = revision_agreed(signature.letter, shown)
    signature.edition_language = shown.language
