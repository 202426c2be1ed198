"""Letters and their editions in the admin."""

from letters.admin.editions import EditionAdmin
from letters.admin.letters import LetterAdmin

__all__ = ["EditionAdmin", "LetterAdmin"]
