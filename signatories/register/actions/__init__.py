"""All changes to the register."""

from signatories.register.actions.counting import count_due, count_keys
from signatories.register.actions.duplicates import compare_new, keep_apart, make_section
from signatories.register.actions.indexing import index_organisation, store_keys, store_starts
from signatories.register.actions.learning import forget_domain, learn_domain, refuse_domain
from signatories.register.actions.organisations import (
    delete_organisation,
    enter_on_register,
    enter_under,
    record_organisation,
    rename_organisation,
    set_logo,
    store_organisation,
)

__all__ = [
    "compare_new",
    "count_due",
    "count_keys",
    "delete_organisation",
    "enter_on_register",
    "enter_under",
    "forget_domain",
    "index_organisation",
    "keep_apart",
    "learn_domain",
    "make_section",
    "record_organisation",
    "refuse_domain",
    "rename_organisation",
    "set_logo",
    "store_keys",
    "store_organisation",
    "store_starts",
]
