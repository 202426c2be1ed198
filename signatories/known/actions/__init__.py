"""Importing registers, undoing imports, and giving their data to organisations."""

from signatories.known.actions.giving import (
    note_written_by_staff,
    organisations_of,
    refuse_row,
    update_organisations,
)
from signatories.known.actions.importing import (
    CannotImport,
    begin_undo,
    continue_undoing,
    import_register,
    undo_import,
)
from signatories.known.actions.linking import link_known, link_waiting
from signatories.known.actions.storing import index_known, store_keys_of

__all__ = [
    "CannotImport",
    "begin_undo",
    "continue_undoing",
    "import_register",
    "index_known",
    "link_known",
    "link_waiting",
    "note_written_by_staff",
    "organisations_of",
    "refuse_row",
    "store_keys_of",
    "undo_import",
    "update_organisations",
]
