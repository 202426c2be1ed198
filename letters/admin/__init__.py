"""Staff's pages of letters and their editions."""

from letters.admin.editions import EditionAdmin
from letters.admin.letters import LetterAdmin

__all__ = ["EditionAdmin", "LetterAdmin"]
