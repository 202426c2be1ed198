"""Importing registers, undoing imports, and giving their data to organisations."""

from signatories.known.actions.giving import give_to, linked_with, note_written_by_staff, refuse_row
from signatories.known.actions.importing import (
    CannotImport,
    begin_undo,
    go_on_undoing,
    import_register,
    undo_import,
)
from signatories.known.actions.keeping import index_known, store_keys_of
from signatories.known.actions.linking import link_known, link_waiting

__all__ = [
    "CannotImport",
    "begin_undo",
    "give_to",
    "go_on_undoing",
    "import_register",
    "index_known",
    "link_known",
    "link_waiting",
    "linked_with",
    "note_written_by_staff",
    "refuse_row",
    "store_keys_of",
    "undo_import",
]
