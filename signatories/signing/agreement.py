"""Which text a representative agrees to: the one that the page showed, or none."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from letters.models import Letter, Revision
from signatories.errors import LetterNotOpen, TextChanged
from signatories.models import Signature


@dataclass(frozen=True)
class Shown:
    """What a page showed to whoever presses its button: a revision by its label, in a language."""

    revision: str
    language: str


def shown_by(letter: Letter, language: str) -> Shown:
    """What a page that is made now shows to a reader of `language`."""
    present = present_revision(letter)
    return Shown(present.label, present.wording.best_for(language).language)


def present_revision(letter: Letter) -> Revision:
    """The text that can be signed. Raises LetterNotOpen for a draft, which has none."""
    if letter.revision is None:
        raise LetterNotOpen(_("This letter is not accepting signatures at the moment."))
    return letter.revision


def revision_agreed(letter: Letter, shown: Shown) -> Revision:
    """The present revision, if whoever read what was shown has read the same words.

    Raises TextChanged when these words have changed since, or when no such text was ever there.
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
    """Put the signature under the present revision in the language shown. The caller saves."""
    signature.revision = revision_agreed(signature.letter, shown)
    signature.edition_language = shown.language
